"""Stage 3: what differs between runs, and what is the same in all of them?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from runfolio.model.numbers import same_value
from runfolio.model.order import natural

__all__ = ["Difference", "ParamUse", "differing_params", "param_use"]


@dataclass(frozen=True, slots=True)
class Difference:
    """A param that two sides do not share; None where a side does not have it."""

    param: str
    candidate: str | None
    baseline: str | None


@dataclass(frozen=True, slots=True)
class ParamUse:
    """Which params vary over the runs, and which have one value in all of them."""

    varying: tuple[str, ...]
    constant: dict[str, str]


def differing_params(
    candidate: Mapping[str, str], baseline: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Return the params that differ, in the order of their names."""
    return tuple(
        Difference(name, candidate.get(name), baseline.get(name))
        for name in sorted(candidate.keys() | baseline.keys(), key=natural)
        if not same_value(candidate.get(name), baseline.get(name))
    )


def param_use(params: pd.DataFrame, runs: int) -> ParamUse:
    """Tell varying params from constant ones.

    Parameters
    ----------
    params : DataFrame
        `Tables.params`.
    runs : int
        Number of all runs; a param that only some of them logged varies.
    """
    varying: list[str] = []
    constant: dict[str, str] = {}
    for name, rows in params.groupby("param", sort=False)["value"]:
        if rows.nunique() == 1 and len(rows) == runs:
            constant[str(name)] = str(rows.iloc[0])
        else:
            varying.append(str(name))
    ordered = dict(sorted(constant.items(), key=lambda item: natural(item[0])))
    return ParamUse(tuple(sorted(varying, key=natural)), ordered)
