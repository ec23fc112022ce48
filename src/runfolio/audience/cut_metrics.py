"""Stage 2b: metrics that an audience does not see, wherever they are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.cut_production import other_names, production_without
from runfolio.audience.cut_runs import series_kept
from runfolio.audience.ratios import is_small_ratio
from runfolio.config import Settings
from runfolio.model.experiment_notes import ExperimentNote
from runfolio.model.plots import Plot, SegmentValue
from runfolio.model.tables import METRIC_VALUES, Tables

__all__ = ["metric_rules", "without_metrics"]

MOST_NUMBERS = 2_000
"""Values of one hidden metric that are searched for; a metric that leaks leaks more than one."""


def metric_rules(names: Iterable[str], settings: Settings, choice: Choice) -> dict[str, str]:
    """Return the metrics that are hidden, each with what hides it.

    A pattern fits a metric by its name, its label or the name under which it was logged.
    """
    if not choice:
        return {}
    called = other_names(settings)
    found = {name: choice.rule(*called(name)) for name in dict.fromkeys(names)}
    return {name: told for name, told in found.items() if told}


def without_metrics(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out metrics.

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
    gone = metric_rules(_names(tables, settings), settings, choice)
    taken.counts["metrics"] = len({name.rpartition(":")[2] for name in gone})
    _tell(tables, settings, gone, taken)
    keep = ~tables.metrics["metric"].isin(list(gone)).to_numpy()
    diverged = _diverged(tables.metrics[~keep])
    metrics, curves = series_kept(tables.metrics, tables.curves, keep)
    primary = tables.experiments["primary_metric"].isin(list(gone))
    quality = replace(
        tables.quality,
        checks=tuple(
            check
            for check in tables.quality.checks
            if check.kind != "metric" or check.asks.partition(" is at ")[0] not in gone
        ),
    )
    logs, monitoring = production_without(tables.production, settings, choice)
    tables = replace(
        tables,
        metrics=metrics,
        curves=curves,
        not_shown=replace(tables.not_shown, diverged=diverged),
        facts=tables.facts[~tables.facts.index.isin(list(gone))],
        experiments=tables.experiments.mask(
            pd.concat({"primary_metric": primary, "goal": primary}, axis=1).reindex(
                columns=tables.experiments.columns, fill_value=False
            ),
            "",
        ),
        plots={
            run: own for run, plots in tables.plots.items() if (own := _plots(plots, choice, gone))
        },
        histories=tuple(
            replace(h, values=h.values[~h.values["metric"].isin(list(gone))].reset_index(drop=True))
            for h in tables.histories
        ),
        recorded=tuple(
            replace(
                one,
                metrics=tuple(m for m in one.metrics if m.metric not in gone),
                added={k: v for k, v in one.added.items() if k not in gone},
            )
            for one in tables.recorded
        ),
        production=logs,
        quality=quality,
        experiment_notes=_notes(tables.experiment_notes, settings, gone),
    )
    return tables, _settings(settings.model_copy(update={"monitoring": monitoring}), gone)


def _names(tables: Tables, settings: Settings) -> list[str]:
    """Return the metrics that are told anywhere."""
    plots = (plot for own in tables.plots.values() for plot in own)
    return [
        *tables.metrics["metric"].unique(),
        *tables.facts.index,
        *tables.experiments["primary_metric"],
        *(name for history in tables.histories for name in history.values["metric"].unique()),
        *(plot.metric for plot in plots if isinstance(plot, SegmentValue)),
        *(metric.metric for one in tables.recorded for metric in one.metrics),
        *settings.metrics,
        *settings.aliases.values(),
        *(expected.metric for note in tables.experiment_notes for expected in note.expects),
        *(note.metric for note in tables.experiment_notes),
    ]


def _tell(tables: Tables, settings: Settings, gone: Mapping[str, str], taken: Taken) -> None:
    taken.names(dict(gone))
    for name, rule in gone.items():
        told = settings.metrics.get(name)
        if told is not None and told.label:
            taken.names({told.label: rule})
            taken.values([told.explain], rule)
        taken.names({old: rule for old, new in settings.aliases.items() if new == name})
        if name in settings.glossary:
            taken.values([settings.glossary[name]], rule)
    own = tables.metrics[tables.metrics["metric"].isin(list(gone))]
    columns = [name for name in METRIC_VALUES if own[name].dtype == float and "step" not in name]
    for metric, group in own.groupby("metric"):
        taken.values(_numbers(group[columns].to_numpy().ravel()), gone[str(metric)])
    for history in tables.histories:
        for metric, group in history.values.groupby("metric"):
            if metric in gone:
                taken.values(_numbers(group["value"].to_numpy()), gone[str(metric)])


def _diverged(hidden: pd.DataFrame) -> tuple[str, ...]:
    """Return the runs with a hidden loss that ends at no finite value: they are not compared."""
    loss = hidden["metric"].str.lower().str.contains("loss", regex=False)
    return tuple(hidden["run"][loss & ~np.isfinite(hidden["last"])].unique())


def _numbers(values: Any) -> list[str]:
    """Return values that are not found by chance: shares of small data are, in other metrics."""
    different = np.unique(values[np.isfinite(values)])
    different = different[~is_small_ratio(different)]
    every = -(-len(different) // MOST_NUMBERS) or 1
    return [repr(value) for value in different[::every].tolist()]


def _plots(plots: Iterable[Plot], choice: Choice, gone: Mapping[str, str]) -> tuple[Plot, ...]:
    return tuple(p for p in plots if not isinstance(p, SegmentValue) or p.metric not in gone)


def _notes(
    notes: Iterable[ExperimentNote], settings: Settings, gone: Mapping[str, str]
) -> tuple[ExperimentNote, ...]:
    """Leave out what is judged by a hidden metric: by another it would say something else."""
    labels = {told.label for name in gone if (told := settings.metrics.get(name)) and told.label}
    hidden = {*gone, *labels}
    return tuple(
        replace(note, expects=tuple(one for one in note.expects if one.metric not in hidden))
        for note in notes
        if note.metric not in hidden
    )


def _settings(settings: Settings, gone: Mapping[str, str]) -> Settings:
    labels = {told.label for name in gone if (told := settings.metrics.get(name)) and told.label}
    hidden = {*gone, *labels}
    objective = settings.objective
    if objective.metric in gone:
        objective = type(objective)()
    elif objective.summary.best_by in gone:
        objective = objective.model_copy(update={"summary": type(objective)().summary})
    return settings.model_copy(
        update={
            "metrics": {name: m for name, m in settings.metrics.items() if name not in gone},
            "aliases": {
                old: new
                for old, new in settings.aliases.items()
                if new not in gone and old not in gone
            },
            "glossary": {t: text for t, text in settings.glossary.items() if t not in hidden},
            "objective": objective,
        }
    )
