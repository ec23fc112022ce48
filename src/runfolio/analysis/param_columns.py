"""Stage 3: params as columns: which levels does each have over the configurations?

In: the params of each configuration. Out: a column for each param that varies, with its numbers
and levels, and the groups in which its configurations are compared.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_number
from runfolio.model.order import natural

__all__ = ["NOT_SET", "Groups", "ParamColumn", "cut_numbers", "groups_of", "param_columns"]

Values = NDArray[np.float64]
Codes = NDArray[np.intp]
Chosen = NDArray[np.bool_]

NOT_SET = "not set"
"""The level of configurations without the param."""

MOST_GROUPS = 5
"""Groups into which a numeric param is cut at most."""
PER_GROUP = 3
"""Configurations in a group of numbers that were cut, at least."""
_MOST_WORDS = 2
"""Words (``None``, ``auto``) that a numeric param may have beside its numbers."""
_LOG_RATIO = 100.0
_LONGEST_NUMBER = 9
_LONGEST_WORD = 40


@dataclass(frozen=True, slots=True, eq=False)
class ParamColumn:
    """A param over some configurations.

    Parameters
    ----------
    names : tuple of str
        The param, then those that have another value exactly where it has.
    codes : ndarray of intp, shape (n,)
        The level of each configuration, numbered in the order of their first appearance.
    labels : tuple of str
        The text of each level; `NOT_SET` for configurations without the param.
    numbers : ndarray of float64, shape (n,)
        NaN where the value is no finite number, or the param is not set.
    is_set : ndarray of bool, shape (n,)
    numeric : bool
        At least three different numbers, and at most two words beside them.
    """

    names: tuple[str, ...]
    codes: Codes
    labels: tuple[str, ...]
    numbers: Values
    is_set: Chosen
    numeric: bool

    @property
    def log(self) -> bool:
        """Whether its numbers span orders of magnitude and so are told on a log scale."""
        own = self.numbers[np.isfinite(self.numbers)]
        return self.numeric and own.min() > 0 and float(own.max()) / float(own.min()) >= _LOG_RATIO


def param_columns(params: Sequence[Mapping[str, str]]) -> tuple[ParamColumn, ...]:
    """Return the params that vary, in the order of their names.

    Params that split the configurations in the same way are one column, unless nearly every
    configuration has its own value: that says nothing of a tie between them.

    Parameters
    ----------
    params : sequence of mapping of str to str
        Of each configuration, n of them. Values count as one level where they are equal as
        numbers, or as text but for capitals.
    """
    n = len(params)
    columns: dict[object, ParamColumn] = {}
    for name in sorted({name for own in params for name in own}, key=natural):
        levels: dict[float | str | None, int] = {}
        labels: list[str] = []
        codes = np.empty(n, np.intp)
        for place, own in enumerate(params):
            text = own.get(name)
            level = _level(text)
            code = levels.setdefault(level, len(levels))
            codes[place] = code
            if code == len(labels):
                labels.append(_label(text, level))
        if len(levels) < 2:
            continue
        # Levels are numbered as they appear: equal codes are equal splits.
        key: object = codes.tobytes() if 2 * len(levels) <= n else name
        if key in columns:
            columns[key] = replace(columns[key], names=(*columns[key].names, name))
        else:
            columns[key] = _column(name, codes, levels, labels)
    return tuple(columns.values())


def _level(text: str | None) -> float | str | None:
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        return text.strip().casefold()
    return number if math.isfinite(number) else text.strip().casefold()


def _label(text: str | None, level: float | str | None) -> str:
    if text is None:
        return NOT_SET
    if isinstance(level, float):
        return text.strip() if len(text.strip()) <= _LONGEST_NUMBER else format_number(level)
    return text if len(text) <= _LONGEST_WORD else f"{text[: _LONGEST_WORD - 1]}…"


def _column(
    name: str, codes: Codes, levels: Mapping[float | str | None, int], labels: list[str]
) -> ParamColumn:
    of_level = np.array([level if isinstance(level, float) else math.nan for level in levels])
    words = sum(isinstance(level, str) for level in levels)
    return ParamColumn(
        names=(name,),
        codes=codes,
        labels=tuple(labels),
        numbers=of_level[codes],
        is_set=np.array([level is not None for level in levels])[codes],
        numeric=bool(np.isfinite(of_level).sum() >= 3 and words <= _MOST_WORDS),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Some configurations in groups, by a param.

    Parameters
    ----------
    of : ndarray of intp, shape (n,)
        The group of each, from 0: numbers upwards, then words.
    labels : tuple of str
        Of each group: its value, or "from to to".
    """

    of: Codes
    labels: tuple[str, ...]


def groups_of(column: ParamColumn, chosen: Chosen, most: int = MOST_GROUPS) -> Groups:
    """Return the groups in which the chosen configurations are compared.

    Each word is a group, and each number where there are few; else numbers are cut into groups
    of about equal size, which sees a best place in the middle too.

    Parameters
    ----------
    column : ParamColumn
    chosen : ndarray of bool, shape (n,)
    most : int
        Groups of numbers at most.
    """
    codes, numbers = column.codes[chosen], column.numbers[chosen]
    is_number = np.isfinite(numbers) & column.numeric
    groups = np.empty(len(codes), np.intp)
    labels: list[str] = []
    if is_number.any():
        groups[is_number], cuts = cut_numbers(numbers[is_number], most)
        code_of = dict(zip(numbers[is_number].tolist(), codes[is_number].tolist(), strict=True))
        labels += [
            " to ".join(dict.fromkeys(column.labels[code_of[end]] for end in ends)) for ends in cuts
        ]
    words = dict.fromkeys(codes[~is_number].tolist())
    for code in words:
        groups[~is_number & (codes == code)] = len(labels)
        labels.append(column.labels[code])
    return Groups(groups, tuple(labels))


def cut_numbers(numbers: Values, most: int) -> tuple[Codes, list[tuple[float, float]]]:
    """Cut numbers into groups of about equal size; equal numbers stay together.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,), finite, n >= 1
    most : int
        Groups at most; fewer where each would have less than `PER_GROUP` members.

    Returns
    -------
    groups : ndarray of intp, shape (n,)
        From 0, upwards.
    ends : list of (float, float)
        The lowest and the highest number of each group.
    """
    n = len(numbers)
    distinct, place, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    if len(distinct) <= min(most, max(n // 2, 2)):
        cut = np.arange(len(distinct))
    else:
        wanted = min(most, max(n // PER_GROUP, 2))
        middle = np.cumsum(counts) - counts / 2
        wished = np.minimum((wanted * middle / n).astype(np.intp), wanted - 1)
        cut = np.unique(wished, return_inverse=True)[1]  # ties may leave a group empty
    first = np.flatnonzero(np.diff(cut, prepend=-1))
    last = np.append(first[1:], len(distinct)) - 1
    ends = list(zip(distinct[first].tolist(), distinct[last].tolist(), strict=True))
    return cut[place].astype(np.intp), ends
