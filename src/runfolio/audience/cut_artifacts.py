"""Stage 2b: artifacts that an audience does not see: files, images, plots, and what they tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from itertools import chain, count
from typing import Any

import pandas as pd

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.cut_params import in_order
from runfolio.config import Requirement, Settings
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["artifact_names", "without_artifacts"]

_OF_FILES = frozenset({"artifact", "importances", "model signature"})
"""Where features stand in a file that a run logged."""


def artifact_names(name: str) -> list[str]:
    """Return what a pattern may mean by an artifact: its path, its name, a folder around it.

    Examples
    --------
    >>> artifact_names("plots/val/roc.json")
    ['plots/val/roc.json', 'roc.json', 'plots', 'plots/val', 'roc']
    """
    parts = name.split("/")
    folders = ["/".join(parts[:count]) for count in range(1, len(parts))]
    return [name, parts[-1], *folders, parts[-1].partition(".")[0]]


def without_artifacts(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out artifacts; requirements that ask for them are judged as before.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    choice : Choice
    taken : Taken
        Gets what was taken out.
    """
    if not choice:
        return tables, settings
    gone = {
        name: rule
        for name in dict.fromkeys(_names(tables))
        if (rule := choice.rule(*artifact_names(name)))
    }
    asked, stand_ins = _asked(tables, settings, choice, gone)
    if not gone and asked == settings.requirements:
        return tables, settings
    settings = settings.model_copy(update={"requirements": asked})
    taken.counts["artifacts"] = len(gone)
    taken.names(gone)

    def kept(frame: pd.DataFrame, column: str) -> pd.DataFrame:
        return frame[~frame[column].isin(list(gone))].reset_index(drop=True)

    features = {
        run: tuple(one for one in own if one.origin not in _OF_FILES or one.place not in gone)
        for run, own in tables.features.items()
    }
    plots = {run: tuple(p for p in own if p.name not in gone) for run, own in tables.plots.items()}
    importances = {
        run: tuple(one for one in own if one.name not in gone)
        for run, own in tables.importances.items()
    }
    models = tables.models
    tables = replace(
        tables,
        artifacts=in_order([kept(tables.artifacts, "name"), *stand_ins], tables.runs.index),
        images=kept(tables.images, "name"),
        plots={run: own for run, own in plots.items() if own},
        features={run: own for run, own in features.items() if own},
        importances={run: own for run, own in importances.items() if own},
        models=models.assign(path=models["path"].where(~models["path"].isin(list(gone)), "")),
    )
    return tables, _without_lost(tables, settings, gone)


def _without_lost(tables: Tables, settings: Settings, gone: Mapping[str, str]) -> Settings:
    """Forget what the configuration says of a curve and of features that nothing tells any more.

    Else the report would say that no run logged them.
    """
    changed: dict[str, Any] = {}
    impact, features = settings.impact, settings.data.features
    curve = impact.threshold.curve.casefold() if impact is not None else ""
    if impact is not None and curve and any(curve in name.casefold() for name in gone):
        threshold = type(impact.threshold)()
        changed["impact"] = impact.model_copy(update={"threshold": threshold})
    if features.owner or features.description:
        told = _feature_names(tables)
        left = {
            key: {p: t for p, t in getattr(features, key).items() if _fits_any(told, p)}
            for key in ("owner", "description")
        }
        own = features.model_copy(update=left)
        changed["data"] = settings.data.model_copy(update={"features": own})
    return settings.model_copy(update=changed) if changed else settings


def _feature_names(tables: Tables) -> set[str]:
    """Return the features that are told anywhere but in params."""
    lists = (one for own in tables.features.values() for one in own)
    importances = (one for own in tables.importances.values() for one in own)
    return {
        *(name for one in lists for name in one.names),
        *(name for one in importances for name in one.values),
        *(column.name for own in tables.columns.values() for column in own),
        *(one.name for view in tables.feature_views for one in view.fields),
    }


def _fits_any(names: Iterable[str], pattern: str) -> bool:
    return any(fnmatchcase(name, pattern) for name in names)


def _asked(
    tables: Tables, settings: Settings, choice: Choice, gone: Mapping[str, str]
) -> tuple[tuple[Requirement, ...], list[pd.DataFrame]]:
    """Return requirements that name no hidden artifact, and artifacts that stand for these.

    Runs that have what a requirement asks for get the stand-in, so that it is judged the same.
    """
    asked: list[Requirement] = []
    rows: list[pd.DataFrame] = []
    names = chain([NOT_SHOWN], (f"{NOT_SHOWN} {number}" for number in count(2)))
    own = tables.artifacts
    for one in settings.requirements:
        pattern = one.evidence.artifact if one.evidence else None
        fits = [n for n in own["name"].unique() if pattern and fnmatchcase(n, pattern)]
        if (
            one.evidence is None
            or pattern is None
            or not (any(name in gone for name in fits) or choice.rule(*artifact_names(pattern)))
        ):
            asked.append(one)
            continue
        name = next(names)
        runs = own["run"][own["name"].isin(fits)].unique()
        rows.append(pd.DataFrame({"run": runs, "name": name}, dtype=object))
        evidence = one.evidence.model_copy(update={"artifact": name})
        asked.append(one.model_copy(update={"evidence": evidence}))
    return tuple(asked), rows


def _names(tables: Tables) -> list[str]:
    """Return the artifacts that are told anywhere."""
    return [
        *tables.artifacts["name"].unique(),
        *tables.images["name"].unique(),
        *(plot.name for own in tables.plots.values() for plot in own),
        *(one.place for own in tables.features.values() for one in own if one.origin in _OF_FILES),
        *(one.name for own in tables.importances.values() for one in own),
        *(path for path in tables.models["path"] if path),
    ]
