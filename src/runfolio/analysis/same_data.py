"""Stage 3: which configurations may stand side by side? Those that used the same data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.leaderboard import Standing

__all__ = ["on_same_data"]


def on_same_data(
    standings: Sequence[Standing],
    baseline: Configuration | None,
    champion: Configuration | None,
) -> tuple[Standing, ...]:
    """Return the standings on the baseline's data, in their order.

    Without a baseline those on the champion's data; without either, on the data that most
    configurations used.
    """
    if not standings:
        return ()
    reference = baseline or champion
    if reference is not None:
        data = reference.data
    else:
        data = Counter(s.configuration.data for s in standings).most_common(1)[0][0]
    return tuple(s for s in standings if s.configuration.data == data)
