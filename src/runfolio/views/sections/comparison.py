"""Champion against baseline: every run as a mark, the mean and its interval."""

from __future__ import annotations

import math

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import Comparison
from runfolio.analysis.metrics import Metric
from runfolio.analysis.power import seeds_needed, smallest_delta
from runfolio.model.numbers import format_count, format_number, localized
from runfolio.views.blocks import Block, Prose
from runfolio.views.dots import dot_chart
from runfolio.views.methods import method_link
from runfolio.views.optimism_words import luck_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, verdict_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.comparison is None or a.objective is None:
        return ()
    sides = [s for s in a.standings if a.mark(s.configuration)]
    if not sides:
        return ()
    metric, c = a.metrics[a.objective.metric], a.comparison
    chart = dot_chart(a, sides, key="champion-and-baseline", title=_finding(view), static=True)
    blocks: list[Block] = [
        chart,
        Prose((f"{verdict_of(c).text}. {c.reason} ", method_link("difference"), "."), "note"),
    ]
    if c.outcome == "not comparable":
        return tuple(blocks)  # a difference between unlike things says nothing
    size = _size(metric, c)
    if size:
        blocks.append(Prose((size, " ", method_link("effect"), "."), "note"))
    luck = luck_of(a)
    if luck:
        blocks.append(Prose((luck, " ", method_link("optimism"), "."), "note"))
    power = _power(metric, c)
    if power:
        blocks.append(Prose((power, " ", method_link("power"), "."), "note"))
    return tuple(blocks)


def _finding(view: View) -> str:
    a = view.analysed
    assert a.objective is not None
    values = {a.mark(s.configuration): s.values for s in a.standings}
    best, base = values.get("champion", ()), values.get("baseline", ())
    comparable = a.comparison is not None and a.comparison.outcome != "not comparable"
    if comparable and len(best) > 1 and len(base) > 1:
        if len({*best, *base}) == 1:
            return "All runs of champion and baseline give the same value"
        if _apart(a, best, base):
            return "Every run of the champion is better than every run of the baseline"
        return "The runs of champion and baseline overlap"
    return "Champion and baseline, run by run"


def _apart(a: Analysed, best: tuple[float, ...], base: tuple[float, ...]) -> bool:
    up = a.objective is not None and a.objective.goal == "maximize"
    return min(best) > max(base) if up else max(best) < min(base)


def _size(metric: Metric, c: Comparison) -> str:
    """Say how large the difference is: as a share, and beside the spread of the seeds."""
    delta = c.difference
    if delta is None or not math.isfinite(delta.effect):
        return ""
    size = abs(delta.effect)
    text = (
        localized(f"{size:.2g}")
        if 0.001 < size < 100
        else format_number(size, digits=0 if size > 1 else 3)
    )
    told = (
        f"The difference of {metric.fine_for(delta.value).delta(delta.value)} is {text} standard "
    )
    told += "deviations of the seeds (Hedges' g)"
    if not math.isfinite(delta.relative):
        return f"{told}."
    told += f", or {_percent(delta.relative)} of the baseline's {call(metric)}"
    if math.isfinite(delta.relative_low):
        told += f" ({_percent(delta.relative_low)} to {_percent(delta.relative_high)})"
    return f"{told}."


def _percent(share: float) -> str:
    return localized(f"{share:+.1%}")


def _power(metric: Metric, c: Comparison) -> str:
    """Say how many seeds it takes to tell a difference, from the spread that was seen."""
    delta = c.difference
    if delta is None or not math.isfinite(delta.error) or not delta.error:
        return ""
    paired = bool(delta.pairs)
    if paired:
        spread = delta.error * math.sqrt(delta.pairs)
    elif c.candidate is not None and c.baseline is not None:
        spread = math.sqrt((c.candidate.spread**2 + c.baseline.spread**2) / 2)
    size = c.tolerance or abs(delta.value) / (2 if c.outcome in ("better", "worse") else 1)
    needed = seeds_needed(size, spread, paired=paired, comparisons=c.together)
    if needed is None:
        return ""
    which = "the smallest that matters" if c.tolerance else "half of this one"
    if not c.tolerance and c.outcome not in ("better", "worse"):
        which = "as large as the one seen"
    told = (
        f"To tell a difference of {metric.size(size)}, {which}, about {format_count(needed)} "
        "seeds each are needed with the spread seen here (in four of five studies)."
    )
    if c.outcome == "not distinguishable":
        least = smallest_delta(min(delta.n), spread, paired=paired, comparisons=c.together)
        if math.isfinite(least):
            told += f" With those there are, one of about {metric.size(least)} would be."
    return told


section = SectionKind(
    "comparison",
    "Is it really better?",
    "a baseline: name one under baseline: in report.yaml",
    build,
)
