"""What somebody should know of production, and since when; what ended is there, too."""

from __future__ import annotations

from runfolio.analysis.monitoring import Alert
from runfolio.model.numbers import format_count, localized
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table, Verdict
from runfolio.views.methods import method_link
from runfolio.views.monitoring_words import alert_sentence, when
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_MOST = 50


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ()
    judged = any(level.thresholds for level in monitoring.levels) or monitoring.drifts
    if not judged:
        return ()
    link = (method_link("alerts"), ".")
    if not monitoring.alerts:
        return (Prose(("No alert has been raised since the logs began. ", *link)),)
    most = int(view.options.get("limit", _MOST))
    alerts = monitoring.open_alerts if view.options.get("open", False) else monitoring.alerts
    shown = alerts[:most]
    if not shown:
        return (Prose(("No alert is open. ", *link)),)
    open_now = len(monitoring.open_alerts)
    caption = f"{count_of(open_now, 'open alert')}"
    if len(alerts) > open_now:
        caption += f", and {format_count(len(alerts) - open_now)} that ended"
    if len(shown) < len(alerts):
        caption += f": {len(shown)} of them"
    table = Table(
        caption,
        (
            Column("What"),
            Column("State", "verdict"),
            Column("Since"),
            Column("Until"),
            Column("At its worst", "number"),
            Column("Clear from"),
        ),
        tuple(map(_row, shown)),
    )
    note = (
        "Since: the first point from which on the level was broken. Clear from: when enough points "
        "in a row had shown it. "
    )
    return (table, Prose((note, *link), "note"))


def _row(alert: Alert) -> Row:
    worst = (
        alert.metric.value(alert.value)
        if alert.metric is not None
        else localized(f"index {alert.value:.2f}")
    )
    return Row(
        (
            Cell(alert_sentence(alert)),
            Cell(verdict=Verdict("Open", "bad") if alert.is_open else Verdict("Ended", "good")),
            Cell(when(alert.since, alert.hours)),
            Cell("" if alert.until is None else when(alert.until, alert.hours)),
            Cell(worst),
            Cell(when(alert.confirmed, alert.hours)),
        )
    )


section = SectionKind(
    "monitoring-alerts",
    "Alerts",
    "logs of production, and levels to keep: requirements, or monitoring: in report.yaml",
    build,
)
