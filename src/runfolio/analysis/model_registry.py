"""Stage 3: which model is in production, and is the champion better?

A version is in production where its registry says so (`is_in_production`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runfolio.analysis.comparison import Comparison, compare_all
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.model_versions import (
    LoggedModel,
    ModelVersion,
    logged_models,
    versions_of,
)

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed

__all__ = ["ModelRegistry", "registry_of"]

Standing = Literal["champion", "other", "unknown", "none"]


@dataclass(frozen=True, slots=True)
class ModelRegistry:
    """What is registered.

    Parameters
    ----------
    versions : tuple of ModelVersion
        By registry and name, the newest version first.
    logged : tuple of LoggedModel
        Those of runs that were read.
    in_use : ModelVersion or None
        The version in production that the champion is set against.
    standing : {"champion", "other", "unknown", "none"}
        Whether that is the champion, another configuration, one whose runs were not read or
        not compared; ``none`` where nothing is in production.
    against : tuple of Comparison
        Champion against it: the objective first.
    """

    versions: tuple[ModelVersion, ...] = ()
    logged: tuple[LoggedModel, ...] = ()
    in_use: ModelVersion | None = None
    standing: Standing = "none"
    against: tuple[Comparison, ...] = ()

    @property
    def production(self) -> tuple[ModelVersion, ...]:
        """All versions in production."""
        return tuple(one for one in self.versions if one.in_production)


def registry_of(a: Analysed, name: str = "") -> ModelRegistry:
    """Gather what is registered, and compare the champion with what is in production.

    Parameters
    ----------
    a : Analysed
        The runs, compared.
    name : str
        The model's, where the configuration says it: of several in production this one counts.
    """
    objective = a.objective.metric if a.objective else ""
    holder = {run: one for one in a.configurations for run in one.runs}
    versions = versions_of(a.tables, holder, a.values.get(objective, {}), objective)
    logged = logged_models(a.tables)
    in_use = _in_use(versions, name, a.champion)
    if in_use is None:
        return ModelRegistry(versions, logged)
    theirs = in_use.configuration
    if theirs is None or a.champion is None:
        return ModelRegistry(versions, logged, in_use, "unknown")
    if theirs is a.champion:
        return ModelRegistry(versions, logged, in_use, "champion")
    against = (
        a.scorecard
        if theirs is a.baseline
        else compare_all(a.metrics, a.values, a.champion, theirs, a.terms)
    )
    against = tuple(sorted(against, key=lambda c: c.metric != objective))
    return ModelRegistry(versions, logged, in_use, "other", against)


def _in_use(
    versions: Sequence[ModelVersion], name: str, champion: Configuration | None
) -> ModelVersion | None:
    """Choose of those in production: the named model's, then one that can be compared."""
    found = [one for one in versions if one.in_production]
    if not found:
        return None
    ours = {one.name for one in versions if champion is not None and one.configuration is champion}
    return min(
        found,
        key=lambda one: (one.name != name, one.name not in ours, one.configuration is None),
    )
