"""Stage 2b: what hidden params and tags decide stays decided: a tag stands in their place.

They may choose the baseline, the runs of a write-up or those of production, and tell how metrics
were measured. To be called before anything of them is taken out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pandas as pd

from runfolio.analysis.evaluation_names import telling
from runfolio.analysis.selection import matching_runs
from runfolio.audience.choice import Choice
from runfolio.audience.cut_params import CHOSEN, in_order
from runfolio.audience.letters import letters
from runfolio.config import Monitored, Selector, Settings
from runfolio.model.experiment_notes import ExperimentNote, RunConditions
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["with_chosen_tags", "with_measuring_tags"]

_PRODUCTION = "monitoring"
_YES = frozenset({"true", "yes", "on", "1"})


def with_measuring_tags(
    tables: Tables, settings: Settings, params: Choice, tags: Choice
) -> tuple[Tables, Settings]:
    """Add a tag in the place of each hidden name that tells how metrics were measured.

    To be called before anything is taken out.
    """
    tells = telling(settings.compared.evaluation)
    rows: list[pd.DataFrame] = [tables.tags]
    names = (f"{NOT_SHOWN} {number}" for number in count(1))
    added = []
    for frame, key, choice in ((tables.params, "param", params), (tables.tags, "tag", tags)):
        for name in choice.rules(frame[key].unique()):
            if not (tells(name, "x") or tells(name, "macro")):
                continue  # whatever its value
            own = frame[frame[key] == name]
            if own["value"].nunique() < 2 or not any(tells(name, v) for v in own["value"].unique()):
                continue
            added.append(next(names))
            values = letters(pd.factorize(own["value"])[0])
            rows.append(pd.DataFrame({"run": own["run"], "tag": added[-1], "value": values}))
    if not added:
        return tables, settings
    compared = settings.compared
    compared = compared.model_copy(update={"evaluation": (*compared.evaluation, *added)})
    tables = replace(tables, tags=in_order(rows, tables.runs.index))
    return tables, settings.model_copy(update={"compared": compared})


def with_chosen_tags(
    tables: Tables, settings: Settings, params: Choice, tags: Choice
) -> tuple[Tables, Settings]:
    """Add a tag to the runs of each selector that names a hidden param or tag, and select by it."""
    if not params and not tags:
        return tables, settings
    marks = _Marks(tables, params, tags)
    changed: dict[str, Any] = {}
    for key in ("baseline", "champion"):
        if (told := getattr(settings, key)) is not None:
            changed[key] = marks.selector(told)
    monitoring = tuple(
        one.model_copy(
            update={
                "runs": marks.selector(one.runs),
                "version": _version(one.version, params, tags),
            }
        )
        if one.runs is not None
        else one
        for one in settings.monitoring
    )
    own = tables.tags[tables.tags["tag"].str.lower() == _PRODUCTION]
    says_so = own[own["value"].str.strip().str.lower().isin(_YES)]
    if len(says_so) and all(tags.rule(name) for name in says_so["tag"].unique()):
        by_tag = Selector(tags={marks.mark(says_so["run"].tolist()): "yes"})
        monitoring = (*monitoring, Monitored(runs=by_tag))
    notes = tuple(map(marks.note, tables.experiment_notes))
    settings = settings.model_copy(update={**changed, "monitoring": monitoring})
    tables = replace(
        tables,
        tags=in_order([tables.tags, *marks.rows], tables.runs.index),
        experiment_notes=notes,
    )
    return tables, settings


@dataclass(slots=True)
class _Marks:
    """The tags that were added so far."""

    tables: Tables
    params: Choice
    tags: Choice
    rows: list[pd.DataFrame] = field(default_factory=list)

    def mark(self, runs: list[str]) -> str:
        name = f"{CHOSEN} {len(self.rows) + 1}"
        self.rows.append(pd.DataFrame({"run": runs, "tag": name, "value": "yes"}, dtype=object))
        return name

    def selector(self, told: Selector) -> Selector:
        if not self._is_hidden(told.params, told.tags):
            return told
        return Selector(tags={self.mark(matching_runs(self.tables, told)): "yes"})

    def conditions(self, told: RunConditions) -> RunConditions:
        if not self._is_hidden(told.params, told.tags):
            return told
        return RunConditions(tags={self.mark(matching_runs(self.tables, told)): "yes"})

    def note(self, note: ExperimentNote) -> ExperimentNote:
        return replace(
            note,
            runs=tuple(map(self.conditions, note.runs)),
            baseline=note.baseline and self.conditions(note.baseline),
            candidate=note.candidate and self.conditions(note.candidate),
        )

    def _is_hidden(self, params: Mapping[str, str], tags: Mapping[str, str]) -> bool:
        return any(map(self.params.rule, params)) or any(map(self.tags.rule, tags))


def _version(name: str | None, params: Choice, tags: Choice) -> str | None:
    return None if name and (params.rule(name) or tags.rule(name)) else name
