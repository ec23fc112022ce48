"""Stage 4: what bringing a model in costs once, and whether that comes back, in sentences."""

from __future__ import annotations

from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.result import Impact, Spread
from runfolio.views.impact_words import money, money_range, rough, spoken_span, summed

__all__ = ["falls_short", "once_told", "what_would_pay"]


def falls_short(impact: Impact) -> bool:
    """Tell whether what is spent once is expected never to come back, or not within the horizon."""
    back = impact.payback
    if back is None or not _once(impact) > 0:
        return False
    return back.net.mean < 0 if back.net is not None else back.years is None


def once_told(impact: Impact) -> str:
    """Say what is spent once and when it is back; empty where nothing is."""
    cost = _once(impact)
    if not cost > 0:
        return ""
    told = f"Bringing it in costs {money(impact, rough(cost))} once"
    back, horizon = impact.payback, impact.model.horizon
    if back is None:
        return f"{told}."
    if back.years is not None:
        when = f"which is expected to be back after about {spoken_span(back.years)}"
    elif horizon is not None:
        when = f"which is not expected to be back within {spoken_span(horizon)}"
    else:
        when = "which is not expected ever to come back"
    net = ""
    if back.net is not None and horizon is not None:
        ends = money_range(impact, back.net, signed=True)
        net = (
            f"; over {spoken_span(horizon)} it comes to {money(impact, back.net, signed=True)}"
            f"{f' ({ends})' if ends else ''}"
        )
    return f"{told}, {when}{net}."


def what_would_pay(impact: Impact, difference: Spread) -> str:
    """Say what would have to be otherwise for what is spent once to come back."""
    back, horizon = impact.payback, impact.model.horizon
    cost = _once(impact)
    # The net is the difference so many times, less the cost: what comes back in that time.
    comes_back = back.net.mean + cost if back is not None and back.net is not None else 0.0
    if horizon is None or not comes_back > 0:
        return "For that it would have to be worth more, or cost less to bring in."
    enough = money(impact, rough(cost * difference.mean / comes_back))
    return (
        f"To be back within {spoken_span(horizon)} it would have to be worth about {enough} "
        f"{summed(impact)} more than the baseline, or to cost no more than about "
        f"{money(impact, rough(comes_back))} to bring in."
    )


def _once(impact: Impact) -> float:
    fixed = impact.model.fixed_cost
    return expected(fixed) if fixed is not None else 0.0
