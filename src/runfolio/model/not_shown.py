"""Stage 2: how much was left out for an audience, in counts and never by name."""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.model.numbers import format_count

__all__ = ["NOT_SHOWN", "NotShown"]

NOT_SHOWN = "(not shown)"
"""What stands in the place of a name or a value that an audience does not see."""


@dataclass(frozen=True, slots=True)
class NotShown:
    """What an audience does not see.

    Parameters
    ----------
    audience : str
        Its name; empty where nothing was cut.
    is_outside : bool
        Whether it is any other than the team itself.
    runs, experiments, metrics, params, tags, artifacts, data, requirements, outcomes : int
        How many of each were left out.
    directed : int
        Metrics among those left out that have a direction, so that sides are compared on them.
    configurations : int
        Configurations that could have been compared and of which no run is left.
    diverged : tuple of str
        Ids of runs that are shown, of which a loss that is not shown ends at NaN or infinity.
    """

    audience: str = ""
    is_outside: bool = False
    runs: int = 0
    experiments: int = 0
    metrics: int = 0
    params: int = 0
    tags: int = 0
    artifacts: int = 0
    data: int = 0
    requirements: int = 0
    outcomes: int = 0
    directed: int = 0
    configurations: int = 0
    diverged: tuple[str, ...] = ()

    @property
    def and_more(self) -> str:
        """What to say behind a count of configurations, such as `` (3 more are not shown)``."""
        if not self.configurations:
            return ""
        are = "is" if self.configurations == 1 else "are"
        return f" ({format_count(self.configurations)} more {are} not shown)"
