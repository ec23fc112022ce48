"""Parquet files: the same numbers as the tables, typed, and the same bytes each time."""

from __future__ import annotations

from io import BytesIO

import pandas as pd
import pyarrow.parquet as pq
import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.render.parquet import metrics_parquet, runs_parquet, series_parquet
from runfolio.views.facts import run_facts

BEGIN = 1_700_000_000_123  # milliseconds since 1970: 2023-11-14 22:13:20.123 UTC


@pytest.fixture(scope="module")
def a() -> Analysed:
    runs = (
        run("r1", {"loss": [0.5, 0.25, 0.125]}, params={"lr": "0.1"}, started=BEGIN),
        run("r2", {"loss": float("nan"), "acc": 0.75}, params={"lr": "1e-3", "odd": "ü"}),
    )
    return analyse(tables(*runs), Settings())


def _read(data: bytes) -> pd.DataFrame:
    frame: pd.DataFrame = pq.read_table(BytesIO(data)).to_pandas()
    return frame


def test_runs_have_times_numbers_and_texts(a: Analysed) -> None:
    frame = _read(runs_parquet(a, run_facts(a))).set_index("run").sort_index()
    assert frame.loc["r1", "started"] == pd.Timestamp(BEGIN, unit="ms", tz="UTC")
    assert frame["started"].isna().tolist() == [False, True]
    assert frame.loc["r2", "metric: acc"] == 0.75
    assert frame["metric: acc"].isna().tolist() == [True, False]
    assert frame["param: lr"].tolist() == ["0.1", "1e-3"]  # as logged
    assert frame.loc["r2", "param: odd"] == "ü"


def test_metrics_have_exact_summary_values(a: Analysed) -> None:
    frame = _read(metrics_parquet(a)).set_index(["run", "metric"])
    loss = {name: values[("r1", "loss")] for name, values in frame.items()}
    assert (loss["first"], loss["last"], loss["min"], loss["count"]) == (0.5, 0.125, 0.125, 3)
    assert frame["count"].dtype == "int64"
    assert frame.loc[("r2", "loss"), "nonfinite"] == 1


def test_series_have_a_row_for_each_point(a: Analysed) -> None:
    frame = _read(series_parquet(a))
    own = frame[(frame["run"] == "r1") & (frame["metric"] == "loss")]
    assert own["step"].tolist() == [0, 1, 2]
    assert own["value"].tolist() == [0.5, 0.25, 0.125]


def test_the_same_report_gives_the_same_bytes(a: Analysed) -> None:
    facts = run_facts(a)
    assert runs_parquet(a, facts) == runs_parquet(a, facts)
    assert metrics_parquet(a) == metrics_parquet(a)
    assert series_parquet(a) == series_parquet(a)
