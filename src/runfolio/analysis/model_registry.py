"""Stage 3: which model is in production, and is the champion better?

A version is in production where its registry says so (`is_in_production`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from runfolio.analysis.comparison import Comparison, Terms, compare_all
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.metrics import Metric
from runfolio.analysis.model_versions import (
    LoggedModel,
    ModelVersion,
    logged_models,
    versions_of,
)
from runfolio.model.tables import Tables

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


def registry_of(
    tables: Tables,
    configurations: Sequence[Configuration],
    champion: Configuration | None,
    metrics: Mapping[str, Metric],
    values: Mapping[str, Mapping[str, float]],
    objective: str,
    terms: Terms,
    name: str = "",
    known: tuple[Configuration | None, tuple[Comparison, ...]] = (None, ()),
) -> ModelRegistry:
    """Gather what is registered, and compare the champion with what is in production.

    Parameters
    ----------
    tables : Tables
    configurations : sequence of Configuration
    champion : Configuration or None
    metrics, values
        As of `runfolio.analysis.analysed.Analysed`.
    objective : str
        The metric that decides; empty where there is none.
    terms : Terms
    name : str
        The model's, where the configuration says it: of several in production this one counts.
    known : (Configuration or None, tuple of Comparison)
        The baseline and the champion's comparisons with it, which are not made twice.
    """
    holder = {run: one for one in configurations for run in one.runs}
    ranking = values.get(objective, {})
    versions = versions_of(tables, holder, ranking, objective)
    logged = logged_models(tables)
    in_use = _in_use(versions, name, champion)
    if in_use is None:
        return ModelRegistry(versions, logged)
    theirs = in_use.configuration
    if theirs is None or champion is None:
        return ModelRegistry(versions, logged, in_use, "unknown")
    if theirs is champion:
        return ModelRegistry(versions, logged, in_use, "champion")
    baseline, scorecard = known
    against = (
        scorecard
        if theirs is baseline
        else compare_all(dict(metrics), values, champion, theirs, terms)
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
