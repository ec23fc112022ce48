"""What a configuration is worth against what it costs in time and resources."""

from __future__ import annotations

from runfolio.analysis.gates import of_side
from runfolio.analysis.impact.result import Impact
from runfolio.analysis.metrics import Metric
from runfolio.analysis.pareto import Front, cost_metrics, pareto_front
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.impact_axis import Axis, axis_of
from runfolio.views.impact_words import NEEDS, has_money, money, rough, summed
from runfolio.views.methods import method_link
from runfolio.views.sections.pareto import front_data
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, listed

_MOST_CHARTS = 2
_MOST_ROWS = 20
_WORTH = "\0worth"
"""Name of the worth as a metric; no log can have it."""
_KINDS = ("latency", "throughput")


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or len(impact.sides) < 2 or not has_money(impact):
        return ()
    if view.analysed.objective is None:
        return ()
    blocks: list[Block] = []
    for metric in _metrics(view, impact)[:_MOST_CHARTS]:
        blocks += _against(view, impact, metric, len(blocks))
    if blocks:
        blocks.append(
            Prose(
                (
                    "Places are by what is expected; how sure a difference is stands in the table "
                    "of configurations. What the formulas turn into money is not weighed twice. ",
                    method_link("pareto"),
                    ".",
                ),
                "note",
            )
        )
    return tuple(blocks)


def _metrics(view: View, impact: Impact) -> list[Metric]:
    """Take what requirements ask of speed, then what else looks like a cost; nothing priced."""
    a = view.analysed
    assert a.objective is not None
    asked = [
        a.metrics[gate.requirement.metric]
        for gate in of_side(a.gates, "champion")
        if gate.requirement.kind in _KINDS
        and gate.requirement.metric in a.metrics
        and a.metrics[gate.requirement.metric].goal
    ]
    looks = cost_metrics(a.metrics, a.objective.metric)
    priced = {
        one.names[0] for own in impact.sides[:1] for one in own.values if one.kind == "metric"
    }
    return [m for m in dict.fromkeys([*asked, *looks]) if m.name not in priced]


def _against(view: View, impact: Impact, metric: Metric, number: int) -> list[Block]:
    a = view.analysed
    totals = _worths(impact)
    axis = axis_of(impact, totals.values())
    worth = Metric(
        _WORTH, "Worth", impact.model.currency, "maximize", scale=1 / axis.divisor, runs=1
    )
    standings = [s for s in a.alike if s.configuration.label in totals]
    values = {run: totals[s.configuration.label] for s in standings for run in s.configuration.runs}
    order = sorted(standings, key=lambda s: -totals[s.configuration.label])
    front = pareto_front((worth, metric), {**a.values, _WORTH: values}, order)
    if len(front.places) < 2:
        return []
    return [_chart(view, impact, front, axis, number)]


def _worths(impact: Impact) -> dict[str, float]:
    """Return what is expected of each configuration, where there is one against the baseline."""
    at = impact.baseline.total.mean if impact.baseline is not None else 0.0
    return {own.configuration.label: own.total.mean - at for own in impact.sides}


def _chart(view: View, impact: Impact, front: Front, axis: Axis, number: int) -> Chart:
    metric = front.metrics[1]
    side = "left" if metric.goal == "minimize" else "right"
    unit = f" ({metric.unit})" if metric.unit else ""
    return Chart(
        key=f"impact-pareto-{number}",
        kind="front",
        title=_finding(view, front),
        sentence=(
            f"Each mark is one configuration: {call(metric)} to the right, what it is expected to "
            f"be worth{_against_words(impact)} upwards, means over the runs. Up and {side} is "
            "better. The line joins those that no other beats in one without losing in the other; "
            "the pale ones are dominated."
        ),
        data=front_data(view.analysed, front),
        titles={"@x": f"{metric.label}{unit}", "@y": f"{axis.title}{_against_words(impact)}"},
        table=_table(view, impact, front),
    )


def _against_words(impact: Impact) -> str:
    return " against the baseline" if impact.baseline is not None else ""


def _finding(view: View, front: Front) -> str:
    metric = front.metrics[1]
    best = front.best
    label = best[0].standing.configuration.label
    if len(best) == 1:
        others = [p for p in front.places if p is not best[0]]
        if any(p.means[0] == best[0].means[0] or p.means[1] == best[0].means[1] for p in others):
            return (
                f"By what is expected, no other is worth more than {label} or has a better "
                f"{call(metric)}"
            )
        return f"By what is expected, {label} is ahead in worth and in {call(metric)}"
    own = next(
        (p for p in front.places if p.standing.configuration is view.analysed.champion), None
    )
    if own is not None and own.dominated_by is not None:
        other = own.dominated_by.configuration.label
        ahead = next(p for p in front.places if p.standing is own.dominated_by)
        if ahead.means[0] == own.means[0]:
            return (
                f"{other} is expected to be worth as much as the champion, with a better "
                f"{call(metric)}"
            )
        return (
            f"{other} is expected to be worth more than the champion, with no worse {call(metric)}"
        )
    return f"More worth is to be had only for worse {call(metric)}"


def _table(view: View, impact: Impact, front: Front) -> Table:
    a = view.analysed
    ordered = sorted(front.places, key=lambda place: place.dominated_by is not None)
    shown = ordered[:_MOST_ROWS]
    shown += [p for p in ordered[_MOST_ROWS:] if a.mark(p.standing.configuration)]
    worths = _worths(impact)
    signed = impact.baseline is not None
    metric = front.metrics[1]
    rows = []
    for place in shown:
        own, by = place.standing.configuration, place.dominated_by
        rows.append(
            Row(
                (
                    Cell(own.label, view.runs[place.standing.typical].page),
                    Cell(money(impact, rough(worths[own.label]), signed=signed)),
                    Cell(metric.value(place.means[1])),
                    Cell(by.configuration.label if by else "none"),
                ),
                a.mark(own),  # type: ignore[arg-type]
            )
        )
    return Table(
        f"{listed(['Worth', metric.label])} of each configuration",
        (
            Column("Configuration"),
            Column(f"Worth {summed(impact)}{_against_words(impact)}", "number"),
            Column(metric.label, "number"),
            Column("Dominated by"),
        ),
        tuple(rows),
    )


section = SectionKind("impact-pareto", "Worth against speed and cost", NEEDS, build)
