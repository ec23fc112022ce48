"""Stage 4: where production is not as the metrics that the impact is computed from."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import Impact
from runfolio.analysis.production_level import Level
from runfolio.formula import Input
from runfolio.views.blocks import Callout, Link
from runfolio.views.gate_words import quoted
from runfolio.views.methods import method_link
from runfolio.views.words import listed

__all__ = ["production_callout", "production_hedge"]


def production_hedge(a: Analysed, impact: Impact) -> str:
    """Say in a sentence which metrics are not in production what the figures rest on."""
    names = list(dict.fromkeys(level.metric.label for _, level, _ in _off(a, impact)))
    if not names:
        return ""
    verb = "is" if len(names) == 1 else "are"
    told = listed([quoted(name) for name in names], 3)
    return f"In production {told} {verb} not as measured, so these figures may not hold."


def production_callout(a: Analysed, impact: Impact) -> Callout | None:
    """Say how far production is from what the formulas use; None where it is not known to be."""
    told = []
    for whose, level, measured in _off(a, impact):
        assert level.recent is not None
        told.append(
            f"{quoted(level.metric.label)} is {level.metric.value(level.recent.value)} at present; "
            f"of the {whose} {level.metric.value(measured)} was measured, and the formulas use that"
        )
    if not told:
        return None
    return Callout(
        "unsure",
        "Production is not as measured",
        (
            f"{'. '.join(told)}. ",
            Link("Monitoring", "monitoring.html"),
            ". ",
            method_link("service-levels"),
            ".",
        ),
    )


def _off(a: Analysed, impact: Impact) -> Iterator[tuple[str, Level, float]]:
    """Yield whose forecast is off, the metric in production, and what was measured of it."""
    sides = (("champion", impact.champion), ("baseline", impact.baseline))
    for log in a.monitoring.logs if a.monitoring is not None else ():
        for level in log.levels:
            check = level.forecast
            if check is None or level.recent is None or check.expected.kind != "offline":
                continue
            if check.outcome not in ("below the forecast", "above the forecast"):
                continue
            for whose, own in sides:
                if own is None or check.expected.who != own.configuration.label:
                    continue
                if Input("metric", (check.expected.metric,)) in own.values:
                    yield whose, level, check.expected.value
                    break
