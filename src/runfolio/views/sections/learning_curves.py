"""How champion and baseline learn: their curves over the steps, and what these say.

Where neither has a curve, the first two of the leaderboard that have one are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.curve_flags import (
    FEWEST_POINTS,
    CurveFlag,
    CurveFlags,
    FlagKind,
    curve_flags,
    is_judged,
    typical_flag,
)
from runfolio.analysis.curves import Axis, band_of, curve_lines
from runfolio.analysis.metrics import Metric
from runfolio.model.thinning import held_out
from runfolio.views.band_charts import Side, band_chart
from runfolio.views.blocks import Block, Chart, Details, Mark, Prose, Strong
from runfolio.views.curve_words import flag_sentence
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST_OTHERS = 10
_ORDER: tuple[FlagKind, ...] = ("divergence", "overfitting", "stopped too early", "plateau")


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    sides = _sides(view)
    chart = _chart(view, sides, "step")
    if chart is None:
        return ()
    blocks: list[Block] = [chart]
    if not any(mark for mark, _ in sides):
        told = "Neither the champion nor the baseline has a curve; these are the first of the "
        blocks.insert(0, Prose((f"{told}leaderboard that have one.",)))
    for mark, _ in sides:
        if mark and mark not in chart.data["f2"]:
            blocks.append(Prose((f"The {mark} has no such curve.",), "note"))
    along: tuple[tuple[Axis, str], ...] = (("epoch", "epochs"), ("time", "time"))
    further = [(_chart(view, sides, axis), word) for axis, word in along]
    charts = [(one, word) for one, word in further if one is not None]
    if charts:
        words = " and ".join(word for _, word in charts)
        blocks.append(Details(f"The same over {words}", tuple(one for one, _ in charts)))
    blocks.append(
        Prose((method_link("curve-bands", "How the curves are put together"), "."), "note")
    )
    blocks += _flags(view, [configuration for _, configuration in sides])
    shown = [configuration for _, configuration in sides]
    others = [s.configuration for s in a.standings if s.configuration not in shown]
    further_told = [
        told for one in others[:_MOST_OTHERS] for told in _told(one, _judged(view, one))
    ]
    if further_told:
        title = "Other configurations"
        if len(others) > _MOST_OTHERS:
            title = f"The next {_MOST_OTHERS} configurations of the leaderboard"
        blocks.append(Details(title, tuple(further_told)))
    return tuple(blocks)


def _sides(view: View) -> list[tuple[Mark, Configuration]]:
    a = view.analysed
    sides: list[tuple[Mark, Configuration]] = []
    if a.champion is not None:
        sides.append(("champion", a.champion))
    if a.baseline is not None and a.baseline is not a.champion:
        sides.append(("baseline", a.baseline))
    if _drawn_metric(view, sides) is not None:
        return sides
    others = [one for _, one in sides]
    rest = (s.configuration for s in a.standings if s.configuration not in others)
    return list(islice((("", one) for one in rest if _drawn_metric(view, [("", one)])), 2))


def _rows(view: View, configuration: Configuration) -> dict[str, dict[str, int]]:
    return {
        run: {row.metric: row.row for row in view.runs[run].metrics} for run in configuration.runs
    }


def _drawn_metric(view: View, sides: Sequence[tuple[Mark, Configuration]]) -> Metric | None:
    """Return the objective if it has a curve, or else what comes nearest to it."""
    a = view.analysed
    objective = a.objective.metric if a.objective else ""
    curves = {
        row.metric
        for _, configuration in sides
        for run in configuration.runs
        for row in view.runs[run].metrics
        if row.count - row.nonfinite > 1
    }
    chosen = a.metrics.get(objective)
    family = chosen.family if chosen else ""
    candidates = [a.metrics[name] for name in curves if is_judged(a.metrics[name], chosen)]
    candidates.sort(
        key=lambda m: (m.name != objective, m.family != family, not held_out([m.name]), m.name)
    )
    return candidates[0] if candidates else None


def _chart(view: View, sides: Sequence[tuple[Mark, Configuration]], axis: Axis) -> Chart | None:
    metric = _drawn_metric(view, sides)
    if metric is None:
        return None
    rows = {run: own for _, one in sides for run, own in _rows(view, one).items()}
    # All at once: both sides must be along the same, counted from the same.
    lines = curve_lines(view.analysed.tables, rows, metric.name, axis)
    drawn: list[Side] = []
    for mark, configuration in sides:
        band = band_of([lines[run] for run in configuration.runs if run in lines])
        if band is not None:
            drawn.append(Side(mark, configuration.label, band))
    if not any(len(side.band.x) > 1 for side in drawn):
        return None
    return band_chart(metric, drawn, axis)


def _judged(view: View, configuration: Configuration) -> list[CurveFlags]:
    a = view.analysed
    objective = a.objective.metric if a.objective else ""
    rows = _rows(view, configuration).values()
    return [curve_flags(a.tables.curves, own, a.metrics, objective) for own in rows]


def _flags(view: View, configurations: Sequence[Configuration]) -> Iterator[Block]:
    """Say what the curves of champion and baseline say, or that they say nothing."""
    found = [(one, _judged(view, one)) for one in configurations]
    told = [block for one, own in found for block in _told(one, own)]
    runs = [flags for _, own in found for flags in own]
    judged = sum(bool(flags.judged) for flags in runs)
    yield from told
    link = method_link("curve-flags")
    if judged and not told:
        curves = "the curves of " + count_of(judged, "run")
        said = f"No overfitting, divergence, plateau or stop too early shows in {curves}. "
        yield Prose((said, link, "."), "note")
    elif told:
        yield Prose((method_link("curve-flags", "By which rules this is told"), "."), "note")
    short = dict.fromkeys(metric.label for flags in runs for metric in flags.too_short)
    if short:
        said = f"Curves of fewer than {FEWEST_POINTS} points are not judged: {listed(list(short))}."
        yield Prose((said,), "note")


def _told(configuration: Configuration, runs: Sequence[CurveFlags]) -> list[Prose]:
    """Return a sentence for each kind of flag and metric, of all the runs that have it."""
    groups: dict[tuple[FlagKind, str], list[CurveFlag]] = {}
    for own in runs:
        for flag in own.flags:
            groups.setdefault((flag.kind, flag.metric.name), []).append(flag)
    told = []
    for (kind, _), flags in sorted(groups.items(), key=lambda item: _ORDER.index(item[0][0])):
        of = f"{len(flags)} of {count_of(len(runs), 'run')}" if len(runs) > 1 else "the run"
        said = f" {of} of {configuration.label}: {flag_sentence(typical_flag(flags))}"
        if len(flags) > 1:
            said = f"{said[:-1]} (medians of these runs)."
        told.append(Prose((Strong(f"{kind.capitalize()}:"), said)))
    return told


section = SectionKind(
    "learning-curves",
    "How they learn",
    "a metric with more than one step",
    build,
)
