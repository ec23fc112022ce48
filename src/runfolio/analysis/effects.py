"""Stage 3: where do gains come from? What share of the variance does each param explain?

In: the standings of configurations on one set of data. Out: for each param that varies its
share, what chance alone would give, its rank correlation, and its best values.

The unit is the configuration, by its mean: seeds are replicates, and tell nothing of params.
The configurations are grouped by the param's values (see `runfolio.analysis.param_columns`).
The share is epsilon squared: the part of the variance between the groups, less what groups of
nothing but noise would show on average. What chance gives is seen by shuffling the means.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.interactions import Interaction, interactions
from runfolio.analysis.interval import LEVEL
from runfolio.analysis.judgeable import FEWEST, Judgeable, judgeable, spearman, vary_together
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.multiplicity import holm
from runfolio.analysis.param_columns import ParamColumn, param_columns
from runfolio.analysis.shuffles import level_values, p_of, shares

__all__ = ["Effect", "Effects", "Group", "param_effects"]

_MOST_MERGED = 20

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Group:
    """Configurations of which a param has one value, or values of one range.

    Parameters
    ----------
    label : str
    n : int
        Configurations.
    mean : float
        Of the objective, over the configurations' means.
    """

    label: str
    n: int
    mean: float


@dataclass(frozen=True, slots=True)
class Effect:
    """What a param explains.

    Parameters
    ----------
    params : tuple of str
        The param, then those that vary together with it: nothing can tell their shares apart.
    numeric, log : bool
        Whether its values are numbers, and span orders of magnitude.
    share : float
        Of the variance between the configurations, in 0..1.
    chance : float
        What the share stays below by chance alone, 95 times in 100.
    p : float
        Of so large a share by chance; Holm's, over all params judged.
    correlation : float
        Spearman's, of a numeric param's numbers and the objective; NaN for the others.
    groups : tuple of Group
        Numbers upwards, then words.
    n : int
        Configurations it is judged by.
    decided_by : str
        The param that decides whether this one is set, where one does: then only those are
        counted that set it. Empty where all count.
    where : tuple of str
        The values of that param.
    """

    params: tuple[str, ...]
    numeric: bool
    log: bool
    share: float
    chance: float
    p: float
    correlation: float
    groups: tuple[Group, ...]
    n: int
    decided_by: str = ""
    where: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.params[0]

    @property
    def is_beyond_chance(self) -> bool:
        return self.p <= 1 - LEVEL


@dataclass(frozen=True, slots=True)
class Effects:
    """Where the differences between configurations come from.

    Parameters
    ----------
    n : int
        Configurations.
    effects : tuple of Effect
        Those beyond chance first, then by share, largest first.
    interactions : tuple of Interaction
        Pairs of params of which one's effect depends on the other.
    too_scattered : tuple of str
        Params with too many values for groups: nearly every configuration has its own.
    too_rare : tuple of str
        Params that too few configurations have set.
    implied : tuple of str
        Params that another decides on, and that are always the same where they are set.
    noise : float
        Share of the variance that the replicates' own spread accounts for, which no param
        explains; NaN without replicates.
    by_rank : bool
        Whether the ranks of the means are used, as a few of them lie so far off that their
        variance is all the variance there is.
    missing : {"", "configurations", "variance", "params"}
        What there is not enough of for any effect.
    """

    n: int
    effects: tuple[Effect, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    too_scattered: tuple[str, ...] = ()
    too_rare: tuple[str, ...] = ()
    implied: tuple[str, ...] = ()
    noise: float = math.nan
    by_rank: bool = False
    missing: Literal["", "configurations", "variance", "params"] = ""


def param_effects(standings: Sequence[Standing]) -> Effects:
    """Judge every param that varies by the objective.

    Parameters
    ----------
    standings : sequence of Standing
        Configurations on the same data.

    Returns
    -------
    Effects

    References
    ----------
    Kelley, "An unbiased correlation ratio measure", PNAS 21 (1935); Okada, "Is omega squared
    less biased?", Behaviormetrika 40 (2013); Phipson and Smyth, "Permutation p-values should
    never be zero", Statistical Applications in Genetics and Molecular Biology 9 (2010).
    """
    n = len(standings)
    columns = param_columns([s.configuration.params for s in standings])
    if not columns:
        return Effects(n, missing="params")
    if n < FEWEST:
        return Effects(n, missing="configurations")
    means = np.array([s.estimate.value for s in standings])
    values, by_rank = level_values(means)
    if not values.any():
        return Effects(n, missing="variance")
    found = judgeable(columns)
    merged = _merged(_effects(found.params, means, values))
    return Effects(
        n=n,
        effects=tuple(effect for effect, _ in merged),
        interactions=interactions([one.column for _, one in merged if not one.decided_by], values),
        too_scattered=found.scattered,
        too_rare=found.rare,
        implied=found.implied,
        noise=math.nan if by_rank else _noise(standings),
        by_rank=by_rank,
        missing="" if merged else "params",
    )


def _effects(
    judged: Sequence[Judgeable], means: Values, values: Values
) -> list[tuple[Effect, Judgeable]]:
    """Return the effects, those beyond chance first, then by share."""
    share, chance, p = (np.zeros(len(judged)) for _ in range(3))
    together: dict[bytes, list[int]] = {}
    for place, one in enumerate(judged):
        together.setdefault(one.chosen.tobytes(), []).append(place)
    for places in together.values():
        chosen = judged[places[0]].chosen
        found, by_chance = shares(values[chosen], [judged[place].groups.of for place in places])
        share[places] = found
        chance[places] = np.quantile(by_chance, LEVEL, axis=0)
        p[places] = p_of(found, by_chance)
    effects = [
        (
            Effect(
                params=one.column.names,
                numeric=one.column.numeric,
                log=one.column.log,
                share=max(0.0, float(share[place])),
                chance=max(0.0, float(chance[place])),
                p=own,
                correlation=_correlation(one.column, values),
                groups=_groups(one, means),
                n=int(one.chosen.sum()),
                decided_by=one.decided_by,
                where=one.where,
            ),
            one,
        )
        for (place, one), own in zip(enumerate(judged), holm(p).tolist(), strict=True)
    ]
    return sorted(effects, key=lambda e: (not e[0].is_beyond_chance, -e[0].share, e[0].p))


def _groups(judged: Judgeable, means: Values) -> tuple[Group, ...]:
    of, labels = judged.groups.of, judged.groups.labels
    counts = np.bincount(of)
    own = means[judged.chosen]
    mean = np.bincount(of, weights=own / counts[of])  # divided first: sums of huge values overflow
    return tuple(
        Group(label, n, value)
        for label, n, value in zip(labels, counts.tolist(), mean.tolist(), strict=True)
    )


def _merged(found: Sequence[tuple[Effect, Judgeable]]) -> list[tuple[Effect, Judgeable]]:
    """Put params that vary together behind the one that explains most."""
    kept: list[tuple[Effect, Judgeable]] = []
    for place, (effect, judged) in enumerate(found):
        for other, (first, own) in enumerate(kept):
            if place < _MOST_MERGED and vary_together(own, judged):
                kept[other] = replace(first, params=(*first.params, *effect.params)), own
                break
        else:
            kept.append((effect, judged))
    return kept


def _correlation(column: ParamColumn, values: Values) -> float:
    own = np.isfinite(column.numbers)
    if not column.numeric or own.sum() < FEWEST:
        return math.nan
    return spearman(column.numbers[own], values[own])


def _noise(standings: Sequence[Standing]) -> float:
    means = np.array([s.estimate.value for s in standings])
    spread = np.array([s.estimate.spread if s.estimate.n > 1 else 0.0 for s in standings])
    n = np.array([s.estimate.n for s in standings])
    if n.max() < 2:
        return math.nan
    largest = float(np.abs(means).max())
    with np.errstate(over="ignore", invalid="ignore"):
        pooled = ((n - 1) * (spread / largest) ** 2).sum() / (n - 1).sum()
        noise = float(pooled * (1 / n).mean() / (means / largest).var(ddof=1))
    return min(1.0, noise) if math.isfinite(noise) else math.nan
