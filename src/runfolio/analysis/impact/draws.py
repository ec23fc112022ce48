"""How may what is not known exactly turn out? Draws of quantities and of measured inputs.

In: ranges of quantities, and values of runs. Out: `DRAWS` possible values of each. Every draw
is made from the name of what is drawn, so another quantity, another configuration or another
order leaves all others as they are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.change_levels import ROUNDING
from runfolio.analysis.impact.inputs import Measured
from runfolio.analysis.pairing import FEWEST_PAIRS
from runfolio.formula import Input

if TYPE_CHECKING:
    from runfolio.config import Quantity

__all__ = ["AROUND", "DRAWS", "HIGH", "LOW", "Noise", "expected", "quantity_at", "quantity_draws"]

DRAWS = 20_000
LOW, HIGH = 0.05, 0.95
"""The percentiles between which an amount lies nine times of ten."""
AROUND = 0.01
"""How far about a percentile draws are taken for what is typical of it."""

_Z = 1.6448536269514722
"""The 95th percentile of the standard normal distribution."""

Floats = NDArray[np.float64]


def expected(quantity: Quantity) -> float:
    """Return the mean of a quantity's distribution, in its own unit."""
    value = quantity.value
    if quantity.range is None:
        return value
    low, high = quantity.range
    match quantity.distribution:
        case "triangular":
            return (low + value + high) / 3
        case "pert":
            return (low + 4 * value + high) / 6
        case "uniform":
            return (low + high) / 2
        case "normal":
            return value
        case "lognormal":
            return value * math.exp((math.log(high / low) / (2 * _Z)) ** 2 / 2)


def quantity_at(quantity: Quantity, share: Floats) -> Floats:
    """Return the values below which a quantity lies with the given probabilities.

    Parameters
    ----------
    quantity : Quantity
    share : ndarray of float64, shape (n,), in (0, 1)

    Returns
    -------
    ndarray of float64, shape (n,)
        In the quantity's own unit. Of normal and lognormal quantities the range is taken for the
        5th and 95th percentile; PERT is a beta distribution with ``a = 1 + 4 (m - l) / (h - l)``
        and ``b = 1 + 4 (h - m) / (h - l)``.

    References
    ----------
    Malcolm, Roseboom, Clark and Fazar, "Application of a technique for research and development
    program evaluation", Operations Research 7 (1959), for PERT.
    """
    from scipy.special import betaincinv, ndtri  # a tenth of the import time of scipy.stats

    value = quantity.value
    if quantity.range is None:
        return np.full(len(share), value)
    low, high = quantity.range
    width = high - low
    match quantity.distribution:
        case "triangular":
            rising = low + np.sqrt(share * width * (value - low))
            falling = high - np.sqrt((1 - share) * width * (high - value))
            found = np.where(share * width < value - low, rising, falling)
        case "pert":
            a, b = 1 + 4 * (value - low) / width, 1 + 4 * (high - value) / width
            found = low + width * betaincinv(a, b, share)
        case "uniform":
            found = low + width * share
        case "normal":
            found = value + width / (2 * _Z) * ndtri(share)
        case "lognormal":
            found = value * np.exp(math.log(high / low) / (2 * _Z) * ndtri(share))
    return np.asarray(found, dtype=np.float64)


def quantity_draws(name: str, quantity: Quantity) -> Floats:
    """Draw a quantity by a Latin hypercube: one value from each of `DRAWS` equal parts.

    Returns
    -------
    ndarray of float64, shape (DRAWS,)
        In its own unit.

    References
    ----------
    McKay, Beckman and Conover, "A comparison of three methods for selecting values of input
    variables in the analysis of output from a computer code", Technometrics 21 (1979).
    """
    return quantity_at(quantity, _even(f"quantity {name}"))


