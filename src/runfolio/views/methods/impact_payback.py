"""When what a model costs once is back."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or impact.payback is None:
        return ()
    return (
        "With F the fixed cost, D the difference to the baseline a year and r the discount "
        "rate, what has come back after t years is V(t) = D (Σ d^k for k from 1 to n, and f "
        "d^(n + 1)), with d = 1 / (1 + r), n the whole years in t and f the fraction that is "
        "left: money comes at the end of each year, and a part of a year brings that part of "
        "it. It is paid back at the t with V(t) = F, by what is expected of both; the net "
        "value over the horizon is V(horizon) − F, and the share of draws in which it is "
        "above 0 says how sure it is to be back by then.",
    )


method = Method("impact-payback", "Pay-back", 98, build)
