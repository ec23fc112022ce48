"""What the objective costs: the configurations that are worth it, and those that are not."""

from __future__ import annotations

from itertools import pairwise

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import compare_configurations
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.analysis.pareto import MOST_METRICS, Front, Place, cost_metrics, pareto_front
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, number_word

_MOST_NAMED = 6
_LONGEST_NAME = 28
_NEAR = 0.06
"""Share of an axis within which two names would meet."""


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    metrics = _metrics(view)
    if len(metrics) < 2:
        return ()
    front = pareto_front(metrics, a.values, a.alike)
    if len(front.places) < 2:
        return ()
    limit = int(view.options.get("limit", 20))
    chart = Chart(
        key=f"pareto-{view.options.get('key', 'cost')}",
        kind="front",
        title=_finding(a, front),
        sentence=_sentence(front),
        data=front_data(a, front),
        titles={"@x": _axis(metrics[1]), "@y": _axis(metrics[0])},
        table=_table(view, front, limit),
        static=bool(view.options.get("static", True)),
    )
    told = _dominated(a, front)
    return (chart, Prose((told, " ", method_link("pareto"))))


def _metrics(view: View) -> tuple[Metric, ...]:
    """Take the objective and those that the role names, else the most telling cost."""
    a = view.analysed
    if a.objective is None:
        return ()
    objective = a.metrics[a.objective.metric]
    asked = view.options.get("metrics", view.options.get("metric"))
    names = [asked] if isinstance(asked, str) else asked if isinstance(asked, list) else []
    named = [a.metrics[n] for n in names if n in a.metrics and a.metrics[n].goal]
    if not named:
        worse = [c.metric for c in a.scorecard if c.outcome == "worse"]
        worse += [c.metric for c in a.scorecard if c.leaning == "worse"]
        named = list(cost_metrics(a.metrics, objective.name, worse)[:1])
    return tuple(dict.fromkeys([objective, *named]))[:MOST_METRICS]


def _finding(a: Analysed, front: Front) -> str:
    cost = front.metrics[1]
    own = next((p for p in front.places if p.standing.configuration is a.champion), None)
    found = next((c for c in a.scorecard if c.metric == cost.name), None)
    verdict = found and (found.leaning or found.outcome)
    if found is not None and found.difference and verdict in ("better", "worse"):
        more = "more" if found.difference.value > 0 else "less"
        word = "costs" if verdict == "worse" else "even comes with"
        if found.leaning:
            word = f"perhaps {word}"
        return f"The champion {word} {cost.size(found.difference.value)} {more} {call(cost)}"
    best = front.best
    if len(best) == 1:
        named = listed([call(metric) for metric in front.metrics])
        return f"{best[0].standing.configuration.label} is the best by {named} at once"
    if own is not None and own.dominated_by is not None:
        return f"{own.dominated_by.configuration.label} dominates the champion"
    if len(best) == len(front.places):
        named = listed([call(metric) for metric in front.metrics])
        return f"No configuration dominates another by {named}"
    return (
        f"{number_word(len(best)).capitalize()} of {len(front.places)} configurations are worth "
        f"their {call(cost)}"
    )


def _sentence(front: Front) -> str:
    objective, cost = front.metrics[:2]
    up = "Up" if objective.goal == "maximize" else "Down"
    side = "left" if cost.goal == "minimize" else "right"
    joined = " The line joins those" if len(front.metrics) == 2 else " Strong marks are those"
    third = "" if len(front.metrics) == 2 else f", {call(front.metrics[2])} counted too"
    return (
        f"Each mark is one configuration: {call(cost)} to the right, {call(objective)} upwards, "
        f"means over its runs. {up} and {side} is better.{joined} that no other beats in one "
        f"without losing in another{third}; the pale ones are dominated."
    )


def front_data(a: Analysed, front: Front) -> dict[str, list[object]]:
    """Return the columns of the chart of a front: its second metric across, its first up."""
    objective, cost = front.metrics[:2]
    points = [
        (place.means[1] * cost.scale, place.means[0] * objective.scale) for place in front.places
    ]
    names = _names(a, front, points)
    rows: list[tuple[object, ...]] = [
        (
            *point,
            place.standing.configuration.label,
            a.mark(place.standing.configuration),
            "dominated" if place.dominated_by else "front",
            None,
            name,
        )
        for place, point, name in zip(front.places, points, names, strict=True)
    ]
    if len(front.metrics) == 2:
        best = [p for p, place in zip(points, front.places, strict=True) if not place.dominated_by]
        rows += [(*corner, "", "", "line", i, "") for i, corner in enumerate(_stairs(best, cost))]
    return {f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))}


