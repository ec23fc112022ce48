"""Stage 5: features, versions of data and lineage, as ``report.json`` has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from runfolio.analysis.data_changes import DataChange
from runfolio.analysis.data_version import DataVersion
from runfolio.analysis.data_versions import DataVersions
from runfolio.analysis.features import Features, SideFeatures
from runfolio.analysis.importance import ImportanceKind
from runfolio.analysis.lineage import STAGES, Lineage
from runfolio.model.features import FeatureList
from runfolio.render.json_text import exact_number, utc_time

__all__ = ["data_json", "features_json", "lineage_json"]


def features_json(features: Features) -> dict[str, Any]:
    """Return what the models see, who shares it, and how much it matters."""
    return {
        "champion": _side(features.champion),
        "baseline": _side(features.baseline),
        "added": list(features.added),
        "removed": list(features.removed),
        "kept": list(features.kept),
        "lists": _lists(features.lists),
        "importances": [
            _kind(label, kind) for label, kinds in features.importances.items() for kind in kinds
        ],
        "features": [
            {
                **{"name": use.name, "type": use.type or None, "owner": use.owner or None},
                "description": use.description or None,
                "view": use.view or None,
                "experiments": list(use.experiments),
            }
            for use in features.uses
        ],
    }


def data_json(data: DataVersions) -> dict[str, Any]:
    """Return the versions of a data set, and what changed from each to the next."""
    pairs = zip(data.versions, data.versions[1:], data.changes, strict=False)
    return {
        "name": data.name,
        "versions": [_version(version) for version in data.versions],
        "champion": [version.label for version in data.champion],
        "baseline": [version.label for version in data.baseline],
        "newer": [version.label for version in data.newer],
        "changes": [_change(before, now, change) for before, now, change in pairs],
    }


def lineage_json(lineage: Lineage) -> list[dict[str, Any]]:
    """Return the way to each side's model; null for a stage of which nothing is logged."""
    found = []
    for lane in lineage.lanes:
        nodes = zip(STAGES, lane.nodes, strict=True)
        told: dict[str, Any] = {"side": lane.whose}
        found.append(told | {stage: list(node.names) if node else None for stage, node in nodes})
    return found


def _side(side: SideFeatures | None) -> dict[str, Any] | None:
    if side is None or side.told is None:
        return None
    return {**_told(side.told), "runs": side.runs, "other_runs": side.others}


def _told(one: FeatureList) -> dict[str, Any]:
    return {
        "origin": one.origin,
        "place": one.place,
        "count": one.count,
        "label": one.label or None,
        "names": list(one.names),
    }


def _lists(lists: Mapping[str, FeatureList]) -> list[dict[str, Any]]:
    """Return each list of features once, with the runs that tell it."""
    runs: dict[FeatureList, list[str]] = defaultdict(list)
    for run, one in lists.items():
        runs[one].append(run)
    return [{**_told(one), "runs": own} for one, own in runs.items()]


def _kind(label: str, kind: ImportanceKind) -> dict[str, Any]:
    return {
        "configuration": label,
        "kind": kind.name,
        "runs": kind.runs,
        "features": [
            {
                "name": one.feature,
                "mean": exact_number(one.mean.value),
                "low": exact_number(one.mean.low),
                "high": exact_number(one.mean.high),
                "values": [exact_number(value) for value in one.values],
                "first_in": one.firsts,
            }
            for one in kind.features
        ],
    }


def _version(version: DataVersion) -> dict[str, Any]:
    return {
        "label": version.label,
        "digest": version.digest or None,
        "rows": version.rows,
        "size": version.size,
        "columns": [{"name": c.name, "type": c.type or None} for c in version.columns],
        "source": version.source or None,
        "first_used": utc_time(version.first_used),
        "runs": list(version.runs),
    }


def _change(before: DataVersion, now: DataVersion, change: DataChange) -> dict[str, Any]:
    columns = []
    for one in change.columns:
        told: dict[str, Any] = {"name": one.name, "verdict": None, "reason": one.why_not or None}
        if one.drift is not None:
            told["verdict"] = one.drift.verdict
            told |= {
                key: exact_number(getattr(one.drift, key))
                for key in ("psi", "chance", "ks", "ks_p", "missing_before", "missing_now")
            }
        columns.append(told)
    return {
        "from": before.label,
        "to": now.label,
        "added": list(change.added),
        "removed": list(change.removed),
        "retyped": [list(one) for one in change.retyped],
        "columns": columns,
    }
