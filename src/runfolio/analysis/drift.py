"""Stage 3: has a distribution moved? Population stability index and Kolmogorov-Smirnov distance.

In: the values (or counts by bin) of one column, before and now. Out: `Drift`.

The population stability index (PSI) sums ``(now - before) ln(now / before)`` over bins, of the
shares of rows in each. Its usual thresholds, 0.1 and 0.25, are a convention of credit scoring
and know nothing of the number of rows: of two samples of one distribution the index times
``1 / (1 / n + 1 / m)`` follows about a chi-squared distribution with one degree of freedom less
than there are bins. So a verdict also asks whether chance alone would reach as far.

References
----------
Siddiqi, "Credit Risk Scorecards" (2006): the thresholds. Yurdakul and Naranjo, "Statistical
properties of the population stability index", Journal of Risk Model Validation 14 (2020): its
distribution without drift. Cochran, "Some methods for strengthening the common chi-squared
tests", Biometrics 10 (1954): five rows expected in each bin.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BINS",
    "PSI_LARGE",
    "PSI_SMALL",
    "Drift",
    "DriftVerdict",
    "NumbersBefore",
    "drift_of_categories",
    "drift_of_counts",
    "drift_of_numbers",
    "ks_distance",
    "ks_p",
    "psi",
]

PSI_SMALL = 0.1
"""Below it a distribution counts as stable."""
PSI_LARGE = 0.25
"""From it on a distribution counts as moved so far that the model should be looked at."""
BINS = 10
"""Bins of numbers: tenths of the values before."""
MOST_CATEGORIES = 20
"""Categories that are bins of their own; the rarer ones before share one more."""

LEAST_PER_BIN = 5
"""Rows for each bin below which a side is too small: what chance does is not known then."""

_EMPTY_BIN = 0.5
"""Rows that an empty bin counts as: the logarithm of nothing is none."""
_LEVEL = 0.95

DriftVerdict = Literal["stable", "moved somewhat", "moved", "too few rows"]

Floats = NDArray[np.float64]
Counts = Sequence[float] | NDArray[np.float64] | NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drift:
    """How far a column's distribution moved.

    Parameters
    ----------
    psi : float
        Population stability index; NaN where a side has no rows.
    chance : float
        What the index stays below in 95 % of all samples of this size if nothing moved; of
        several columns or windows, all of them do in 95 %.
    verdict : {"stable", "moved somewhat", "moved", "too few rows"}
    before, now : int
        Rows of each side.
    ks : float
        Largest distance between the two distribution functions, NaN for categories.
    ks_p : float
        How likely a distance as large is if nothing moved.
    missing_before, missing_now : float
        Shares of rows without a value; NaN where that is not known.
    """

    psi: float
    chance: float
    verdict: DriftVerdict
    before: int
    now: int
    ks: float = math.nan
    ks_p: float = math.nan
    missing_before: float = math.nan
    missing_now: float = math.nan


def psi(before: Counts, now: Counts) -> float:
    """Return the population stability index of counts by bin.

    Parameters
    ----------
    before, now : sequence of float, shape (bins,)
        Rows in each bin; bins that are empty on both sides do not count, one that is empty on
        one side counts as half a row.

    Returns
    -------
    float
        ``sum((q - p) ln(q / p))`` with p and q the shares before and now; NaN where a side has
        no rows.
    """
    own, other = np.asarray(before, np.float64), np.asarray(now, np.float64)
    if own.sum() <= 0 or other.sum() <= 0:
        return math.nan
    used = (own > 0) | (other > 0)
    p = np.maximum(own[used], _EMPTY_BIN) / own.sum()
    q = np.maximum(other[used], _EMPTY_BIN) / other.sum()
    return float(np.sum((q - p) * np.log(q / p)))


def drift_of_counts(before: Counts, now: Counts, tests: int = 1) -> Drift:
    """Judge counts by bin, where the values themselves are not at hand.

    Parameters
    ----------
    before, now : sequence of float, shape (bins,)
    tests : int
        How many columns and windows are looked at together: one of them reaching `Drift.chance`
        without having moved is as unlikely as it is for one alone (Bonferroni).
    """
    own, other = np.asarray(before, np.float64), np.asarray(now, np.float64)
    n, m = int(own.sum()), int(other.sum())
    index = psi(own, other)
    bins = int(np.sum((own > 0) | (other > 0)))
    chance = _chance(bins, n, m, tests)
    few = min(n, m) < LEAST_PER_BIN * bins
    return Drift(index, chance, "too few rows" if few else _verdict(index, chance), n, m)


def drift_of_numbers(before: Floats | NumbersBefore, now: Floats, tests: int = 1) -> Drift:
    """Judge the numbers of a column.

    Parameters
    ----------
    before : ndarray of float64, shape (rows,), or NumbersBefore
        NaN where a row has no value. Prepared once, where it is compared with often.
    now : ndarray of float64, shape (rows,)
    tests : int
        As of `drift_of_counts`.
    """
    own = before if isinstance(before, NumbersBefore) else NumbersBefore.of(before)
    known = np.sort(now[~np.isnan(now)])
    missing = len(now) - len(known)
    found = drift_of_counts(own.counts, own.counted(known, missing), tests)
    distance = _distance(own.known, known)
    return replace(
        found,
        ks=distance,
        ks_p=ks_p(distance, len(own.known), len(known)),
        missing_before=_share(own.counts[-1], found.before),
        missing_now=_share(missing, found.now),
    )


@dataclass(frozen=True, slots=True)
class NumbersBefore:
    """Numbers that others are compared with, put into bins.

    Bins are tenths of the values; a value that is very common is a bin of its own, and so are
    rows without one. Infinities fall into the outer bins.

    Parameters
    ----------
    known : ndarray of float64, shape (values,), ascending
        Without NaN.
    edges : ndarray of float64, shape (bins - 1,)
        Inner edges; a bin holds what is at most its upper edge.
    counts : ndarray of int64, shape (bins + 1,)
        Rows in each bin, and without a value.
    """

    known: Floats
    edges: Floats
    counts: NDArray[np.int64]

    @classmethod
    def of(cls, before: Floats) -> NumbersBefore:
        """Prepare numbers, NaN where a row has no value."""
        known = np.sort(before[~np.isnan(before)])
        found = cls(known, _edges(known), np.empty(0, np.int64))
        return cls(known, found.edges, found.counted(known, len(before) - len(known)))

    def counted(self, known: Floats, missing: int) -> NDArray[np.int64]:
        """Count values by bin, and the rows without one."""
        places = np.searchsorted(self.edges, known, "left")
        return np.append(np.bincount(places, minlength=len(self.edges) + 1), missing)


def drift_of_categories(
    before: Iterable[str | None], now: Iterable[str | None], tests: int = 1
) -> Drift:
    """Judge the categories of a column; None where a row has no value.

    The commonest categories before are bins of their own, the others and those that are new
    share one. Each side may also be a `Counter`.
    """
    own, other = Counter(before), Counter(now)
    named = [name for name, _ in own.most_common(MOST_CATEGORIES + 1) if name is not None]
    named = named[:MOST_CATEGORIES]
    kept = [*named, None]
    counts = [
        [*(side[name] for name in named), side.total() - sum(side[n] for n in kept), side[None]]
        for side in (own, other)
    ]
    found = drift_of_counts(counts[0], counts[1], tests)
    return replace(
        found,
        missing_before=_share(own[None], found.before),
        missing_now=_share(other[None], found.now),
    )


def ks_distance(before: Floats, now: Floats) -> float:
    """Return the largest distance between two empirical distribution functions.

    Parameters
    ----------
    before, now : ndarray of float64, shape (n,) and (m,), without NaN

    Returns
    -------
    float
        In [0, 1]; NaN where a side is empty.
    """
    return _distance(np.sort(before), np.sort(now))


def _distance(before: Floats, now: Floats) -> float:
    """Return the distance of sorted values: it is largest at one of `now`, or just below it."""
    if not len(before) or not len(now):
        return math.nan
    at = [np.searchsorted(before, now, side) / len(before) for side in ("left", "right")]
    own = [np.searchsorted(now, now, side) / len(now) for side in ("left", "right")]
    return float(max(np.max(np.abs(a - b)) for a, b in zip(at, own, strict=True)))


def ks_p(distance: float, n: int, m: int) -> float:
    """Return how likely so large a distance of two samples of one distribution is.

    Kolmogorov's limit distribution at ``sqrt(n m / (n + m)) D``: a little too large for small
    samples and where values are often the same, so on the safe side.
    """
    if math.isnan(distance):
        return math.nan
    from scipy.special import kolmogorov

    return float(kolmogorov(math.sqrt(n * m / (n + m)) * distance))


def _edges(known: Floats) -> Floats:
    """Return the inner edges of bins; a value that ends several tenths gets one of its own."""
    if not len(known):
        return np.empty(0)
    tenths = np.quantile(known, np.arange(1, BINS) / BINS, method="inverted_cdf")
    edges, times = np.unique(tenths, return_counts=True)
    edges_and_ties: Floats = np.sort(np.append(edges, np.nextafter(edges[times > 1], -math.inf)))
    return edges_and_ties


def _chance(bins: int, n: int, m: int, tests: int) -> float:
    if not n or not m or bins < 1:
        return math.nan
    if bins == 1:
        return 0.0
    from scipy.special import chdtri  # the upper quantile of chi-squared

    return float(chdtri(bins - 1, (1 - _LEVEL) / max(tests, 1))) * (1 / n + 1 / m)


def _verdict(index: float, chance: float) -> DriftVerdict:
    if math.isnan(index):
        return "too few rows"
    if index > chance:
        if index >= PSI_LARGE:
            return "moved"
        return "moved somewhat" if index >= PSI_SMALL else "stable"
    # Within what chance does: nothing moved, if these rows could have shown that something did.
    return "stable" if chance < PSI_LARGE else "too few rows"


def _share(part: float, whole: int) -> float:
    return float(part) / whole if whole else math.nan
