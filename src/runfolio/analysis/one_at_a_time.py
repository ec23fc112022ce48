"""Stage 3: what does each single change of the champion do?

In: the standings on the champion's data. Out: the configurations that differ from it in exactly
one param, each with its delta and verdict, and the params of which no such one was run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runfolio.analysis.comparison import Case, Comparison, Outcome, Terms, compare_family
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.delta import Delta
from runfolio.analysis.differences import Difference, differing_params
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.analysis.param_columns import param_columns
from runfolio.model.order import natural

__all__ = ["OneAtATime", "SingleChange", "single_changes"]


@dataclass(frozen=True, slots=True)
class SingleChange:
    """A configuration that differs from the champion in one param.

    Parameters
    ----------
    change : Difference
        The other configuration's value as ``candidate``, the champion's as ``baseline``.
    standing : Standing
        Of the other configuration.
    comparison : Comparison
        Of the other configuration against the champion, made together with all others here.
    """

    change: Difference
    standing: Standing
    comparison: Comparison

    @property
    def delta(self) -> Delta:
        """The other configuration minus the champion."""
        assert self.comparison.difference is not None  # standings have finite values
        return self.comparison.difference

    @property
    def outcome(self) -> Outcome:
        """Of the other configuration against the champion."""
        return self.comparison.outcome


@dataclass(frozen=True, slots=True)
class OneAtATime:
    """What was changed alone, and what was not.

    Parameters
    ----------
    changes : tuple of SingleChange
        The largest difference first.
    never_alone : tuple of str
        Params that vary, but of which no single change of the champion was run.
    """

    changes: tuple[SingleChange, ...]
    never_alone: tuple[str, ...]


def single_changes(
    metric: Metric,
    values: Mapping[str, float],
    standings: Sequence[Standing],
    champion: Configuration,
    terms: Terms,
) -> OneAtATime:
    """Find and judge the single changes of the champion.

    A param of which each configuration has its own text, such as an output folder, is no change
    beside another.

    Parameters
    ----------
    metric : Metric
        The objective.
    values : mapping of str to float
        The objective's values, by run.
    standings : sequence of Standing
        Configurations on the champion's data, the champion among them.
    champion : Configuration
    terms : Terms
    """
    own = next((s for s in standings if s.configuration is champion), None)
    if own is None:
        return OneAtATime((), ())
    alone: list[tuple[Difference, Standing]] = []
    varying: set[str] = set()
    names = _names_of_each(standings)
    for other in standings:
        if other is own:
            continue
        different = differing_params(other.configuration.params, champion.params)
        telling = [change for change in different if change.param not in names] or different
        varying.update(change.param for change in telling)
        if len(telling) == 1:
            alone.append((telling[0], other))
    compared = compare_family(
        [Case(metric, values, other.configuration, champion) for _, other in alone], terms
    )
    changes = [
        SingleChange(change, other, comparison)
        for (change, other), comparison in zip(alone, compared, strict=True)
    ]
    changes.sort(key=lambda c: (-abs(c.delta.value), natural(c.change.param), c.standing.typical))
    told = {change.param for change, _ in alone}
    return OneAtATime(tuple(changes), tuple(sorted(varying - told, key=natural)))


def _names_of_each(standings: Sequence[Standing]) -> set[str]:
    """Return params that only name a configuration, as its output folder does.

    Each configuration has its own value, and the values are no numbers.
    """
    columns = param_columns([s.configuration.params for s in standings])
    return {
        column.names[0]
        for column in columns
        if not column.numeric and len(column.labels) == len(standings) > 2
    }
