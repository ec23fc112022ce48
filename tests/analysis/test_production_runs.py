"""Runs that log production are told apart from experiments, and read as a log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.analysis.production_runs import log_of_runs, monitoring_runs
from runfolio.config import Monitored, Selector, Settings
from runfolio.model.records import RunRecord
from runfolio.model.series import reduce_series

DAY = 24 * 3_600_000
START = 1_793_491_200_000  # 1 November 2026
TAGGED = {"monitoring": "true"}


def production(
    run_id: str = "prod",
    *,
    start: int = START,
    tags: Mapping[str, str] = TAGGED,
    params: Mapping[str, str] | None = None,
) -> RunRecord:
    """Return a run that logged three days of production."""
    times = np.array([start, start + DAY, start + 2 * DAY])
    values = np.array([0.9, 0.8, 0.7])
    own = reduce_series("recall", np.arange(3, dtype=np.int64), values, times)
    return replace(run(run_id), series=(own,), tags=dict(tags), params=dict(params or {}))


def experiment(run_id: str, value: float) -> RunRecord:
    return replace(run(run_id, {"recall": value}), params={"model": run_id})


@pytest.mark.parametrize("value", ["true", "True", " yes", "1"])
def test_a_tag_tells_them(value: str) -> None:
    found = monitoring_runs(tables(production(tags={"Monitoring": value})), ())
    assert found == {-1: ("prod",)}


@pytest.mark.parametrize("value", ["false", "0", "", "soon"])
def test_another_value_of_the_tag_does_not(value: str) -> None:
    assert monitoring_runs(tables(production(tags={"monitoring": value})), ()) == {}


def test_so_do_conditions_in_the_configuration() -> None:
    watched = (Monitored(path="a.csv"), Monitored(runs=Selector(tags={"stage": "live"})))
    given = tables(production(tags={"stage": "live"}), production("other"))
    assert monitoring_runs(given, watched) == {1: ("prod",), -1: ("other",)}


def test_they_are_shown_and_not_compared() -> None:
    given = tables(production(), experiment("forest", 0.95), experiment("tree", 0.90))
    a = analyse(given, Settings())
    assert [c.label for c in a.configurations] == ["forest", "tree"]
    assert a.left_out.monitoring == ("prod",)
    assert a.champion is not None
    assert a.champion.label == "forest"
    assert a.monitoring is not None
    (log,) = a.monitoring.logs
    assert [level.column for level in log.levels] == ["recall"]


def test_points_stand_at_the_times_at_which_they_were_logged() -> None:
    log = log_of_runs(tables(production()), ["prod"], -1)
    assert log is not None
    assert log.times.tolist() == [START, START + DAY, START + 2 * DAY]
    assert log.columns.numbers["recall"].tolist() == [0.9, 0.8, 0.7]


def test_the_name_of_a_log_is_the_same_in_every_locale() -> None:
    runs = [
        replace(run(f"d{i}", {"recall": 0.9}), tags=TAGGED, ended=START + i) for i in range(1_001)
    ]
    log = log_of_runs(tables(*runs), [one.id for one in runs], -1)
    assert log is not None
    assert log.name == "1001 runs"


def test_a_run_a_day_stands_at_its_end() -> None:
    days = [
        replace(run(f"d{i}", {"recall": 0.9 - i / 10}), tags=TAGGED, ended=START + i * DAY)
        for i in (2, 0, 1)
    ]
    log = log_of_runs(tables(*days), ["d0", "d1", "d2"], -1)
    assert log is not None
    assert log.times.tolist() == [START, START + DAY, START + 2 * DAY]
    assert log.columns.numbers["recall"].tolist() == pytest.approx([0.9, 0.8, 0.7])


def test_the_version_is_a_tag_or_a_param() -> None:
    first = production(tags={**TAGGED, "model_version": "3"})
    second = production("next", start=START + 3 * DAY, params={"model_version": "4"})
    given = tables(first, second)
    log = log_of_runs(given, ["prod", "next"], -1)
    assert log is not None
    assert log.versions == ("3",) * 3 + ("4",) * 3
    named = log_of_runs(given, ["prod", "next"], -1, "release")
    assert named is not None
    assert named.versions == ()


def test_runs_without_any_time_are_no_log() -> None:
    timeless = replace(run("odd", {"recall": 0.9}), tags=TAGGED)
    assert log_of_runs(tables(timeless), ["odd"], -1) is None
    a = analyse(tables(timeless, experiment("forest", 0.9)), Settings())
    assert a.monitoring is None
    assert "production-no-runs" in {problem.slug for problem in a.problems}


def test_a_condition_that_no_run_meets_is_told() -> None:
    settings = Settings(monitoring=(Monitored(runs=Selector(run="gone")),))
    a = analyse(tables(experiment("forest", 0.9)), settings)
    assert "production-no-runs" in {problem.slug for problem in a.problems}
