from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from runfolio.render.data import runs_script, series_script
from runfolio.views.data import MetricSeries, SeriesData, TableColumn, TableData, TableRow

NAME = TableColumn("r:name", "Run", "run")
LOSS = TableColumn("m:loss", "Loss", "result", "number", goal="minimize")


def assigned(script: str) -> Any:
    """Return what the script's last statement assigns."""
    return json.loads(script.rpartition("\nwindow.runfolio.")[2].partition(" = ")[2].rstrip(";\n"))


def rows_of(*cells: str | float | None) -> list[Any]:
    rows = tuple(TableRow(f"run-{i}", ("a run", cell)) for i, cell in enumerate(cells))
    return [row[3] for row in assigned(runs_script(TableData((NAME, LOSS), rows)))["rows"]]


def test_metrics_keep_every_digit_and_what_is_not_finite() -> None:
    values = (0.1 + 0.2, 5e-324, 3.0, math.nan, math.inf, -math.inf, None)
    assert rows_of(*values) == [0.1 + 0.2, 5e-324, 3, "NaN", "Infinity", "-Infinity", None]


def test_params_stay_as_logged() -> None:
    assert rows_of("1e-3", "0.10", "") == ["1e-3", "0.10", ""]


def test_text_cannot_end_the_script_or_break_its_encoding() -> None:
    hostile = "</script><!-- & \u2028\u2029 '\" \\ \x00 \ud800 é"
    script = runs_script(TableData((NAME,), (TableRow("run", (hostile,)),)))
    assert not set("<>&\u2028\u2029\x00\ud800") & set(script)
    assert assigned(script)["rows"] == [
        ["run", "", hostile.replace("\x00", "␀").replace("\ud800", "�")]
    ]


def test_a_row_must_fit_the_columns() -> None:
    with pytest.raises(ValueError, match="'run': 2 cells for 1 columns"):
        runs_script(TableData((NAME,), (TableRow("run", ("a", "b")),)))


def test_runs_without_columns_of_their_own_are_an_empty_list() -> None:
    assert assigned(runs_script(TableData((NAME,), ())))["rows"] == []


def test_curves_share_their_steps_and_round_their_values() -> None:
    first = MetricSeries("a", "A", np.array([0.0, 1.0]), np.array([1.23456789, math.nan]))
    second = MetricSeries("b", "B", np.array([0.0, 1.0]), np.array([math.inf, 1e-12]), 100, 1, "%")
    third = MetricSeries("c", "C", np.array([0.5]), np.array([2.0]))
    content = assigned(series_script(SeriesData("run-1", "a run", (first, second, third))))
    assert content["name"] == "a run"
    assert content["steps"] == [[0, 1], [0.5]]
    assert [metric["steps"] for metric in content["metrics"]] == [0, 0, 1]
    assert [metric["values"] for metric in content["metrics"]] == [
        [1.23457, None],
        [None, 1e-12],
        [2],
    ]


def test_scripts_work_whichever_comes_first() -> None:
    for script in (
        runs_script(TableData((NAME,), ())),
        series_script(SeriesData("run-1", "a run", ())),
    ):
        assert script.startswith("window.runfolio = window.runfolio || {};\n")
