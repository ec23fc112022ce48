"""Stage 4: what badges say: one fact each, in few words."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.gates import may_be_released, of_side
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Tone
from runfolio.views.data import Badge
from runfolio.views.dates import short_day
from runfolio.views.impact_figures import worth_figure
from runfolio.views.impact_words import summed
from runfolio.views.words import verdict_of

__all__ = ["badges"]


def badges(a: Analysed) -> Iterator[Badge]:
    """Return the badges for which there is something to say.

    Yields
    ------
    Badge
        ``comparison``, ``requirements``, ``worth``, ``data-quality``, ``updated``.
    """
    yield from _comparison(a)
    yield from _requirements(a)
    yield from _worth(a)
    yield from _data_quality(a)
    if day := short_day(a.tables.newest):
        yield Badge("updated", "data up to", day)


def _comparison(a: Analysed) -> Iterator[Badge]:
    """Tell the champion's value, and whether it is better than the baseline."""
    if a.objective is None or a.champion_standing is None:
        return
    metric = a.metrics[a.objective.metric]
    value = metric.value(a.champion_standing.estimate.value)
    c = a.comparison
    if c is None:
        yield Badge("comparison", metric.label, value)
        return
    verdict = verdict_of(c)
    if c.difference is not None and c.outcome in ("better", "worse"):
        delta = metric.fine_for(c.difference.value).delta(c.difference.value)
        told = f"{value}, {verdict.text.lower()} ({delta})"
    else:
        told = f"{value}, {verdict.text.lower()}"
    yield Badge("comparison", metric.label, told, verdict.tone)


def _requirements(a: Analysed) -> Iterator[Badge]:
    own = of_side(a.gates, "champion")
    if not own:
        return
    met = sum(gate.is_met for gate in own)
    tone: Tone = "bad"
    if may_be_released(own):
        tone = "good" if met == len(own) and may_be_released(own, certain=True) else "unsure"
    told = f"{format_count(met)} of {format_count(len(own))} met"
    yield Badge("requirements", "requirements", told, tone)


def _worth(a: Analysed) -> Iterator[Badge]:
    """Tell what the champion is worth against the baseline."""
    figure = worth_figure(a, a.impact) if a.impact is not None else None
    if figure is not None and a.impact is not None and a.impact.difference is not None:
        spread = a.impact.difference
        tone: Tone = "unsure" if spread.low < 0 < spread.high else "good"
        told = f"{figure.value} {summed(a.impact)}"
        yield Badge("worth", "worth", told, "bad" if spread.high < 0 else tone)


def _data_quality(a: Analysed) -> Iterator[Badge]:
    checks = a.quality.checks
    if not checks:
        return
    kept = sum(check.status == "pass" for check in checks)
    broken = any(check.status not in ("pass", "not evaluated") for check in checks)
    told = f"{format_count(kept)} of {format_count(len(checks))} rules kept"
    tone: Tone = "bad" if broken else "good" if kept == len(checks) else "unsure"
    yield Badge("data-quality", "data", told, tone)
