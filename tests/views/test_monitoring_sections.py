"""What the sections on production say, and when they say nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.production import Columns, ProductionLog
from runfolio.views.blocks import Block, Chart, KeyFigures, Prose, Table
from runfolio.views.charts import chart_kinds
from runfolio.views.methods import method_blocks
from runfolio.views.monitoring_words import asked, finding_of, span_of, when
from runfolio.views.pages.monitoring import page
from runfolio.views.sections.monitoring_alerts import section as alerts
from runfolio.views.sections.monitoring_drift import section as drift
from runfolio.views.sections.monitoring_figures import section as figures
from runfolio.views.sections.monitoring_levels import section as levels
from runfolio.views.sections.monitoring_logs import section as logs
from runfolio.views.sections.monitoring_status import section as status
from runfolio.views.view import View

HOUR = 3_600_000
START = 1_793_491_200_000  # 1 November 2026
ALL = (alerts, drift, figures, levels, logs, status)
LABELS = {
    "recall": {"label": "Recall", "unit": "%", "goal": "maximize"},
    "latency": {"label": "Latency", "unit": "ms", "goal": "minimize"},
}


def view(entry: dict[str, Any] | None = None, *, hours: int = 24, **columns: Any) -> View:
    """Return what sections see of a log with a row each so many hours."""
    rows = len(next(iter(columns.values()), ()))
    numbers = {name: np.array(values, np.float64) for name, values in columns.items()}
    times = START + np.arange(rows, dtype=np.int64) * hours * HOUR
    log = ProductionLog(0, "production.csv", times, Columns(numbers), ("1",) * rows)
    told = {"monitoring": [{"path": "production.csv", **(entry or {})}], "metrics": LABELS}
    given = tables(run("forest", {"recall": 0.9}, params={"model": "forest"}))
    produced = (log,) if rows else ()
    return View(analyse(replace(given, production=produced), Settings.model_validate(told)))


def text_of(blocks: tuple[Block, ...]) -> str:
    """Return all prose of some blocks."""
    return "".join(
        span if isinstance(span, str) else span.text
        for block in blocks
        if isinstance(block, Prose)
        for span in block.spans
    )


def of_kind(blocks: tuple[Block, ...], kind: type) -> list[Any]:
    return [block for block in blocks if isinstance(block, kind)]


def cells(table: Table) -> list[list[str]]:
    return [
        [cell.verdict.text if cell.verdict else cell.text for cell in r.cells] for r in table.rows
    ]


SLOW = view({"metrics": {"latency": {"at_most": 50}}}, latency=[20.0] * 10 + [80.0] * 10)
KEPT = view({"metrics": {"latency": {"at_most": 50}}}, latency=[20.0, 21.0] * 10)


@pytest.mark.parametrize("section", ALL, ids=lambda section: section.name)
def test_without_a_log_there_is_nothing_but_what_it_needs(section: Any) -> None:
    assert section.build(view()) == ()
    assert section.needs


def test_the_finding_names_what_is_beyond_its_level() -> None:
    assert page.title(SLOW) == "In production, latency is above what is asked"
    assert page.title(KEPT) == "In production, every level is kept"
    assert "from 1\u00a0November\u00a02026 to 20\u00a0November\u00a02026" in page.kicker(SLOW)


@pytest.mark.parametrize(
    ("entry", "columns", "finding"),
    [
        ({}, {"latency": [20.0] * 9}, "no level is set to judge by"),
        (
            {"metrics": {"recall": {"at_least": 0.8}}},
            {"recall": [1.0] * 9, "recall_n": [1] * 9},
            "no level is broken, but not all can be judged",
        ),
        (
            {"metrics": {"recall": {"at_least": 0.8}}},
            {"recall": [0.7, 0.8] * 5, "recall_n": [10] * 10},
            "recall may be below what is asked",
        ),
        (
            {"metrics": {"recall": {"at_least": 0.8}, "latency": {"at_most": 30}}},
            {"recall": [0.7, 0.8] * 5, "recall_n": [10] * 10, "latency": [20.0, 21.0] * 5},
            "recall may be below what is asked",  # and latency, below 30 ms, is not meant
        ),
        (
            {
                "metrics": {
                    "a": {"metric": "recall", "at_least": 0.8, "count": "n"},
                    "b": {"metric": "recall", "at_least": 0.8, "count": "n"},
                }
            },
            {"a": [0.7, 0.8] * 5, "b": [0.7, 0.8] * 5, "n": [10] * 10},
            "recall may be below what is asked",  # two columns, one metric
        ),
        (
            {"metrics": {"recall": {"at_least": 0.8}}},
            {"recall": [0.8, 0.9] * 5, "recall_n": [10] * 10},
            "every level is kept, not all of them for certain",
        ),
    ],
)
def test_what_is_not_certain_is_not_told_as_if_it_were(
    entry: dict[str, Any], columns: dict[str, Any], finding: str
) -> None:
    found = view(entry, **columns).analysed.monitoring
    assert found is not None
    assert finding_of(found) == f"In production, {finding}"


def test_the_short_form_has_the_finding_the_alerts_and_the_gravest_figures() -> None:
    blocks = status.build(SLOW)
    assert "latency is above what is asked. One alert is open, since 11\u00a0November" in (
        text_of(blocks)
    )
    (shown,) = of_kind(blocks, KeyFigures)
    (figure,) = shown.figures
    assert figure.label.startswith("Latency, 14\u00a0days to 20\u00a0November")
    assert "asked: at most 50\u00a0ms; broken" in figure.context[0]


def test_an_alert_says_since_when() -> None:
    (table,) = of_kind(alerts.build(SLOW), Table)
    (row,) = cells(table)
    assert row == [
        *("Latency is above 50\u00a0ms", "Open", "11\u00a0November\u00a02026", ""),
        *("80.0\u00a0ms", "13\u00a0November\u00a02026"),
    ]
    assert "No alert has been raised" in text_of(alerts.build(KEPT))


def test_each_metric_has_its_chart_with_level_alert_and_table() -> None:
    blocks = levels.build(SLOW)
    (chart,) = of_kind(blocks, Chart)
    kind = chart_kinds()[chart.kind]
    assert set(chart.data) == set(kind.columns)
    rows = list(zip(*(chart.data[name] for name in kind.columns), strict=True))
    by_kind = {row[2] for row in rows}
    assert {"", "window", "level", "name", "alert"} <= by_kind
    assert [(row[1], row[6]) for row in rows if row[2] == "level"] == [(50, START + 19 * 24 * HOUR)]
    (alert,) = (row for row in rows if row[2] == "alert")
    assert (alert[0], alert[6]) == (START + 240 * HOUR, START + 19 * 24 * HOUR)
    assert chart.table is not None
    assert len(chart.table.rows) == 20
    assert "above what is asked (at most 50\u00a0ms)" in chart.title


def test_without_charts_the_table_shows_the_course() -> None:
    blocks = levels.build(replace(SLOW, options={"charts": 0}))
    assert of_kind(blocks, Chart) == []
    (table,) = of_kind(blocks, Table)
    spark = table.rows[0].cells[-1].spark
    assert spark[0] == (0.0, 0.0)
    assert spark[-1] == (1.0, 1.0)


def test_a_line_breaks_where_nothing_was_logged() -> None:
    days = [*range(12), *range(20, 32)]
    log = ProductionLog(
        0,
        "production.csv",
        START + np.array(days, np.int64) * 24 * HOUR,
        Columns({"latency": np.full(len(days), 20.0)}),
    )
    given = replace(KEPT.analysed.tables, production=(log,))
    told = Settings.model_validate({"monitoring": "production.csv", "metrics": LABELS})
    shown = View(analyse(given, told))
    (chart,) = of_kind(levels.build(shown), Chart)
    pairs = zip(chart.data["f1"], chart.data["f2"], strict=True)
    assert [value for value, kind in pairs if kind == "window"].count(None) == 1
    assert "1\u00a0gap: nothing was logged after 12\u00a0November\u00a02026 until" in (
        text_of(logs.build(shown))
    )


def test_times_of_day_are_told_where_windows_are_short() -> None:
    short = view(
        {"metrics": {"latency": {"at_most": 50}}, "window": "6h"},
        hours=1,
        latency=[20.0] * 10 + [80.0] * 10,
    )
    (table,) = of_kind(alerts.build(short), Table)
    assert "1\u00a0November\u00a02026, 10:00\u00a0UTC" in cells(table)[0]


def test_words() -> None:
    assert (span_of(336), span_of(12)) == ("14\u00a0days", "12\u00a0hours")
    assert when(START, 12) == "1\u00a0November\u00a02026"
    level = SLOW.analysed.monitoring.levels[0]  # type: ignore[union-attr]
    assert asked(level.metric, level.thresholds[0]) == "at most 50\u00a0ms"


def test_drift_says_what_moved_and_what_it_is_compared_with() -> None:
    rng = np.random.default_rng(3)
    entry = {"inputs": ["age", "size"], "reference": "training.csv", "window": "10d"}
    rows = 24 * 20
    shown = view(entry, hours=1, age=rng.normal(3, 1, rows), size=rng.normal(size=rows))
    (log,) = shown.analysed.tables.production
    before = Columns({"age": rng.normal(size=900), "size": rng.normal(size=900)})
    log = replace(log, reference=before, reference_name="training.csv")
    told = Settings.model_validate({"monitoring": [{"path": "production.csv", **entry}]})
    found = View(analyse(replace(shown.analysed.tables, production=(log,)), told))
    blocks = drift.build(found)
    assert "Compared with training.csv (900\u00a0rows)" in text_of(blocks)
    assert "age has moved." in text_of(blocks)
    (table,) = of_kind(blocks, Table)
    assert [(row[0], row[1]) for row in cells(table)] == [("age", "Moved"), ("size", "Stable")]
    assert page.title(found) == (
        "In production, no level is set to judge by, and one input has moved away from the "
        "training data"
    )


def test_the_rules_are_on_the_methods_page_where_they_were_used() -> None:
    titles = {getattr(block, "anchor", "") for block in method_blocks(SLOW)}
    assert {"service-levels", "alerts"} <= titles
    assert "input-drift" not in titles
    assert "service-levels" not in {getattr(block, "anchor", "") for block in method_blocks(view())}
