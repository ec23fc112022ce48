"""From where on a case should count as positive: the threshold whose work is worth most."""

from __future__ import annotations

import math
from operator import attrgetter

from runfolio.analysis.impact.result import Impact, Spread, ThresholdChoice, ThresholdPoint
from runfolio.model.money import format_estimate
from runfolio.model.numbers import format_percent
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.impact_axis import axis_of
from runfolio.views.impact_inputs import plain_number
from runfolio.views.impact_words import NEEDS, ends_of, money, money_range, rough, summed
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_MOST_ROWS = 30
_MOST_POINTS = 400
_NEAR = 0.15
"""Share of the range of totals, from the best on, that is drawn: the rest would hide it."""
_NOTHING = 0.001
"""Share of a total below which a gain is not worth a word."""
_FEWEST = 4
"""Points from which on only those near the best are drawn."""


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or impact.champion is None:
        return ()
    choice = impact.threshold
    link = (" ", method_link("impact-threshold"), ".")
    if choice is None:
        told = impact.threshold_untold
        return (
            (Prose((f"What another threshold would be worth is not told. {told}", *link)),)
            if (told and not view.options.get("brief"))
            else ()
        )
    costs = _costs(impact, choice)
    if view.options.get("brief"):
        return (Prose((f"{_finding(impact, choice)}. {costs}", *link)),)
    return (_chart(impact, choice), Prose((costs, *link)))


def _finding(impact: Impact, choice: ThresholdChoice) -> str:
    """Say whether another threshold would be worth more, without a full stop."""
    more = choice.best.total - choice.now.total
    if more <= _NOTHING * max(abs(choice.best.total), abs(choice.now.total)):
        return "The champion's threshold is where its work is worth most"
    gain, place = choice.gain, _place(choice.best)
    if gain is None or ends_of(gain) is None:
        return f"{place} the champion's work would be worth {_about(impact, rough(more))} more"
    ends = money_range(impact, gain, signed=True)
    if gain.low > 0:
        told = f"{place} the champion's work would be worth {_about(impact, gain)} more"
        return f"{told} (likely {ends})"
    return (
        f"{place} the champion's work may be worth {_about(impact, gain)} more, or no more "
        f"(likely {ends})"
    )


def _about(impact: Impact, spread: Spread) -> str:
    return f"about {money(impact, spread)} {summed(impact)}"


def _place(point: ThresholdPoint) -> str:
    if point.threshold is not None and math.isfinite(point.threshold):
        return f"With a threshold of {plain_number(round(point.threshold, 3))}"
    return (
        f"With {format_percent(point.true_positive_rate, 1)} found and false alarms on "
        f"{format_percent(point.false_positive_rate, 1)}"
    )


def _costs(impact: Impact, choice: ThresholdChoice) -> str:
    told = listed(
        [
            f"one more {what} in a hundred {_weighs(impact, cost)}"
            for what, cost in (("missed", choice.missed), ("false alarm", choice.false_alarm))
            if math.isfinite(cost)
        ]
    )
    told = f"{told[:1].upper()}{told[1:]}"
    if choice.missed > 0 and choice.false_alarm > 0:
        ratio = choice.missed / choice.false_alarm
        told += (
            f": a point missed weighs as much as {_ratio(ratio)} points of false alarms"
            if ratio >= 1
            else f": a point of false alarms weighs as much as {_ratio(1 / ratio)} points missed"
        )
    spread = " The range of the gain is that of the runs." if choice.gain is not None else ""
    held = f" Held as they are: {listed(list(choice.held), 3)}." if choice.held else ""
    costs = f"{told}, every quantity as expected." if told else ""
    return (
        f"{costs}{spread}{held} The best place is picked on the cases "
        "on which it is measured, which flatters it a little; whether requirements are met there "
        "is not judged here."
    ).strip()


def _weighs(impact: Impact, cost: float) -> str:
    verb = "costs" if cost >= 0 else "saves"
    return f"{verb} {money(impact, abs(cost))} {summed(impact)}"


