"""How large a difference is."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    c = view.analysed.comparison
    if c is None or c.difference is None or not c.difference.has_interval:
        return ()
    return (
        "The difference in standard deviations is Hedges' g = J (x̄ − ȳ) / √v with the pooled "
        "variance v = ((n − 1) s² + (m − 1) r²) / (n + m − 2), "
        "where J = Γ(f/2) / (√(f/2) Γ((f − 1)/2)) takes out the bias of few runs and f is the "
        "degrees of freedom of both sides (Hedges 1981). As a share it is "
        "the difference over the size of the baseline's mean, with an interval by Fieller's "
        "theorem (1954), which allows for that mean being an estimate too.",
    )


method = Method("effect", "The size of a difference", 62, build)
