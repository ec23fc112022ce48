"""Stage 2b: what ``show`` and ``hide`` leave out is removed from tables and settings.

In: all that was read. Out: what the audience sees, as if the rest had never been logged, except
that no number changes for it: see `runfolio.audience.stand_ins` and `cut_params`. Kinds are taken
out one after the other, each in a file of its own.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.configurations import comparable_runs, signatures
from runfolio.audience.cut_artifacts import without_artifacts
from runfolio.audience.cut_data import without_data
from runfolio.audience.cut_metrics import without_metrics
from runfolio.audience.cut_params import without_params, without_tags
from runfolio.audience.cut_runs import ENDED, without_runs
from runfolio.audience.cut_settings import (
    only_judgeable,
    without_outcomes,
    without_requirements,
    without_run_names,
)
from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.hidden import Cut
from runfolio.audience.quoted import without_quotes
from runfolio.audience.ranked_by import lost_directions
from runfolio.audience.stand_ins import with_chosen_tags, with_measuring_tags
from runfolio.config import INTERNAL, AudienceSettings, Chosen, Settings
from runfolio.model.not_shown import NotShown
from runfolio.model.problems import Problem
from runfolio.model.tables import Tables

__all__ = ["cut"]


def cut(
    tables: Tables,
    settings: Settings,
    audience: AudienceSettings,
    name: str = "",
    distinct: DistinctTexts | None = None,
) -> Cut:
    """Take out what an audience does not see.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    audience : AudienceSettings
    name : str
        What the audience is called.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    Cut
        Its tables say how much was left out (`Tables.not_shown`). Its hidden values are those that
        can be told from all others (`runfolio.audience.hidden.distinctive`).

    Raises
    ------
    UsageError
        Where no run is left.
    """
    chosen = {kind: Choice.of(audience, kind) for kind in Chosen.model_fields if kind != "pages"}
    tables = replace(tables, not_shown=NotShown(name, bool(name) and name != INTERNAL))
    if not any(chosen.values()):
        return Cut(tables, settings)
    taken = Taken()
    whole, (tables, left) = tables, _kinds(tables, settings, chosen, taken)
    if taken.counts["runs"]:
        taken.counts["configurations"] = _lost_configurations(whole, tables, settings)
    if taken.counts["metrics"]:
        taken.counts["directed"] = lost_directions((whole, settings), (tables, left))
    unused = tuple(_unused(chosen, name))
    tables = replace(
        tables,
        not_shown=replace(tables.not_shown, **dict[str, Any](taken.counts)),
        problems=tuple(sorted({*tables.problems, *unused})),
    )
    return without_quotes(tables, left, taken.candidates, distinct)


def _kinds(
    tables: Tables, settings: Settings, chosen: dict[str, Choice], taken: Taken
) -> tuple[Tables, Settings]:
    """Take out kind by kind; what is asked of a kind comes before that kind goes."""
    whole = tables
    params, tags, metrics = chosen["params"], chosen["tags"], chosen["metrics"]
    for choice, frame, key in (
        *((params, tables.params, "param"), (tags, tables.tags, "tag")),
        (metrics, tables.metrics, "metric"),
    ):
        choice.rules(frame[key].unique())  # so that what only hidden runs have counts as found
    tables, settings = with_chosen_tags(tables, settings, params, tags)
    tables = without_runs(tables, chosen["runs"], chosen["experiments"], taken)
    settings = without_run_names(whole, tables, settings, chosen["experiments"])
    tables, settings = with_measuring_tags(tables, settings, params, tags)
    tables, settings = without_tags(tables, settings, tags, taken)
    tables, settings = without_params(tables, settings, params, taken)
    tables, settings = without_requirements(tables, settings, chosen["requirements"], taken)
    before = tables
    tables, settings = without_artifacts(tables, settings, chosen["artifacts"], taken)
    tables, settings = without_data(tables, settings, chosen["data"], taken)
    tables, settings = only_judgeable(before, tables, settings, metrics, taken)
    settings = without_outcomes(settings, chosen["outcomes"], metrics, taken)
    return without_metrics(tables, settings, metrics, taken)


def _lost_configurations(before: Tables, after: Tables, settings: Settings) -> int:
    """Count the configurations that could have been compared and of which no run is left."""
    comparable = comparable_runs(before, settings)
    found: pd.Series = signatures(before, settings.replicates.ignore)[comparable]
    is_left = comparable.isin(after.runs.index)
    return len(set(found[~is_left]) - set(found[is_left]))


def _unused(chosen: dict[str, Choice], name: str) -> list[Problem]:
    """Tell which patterns fit nothing: what they were meant to hide may be shown."""
    return [
        Problem(
            "report.yaml",
            "audience-pattern-unused",
            f"The audience {name!r} has a pattern under {key}: {kind}: that fits nothing, so "
            f"nothing is {'hidden' if key == 'hide' else 'shown'} by it: {pattern!r}.",
            "Compare it with the names on the pages of the whole report; * stands for any text.",
        )
        for kind, choice in chosen.items()
        for key, pattern in sorted(choice.unused)
        if not (kind == "runs" and pattern in ENDED)
    ]
