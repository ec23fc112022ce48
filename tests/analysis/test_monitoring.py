"""How the model does in production: levels, forecasts, alerts, gaps and versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.monitoring import Level, Monitoring
from runfolio.config import MetricSettings, Monitored, Requirement, Settings
from runfolio.model.production import Columns, ProductionLog
from runfolio.model.records import ModelRecord, RunRecord

DAY = 24 * 3_600_000
START = 1_793_491_200_000  # 1 November 2026


def log(
    days: Sequence[float], *, versions: Sequence[str] = (), **columns: Sequence[float]
) -> ProductionLog:
    times = np.array([START + round(day * DAY) for day in days], np.int64)
    numbers = {name: np.array(values, np.float64) for name, values in columns.items()}
    return ProductionLog(0, "production.csv", times, Columns(numbers), tuple(versions))


def experiment(run_id: str, recall: float, **params: str) -> RunRecord:
    return replace(
        run(run_id, {"val/recall": recall, "latency": 12.0}), params={"model": "a", **params}
    )


RUNS = (
    *(experiment(f"today-{i}", 0.84 + i / 100, seed=f"{i}", model="today") for i in range(3)),
    *(experiment(f"new-{i}", 0.94 + i / 100, seed=f"{i}", model="new") for i in range(3)),
)
VERSIONS = (
    ModelRecord("triage", "registered", "mlruns", "1", run_id="today-0", aliases=("production",)),
    ModelRecord("triage", "registered", "mlruns", "2", run_id="new-0"),
)


def judged(own: ProductionLog, entry: Mapping[str, Any] | None = None, **more: Any) -> Analysed:
    told = {"path": "production.csv", "least": 1, **(entry or {})}
    settings = Settings(monitoring=(Monitored(**told),), **more)
    given = tables(*RUNS, models=VERSIONS)
    return analyse(replace(given, production=(own,)), settings)


def found(a: Analysed) -> Monitoring:
    assert a.monitoring is not None
    return a.monitoring


def only(a: Analysed) -> Level:
    (level,) = found(a).levels
    return level


def slugs(a: Analysed) -> set[str]:
    return {problem.slug for problem in a.problems}


FALLING = log(range(60), recall=[0.95] * 30 + [0.60] * 30, positives=[20] * 60)
RECALL = {"metrics": {"recall": {"metric": "val/recall", "count": "positives"}}}


def test_a_requirement_on_the_metric_holds_in_production_too() -> None:
    asked = Requirement(name="Catches cases", metric="val/recall", at_least=0.8)
    a = judged(FALLING, RECALL, requirements=(asked,))
    level = only(a)
    assert [(t.name, t.at_least) for t in level.thresholds] == [("Catches cases", 0.8)]
    assert level.statuses == ("missed",)
    (alert,) = found(a).open_alerts
    assert alert.metric is not None
    assert alert.metric.name == "val/recall"
    assert START + 30 * DAY <= alert.since <= START + 44 * DAY
    assert alert.since < alert.confirmed
    assert alert.value == pytest.approx(0.6)


def test_a_threshold_in_per_cent_is_of_the_logged_share() -> None:
    asked = Requirement(name="Catches cases", metric="val/recall", at_least=80, unit="%")
    settings = {"val/recall": MetricSettings(unit="%", goal="maximize")}
    a = judged(FALLING, RECALL, requirements=(asked,), metrics=settings)
    assert only(a).thresholds[0].at_least == pytest.approx(0.8)


def test_the_monitoring_may_set_a_level_of_its_own() -> None:
    steady = log(range(30), queue=[5.0, 6.0, 5.5] * 10)
    a = judged(steady, {"metrics": {"queue": {"at_most": 10}}})
    level = only(a)
    assert level.statuses == ("met",)
    assert found(a).alerts == ()
    assert level.metric.name == "queue"


def test_an_alert_that_ended_is_there_with_its_end() -> None:
    spike = [5.0] * 10 + [20.0] * 6 + [5.0] * 14
    a = judged(log(range(30), queue=spike), {"metrics": {"queue": {"at_most": 10}}})
    (alert,) = found(a).alerts
    assert not alert.is_open
    assert (alert.since, alert.confirmed, alert.until) == tuple(
        START + day * DAY for day in (10, 12, 16)
    )
    assert alert.value == 20


@pytest.mark.parametrize(
    ("spike", "worst"),
    [([4.0, 11.0, 12.0], 4.0), ([9.0, 11.0, 17.0], 17.0)],  # 6 below and 2 above; 1 and 7
)
def test_the_worst_value_is_furthest_from_its_level_on_either_side(
    spike: list[float], worst: float
) -> None:
    own = log(range(23), queue=[10.0] * 10 + spike + [10.0] * 10)
    told = {"queue": {"at_least": 10, "at_most": 10}}
    (alert,) = found(judged(own, {"metrics": told})).alerts
    assert alert.value == worst


def test_labels_that_come_late_are_told_and_not_judged_by_guess() -> None:
    late = [0.9] * 20 + [np.nan] * 5
    a = judged(log(range(25), recall=late), {"metrics": {"recall": {"at_least": 0.8}}})
    level = only(a)
    assert level.recent is not None
    assert level.recent.until == START + 19 * DAY
    assert level.waiting == 5 * DAY
    stale = [0.9] * 5 + [np.nan] * 20
    a = judged(log(range(25), recall=stale), {"metrics": {"recall": {"at_least": 0.8}}})
    assert only(a).recent is None
    assert only(a).statuses == ("no recent values",)


def test_few_cases_are_not_judged() -> None:
    few = log(range(10), recall=[0.0] * 10, recall_n=[1] * 10)
    a = judged(few, {"metrics": {"recall": {"at_least": 0.8}}, "least": 30})
    assert only(a).statuses == ("too few values",)
    assert found(a).alerts == ()


def test_without_a_word_every_column_of_numbers_is_a_metric() -> None:
    a = judged(log(range(9), recall=[0.9] * 9, recall_n=[9] * 9, latency=[11.0] * 9))
    assert [level.column for level in found(a).levels] == ["recall", "latency"]
    assert found(a).levels[1].metric.runs == len(RUNS)  # what runs log too is the same metric


@pytest.mark.parametrize(
    ("forecast", "versions", "who", "value"),
    [
        ("champion", (), "new", 0.95),
        ("baseline", (), "today", 0.85),
        ("deployed", ("2",) * 60, "new", 0.95),
        ("deployed", ("triage/1",) * 60, "today", 0.85),
        ("deployed", (), "today", 0.85),  # the registry says what is in production
    ],
)
def test_a_forecast_may_be_what_runs_measured(
    forecast: str, versions: Sequence[str], who: str, value: float
) -> None:
    own = replace(FALLING, versions=tuple(versions))
    metric = {"metric": "val/recall", "count": "positives", "forecast": {"offline": forecast}}
    a = judged(own, {"metrics": {"recall": metric}}, objective={"metric": "val/recall"})
    check = only(a).forecast
    assert check is not None
    assert who in check.expected.who
    assert check.expected.metric == "val/recall"
    assert check.expected.value == pytest.approx(value)
    assert check.outcome == "below the forecast"
    assert check.delta == pytest.approx(0.6 - value)


@pytest.mark.parametrize(
    ("metric", "version", "slug"),
    [
        ("val/recall", "9", "forecast-unknown"),
        (None, "1", "forecast-not-measured"),
    ],
)
def test_a_forecast_that_is_not_there_is_told(metric: str | None, version: str, slug: str) -> None:
    own = replace(FALLING, versions=(version,) * 60)
    told = {"metric": metric, "count": "positives", "forecast": {"offline": "deployed"}}
    a = judged(own, {"metrics": {"recall": told}})
    assert slug in slugs(a)
    assert only(a).forecast is None


def test_a_forecast_may_be_a_column() -> None:
    own = log(range(20), cases=[12.0] * 20, plan=[10.0] * 20, low=[8.0] * 20, high=[11.0] * 20)
    told = {"forecast": {"value": "plan", "low": "low", "high": "high"}}
    a = judged(own, {"metrics": {"cases": told}})
    check = only(a).forecast
    assert check is not None
    assert (check.outcome, check.delta) == ("above the forecast", 2)
    assert (check.outside, check.points) == (14, 14)


def test_values_in_another_unit_than_the_runs_are_left_out_and_told() -> None:
    settings = {"val/recall": MetricSettings(unit="%", goal="maximize")}
    a = judged(
        log(range(9), recall=[95.0] * 9),
        {"metrics": {"recall": {"metric": "val/recall"}}},
        metrics=settings,
    )
    assert "production-unit" in slugs(a)
    assert found(a).levels == ()


def test_gaps_are_told_by_the_rhythm_of_the_log() -> None:
    days = [*range(20), *range(26, 40)]
    (own,) = found(judged(log(days, v=[1.0] * len(days)))).logs
    assert [(gap.after, gap.before) for gap in own.gaps] == [(START + 19 * DAY, START + 26 * DAY)]


def test_weekends_without_a_log_are_no_gaps() -> None:
    weekdays = [day for day in range(70) if day % 7 < 5]
    (own,) = found(judged(log(weekdays, v=[1.0] * len(weekdays)))).logs
    assert own.gaps == ()


def test_versions_in_the_order_in_which_they_came() -> None:
    own = log(range(9), v=[1.0] * 9, versions=["1"] * 4 + [""] + ["2"] * 4)
    (seen,) = found(judged(own)).logs
    assert [(one.version, one.rows) for one in seen.versions] == [("1", 4), ("2", 4)]
    assert [(one.since, one.until) for one in seen.versions] == [
        (START, START + 3 * DAY),
        (START + 5 * DAY, START + 8 * DAY),
    ]
    assert seen.deployed == "2"


def test_drift_raises_an_alert_from_the_first_window_that_moved() -> None:
    rng = np.random.default_rng(8)
    rows = 40 * 100
    days = np.arange(rows) / 100
    age = rng.normal(size=rows) + np.where(days > 19, 3.0, 0.0)
    own = replace(
        log(days.tolist(), age=age.tolist()),
        reference=Columns({"age": rng.normal(size=1000)}),
        reference_name="training",
    )
    entry = {"inputs": ["age"], "reference": "training.csv", "window": "10d"}
    a = judged(own, entry)
    (alert,) = found(a).alerts
    assert alert.is_open
    assert alert.threshold is None
    assert START + 19 * DAY <= alert.since <= START + 20 * DAY
    assert found(a).levels == ()  # inputs are no metrics


def test_the_report_is_of_the_newest_time_that_was_logged() -> None:
    a = judged(log(range(9), v=[1.0] * 9))
    assert a.as_of is not None
    assert a.as_of.isoformat() == "2026-11-09T00:00:00+00:00"
