"""Stage 3: how much too good is the best of K configurations expected to look?

In: the values of each configuration's runs, and which one was picked as the best. Out: its
expected optimism (also called the winner's curse), or why that cannot be told.

The best mean is the best partly because it is better, partly because its runs were lucky. How
much was luck follows from how the true means are distributed, and that is estimated from all
configurations, without assuming a shape (Robbins, "An empirical Bayes approach to statistics",
1956): the distribution g on a grid under which the means that were seen are likeliest (Kiefer &
Wolfowitz, "Consistency of the maximum likelihood estimator in the presence of infinitely many
incidental parameters", 1956; Laird, "Nonparametric maximum likelihood estimation of a mixing
distribution", 1978; Jiang & Zhang, "General maximum likelihood empirical Bayes estimation of
normal means", 2009). The champion's expected true mean under g is its corrected mean. It holds
although the champion was picked for its luck, since a posterior does not depend on how it came
to be looked at (Dawid, "Selection paradoxes of Bayesian inference", 1994; Efron, "Tweedie's
formula and selection bias", 2011).

A normal distribution in place of g (Efron & Morris, "Data analysis using Stein's estimator and
its generalizations", 1975) does as well where the true means are normal, and badly where they
are not: one diverged configuration makes all optimism vanish.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.direction import Goal
from runfolio.analysis.interval import LEVEL

__all__ = ["Optimism", "Untold", "optimism_of", "why_untold"]

Values = NDArray[np.float64]

Untold = Literal[
    "no direction", "one configuration", "not the best", "too few replicates", "no spread"
]
"""Why no optimism is told.

``no direction``: it is not known whether more of the metric is better, or less;
``one configuration``: nothing was picked from;
``not the best``: another mean is better, so luck is not what it was picked for;
``too few replicates``: hardly any configuration has several runs, so the noise is not known;
``no spread``: replicates are equal, so that there is no luck to speak of (or they lie further
apart than a float can say).
"""

_FEWEST = 4  # degrees of freedom; with fewer the noise is known to no better than a third
_ENOUGH = 8
_REACH = 12.0  # errors below the champion, beyond which a configuration tells nothing about it
_CELLS_PER_ERROR = 4
_MOST_CELLS = 400
_ROUNDS = 100
_HUGE = 1e304  # the range around a mean that is less exact may have no float
_NOISIER = 0.01  # p-value below which a configuration's noise is its own


@dataclass(frozen=True, slots=True)
class Optimism:
    """By how much the mean of the best configuration is expected to be too good.

    Parameters
    ----------
    value : float
        Expected optimism in the metric's unit, at least 0: subtract it from a metric that is
        maximized, add it to one that is minimized.
    corrected : float
        The champion's mean without its optimism.
    low, high : float
        95 % range of the champion's true mean: as wide as Student's interval of a mean that
        was not selected, around `corrected`.
    k : int
        Configurations it was picked from.
    error : float
        Standard error of the champion's mean, as far as it decides on the ranking.
    method : str
    """

    value: float
    corrected: float
    low: float
    high: float
    k: int
    error: float
    method: str


@dataclass(frozen=True, slots=True)
class _Noise:
    """Standard deviation of one run, and what each seed does to all configurations alike."""

    spread: float
    freedom: int
    seeds: Values | None = None


def optimism_of(
    values: Sequence[Values], picked: int, goal: Goal, paired: bool = False
) -> Optimism | None:
    """Estimate the optimism of the configuration that was picked for the best mean.

    Parameters
    ----------
    values : sequence of ndarray of float64, each of shape (n_i,), finite, n_i >= 1
        The runs' values, by configuration.
    picked : int
        Which of them was picked.
    goal : Goal
    paired : bool
        The values of all configurations stand in the order of the same seeds. What a seed does
        to all alike then counts as no noise of the ranking, but of the range. Without effect
        unless all have the same number of runs.

    Returns
    -------
    Optimism or None
        None where it cannot be told; `why_untold` has the reason.

    Notes
    -----
    The noise s² of one run is pooled over the better half of the configurations (by degrees of
    freedom), so that diverged runs do not count; a configuration that an F test at 1 % finds
    noisier than that keeps its own s. With e_i = s / √n_i and a grid of candidate
    true means t from the lowest to the best mean within 12 errors of the champion's, the
    distribution g starts uniform and is improved 100 times by
    ``g(t) ← mean over i of g(t) φ((x_i − t) / e_i) / Σ_u g(u) φ((x_i − u) / e_i)``.
    The champion's corrected mean is ``Σ t g(t) φ((x − t) / e) / Σ g(t) φ((x − t) / e)``, and
    never worse than the plain mean of all means on the grid. More rounds or a finer grid change
    the result by less than 2 %.

    Simulated in tests/benchmarks/test_optimism_bias.py, the average estimate is within 30 % of the
    truth for 10, 40 and 200 configurations whose true means are normal, uniform, skewed, in two
    clusters or heavy-tailed, also beside diverged ones, and the range holds the true mean in
    90 to 98 % of them. It is some 15 to 25 % too small where all configurations are equally good.
    It is too large, by up to half an error, where one configuration is far ahead of all others
    (there the range holds it in 76 to 87 %) and where seeds that do the same to all are not
    `paired`. It is up to half too small where the noise differs much between configurations
    that have three runs each, or is skewed.
    """
    noise = _noise_or_reason(values, picked, goal, paired)
    if isinstance(noise, str):
        return None
    sign = -1.0 if goal == "minimize" else 1.0
    means, counts = _means(values), np.array([len(own) for own in values])
    times = _times_noisier(values, means, noise)
    with np.errstate(over="ignore"):  # means that far away are out of reach
        behind = sign * (means - means[picked]) / noise.spread
    value = noise.spread * _luck(np.minimum(behind, 0.0), times / np.sqrt(counts), picked)
    error = noise.spread * float(times[picked]) / math.sqrt(counts[picked])
    corrected = float(means[picked]) - sign * value
    half = _half_width(
        error, noise.freedom if times[picked] == 1 else counts[picked] - 1, noise.seeds
    )
    return Optimism(
        value=value,
        corrected=corrected,
        low=corrected - half,
        high=corrected + half,
        k=len(values),
        error=error,
        method="nonparametric empirical Bayes",
    )


def why_untold(
    values: Sequence[Values], picked: int, goal: Goal, paired: bool = False
) -> Untold | None:
    """Return why `optimism_of` tells nothing; None where it does."""
    reason = _noise_or_reason(values, picked, goal, paired)
    return reason if isinstance(reason, str) else None


def _noise_or_reason(
    values: Sequence[Values], picked: int, goal: Goal, paired: bool
) -> _Noise | Untold:
    if not goal:
        return "no direction"
    if len(values) < 2:
        return "one configuration"
    means = _means(values)
    order = np.argsort(means if goal == "minimize" else -means, kind="stable")
    best = means[order[0]]
    if abs(means[picked] - best) > ROUNDING * abs(best):
        return "not the best"
    order = np.array([i for i in order if len(values[i]) > 1], dtype=np.int64)
    freedom = np.cumsum([len(values[i]) - 1 for i in order])
    if not len(order) or freedom[-1] < _FEWEST:
        return "too few replicates"
    half = np.searchsorted(freedom, max(freedom[-1] / 2, _ENOUGH))
    better = order[: half + 1]
    same = len({len(own) for own in values}) == 1
    with np.errstate(over="ignore", invalid="ignore"):
        away = [values[i] - means[i] for i in better]
        noise = _paired(np.stack(away)) if paired and same else _pooled(away)
    if not ROUNDING * max(np.abs(values[i]).max() for i in better) < noise.spread < _HUGE:
        return "no spread"
    return noise


def _means(values: Sequence[Values]) -> Values:
    return np.array([float((own / len(own)).sum()) for own in values])


def _pooled(away: list[Values]) -> _Noise:
    """Pool the squares of the values' distances from their means."""
    freedom = sum(len(own) - 1 for own in away)
    return _Noise(_root_mean_square(np.concatenate(away), freedom), freedom)


