"""How the model does in production, in a sentence and a few figures."""

from __future__ import annotations

from runfolio.analysis.monitoring import Level, Monitoring, Watched
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, KeyFigure, KeyFigures, Link, Prose, Strong
from runfolio.views.methods import method_link
from runfolio.views.monitoring_words import (
    GRAVEST,
    against,
    asked,
    finding_of,
    span_of,
    status_verdict,
    when,
    worst_status,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed, number_word


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ()
    finding = Prose(
        (
            Strong(finding_of(monitoring)),
            f". {alerts_of(monitoring)} ",
            Link("How it does in production", "monitoring.html"),
            ".",
        )
    )
    return (finding, *figures_of(monitoring, int(view.options.get("figures", 3))))


def figures_of(monitoring: Monitoring, most: int) -> tuple[Block, ...]:
    """Return the gravest metrics as large figures, and up to when there are logs."""
    figures = tuple(_figure(level, log) for log, level in _gravest(monitoring)[:most])
    logged = Prose((*_logged(monitoring), method_link("service-levels"), "."), "note")
    return (KeyFigures(figures), logged) if figures else (logged,)


def _gravest(monitoring: Monitoring) -> list[tuple[Watched, Level]]:
    """Return the metrics with levels or a forecast, those that are beyond them first."""
    found = [
        (log, level)
        for log in monitoring.logs
        for level in log.levels
        if level.thresholds or level.forecast is not None
    ]
    return sorted(
        found, key=lambda one: (GRAVEST.index(worst_status(one[1])), one[1].forecast is None)
    )


def _figure(level: Level, log: Watched) -> KeyFigure:
    metric, recent = level.metric, level.recent
    parts: list[str] = []
    if recent is not None and recent.has_interval:
        parts.append(f"{metric.range(recent.low, recent.high)} (95\u00a0% interval)")
    if level.thresholds:
        told = listed(list(dict.fromkeys(asked(metric, t) for t in level.thresholds)), 3)
        parts.append(f"asked: {told}; {status_verdict(worst_status(level)).text.lower()}")
    check = level.forecast
    if check is not None and check.outcome != "too few values":
        parts.append(against(metric, check))
    since = f"{span_of(log.rules.hours)} to {when(recent.until, log.rules.hours)}" if recent else ""
    return KeyFigure(
        f"{metric.label}, {since}" if since else metric.label,
        metric.value(recent.value) if recent is not None else "not known",
        (f"{'; '.join(parts)}.",) if parts else (),
    )


def alerts_of(monitoring: Monitoring) -> str:
    """Say how many alerts are open, and since when."""
    open_now = monitoring.open_alerts
    ended = len(monitoring.alerts) - len(open_now)
    more = f"; {format_count(ended)} ended" if ended else ""
    if not open_now:
        return f"No alert is open{more}."
    newest = max(open_now, key=lambda alert: alert.since)
    since = f"since {when(newest.since, newest.hours)}"
    if len(open_now) == 1:
        return f"One alert is open, {since}{more}."
    return f"{number_word(len(open_now)).capitalize()} alerts are open, the newest {since}{more}."


def _logged(monitoring: Monitoring) -> tuple[str, ...]:
    """Say up to when there are logs, by which version, and where some are missing."""
    hours = min(log.rules.hours for log in monitoring.logs)
    deployed = [log.deployed for log in monitoring.logs if log.deployed]
    version = f", of version {listed(list(dict.fromkeys(deployed)))}" if deployed else ""
    broken = [log.name for log in monitoring.logs if log.gaps]
    missing = f" There are gaps in {listed(broken)}." if broken else ""
    return (f"Logs up to {when(monitoring.until, hours)}{version}.{missing} ",)


section = SectionKind(
    "monitoring-status",
    "In production",
    "logs of production: name them under monitoring: in report.yaml, or tag runs monitoring: true",
    build,
)
