"""Stage 3: which features did each run's model see, and who says so?

In: signatures and artifacts as they were read, params, tags, importances and the columns of the
data. Out: by run all lists that tell it, the surest first.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import get_args

from runfolio.model.features import MOST_FEATURES, DataColumn, FeatureList, FeatureOrigin
from runfolio.model.tables import MADE, Tables

__all__ = ["chosen_list", "feature_lists", "list_in_param", "plain_name"]

_SUREST: tuple[FeatureOrigin, ...] = get_args(FeatureOrigin)

_LIST_PARAMS = frozenset(
    "features feature_names feature_list feature_columns feature_cols input_features "
    "selected_features used_features model_features training_features predictors".split()
)
_COUNT_PARAMS = frozenset(
    "n_features num_features n_features_in feature_count features_count number_of_features".split()
)
_PARAMS = _LIST_PARAMS | _COUNT_PARAMS
_FEAST_TAGS = ("feast.feature_refs", "feast_feature_refs", "feature_refs")
_FEAST_VIEWS = ("feast.feature_views", "feast_feature_views", "feature_views")
_TRAINS = ("train", "fit")
_EVALUATES = ("test", "valid", "eval", "holdout", "predict", "inference")
_LONGEST = 200_000
_QUOTED = re.compile(r"""\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*(?:,|\Z)""")


def feature_lists(tables: Tables) -> dict[str, tuple[FeatureList, ...]]:
    """Return by run what tells its features, the surest first.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    dict of str to tuple of FeatureList
        Of runs about whose features anything is known, in the order of the runs.
    """
    found: dict[str, list[FeatureList]] = defaultdict(list)
    for run, lists in tables.features.items():
        found[run] += lists
    telling = [p for p in tables.params["param"].unique() if _word(p) in _PARAMS]
    params = tables.params[tables.params["param"].isin(telling)]
    told_in = cache(list_in_param)  # most runs have the same list
    for run, param, value in params.itertuples(index=False, name=None):
        one = told_in(param, value)
        if one is not None:
            found[run].append(one)
    for run, one in _of_tags(tables):
        found[run].append(one)
    for run, importances in tables.importances.items():
        for told in importances[:1]:
            columns = tuple(DataColumn(name) for name in told.values)
            found[run].append(FeatureList("importances", told.name, columns, len(columns)))
    for run, one in _of_data(tables):
        found[run].append(one)
    return {
        run: tuple(sorted(found[run], key=_rank))
        for run in map(str, tables.runs.index)
        if run in found
    }


def chosen_list(lists: Sequence[FeatureList]) -> FeatureList | None:
    """Return the list to go by: the surest that names features, else that counts or calls them."""
    return next(
        (one for has in (_has_names, _has_count, _has_label) for one in lists if has(one)), None
    )


def list_in_param(param: str, value: str) -> FeatureList | None:
    """Return the features that a param tells: a list, a number of them, or what they are called.

    Lists are read as JSON, as Python prints them (``['a', 'b']``) and with commas between names.
    """
    own = _word(param)
    if own not in _PARAMS:
        return None
    text = value.strip()
    if re.fullmatch(r"\d{1,7}(\.0)?", text):
        return FeatureList("param", param, (), int(float(text)))
    if own in _COUNT_PARAMS or not text:
        return None
    names = _names_in(text)
    if names is None:
        return FeatureList("param", param, label=text) if len(text) <= 200 else None
    unique = tuple(dict.fromkeys(name for name in names if name))
    columns = tuple(DataColumn(name) for name in unique[:MOST_FEATURES])
    return FeatureList("param", param, columns, len(unique)) if unique else None


def _word(param: str) -> str:
    """Return a param's name as it is compared: without what it lies in."""
    return re.sub(r"[\s\-]+", "_", param.rpartition(".")[2].rpartition("/")[2].lower())


def plain_name(feature: str) -> str:
    """Return a feature's own name without its view: ``driver:rating`` and ``driver__rating``."""
    return feature.rpartition(":")[2].rpartition("__")[2]


def _names_in(text: str) -> list[str] | None:
    """Return the names in a text that is a list; None where it is none."""
    if len(text) > _LONGEST:
        return None
    if text[0] in "[(" and text[-1] in "])":
        try:
            tree = json.loads(text)
        except (ValueError, RecursionError):
            tree = None
        if isinstance(tree, list):
            return [one for one in tree if isinstance(one, str)] or None
        inner = text[1:-1].strip()
        quoted: list[str] = []
        at = 0
        while at < len(inner):
            match = _QUOTED.match(inner, at)
            if match is None:
                break
            quoted.append(re.sub(r"\\(.)", r"\1", match[1] if match[1] is not None else match[2]))
            at = match.end()
        if quoted and at >= len(inner):
            return quoted
        return [part.strip() for part in inner.split(",")] if inner else None
    if text[0] in "[({" or "," not in text:
        return None  # cut off, or a name for them all
    return [part.strip() for part in text.split(",")]


def _of_tags(tables: Tables) -> Iterable[tuple[str, FeatureList]]:
    """Yield the features that Feast, or people, named in tags: ``view:feature, …``.

    Of views alone the features are known where the store's registry is.
    """
    tags = tables.tags[tables.tags["tag"].isin([*_FEAST_TAGS, *_FEAST_VIEWS])]
    views = {view.name: view for view in tables.feature_views}
    by_run: dict[str, dict[str, str]] = defaultdict(dict)
    for run, tag, value in tags.itertuples(index=False, name=None):
        by_run[run][tag] = value
    for run, own in by_run.items():
        tag = next((tag for tag in (*_FEAST_TAGS, *_FEAST_VIEWS) if tag in own), "")
        names = _names_in(own[tag].strip()) if own[tag].strip() else None
        names = names or [own[tag].strip()]
        names = [name for name in names if name and not name.endswith("...")]  # cut by Feast
        if tag in _FEAST_TAGS:
            columns = tuple(DataColumn(name) for name in dict.fromkeys(names))
            yield run, FeatureList("feature store", tag, columns, len(columns) or None)
        elif names and all(name in views for name in names):
            fields = [
                DataColumn(f"{name}:{field.name}", field.type)
                for name in names
                for field in views[name].fields
            ]
            yield run, FeatureList("feature store", tag, tuple(fields), len(fields))
        elif names:
            yield run, FeatureList("feature store", tag, label=", ".join(names))


def _of_data(tables: Tables) -> Iterable[tuple[str, FeatureList]]:
    """Yield the columns of the data that a run was trained on."""
    if not tables.columns:
        return
    for run, name, digest, context in tables.datasets.itertuples(index=False, name=None):
        columns = tables.columns.get((name, digest))
        role = str(context).lower()
        evaluates = any(word in role for word in _EVALUATES)
        trains = any(word in role for word in _TRAINS)
        if columns and context != MADE and (trains or not evaluates):
            yield run, FeatureList("data columns", name, columns, len(columns))


def _rank(one: FeatureList) -> int:
    return _SUREST.index(one.origin)


def _has_names(one: FeatureList) -> bool:
    return bool(one.columns) and one.origin != "data columns"


def _has_count(one: FeatureList) -> bool:
    return one.count is not None and one.origin != "data columns"


def _has_label(one: FeatureList) -> bool:
    return bool(one.label) or bool(one.columns)
