"""Stage 1b: the artifacts that lie beside an MLflow database.

In: the folder of the database. Out: the plots and features of a run, the features of a model.
The addresses in the database are those of the machine that logged, and are not followed:
artifacts are looked for where MLflow puts them if nothing else is said, ``mlruns/`` and
``mlartifacts/``.
"""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.model.features import FeatureList, Importances
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.sources.mlflow.environment import environment_of
from runfolio.sources.mlflow.signatures import features_of_model
from runfolio.sources.reading.feature_files import features_in
from runfolio.sources.reading.listing import names_listed
from runfolio.sources.reading.plot_files import plots_below
from runfolio.storage.base import Place

__all__ = ["ARTIFACTS", "MODELS", "Artifacts", "RunArtifacts", "artifacts_of"]

ARTIFACTS = "artifacts"
"""The folder of a run's artifacts."""

MODELS = "models"
"""The folder, beside those of an experiment's runs, of the models that they logged (MLflow 3)."""

_ROOTS = ("mlruns", "mlartifacts")


@dataclass(frozen=True, slots=True)
class RunArtifacts:
    """What the artifacts of a run tell; `models` are the folders of models among them."""

    names: tuple[str, ...] = ()
    plots: tuple[Plot, ...] = ()
    features: tuple[FeatureList, ...] = ()
    importances: tuple[Importances, ...] = ()
    models: tuple[Place, ...] = ()


def artifacts_of(folder: Place, problems: list[Problem]) -> RunArtifacts:
    """Read the artifacts in a folder; what is wrong is added to `problems`."""
    models: list[Place] = []
    of_features: list[tuple[str, Place]] = []
    names: list[str] = []
    plots = plots_below(folder, problems, models, of_features, names)
    signed = (features_of_model(model, problems) for model in models)
    lists, importances = features_in(of_features, problems, folder)
    return RunArtifacts(
        tuple(names), plots, (*(one for one in signed if one), *lists), importances, tuple(models)
    )


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

    def of_run(self, experiment: str, run: str) -> RunArtifacts:
        """Return what a run's artifacts tell."""
        for folder, runs in self._in(experiment):
            if run in runs:
                return artifacts_of(folder / run / ARTIFACTS, self.problems)
        return RunArtifacts()

    def of_model(self, experiment: str, model: str) -> FeatureList | None:
        """Return the features in the signature of a logged model."""
        folder = self._of(experiment, model)
        return None if folder is None else features_of_model(folder, self.problems)

    def environment(self, experiment: str, model: str) -> dict[str, str]:
        """Return the versions that a logged model was made with."""
        folder = self._of(experiment, model)
        return {} if folder is None else environment_of(folder)

    def _of(self, experiment: str, model: str) -> Place | None:
        """Return the folder of a logged model."""
        for folder, names in self._in(experiment):
            if MODELS in names and "/" not in model and model not in ("", ".", ".."):
                return folder / MODELS / model / ARTIFACTS
        return None

    def _in(self, experiment: str) -> list[tuple[Place, set[str]]]:
        if experiment not in self._runs:
            self._runs[experiment] = [
                (root / experiment, names_listed(root / experiment))
                for root, experiments in self._roots
                if experiment in experiments
            ]
        return self._runs[experiment]
