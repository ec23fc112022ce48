"""Stage 3: who uses a feature, who answers for it, and what does it mean?

In: the list of each run, the feature store's views and the configuration. Out: a row a feature.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from runfolio.analysis.feature_lists import plain_name
from runfolio.model.features import FeatureList, FeatureView
from runfolio.model.order import natural
from runfolio.model.problems import Problem, near_miss
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config.features import FeatureSettings

__all__ = ["FeatureUse", "feature_uses", "unknown_features"]


@dataclass(frozen=True, slots=True)
class FeatureUse:
    """One feature over all runs.

    Parameters
    ----------
    name : str
    type : str
        In the word of the log, or empty.
    runs : tuple of str
        Ids of the runs that use it.
    experiments : tuple of str
    owner, description : str
        From the configuration, else the feature store; may be empty.
    view : str
        The feature view that holds it, or empty.
    """

    name: str
    type: str
    runs: tuple[str, ...]
    experiments: tuple[str, ...]
    owner: str = ""
    description: str = ""
    view: str = ""


def feature_uses(
    tables: Tables, lists: Mapping[str, FeatureList], settings: FeatureSettings
) -> tuple[FeatureUse, ...]:
    """Return a row for each feature that any run names, in the natural order of their names."""
    runs: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    for run, one in lists.items():
        for column in one.columns:
            runs.setdefault(column.name, []).append(run)
            if column.type:
                types.setdefault(column.name, column.type)
    experiment = dict(zip(tables.runs.index, tables.runs["experiment"].map(str), strict=True))
    stored = {
        key: (view, field)
        for view in tables.feature_views
        for field in view.fields
        for key in (f"{view.name}:{field.name}", f"{view.name}__{field.name}")
    }
    alone: dict[str, list[tuple[FeatureView, str]]] = {}
    for view in tables.feature_views:
        for field in view.fields:
            alone.setdefault(field.name, []).append((view, field.description))
    found = []
    for name in sorted(runs, key=natural):
        use = FeatureUse(
            name,
            types.get(name, ""),
            tuple(runs[name]),
            tuple(dict.fromkeys(experiment[run] for run in runs[name])),
            _told(settings.owner, name),
            _told(settings.description, name),
            name.partition(":")[0] if ":" in name else "",
        )
        holds = alone.get(name, [])
        if name in stored:
            view, field = stored[name]
            use = _with_view(use, view, field.description)
        elif len(holds) == 1:  # of several views it is not known which was meant
            use = _with_view(use, *holds[0])
        found.append(use)
    return tuple(found)


def _with_view(use: FeatureUse, view: FeatureView, description: str) -> FeatureUse:
    return replace(
        use,
        owner=use.owner or view.owner,
        description=use.description or description,
        view=view.name,
    )


def _told(settings: Mapping[str, str], name: str) -> str:
    """Return what is said of a feature by its name, else by the first pattern that fits."""
    for key in (name, plain_name(name)):
        if key in settings:
            return settings[key]
    return next((told for key, told in settings.items() if fnmatchcase(name, key)), "")


def unknown_features(uses: Sequence[FeatureUse], settings: FeatureSettings) -> tuple[Problem, ...]:
    """Tell which names and patterns in the configuration fit no feature."""
    names = [use.name for use in uses]
    known = {*names, *map(plain_name, names)}
    return tuple(
        Problem(
            "report.yaml",
            "feature-unknown",
            f"data.features.{what} speaks of {key!r}, but no run names such a feature.",
            near_miss(key, names[:20], "Features are") if names else "No run names its features.",
        )
        for what, told in (("owner", settings.owner), ("description", settings.description))
        for key in told
        if key not in known and not any(fnmatchcase(name, key) for name in names)
    )
