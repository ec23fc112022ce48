"""How configurations are laid out by their params."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    if a.objective is None or len(a.alike) < 3 or not a.params.varying:
        return ()
    return (
        "Each configuration is a line through its params to the mean of its runs. Numbers are "
        "placed by their size, or by their logarithm where they span orders of magnitude, and "
        "words one above the other; params come in the order of the share that they explain. The "
        "best ones are the best fifth by their means, at least three where there are six or more. "
        "A cell of the map of two params is the plain mean over the configurations that fall into "
        "it, each by the mean of its runs. Its cells have no interval, and the best of many cells "
        "looks a little better than it is.",
    )


method = Method("param-map", "Where good values lie", 155, build)
