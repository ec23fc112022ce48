"""On which input the answer depends most: a tornado chart."""

from __future__ import annotations

from runfolio.analysis.impact.result import Driver, Impact
from runfolio.model.numbers import format_percent
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.gate_words import quoted
from runfolio.views.impact_axis import axis_of
from runfolio.views.impact_inputs import input_label, input_value
from runfolio.views.impact_stated import has_ranges
from runfolio.views.impact_words import NEEDS, has_money, money, summed
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST = 12
_NEARLY_ALL = 0.97
_FAR = 1.5
"""How many times the second swing the first is, to be named alone."""


def build(view: View) -> tuple[Block, ...]:
    impact = view.analysed.impact
    if impact is None or impact.difference is None or not has_money(impact):
        return ()
    drivers = [one for one in impact.drivers if one.swing > 0]
    if not drivers:
        told = (
            "No input that has a range moves the difference by itself."
            if has_ranges(impact)
            else "Nothing that enters has a range, so nothing can be told of what drives it."
        )
        return (Prose((f"{told} ", method_link("impact-range"), ".")),)
    shown = drivers[: int(view.options.get("limit", _MOST))]
    axis = axis_of(impact, [v for one in shown for v in (one.at_low, one.at_high)])
    chart = Chart(
        key="tornado",
        kind="tornado",
        title=_finding(view, impact, drivers),
        sentence=(
            "Each bar shows what the champion is worth against the baseline while one input goes "
            "from the low to the high end of its range (nine times of ten it lies within) and all "
            f"others stay as expected. {_measured(shown)}The line is what is expected, the dashed "
            "one where nothing is gained; the longest bar is what the answer depends on most."
        ),
        data=_data(view, impact, shown, axis.divisor),
        titles={"@x": axis.title},
        table=_table(view, impact, shown),
        static=True,
    )
    left = drivers[len(shown) :]
    more = (
        f"{count_of(len(left), 'further input')} matter{'s' if len(left) == 1 else ''} less. "
        if left
        else ""
    )
    return (
        chart,
        Prose((f"{more}{_crossing(view, impact, drivers)} ", method_link("impact-drivers"))),
    )


def _finding(view: View, impact: Impact, drivers: list[Driver]) -> str:
    """Name the input that drives the uncertainty."""
    first, *rest = (quoted(input_label(view, impact, one.input)) for one in drivers)
    if not rest or drivers[0].swing > _FAR * drivers[1].swing:
        return f"The answer depends most on {first}"
    return f"The answer depends most on {first} and {rest[0]}"


def _measured(shown: list[Driver]) -> str:
    """Say what the bar of something measured is, which is no range of its own."""
    if all(one.input.kind == "quantity" for one in shown):
        return ""
    return (
        "The bar of a metric goes from and to the champion's mean, give or take what is not known "
        "of its difference to the baseline's. "
    )


def _labels(view: View, impact: Impact, shown: list[Driver]) -> list[str]:
    """Call each input by a name of its own: two of one label are told apart as written."""
    labels = [input_label(view, impact, one.input) for one in shown]
    return [
        label if labels.count(label) == 1 else f"{label} ({one.input.written})"
        for label, one in zip(labels, shown, strict=True)
    ]


def _crossing(view: View, impact: Impact, drivers: list[Driver]) -> str:
    """Say how much the first accounts for, and name the inputs that change the sign alone."""
    assert impact.difference is not None
    mean = impact.difference.mean
    told = []
    if len(drivers) > 1:
        share = drivers[0].swing ** 2 / sum(one.swing**2 for one in drivers)
        much = "nearly all" if share > _NEARLY_ALL else f"about {format_percent(share)}"
        label = quoted(input_label(view, impact, drivers[0].input))
        told.append(
            f"Knowing {label} exactly would take away {much} of the uncertainty (of the variance)."
        )
    turning = [
        quoted(input_label(view, impact, d.input))
        for d in drivers
        if min(d.at_low * mean, d.at_high * mean) < 0
    ]
    change = "loss into gain" if mean < 0 else "gain into loss"
    if len(turning) == 1:
        told.append(f"Likely values of {turning[0]} alone can turn {change}.")
    elif turning:
        told.append(f"Likely values of each of {listed(turning, 3)} alone can turn {change}.")
    else:
        told.append("No likely value of one input alone turns the answer round.")
    return " ".join(told)


def _data(
    view: View, impact: Impact, shown: list[Driver], divisor: float
) -> dict[str, list[object]]:
    assert impact.difference is not None
    mean = impact.difference.mean / divisor
    rows: list[tuple[object, ...]] = []
    labels = _labels(view, impact, shown)
    for label, one in zip(labels, shown, strict=True):
        for end, value, at in (("low", one.low, one.at_low), ("high", one.high, one.at_high)):
            told = input_value(view, impact, one.input, value, short=True)
            rows.append((label, at / divisor, mean, end, told))
    rows.append((labels[0], 0.0, 0.0, "none", ""))
    return {f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))}


def _table(view: View, impact: Impact, shown: list[Driver]) -> Table:
    return Table(
        f"Worth {summed(impact)} against the baseline at both ends of each bar",
        (
            Column("Input"),
            *(Column(f"{end} end", "number") for end in ("Low", "High")),
            *(Column(f"Worth at the {end} end", "number") for end in ("low", "high")),
        ),
        tuple(
            Row(
                (
                    Cell(label),
                    *(Cell(input_value(view, impact, one.input, v)) for v in (one.low, one.high)),
                    *(Cell(money(impact, v, signed=True)) for v in (one.at_low, one.at_high)),
                )
            )
            for label, one in zip(_labels(view, impact, shown), shown, strict=True)
        ),
    )


section = SectionKind("impact-drivers", "What it depends on", NEEDS, build)
