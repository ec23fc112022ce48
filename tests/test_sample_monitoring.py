"""What the sample's README says of production is what its logs hold and its report tells."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from runfolio.analysis.monitoring import Monitoring
from runfolio.evidence.production import read_production
from runfolio.pipeline import Request, check, load
from runfolio.project import open_project

SAMPLE = Path(__file__).parents[1] / "sample_runs"
LOGS = SAMPLE / "monitoring"


def rows(name: str) -> list[dict[str, str]]:
    with (LOGS / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def monitoring() -> Monitoring:
    from runfolio.analysis.analysed import analyse

    project = open_project((str(SAMPLE),), None)
    found = analyse(load(Request((str(SAMPLE),))), project.settings).monitoring
    assert found is not None
    return found


def test_both_logs_hold_the_same_cases() -> None:
    days = rows("production.csv")
    cases = rows("cases.csv")
    seen = Counter(case["seen_at"][:10] for case in cases)
    assert len(cases) == 1132
    assert {day["day"]: int(day["cases"]) for day in days if day["cases"] != "0"} == seen
    assert len(rows("training.csv")) == 398


def test_the_outage_and_the_late_diagnoses() -> None:
    days = rows("production.csv")
    assert not {f"2026-10-{day}" for day in (10, 11, 12, 13)} & {day["day"] for day in days}
    assert [day["day"] for day in days if not day["malignant"]] == [
        f"2026-11-{day}" for day in range(18, 23)
    ]


def test_the_logs_are_read_without_a_problem() -> None:
    project = open_project((str(SAMPLE),), None)
    logs, problems = read_production(project.settings, project.folder, project.data_place)
    assert [log.name for log in logs] == ["monitoring/production.csv", "monitoring/cases.csv"]
    assert problems == ()


def test_recall_fell_and_small_tumours_came(monitoring: Monitoring) -> None:
    levels = {level.column: level for level in monitoring.levels}
    recall, shadow = levels["recall"], levels["shadow_recall"]
    assert recall.recent is not None
    assert shadow.recent is not None
    assert round(100 * recall.recent.value) == 63
    assert round(100 * shadow.recent.value, -1) in (80, 90)
    assert recall.forecast is not None
    assert recall.forecast.expected.who == "logistic-today"
    assert round(100 * recall.forecast.expected.value) == 85
    moved = {d.column for d in monitoring.drifts if d.now.drift.verdict == "moved"}
    assert moved == {"mean area", "mean radius"}
    assert {alert.column for alert in monitoring.open_alerts} == {"recall", *moved}


def test_the_sample_still_has_no_more_than_its_known_problem() -> None:
    found = check(Request((str(SAMPLE),)))
    assert not [problem for problem in found.problems if "monitoring" in problem.place]
