"""Stage 1c: the feature views of the feature store that the configuration names.

In: the project's folder and the path of the store's registry. Out: its views, which name nobody
by their e-mail address, and what was wrong. Nothing is read from outside the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from posixpath import normpath

from runfolio.ingest.file_search import leads_out
from runfolio.ingest.private import impersonal
from runfolio.model.features import FeatureView
from runfolio.model.problems import Problem
from runfolio.storage.base import Place

__all__ = ["read_feature_views"]

Reader = Callable[[Place], tuple[tuple[FeatureView, ...], Sequence[Problem]]]


def read_feature_views(
    folder: Place, path: str, read: Reader
) -> tuple[tuple[FeatureView, ...], list[Problem]]:
    """Read the views.

    Parameters
    ----------
    folder : Place
        The project's folder.
    path : str
        Relative to it.
    read : callable
        Reads a registry.
    """
    if leads_out(path):
        outside = Problem(
            "report.yaml",
            "feature-store-outside",
            f"A feature store is read from the project's folder only, not from {path!r}.",
            "Give the path of its registry relative to report.yaml, without '..'.",
        )
        return (), [outside]
    place = folder / normpath(path.replace("\\", "/"))
    if not place.is_file():
        missing = Problem(
            "report.yaml",
            "feature-store-missing",
            f"There is no file {path!r}, which data.features.feast names.",
            "Its path is relative to report.yaml, usually feature_repo/data/registry.db.",
        )
        return (), [missing]
    views, problems = read(place)
    return tuple(map(_without_persons, views)), list(problems)


def _without_persons(view: FeatureView) -> FeatureView:
    return replace(
        view,
        owner=impersonal(view.owner),
        description=impersonal(view.description),
        fields=tuple(
            replace(field, description=impersonal(field.description)) for field in view.fields
        ),
    )
