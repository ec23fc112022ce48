"""Stage 3: which features does the champion see, what is new, and who else uses them?

In: the tables and what the configuration says of owners. Out: `Features`: champion against
baseline, importances, and a row for each feature.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.feature_lists import chosen_list, feature_lists
from runfolio.analysis.feature_uses import FeatureUse, feature_uses, unknown_features
from runfolio.analysis.importance import ImportanceKind, importance_kinds, importances_by_run
from runfolio.model.features import DataColumn, FeatureList, Importances
from runfolio.model.problems import Problem
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config.features import FeatureSettings

__all__ = ["Features", "SideFeatures", "analyse_features"]

_COUNTED = frozenset({"model signature", "artifact", "param"})
"""Origins that tell all features, so that two of them must agree."""


@dataclass(frozen=True, slots=True)
class SideFeatures:
    """What a configuration sees.

    Parameters
    ----------
    configuration : Configuration
    told : FeatureList or None
        The list of most of its runs; None where no run tells any.
    runs : int
        Runs with that list.
    others : int
        Runs that tell other features.
    silent : int
        Runs that tell none.
    importances : tuple of ImportanceKind
    """

    configuration: Configuration
    told: FeatureList | None
    runs: int
    others: int
    silent: int
    importances: tuple[ImportanceKind, ...]


@dataclass(frozen=True, slots=True)
class Features:
    """What is known of features.

    Parameters
    ----------
    lists : mapping of str to FeatureList
        By run, the list to go by.
    champion, baseline : SideFeatures or None
    added, removed, kept : tuple of str
        Against the baseline, where both sides name their features.
    retyped : tuple of (feature, type at the baseline, type at the champion)
    uses : tuple of FeatureUse
        In the natural order of their names.
    importances : mapping of str to tuple of ImportanceKind
        By the label of every configuration that tells any.
    disagreements : tuple of (run, FeatureList, FeatureList)
        Runs two of whose lists tell different features.
    sides : mapping of str to SideFeatures
        By label, every configuration of which anything is told.
    by_run : mapping of str to sequence of Importances
    """

    lists: Mapping[str, FeatureList]
    champion: SideFeatures | None
    baseline: SideFeatures | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    kept: tuple[str, ...]
    retyped: tuple[tuple[str, str, str], ...]
    uses: tuple[FeatureUse, ...]
    importances: Mapping[str, tuple[ImportanceKind, ...]]
    disagreements: tuple[tuple[str, FeatureList, FeatureList], ...] = ()
    sides: Mapping[str, SideFeatures] = field(default_factory=dict)
    by_run: Mapping[str, Sequence[Importances]] = field(default_factory=dict)

    @property
    def is_compared(self) -> bool:
        """Whether both sides name their features."""
        return bool(self.added or self.removed or self.kept)


def analyse_features(
    tables: Tables,
    values: Mapping[str, Mapping[str, float]],
    configurations: Sequence[Configuration],
    champion: Configuration | None,
    baseline: Configuration | None,
    settings: FeatureSettings,
) -> tuple[Features | None, tuple[Problem, ...]]:
    """Gather what is known of features.

    Parameters
    ----------
    tables : Tables
    values : mapping of str to (mapping of str to float)
        By metric and run.
    configurations : sequence of Configuration
    champion, baseline : Configuration or None
    settings : FeatureSettings

    Returns
    -------
    features : Features or None
        None where no run tells anything of features.
    problems : tuple of Problem
        Of what the configuration says of features that there are not.
    """
    told = feature_lists(tables)
    lists = {run: one for run, own in told.items() if (one := chosen_list(own)) is not None}
    by_run = importances_by_run(tables.importances, values)
    if not lists and not by_run:
        return None, ()
    kinds = {one.label: importance_kinds(by_run, one) for one in configurations}
    every = {one.label: _side(one, lists, kinds) for one in configurations}
    sides = [every.get(one.label) if one is not None else None for one in (champion, baseline)]
    mine, theirs = ({c.name: c.type for c in _columns(side)} for side in sides)
    of_data = [side is not None and _is_of_data(side.told) for side in sides]
    compared = bool(mine and theirs) and champion is not baseline and of_data[0] == of_data[1]
    uses = feature_uses(tables, lists, settings)
    features = Features(
        lists=lists,
        champion=sides[0],
        baseline=sides[1],
        added=tuple(name for name in mine if name not in theirs) if compared else (),
        removed=tuple(name for name in theirs if name not in mine) if compared else (),
        kept=tuple(name for name in mine if name in theirs) if compared else (),
        retyped=tuple(
            (name, theirs[name], mine[name])
            for name in mine
            if compared and theirs.get(name) and mine[name] and theirs[name] != mine[name]
        ),
        uses=uses,
        importances={label: own for label, own in kinds.items() if own},
        disagreements=tuple(_disagreements(told)),
        sides={label: side for label, side in every.items() if side.told},
        by_run=by_run,
    )
    return features, unknown_features(uses, settings)


def _side(
    configuration: Configuration,
    lists: Mapping[str, FeatureList],
    kinds: Mapping[str, tuple[ImportanceKind, ...]],
) -> SideFeatures:
    own = [lists[run] for run in configuration.runs if run in lists]
    same = [_same(one) for one in own]
    counted = Counter(same)
    common = max(counted, key=counted.__getitem__, default=None)
    told = own[same.index(common)] if common is not None else None
    runs = counted[common] if common is not None else 0
    return SideFeatures(
        configuration,
        told,
        runs,
        len(own) - runs,
        len(configuration.runs) - len(own),
        kinds.get(configuration.label, ()),
    )


def _same(one: FeatureList) -> tuple[object, ...]:
    """Return what two lists share that are the same."""
    return (frozenset(one.names), one.count, one.label if not one.names else "")


def _is_of_data(told: FeatureList | None) -> bool:
    return told is not None and told.origin == "data columns"


def _columns(side: SideFeatures | None) -> tuple[DataColumn, ...]:
    return side.told.columns if side is not None and side.told is not None else ()


def _disagreements(
    told: Mapping[str, Sequence[FeatureList]],
) -> list[tuple[str, FeatureList, FeatureList]]:
    found = []
    for run, lists in told.items():
        whole = [one for one in lists if one.origin in _COUNTED and one.count is not None]
        for one, other in pairwise(whole):
            names, others = set(one.names), set(other.names)
            if one.count != other.count or (names and others and names != others):
                found.append((run, one, other))
                break
    return found