def _ratio(ratio: float) -> str:
    return format_estimate(ratio, (0.9 * ratio, 1.1 * ratio))


def _chart(impact: Impact, choice: ThresholdChoice) -> Chart:
    points = _drawn(choice)
    by_threshold = choice.now.threshold is not None and all(
        p.threshold is not None and math.isfinite(p.threshold) for p in points
    )
    now = choice.now.total
    axis = axis_of(impact, [p.total - now for p in points])

    def across(point: ThresholdPoint) -> float:
        found = point.threshold if by_threshold else 100 * point.false_positive_rate
        assert found is not None
        return found

    rows: list[tuple[object, ...]] = [
        (across(p), (p.total - now) / axis.divisor, "", "") for p in sorted(points, key=across)
    ]
    if choice.best.total > now:
        rows.append((across(choice.best), (choice.best.total - now) / axis.divisor, "best", "Best"))
    rows.append((across(choice.now), 0.0, "champion", "Now"))
    what = "each threshold" if by_threshold else "each threshold, by its false alarms"
    places = (("Now", choice.now), ("Best", choice.best))
    told = " ".join(f"{name}: {_rates(point)}." for name, point in places)
    told += " Now is where the runs are by their own rates, which may lie off their mean curve."
    left = "" if len(points) > len(choice.points) - 2 else " What is worth much less is left out."
    return Chart(
        key="worth-by-threshold",
        kind="choice",
        title=_finding(impact, choice),
        sentence=f"How much more the champion's work would be worth at {what}. {told}{left}",
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={
            "@x": "Threshold" if by_threshold else "False alarms (%)",
            "@y": f"{axis.title} more than now",
        },
        table=_table(impact, choice),
        static=True,
    )


def _rates(point: ThresholdPoint) -> str:
    found = format_percent(point.true_positive_rate, 1)
    return f"{found} found, {format_percent(point.false_positive_rate, 1)} false alarms"


def _drawn(choice: ThresholdChoice) -> list[ThresholdPoint]:
    """Return the points that are drawn: those near the best, and of very many evenly few."""
    totals = [p.total for p in choice.points]
    least = max(totals) - _NEAR * (max(totals) - min(totals))
    least = min(least, choice.now.total - 0.5 * (max(totals) - choice.now.total))
    near = [p for p in choice.points if p.total >= least]
    points = near if len(near) >= _FEWEST else list(choice.points)
    kept = points[:: max(1, math.ceil(len(points) / _MOST_POINTS))]
    return kept if choice.best in kept else [*kept, choice.best]


def _table(impact: Impact, choice: ThresholdChoice) -> Table:
    ordered = sorted(choice.points, key=attrgetter("false_positive_rate", "true_positive_rate"))
    step = max(1, math.ceil(len(ordered) / _MOST_ROWS))
    told = (choice.best, choice.now)
    rows = [
        *((p, "") for p in ordered[::step] if p not in told),
        (choice.best, "Best"),
        (choice.now, "Now"),
    ]
    rows.sort(key=lambda row: (row[0].false_positive_rate, row[0].true_positive_rate, row[1]))
    with_threshold = any(p.threshold is not None for p, _ in rows)
    columns = [Column("Place"), Column("Found", "number"), Column("False alarms", "number")]
    if with_threshold:
        columns.append(Column("Threshold", "number"))
    columns.append(Column(f"Worth {summed(impact)}", "number"))
    made = []
    for point, name in rows:
        cells = [
            Cell(name or "on the curve"),
            Cell(format_percent(point.true_positive_rate, 1)),
            Cell(format_percent(point.false_positive_rate, 1)),
        ]
        if with_threshold:
            known = point.threshold is not None and math.isfinite(point.threshold)
            cells.append(Cell(plain_number(round(point.threshold or 0.0, 4)) if known else ""))
        cells.append(Cell(money(impact, point.total)))
        made.append(Row(tuple(cells), "champion" if name == "Now" else ""))
    return Table("The champion's work along its curve", tuple(columns), tuple(made))


section = SectionKind("impact-threshold", "Which threshold is worth most", NEEDS, build)