def _paired(away: Values) -> _Noise:
    """Take what the seeds (columns) do to all alike apart from the rest."""
    k, n = away.shape
    seeds: Values = away.mean(axis=0)
    freedom = (k - 1) * (n - 1)
    return _Noise(_root_mean_square((away - seeds).ravel(), freedom), freedom, seeds)


def _times_noisier(values: Sequence[Values], means: Values, noise: _Noise) -> Values:
    """Return how many times noisier each configuration is; 1 unless an F test says that it is."""
    from scipy.special import fdtrc

    seeds = 0.0 if noise.seeds is None else noise.seeds
    with np.errstate(over="ignore", invalid="ignore"):
        times = np.array(
            [
                _root_mean_square(own - mean - seeds, len(own) - 1) / noise.spread
                if len(own) > 1
                else 1.0
                for own, mean in zip(values, means, strict=True)
            ]
        )
        freedom = np.array([max(len(own) - 1, 1) for own in values])
        noisier = fdtrc(freedom, noise.freedom, times**2) < _NOISIER
    return np.where(noisier & np.isfinite(times), times, 1.0)


def _root_mean_square(away: Values, freedom: int) -> float:
    largest = float(np.abs(away).max())
    if not 0 < largest < math.inf:
        return largest
    scaled = away / largest  # the squares of huge and of tiny values have no float
    return largest * math.sqrt(float(scaled @ scaled) / freedom)


def _luck(behind: Values, errors: Values, picked: int) -> float:
    """Return by how much the picked mean is expected to exceed its true mean.

    Parameters
    ----------
    behind, errors : ndarray of float64, shape (k,)
        How far each mean lies behind the picked one (at most 0), and its standard error.
    """
    own, usual = float(errors[picked]), float(np.median(errors))
    near = behind >= -_REACH * max(own, usual)
    behind, errors = behind[near], errors[near]
    lowest = float(behind.min())
    cells = math.ceil(-lowest * _CELLS_PER_ERROR / min(own, usual))
    grid = np.linspace(lowest, 0.0, min(cells, _MOST_CELLS) + 1)
    # A mean that is known more exactly than the grid would fall between its cells.
    errors = np.maximum(errors, -lowest / (2 * len(grid)))
    likelihood = np.exp(-0.5 * ((behind[:, None] - grid) / errors[:, None]) ** 2)
    share = np.full(len(grid), 1 / len(grid))
    for _ in range(_ROUNDS):
        share = share * ((1 / (likelihood @ share)) @ likelihood) / len(behind)
    posterior = share * np.exp(-0.5 * (grid / own) ** 2)
    expected = float(posterior @ grid) / float(posterior.sum())
    return -max(expected, float(behind.mean()), lowest) + 0.0  # and no -0.0


def _half_width(error: float, freedom: int, seeds: Values | None) -> float:
    """Return half the width of the range, by Satterthwaite's degrees of freedom (1946)."""
    from scipy.special import stdtrit

    part, shared = 0.0, 1
    if seeds is not None:
        shared = len(seeds) - 1
        part = (_root_mean_square(seeds, shared) / error) ** 2 / len(seeds)
    both = (1 + part) ** 2 / (1 / freedom + part**2 / shared)
    return float(stdtrit(both, 0.5 + LEVEL / 2)) * error * math.sqrt(1 + part)
