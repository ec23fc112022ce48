"""Stage 3: where does a model come from? Source, data, features, training, model.

In: what runs logged of data, features, commits and models. Out: for champion and baseline a node
of each stage; None where nothing is logged of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.data_version import DataVersion
from runfolio.analysis.data_versions import DataVersions
from runfolio.analysis.features import Features
from runfolio.analysis.model_registry import ModelRegistry
from runfolio.model.numbers import format_count
from runfolio.model.order import natural
from runfolio.model.tables import Tables

__all__ = ["STAGES", "Lineage", "LineageLane", "LineageNode", "Stage", "lineage_of"]

Stage = Literal["source", "data", "features", "training", "model"]
STAGES: tuple[Stage, ...] = get_args(Stage)

_COMMIT = 8


@dataclass(frozen=True, slots=True)
class LineageNode:
    """A thing that a model was made from, or the model.

    Parameters
    ----------
    stage : Stage
    names : tuple of str
        What it is, or what they are.
    details : tuple of str
        Short facts.
    is_registered : bool
        Of a model: whether a registry has it.
    """

    stage: Stage
    names: tuple[str, ...]
    details: tuple[str, ...] = ()
    is_registered: bool = False


@dataclass(frozen=True, slots=True)
class LineageLane:
    """The way to one model.

    Parameters
    ----------
    whose : {"champion", "baseline"}
    configuration : Configuration
    nodes : tuple of LineageNode or None, one a stage
    """

    whose: Literal["champion", "baseline"]
    configuration: Configuration
    nodes: tuple[LineageNode | None, ...]

    def node(self, stage: Stage) -> LineageNode | None:
        return self.nodes[STAGES.index(stage)]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The ways to champion and baseline; one alone where they are the same."""

    lanes: tuple[LineageLane, ...]


def lineage_of(
    tables: Tables,
    data: Sequence[DataVersions],
    features: Features | None,
    champion: Configuration | None,
    baseline: Configuration | None,
    models: ModelRegistry,
) -> Lineage | None:
    """Return the lineage; None where nothing is known of either side's data and features.

    Parameters
    ----------
    tables : Tables
    data : sequence of DataVersions
    features : Features or None
    champion, baseline : Configuration or None
    models : ModelRegistry
    """
    lanes: list[LineageLane] = []
    sides: tuple[tuple[Literal["champion", "baseline"], Configuration | None], ...] = (
        ("champion", champion),
        ("baseline", baseline if baseline is not champion else None),
    )
    for whose, side in sides:
        if side is None:
            continue
        used = [
            (own.name, version)
            for own in data
            for version in (own.champion if whose == "champion" else own.baseline)
        ]
        nodes = (
            _source(used),
            _data(used),
            _features(features, whose),
            _training(tables, side),
            _model(models, side),
        )
        lanes.append(LineageLane(whose, side, nodes))
    is_known = any(lane.node("data") or lane.node("features") for lane in lanes)
    return Lineage(tuple(lanes)) if is_known else None


def _source(used: Sequence[tuple[str, DataVersion]]) -> LineageNode | None:
    names = dict.fromkeys(version.source for _, version in used if version.source)
    return LineageNode("source", tuple(names)) if names else None


def _data(used: Sequence[tuple[str, DataVersion]]) -> LineageNode | None:
    if not used:
        return None
    names = tuple(f"{name} {version.label}".strip() for name, version in used)
    details: list[str] = []
    if len(used) == 1:
        [(_, version)] = used
        if version.rows is not None:
            details.append(f"{format_count(version.rows)} rows")
        if version.columns:
            details.append(f"{format_count(len(version.columns))} columns")
    return LineageNode("data", names, tuple(details))


def _features(features: Features | None, whose: str) -> LineageNode | None:
    side = getattr(features, whose) if features is not None else None
    if side is None or side.told is None or side.told.origin == "data columns":
        return None
    if side.told.count is None:
        return LineageNode("features", (side.told.label,))
    count = f"{format_count(side.told.count)} feature{'' if side.told.count == 1 else 's'}"
    return LineageNode("features", (count,), (side.told.label,) if side.told.label else ())


def _training(tables: Tables, side: Configuration) -> LineageNode:
    runs = len(side.runs)
    details = [f"{format_count(runs)} run{'' if runs == 1 else 's'}"]
    commits = tables.runs.loc[list(side.runs), "commit"].tolist()
    named = list(dict.fromkeys(commit[:_COMMIT] for commit in commits if commit))
    if len(named) == 1:
        details.append(f"code at {named[0]}")
    elif named:
        details.append(f"code at {len(named)} commits")
    return LineageNode("training", (side.label,), tuple(details))


def _model(models: ModelRegistry, side: Configuration) -> LineageNode | None:
    """Return the versions of the registry that a side is, else the models that its runs logged."""
    own = [
        one
        for one in models.versions
        if one.configuration is side and one.version and not one.is_record
    ]
    if own:
        own.sort(key=lambda one: (one.name, natural(one.version)))
        names = tuple(f"{one.name} {one.version}" for one in own)
        facts = (fact for one in own for fact in (one.stage, ", ".join(one.aliases)) if fact)
        return LineageNode("model", names, tuple(dict.fromkeys(facts)), is_registered=True)
    logged = dict.fromkeys(one.name for one in models.logged if one.run in side.runs)
    if logged:
        return LineageNode("model", tuple(logged), ("logged, not registered",))
    return None
