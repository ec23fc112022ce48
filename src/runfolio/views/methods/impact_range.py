"""How sure the worth of a configuration is."""

from __future__ import annotations

from runfolio.model.numbers import format_count
from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or not impact.draws:
        return ()
    return (
        "Ranges and probabilities come from draws (Monte Carlo), here "
        f"{format_count(impact.draws)} of them; the same input gives the same draws. Every "
        "quantity with a range is drawn from its distribution: triangular and PERT between "
        "the ends with the value as the most likely, uniform between the ends, normal and "
        "lognormal with nine tenths in the range and the value in its middle. Each is drawn "
        "as a Latin hypercube, one draw from each of as many equally likely slices. What was "
        "measured is known as well as the mean over n runs: x̄ + Σ w(i) (x(i) − x̄) / √(n (n "
        "− 1)) · √((n − 1) / χ²), w(i) normal and χ² with n − 1 degrees of freedom, which is "
        "Student's distribution of a mean (Student 1908) and keeps how the metrics of one run"
        " go together; runs that pair by seed with runs of the baseline share w and χ², so "
        "what a seed does to both cancels. Where an expected value is a mean of draws, the "
        "factor with χ² is left out, since of few runs it has no mean. Shares are held "
        "between 0 and 1. One run has no spread: its value counts as certain, and this is "
        "said. All configurations meet the same draws of the quantities. The range goes from "
        "the 5th to the 95th percentile of W or of D; a draw in which a formula is not "
        "defined counts as the worst at one end and as the best at the other. The probability"
        " of being worth more is the share of draws with D > 0; from 95\u00a0% on a "
        "configuration is called worth more, up to 5\u00a0% worth less, and between them not "
        "certain. The luck of the pick is what the metric that decides is too good by (the "
        "best of several), at what a unit of it is worth. What the formulas leave out, and "
        "what changes after the measuring, is in none of this.",
    )


method = Method("impact-range", "Range and probability of the worth", 93, build)
