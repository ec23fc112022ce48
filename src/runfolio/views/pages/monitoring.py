"""How the model does in production."""

from __future__ import annotations

from runfolio.views.monitoring_words import finding_of, when
from runfolio.views.pages import PageKind
from runfolio.views.view import View


def _title(view: View) -> str:
    monitoring = view.analysed.monitoring
    return finding_of(monitoring) if monitoring is not None else ""


def _kicker(view: View) -> str:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ""
    first = min(log.since for log in monitoring.logs)
    hours = min(log.rules.hours for log in monitoring.logs)
    return f"Production from {when(first, hours)} to {when(monitoring.until, hours)}"


page = PageKind(
    *("monitoring", "Monitoring", "The project", 60),
    (
        "monitoring-figures",
        "monitoring-alerts",
        "monitoring-levels",
        "monitoring-drift",
        "monitoring-logs",
    ),
    _title,
    kicker=_kicker,
)
