"""How what a configuration is worth is computed."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None:
        return ()
    running = (
        ", less the running cost for all but the baseline" if impact.model.running_cost else ""
    )
    return (
        "What a configuration is worth is the sum W = Σ revenue + Σ saving − Σ cost over the "
        f"outcomes of the impact model{running}, per period and in one currency; what is not "
        "money is told beside it. Each outcome is a formula that the team wrote over quantities"
        " it states and what runs measured: a metric is its mean over the runs, in per cent "
        "always a share between 0 and 1; share(a, b) and cases(a, b) come from the confusion "
        "matrix of each run. Units are multiplied out and must fit; amounts per another time "
        "are converted to the period (12 months, 365 days a year). The difference to the "
        "baseline is D = W(champion) − W(baseline). Expected values are E[W] with every "
        "quantity as its distribution says, which for a skewed range is not the value that is "
        "stated: (a + m + b) / 3 of a triangle between a and b with its peak at m, (a + 4m + b)"
        " / 6 of a PERT. They are exact where W is linear in each independent input, else the "
        "mean of the draws. A formula that is not defined somewhere (a division by zero, a "
        "logarithm of nothing) gives no figure. An outcome that cannot be computed never counts"
        " as nothing: without it no sum is told. The values of single runs are W by what that "
        "run measured, with every quantity as expected.",
    )


method = Method("impact", "What a configuration is worth", 92, build)
