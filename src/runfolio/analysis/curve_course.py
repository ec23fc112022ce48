"""Stage 3: how much of a curve is noise, and how does it go beneath?

In: the finite points of one run's metric. Out: a `Course`, which the rules on curves read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.direction import Goal

__all__ = ["Course", "course_of"]

_WIDEST = 9
_MOST_MEMORY = 0.9

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Course:
    """A curve made comparable: downwards is better, and no value is far above 1.

    Parameters
    ----------
    steps, values : ndarray of float64, shape (points,)
    unit : float
        By which values are multiplied to be in the metric's own, positive.
    noise : float
        The standard deviation of a value around its course.
    width : int
        Of how many values a level is the running median.
    levels : ndarray of float64, shape (points - width + 1,)
    spread : float
        About the standard deviation of a level.
    """

    steps: Floats
    values: Floats
    unit: float
    noise: float
    width: int
    levels: Floats
    spread: float

    @property
    def best(self) -> int:
        return int(self.levels.argmin())

    @property
    def gain(self) -> float:
        return max(float(self.levels[0] - self.levels.min()), 0.0)

    @property
    def rise(self) -> float:
        """By how much it ends above its best."""
        return float(self.levels[-1] - self.levels.min())

    def step(self, level: int) -> float:
        """Return the step in the middle of a level."""
        return float(self.steps[level + self.width // 2])

    def slope(self, begin: int, span: float) -> tuple[float, float]:
        """Return the least-squares slope from a point on, by `span` steps, and its standard error.

        Where neighbours resemble each other the error is multiplied by √((1 + r) / (1 − r)), r
        being the first autocorrelation of the residuals.
        """
        x, y = self.steps[begin:] / span, self.values[begin:]
        x = x - x.mean()
        width = float(x @ x)
        if not width > 0:
            return 0.0, math.inf
        slope = float(x @ y) / width
        rest = y - y.mean() - slope * x
        squares = float(rest @ rest)
        spread = math.sqrt(squares / (len(x) - 2))
        memory = float(rest[1:] @ rest[:-1]) / squares if squares > 0 else 0.0
        memory = min(max(memory, 0.0), _MOST_MEMORY)
        error = max(spread, self.noise) * math.sqrt((1 + memory) / (1 - memory) / width)
        return slope, error


def course_of(steps: Floats, values: Floats, goal: Goal) -> Course:
    """Make a curve comparable.

    The noise is estimated from how far each value lies from the straight line between two
    others (Gasser, Sroka & Jennen-Steinmetz, Residual variance and residual pattern in
    nonlinear regression, 1986), with the median in place of the mean; once for the nearest
    neighbours and once for those a tenth of the curve away; with the mean distance where the
    median is nothing. The larger counts: noise that
    resembles what it was a moment ago looks smooth from nearby.

    Parameters
    ----------
    steps : ndarray of float64, shape (points,)
        Ascending; may repeat.
    values : ndarray of float64, shape (points,), points >= 5
        Finite.
    goal : {"maximize", "minimize", ""}
    """
    # A power of two, so that scaling is exact.
    unit = 2.0 ** min(max(math.frexp(float(np.abs(values).max()))[1], -1000), 1023)
    if goal == "maximize":
        unit = -unit
    scaled = values / unit
    points = len(scaled)
    width = min(_WIDEST, max(3, points // 10 | 1))
    noise = _noise(steps, scaled, 1)
    if points >= 20:
        noise = max(noise, _noise(steps, scaled, points // 10))
    # Sorting is several times quicker than `numpy.median` is for so few values.
    windows = scaled[np.arange(points - width + 1)[:, None] + np.arange(width)]
    levels = np.sort(windows, axis=1)[:, width // 2]
    # The median of n normal values scatters by about 1.25 / sqrt(n).
    return Course(steps, scaled, abs(unit), noise, width, levels, 1.25 * noise / math.sqrt(width))


def _noise(steps: Floats, values: Floats, away: int) -> float:
    """Return the standard deviation of a value around the line between two others."""
    before, here, after = steps[: -2 * away], steps[away:-away], steps[2 * away :]
    widths = after / 2 - before / 2
    part = np.full(len(here), 0.5)
    np.divide(here / 2 - before / 2, widths, out=part, where=widths > 0)
    left = (1 - part) * values[: -2 * away] + part * values[2 * away :]
    off = np.abs(values[away:-away] - left) / np.sqrt(1 + part**2 + (1 - part) ** 2)
    off.sort()
    middle = float(off[(len(off) - 1) // 2] + off[len(off) // 2]) / 2
    # Of a metric that takes few values most may lie on the line, and yet it is not without noise.
    return 1.4826 * middle or 1.2533 * float(off.mean())