@dataclass(slots=True)
class Noise:
    """Draws the means of what configurations measured, as far as their runs tell them.

    With n runs of values x_i, a draw is ``m + Σ w_i (x_i - m) / √(n (n - 1)) · √((n - 1) / q)``
    with w_i standard normal and q chi-squared with n - 1 degrees of freedom: Student's t around
    the mean m, and jointly for all inputs of the configuration as its runs go together. Runs
    that pair with the reference's have the same w_i and q as their partners, so that what
    separates the two is drawn by the paired t; else the sides are independent (the
    Behrens-Fisher distribution of a difference). Only sides whose runs all have their one
    partner pair, as in every comparison of the report.

    Parameters
    ----------
    partners : mapping of str to str
        By run: what it has in common with the run of the other side that belongs to it.
    reference : Measured or None
        The side with which others pair: the baseline, or without one the champion.
    shares : frozenset of Input
        Inputs that are cut off at 0 and 1.
    champion : str
        Label of the champion.

    References
    ----------
    Student, "The probable error of a mean", Biometrika 6 (1908).
    """

    partners: Mapping[str, str]
    reference: Measured | None
    shares: frozenset[Input]
    champion: str = ""
    _known: dict[str, Floats] = field(default_factory=dict)

    def of(self, side: Measured, *, for_mean: bool = False) -> dict[Input, float | Floats]:
        """Draw the inputs of one configuration.

        Parameters
        ----------
        side : Measured
        for_mean : bool
            Leave out the factor ``√((n - 1) / q)``. The draws are normal then, with the standard
            error that was estimated: of few runs Student's t has no mean or variance, and what
            is no straight line in it (such as a division) has none of many.

        Returns
        -------
        dict of Input to (float or ndarray of float64, shape (DRAWS,))
            One number where nothing varies, or there is but one run.
        """
        n = len(side.runs)
        means = side.values.mean(axis=0)
        away = side.values - means
        if n < 2 or not side.inputs:
            return dict(zip(side.inputs, means.tolist(), strict=True))
        keys = self._keys(side)
        normal = np.array([self._normal(key) for key in keys])
        scale: float | Floats = 1.0
        if not for_mean:
            scale = self._scale(f"{keys[0].partition(' ')[0]} {n} runs", n - 1)
        drawn: dict[Input, float | Floats] = {}
        for place, one in enumerate(side.inputs):
            mean, rest = float(means[place]), away[:, place]
            if np.abs(rest).max() <= ROUNDING * abs(mean):
                drawn[one] = mean
                continue
            found = mean + (rest @ normal) / math.sqrt(n * (n - 1)) * scale
            drawn[one] = np.clip(found, 0.0, 1.0) if one in self.shares else found
        return drawn

    def pairs(self, side: Measured) -> bool:
        """Tell whether a side's runs pair with those of the reference, one by one."""
        return self._keys(side)[0].startswith("pair ")

    def _keys(self, side: Measured) -> list[str]:
        """Return by what each run's draws are made."""
        theirs = self._partners(self.reference) if self.reference is not None else []
        own = self._partners(side)
        is_pair = bool(own) and sorted(own) == sorted(theirs)
        if is_pair and self.reference is not None and side is not self.reference:
            place = {partner: at for at, partner in enumerate(theirs)}
            other = self.reference.values[[place[partner] for partner in own]]
            is_pair = not _differ_by_the_same(side.values, other)
        if is_pair:
            return [f"pair {partner}" for partner in own]
        is_champion = side.configuration.label == self.champion
        sort = "reference" if side is self.reference else "champion" if is_champion else "other"
        return [f"{sort} {place}" for place in range(len(side.runs))]

    def _partners(self, side: Measured) -> list[str]:
        """Return the runs' partners; none where they are not one for each of enough runs."""
        own = [self.partners.get(run, "") for run in side.runs]
        return own if all(own) and len(set(own)) == len(own) >= FEWEST_PAIRS else []

    def _normal(self, key: str) -> Floats:
        from scipy.special import ndtri

        if key not in self._known:
            self._known[key] = ndtri(_even(f"run {key}"))
        return self._known[key]

    def _scale(self, key: str, freedom: int) -> Floats:
        from scipy.special import chdtri

        if key not in self._known:
            self._known[key] = np.sqrt(freedom / chdtri(freedom, _even(f"spread {key}")))
        return self._known[key]


def _differ_by_the_same(ours: Floats, theirs: Floats) -> bool:
    """Tell whether the pairs' differences do not vary while the sides do."""
    size = ROUNDING * np.maximum(np.abs(ours).max(axis=0), np.abs(theirs).max(axis=0))
    alike = np.ptp(ours - theirs, axis=0) <= size
    return bool(alike.all() and (np.ptp(ours, axis=0) > size).any())


def _even(key: str) -> Floats:
    """Return numbers in (0, 1), one in each of `DRAWS` equal parts, in the key's own order."""
    random = np.random.default_rng(crc32(key.encode("utf-8")))
    found = (random.permutation(DRAWS) + random.random(DRAWS)) / DRAWS
    return np.clip(found, 1e-12, 1 - 1e-12)
