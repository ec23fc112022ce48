"""Stage 4: the sliders of the what-if panel: for what is stated, measured and asked for.

In: an input of the impact's formulas, or a bound of a requirement. Out: what the page shows of
its slider, and what the page's script has to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.inputs import share_inputs
from runfolio.analysis.impact.result import RUNNING_COST, Impact
from runfolio.formula import Input
from runfolio.model.numbers import format_number
from runfolio.views.asked_thresholds import AskedThreshold
from runfolio.views.blocks import WhatIfInput
from runfolio.views.impact_inputs import input_label, plain_number, quantity_label
from runfolio.views.slider_scale import Scale, share_scale, stated_scale
from runfolio.views.view import View
from runfolio.views.words import call

__all__ = [
    "Slider",
    "running_name",
    "slider_of_measured",
    "slider_of_quantity",
    "slider_of_threshold",
]


_MILLION = 1e6
"""From here on numbers have an exponent elsewhere."""


@dataclass(frozen=True, slots=True)
class Slider:
    """A slider and what the script has to know of it."""

    shown: WhatIfInput
    data: dict[str, Any]


def slider_of_quantity(impact: Impact, one: Input, at: int | None) -> Slider:
    """Return the slider of what the team states, from the mean of its distribution."""
    name = one.names[0]
    quantity = impact.model.running_cost if one == RUNNING_COST else impact.model.quantities[name]
    assert quantity is not None
    label = quantity_label(name, quantity) if one != RUNNING_COST else running_name(impact)
    return _slider(
        "quantity",
        "running-cost" if one == RUNNING_COST else name,
        (label, quantity.unit, None),
        (expected(quantity), "expected"),
        stated_scale(expected(quantity), quantity.range, is_percent=quantity.unit.strip() == "%"),
        at=at,
        size=impact.model.factors[one],
        is_stated=quantity.range is None,
    )


def running_name(impact: Impact) -> str:
    """Return what the running cost is called."""
    stated = impact.model.running_cost
    return (stated.label if stated is not None else "") or "Running the model"


def slider_of_measured(view: View, impact: Impact, one: Input, at: int) -> Slider:
    """Return the slider of what was measured, from the champion's mean."""
    assert impact.champion is not None
    factor = impact.model.factors[one]
    metric = view.analysed.metrics[one.names[0]] if one.kind == "metric" else None
    if metric is not None:
        label, unit, scale, digits = metric.label, metric.unit, metric.scale, metric.digits
    else:
        label = input_label(view, impact, one)
        unit, scale, digits = ("%", 100.0, 1) if one.kind == "share" else ("cases", 1.0, None)
    value = impact.champion.values[one] * scale
    is_share = one in share_inputs(view.analysed, impact.model)
    return _slider(
        "measured",
        ":".join((one.kind, *one.names)),
        (label, unit, digits),
        (value, "measured"),
        share_scale(100.0 if unit == "%" else 1.0) if is_share else stated_scale(value),
        at=at,
        size=factor / scale,
    )


def slider_of_threshold(one: AskedThreshold) -> Slider:
    """Return the slider of what a requirement asks for."""
    metric = one.metric
    way = "at least" if one.is_floor else "at most"
    return _slider(
        "requirement",
        f"{way}:{one.name}",
        # As it was asked for, and not as the metric is rounded.
        (
            f"{one.name}: {call(metric)} {way}",
            metric.unit,
            metric.digits if one.is_baseline else None,
        ),
        (one.bound, "baseline" if one.is_baseline else "asked for"),
        share_scale(one.whole) if one.whole else stated_scale(one.bound),
    )


def _slider(
    group: Literal["quantity", "measured", "requirement"],
    key: str,
    called: tuple[str, str, int | None],
    start: tuple[float, str],
    scale: Scale,
    *,
    at: int | None = None,
    size: float = 1.0,
    is_stated: bool = False,
) -> Slider:
    """Make a slider of (label, unit, decimals), (value, what that is) and its scale.

    `at` is its place among the inputs of formulas, and `size` by what its value is multiplied
    there. What `is_stated` as it starts is written to its last digit.
    """
    label, unit, digits = called
    value, origin = start
    text = _text(value, digits)
    if is_stated and not value.is_integer() and float(f"{value:.4g}") != value:
        text = plain_number(value)
    shown = WhatIfInput(
        group=group,
        label=f"{label[:1].upper()}{label[1:]}",
        unit=unit,
        value=value,
        low=scale.low,
        high=scale.high,
        step=scale.step,
        text=text,
        low_text=_text(scale.low),
        high_text=_text(scale.high),
        origin=f"{origin} {text}",
    )
    data = {
        "key": key,
        "group": group,
        "unit": unit,
        "digits": digits,
        "value": value,
        "text": text,
        "least": scale.least,
        "most": scale.most,
        "at": at,
        "size": size,
    }
    return Slider(shown, data)


def _text(value: float, digits: int | None = None) -> str:
    """Write a value as the page's script does: a million and more in full, as it is typed."""
    if digits is None and abs(value) >= _MILLION:
        digits = 0
    return format_number(value, digits=digits)
