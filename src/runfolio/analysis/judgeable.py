"""Stage 3: which params can be judged at all, and which of them cannot be told apart?

In: the columns of the params that vary. Out: those with enough configurations in each group, and
the reasons that stand against the others.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.param_columns import Groups, ParamColumn, groups_of
from runfolio.analysis.shuffles import ranks

__all__ = ["FEWEST", "Judgeable", "Judgeables", "judgeable", "spearman", "vary_together"]

Values = NDArray[np.float64]

FEWEST = 6
"""Configurations that are needed to judge a param."""

_MOST_DECIDING = 20
"""Levels that a param may have which decides whether another is set."""
_TOGETHER = 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Judgeable:
    """A param with enough configurations to be judged.

    Parameters
    ----------
    column : ParamColumn
    chosen : ndarray of bool, shape (n,)
        The configurations that it is judged by, m of them.
    groups : Groups
        Of the chosen, at most m / 2.
    decided_by : str
        The param that decides whether this one is set: then those that set it are chosen.
        Empty where all are.
    where : tuple of str
        The values of that param.
    """

    column: ParamColumn
    chosen: NDArray[np.bool_]
    groups: Groups
    decided_by: str
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judgeables:
    """The params that can be judged, and the names of the others by the reason."""

    params: tuple[Judgeable, ...]
    scattered: tuple[str, ...]
    rare: tuple[str, ...]
    implied: tuple[str, ...]


def judgeable(columns: Sequence[ParamColumn]) -> Judgeables:
    """Tell params that can be judged from those that cannot, and why."""
    judged: list[Judgeable] = []
    scattered: list[str] = []
    rare: list[str] = []
    implied: list[str] = []
    deciding = [
        one
        for one in columns
        if one.is_set.all() and not one.numeric and len(one.labels) <= _MOST_DECIDING
    ]
    for column in columns:
        by, where = _decided_by(column, deciding)
        chosen = column.is_set if by else np.ones(len(column.codes), np.bool_)
        groups = groups_of(column, chosen)
        if len(groups.labels) < 2:
            implied += column.names
        elif chosen.sum() < FEWEST:
            rare += column.names
        elif 2 * len(groups.labels) > chosen.sum():
            scattered += column.names
        else:
            judged.append(Judgeable(column, chosen, groups, by, where))
    return Judgeables(tuple(judged), tuple(scattered), tuple(rare), tuple(implied))


def _decided_by(
    column: ParamColumn, deciding: Sequence[ParamColumn]
) -> tuple[str, tuple[str, ...]]:
    """Return the param whose values tell whether this one is set, and which of them do."""
    if column.is_set.all():
        return "", ()
    for other in deciding:
        total = np.bincount(other.codes)
        own = np.bincount(other.codes, weights=column.is_set)
        if 2 * len(total) <= len(other.codes) and bool(((own == 0) | (own == total)).all()):
            return other.names[0], tuple(other.labels[code] for code in np.flatnonzero(own))
    return "", ()


def vary_together(a: Judgeable, b: Judgeable) -> bool:
    """Tell whether two params are so tied that nothing can tell their shares apart.

    They are from a rank correlation of 0.95 on, or where each group of the one foretells the
    other's group for 95 % of the configurations, and the other way round.
    """
    if not np.array_equal(a.chosen, b.chosen):
        return False
    if a.column.numeric and b.column.numeric:
        both = np.isfinite(a.column.numbers) & np.isfinite(b.column.numbers) & a.chosen
        if both.sum() < FEWEST:
            return False
        return abs(spearman(a.column.numbers[both], b.column.numbers[both])) >= _TOGETHER
    one, other = a.groups.of, b.groups.of
    cells = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(cells, (one, other), 1)
    foretold = min(cells.max(axis=0).sum(), cells.max(axis=1).sum())
    return bool(foretold >= _TOGETHER * len(one))


def spearman(a: Values, b: Values) -> float:
    """Return the correlation of the ranks; NaN where a side does not vary.

    Spearman, "The proof and measurement of association between two things", American Journal
    of Psychology 15 (1904).
    """
    x, y = ranks(a), ranks(b)
    x, y = x - x.mean(), y - y.mean()
    size = math.sqrt(float(x @ x) * float(y @ y))
    return float(x @ y) / size if size else math.nan