def _stairs(best: list[tuple[float, float]], cost: Metric) -> list[tuple[float, float]]:
    """Return the corners of the front's line, from the cheapest on: more cost buys a step up."""
    ordered = sorted(set(best), reverse=cost.goal == "maximize")
    corners = ordered[:1]
    for (_, before), (after, value) in pairwise(ordered):
        corners += [(after, before), (after, value)]
    return corners


def _names(a: Analysed, front: Front, points: list[tuple[float, float]]) -> list[str]:
    """Name champion and baseline, and those of the front whose name meets no other."""
    low = [min(axis) for axis in zip(*points, strict=True)]
    size = [
        (max(axis) - least) or 1.0
        for axis, least in zip(zip(*points, strict=True), low, strict=True)
    ]
    marked = [bool(a.mark(place.standing.configuration)) for place in front.places]
    order = sorted(range(len(points)), key=lambda i: (not marked[i], i))
    heights = [(p[1] - low[1]) / size[1] for p in points]
    names = [""] * len(points)
    taken: list[float] = []
    for i in order:
        place = front.places[i]
        if place.dominated_by is not None and not marked[i]:
            continue
        name = place.standing.configuration.label
        crowded = len(name) > _LONGEST_NAME or any(
            abs(heights[i] - other) < _NEAR for other in taken
        )
        if not marked[i] and (crowded or len(taken) >= _MOST_NAMED):
            continue
        taken.append(heights[i])
        names[i] = name
    return names


def _table(view: View, front: Front, limit: int) -> Table:
    a = view.analysed
    ordered = sorted(front.places, key=lambda place: place.dominated_by is not None)
    shown = ordered[:limit]
    shown += [p for p in ordered[limit:] if a.mark(p.standing.configuration)]
    caption = (
        f"{listed([m.label for m in front.metrics])} of each configuration, means over its runs"
    )
    if len(shown) < len(ordered):
        caption += f"; {len(shown)} of {len(ordered)}, those not dominated first"
    return Table(
        caption,
        (
            Column("Configuration"),
            *(Column(metric.label, "number") for metric in front.metrics),
            Column("Dominated by"),
        ),
        tuple(_row(view, front, place) for place in shown),
    )


def _row(view: View, front: Front, place: Place) -> Row:
    a = view.analysed
    own = place.standing.configuration
    by = place.dominated_by
    return Row(
        (
            Cell(own.label, view.runs[place.standing.typical].page),
            *(
                Cell(metric.value(mean))
                for metric, mean in zip(front.metrics, place.means, strict=True)
            ),
            Cell(_told(a, front, place, by) if by else "none"),
        ),
        a.mark(own),  # type: ignore[arg-type]
    )


def _told(a: Analysed, front: Front, place: Place, by: Standing) -> str:
    clear = _clear(a, front, place, by)
    if clear:
        return by.configuration.label
    return f"{by.configuration.label}, within noise"


def _clear(a: Analysed, front: Front, place: Place, by: Standing) -> list[Metric]:
    """Return the metrics in which the runs tell the one that dominates from the other."""
    return [
        metric
        for metric in front.metrics
        if compare_configurations(
            metric, a.values[metric.name], by.configuration, place.standing.configuration, a.terms
        ).outcome
        == "better"
    ]


def _dominated(a: Analysed, front: Front) -> str:
    """Say which of the best are dominated, in what, and how sure that is."""
    dominated = [place for place in front.places if place.dominated_by is not None]
    if not dominated:
        return "No configuration dominates another: each is the best at some price."
    dominated.sort(key=lambda place: not a.mark(place.standing.configuration))
    parts = [
        f"{count_of(len(dominated), 'configuration is', 'configurations are')} dominated: another "
        "is at least as good in everything shown here, and better in something."
    ]
    place = dominated[0]
    by = place.dominated_by
    assert by is not None
    other = next(p.means for p in front.places if p.standing is by)
    better = [
        f"{'higher' if metric.goal == 'maximize' else 'lower'} {call(metric)}"
        for metric, own, theirs in zip(front.metrics, place.means, other, strict=True)
        if metric.better(theirs, own)
    ]
    clear = _clear(a, front, place, by)
    sure = (
        f"clear of noise in {listed([call(metric) for metric in clear])}"
        if clear
        else "though within noise, or with too few runs to tell"
    )
    parts.append(
        f"{place.standing.configuration.label} is dominated by {by.configuration.label}: "
        f"{listed(better)}, {sure}."
    )
    return " ".join(parts)


def _axis(metric: Metric) -> str:
    return f"{metric.label} ({metric.unit})" if metric.unit else metric.label


section = SectionKind("pareto", "What it costs", "a second metric such as latency or memory", build)
