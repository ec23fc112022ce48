"""Stage 1b: the artifacts that lie beside an MLflow database.

In: the folder of the database. Out: the plots of a run. The addresses in the database are
those of the machine that logged, and are not followed: artifacts are looked for where MLflow
puts them if nothing else is said, ``mlruns/`` and ``mlartifacts/``.
"""

from __future__ import annotations

from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.plot_files import plots_below
from runfolio.storage.base import Place

__all__ = ["ARTIFACTS", "Artifacts"]

ARTIFACTS = "artifacts"
"""The folder of a run's artifacts."""

_ROOTS = ("mlruns", "mlartifacts")


class Artifacts:
    """Artifacts by experiment and run; each folder is listed once.

    Parameters
    ----------
    home : Place
        The folder of the database.
    """

    def __init__(self, home: Place) -> None:
        self._roots = [(home / root, names_listed(home / root)) for root in _ROOTS]
        self._runs: dict[str, list[tuple[Place, set[str]]]] = {}
        self.problems: list[Problem] = []

    def plots(self, experiment: str, run: str) -> tuple[Plot, ...]:
        """Return the plots among a run's artifacts."""
        if experiment not in self._runs:
            self._runs[experiment] = [
                (root / experiment, names_listed(root / experiment))
                for root, experiments in self._roots
                if experiment in experiments
            ]
        for folder, runs in self._runs[experiment]:
            if run in runs:
                return plots_below(folder / run / ARTIFACTS, self.problems)
        return ()
