"""Stage 4: by how much the best of several looks too good, in words."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.optimism import Optimism
from runfolio.views.words import says_nothing

__all__ = ["luck_of"]

_UNTOLD = {
    "no direction": "By how much cannot be told: which way is better is not known.",
    "one configuration": "",
    "not the best": "",
    "too few replicates": "By how much cannot be told: too few configurations have several "
    "seeds, so the noise of one run is not known.",
    "no spread": "By how much cannot be told: the seeds show no spread.",
}


def luck_of(a: Analysed) -> str:
    """Say in a sentence or two what picking the champion adds to its mean."""
    optimism = a.optimism
    if a.objective is None or optimism is None:
        return ""
    if not isinstance(optimism, Optimism):
        return _UNTOLD[optimism]
    metric = a.metrics[a.objective.metric]
    more = a.tables.not_shown.and_more
    among = f"{optimism.k}{more}"
    told = (
        f"Picked as the best of {among}, it is so far ahead that luck hardly adds to its mean"
        if says_nothing(metric.size(optimism.value))
        else f"Picked as the best of {among}, its mean is expected to be too good by about "
        f"{metric.size(optimism.value)}"
    )
    told += f"; on fresh seeds about {metric.value(optimism.corrected)} is to be expected"
    told += f" ({metric.range(optimism.low, optimism.high)}, 95\u00a0% range)."
    return f"{told} What is not shown may add to that." if more else told
