"""Stage 3: which configurations may stand side by side? Those that were measured alike."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.analysis.comparability import differences_of
from runfolio.analysis.comparison import Terms
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.leaderboard import Standing

__all__ = ["alike_to"]


def alike_to(
    standings: Sequence[Standing], reference: Configuration | None, terms: Terms
) -> tuple[Standing, ...]:
    """Return the standings that were measured as a configuration was, in their order.

    Without a reference it is the first of them; where comparing is forced, all are alike.
    """
    own = (
        terms.evaluations.get((reference or standings[0].configuration).label)
        if standings
        else None
    )
    if own is None or terms.force:
        return tuple(standings)
    return tuple(
        s for s in standings if not differences_of(terms.evaluations[s.configuration.label], own)
    )
