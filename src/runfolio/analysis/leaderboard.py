"""Stage 3: the configurations in the order of the objective."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from runfolio.analysis.comparison import finite_values
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.direction import Goal
from runfolio.analysis.interval import Estimate, mean_of

__all__ = ["Standing", "leaderboard", "typical_run"]


@dataclass(frozen=True, slots=True)
class Standing:
    """A configuration's place.

    Parameters
    ----------
    configuration : Configuration
    estimate : Estimate
        Mean of the objective over the runs with a finite value.
    values : tuple of float
        The finite values, in the runs' order.
    diverged : int
        Runs of it whose value or loss is NaN or infinite.
    typical : str
        Id of the run nearest to the mean: the one to open as an example.
    """

    configuration: Configuration
    estimate: Estimate
    values: tuple[float, ...]
    diverged: int
    typical: str


def leaderboard(
    configurations: Sequence[Configuration],
    values: Mapping[str, float],
    goal: Goal,
    baseline: Configuration | None = None,
) -> tuple[Standing, ...]:
    """Rank configurations by the mean of the objective, best first.

    Configurations without one finite value are not ranked. Of equal means the baseline's comes
    first: what is no better takes no one's place.

    Parameters
    ----------
    configurations : sequence of Configuration
    values : mapping of str to float
        The objective's summary values, by run.
    goal : Goal
    baseline : Configuration or None
    """
    standings = []
    for configuration in configurations:
        own = finite_values(values, configuration)
        if not len(own):
            continue
        logged = sum(run in values for run in configuration.runs)
        standings.append(
            Standing(
                configuration=configuration,
                estimate=mean_of(own),
                values=tuple(float(v) for v in own),
                diverged=logged - len(own) + len(configuration.diverged),
                typical=typical_run(configuration, values),
            )
        )
    sign = -1 if goal == "maximize" else 1
    return tuple(
        sorted(
            standings,
            key=lambda s: (
                *(sign * s.estimate.value, s.configuration is not baseline),
                s.configuration.label,
            ),
        )
    )


def typical_run(configuration: Configuration, values: Mapping[str, float]) -> str:
    """Return the run whose value is nearest to the mean; the first one without values."""
    own = np.array([values.get(run, np.nan) for run in configuration.runs])
    finite = np.isfinite(own)
    if not finite.any():
        return configuration.runs[0]
    distance = np.where(finite, np.abs(own - mean_of(own[finite]).value), np.inf)
    return configuration.runs[int(distance.argmin())]
