"""How many seeds a difference needs."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    c = view.analysed.comparison
    if c is None or c.difference is None or not c.difference.has_interval:
        return ()
    return (
        "How many seeds it takes to tell a difference d: the smallest n for which t lies outside "
        "its bounds at the level 0.05 / m in 80 % of all studies, by the noncentral t "
        "distribution with noncentrality d √(n/2) / s, or d √n / s(d) for pairs (Cohen 1988); m "
        "is the number of comparisons made together. s is the spread seen, itself an estimate "
        "from few seeds: the number is a rough one.",
    )


method = Method("power", "How many seeds are enough", 64, build, own_words=True)
