"""Stage 1c, the end: records of all sources become the tidy tables.

In: records in the order in which they were found. Out: `Tables`, with every run once,
readable unique labels, file names and a fixed order of rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.ingest.data_tables import columns_of, features_of, versions_of
from runfolio.ingest.labels import labels, run_order, slugs
from runfolio.ingest.merge import merge_runs
from runfolio.ingest.private import impersonal, without_people, without_persons
from runfolio.ingest.revisions import Revision, at_home, of_revision, path_in
from runfolio.ingest.times import times_of
from runfolio.model.history import History
from runfolio.model.order import natural
from runfolio.model.problems import Problem, near_miss
from runfolio.model.recorded import RecordedModel
from runfolio.model.records import CheckRecord, Records, RunRecord
from runfolio.model.seeds import is_seed
from runfolio.model.series import Series
from runfolio.model.tables import METRIC_VALUES, Curves, Skipped, SourceTotal, Tables

__all__ = ["Read", "assemble"]


@dataclass(frozen=True, slots=True)
class Read:
    """Records with where they came from.

    Parameters
    ----------
    format, location : str
    records : Records
    experiment : str or None
        The name that the configuration gives to the experiment of these runs.
    root : str
        How the root of the storage is shown.
    revision : Revision or None
        The revision whose runs these are.
    """

    format: str
    location: str
    records: Records
    experiment: str | None = None
    root: str = ""
    revision: Revision | None = None


def assemble(
    reads: Sequence[Read],
    titles: Mapping[str, str],
    seed_params: Sequence[str] = (),
    *,
    aliases: Mapping[str, str] | None = None,
    dedupe: bool = True,
    skipped: Sequence[Skipped] = (),
    histories: Sequence[History] = (),
) -> Tables:
    """Build the tables.

    Parameters
    ----------
    reads : sequence of Read
    titles : mapping
        Title of each format, for people.
    seed_params : sequence of str
        Params that are seeds, the most telling first.
    aliases : mapping of str to str, optional
        Names of metrics as logged, and those that they get.
    dedupe : bool
        Whether one run in several logs is one run.
    skipped : sequence of Skipped
        What was passed over on the way.
    histories : sequence of History
        Of the repositories among the sources, and of machines that measured commits.
    """
    problems = list(_problems(reads))
    reads = _of_revisions(reads)
    given = [
        without_persons(replace(run, experiment=read.experiment) if read.experiment else run)
        for read in reads
        for run in read.records.runs
    ]
    if aliases:
        problems += _unused(aliases, given)
        given = [_renamed(run, aliases) for run in given]
    merged = merge_runs(given, dedupe=dedupe)
    problems += merged.problems
    runs = sorted(merged.runs, key=run_order)
    frame = pd.DataFrame(
        {
            "name": [run.name for run in runs],
            "label": labels(runs),
            "slug": slugs(runs),
            "experiment": [run.experiment for run in runs],
            "format": [run.format for run in runs],
            "location": [run.location for run in runs],
            "status": [run.status for run in runs],
            "started": times_of([run.started for run in runs]),
            "ended": times_of([run.ended for run in runs]),
            "parent": [run.parent or "" for run in runs],
            "commit": [run.commit or "" for run in runs],
            "seed": [_seed(run, seed_params) for run in runs],
            "notes": [run.notes for run in runs],
            "also_in": ["\n".join(merged.also_in.get(run.id, ())) for run in runs],
        },
        index=pd.Index([run.id for run in runs], name="run", dtype=object),
    )
    metrics, curves = _series_tables(runs)
    return Tables(
        runs=frame,
        params=_pairs(((run.id, run.params) for run in runs), "param"),
        tags=_pairs(((run.id, run.tags) for run in runs), "tag"),
        metrics=metrics,
        curves=curves,
        datasets=pd.DataFrame(
            [(run.id, d.name, d.digest, d.context) for run in runs for d in run.datasets],
            columns=["run", "name", "digest", "context"],
        ),
        images=pd.DataFrame(
            [
                (run.id, image.name, image.step, image.media_type, image.data)
                for run in runs
                for image in run.images
            ],
            columns=["run", "name", "step", "media_type", "data"],
        ),
        experiments=_experiments(reads, runs),
        facts=_facts(reads, aliases or {}),
        models=_models(reads),
        checks=_checks(reads),
        sources=_totals(reads, titles),
        problems=tuple(sorted(set(problems))),
        skipped=tuple(skipped),
        histories=tuple(histories),
        artifacts=pd.DataFrame(
            [(run.id, name) for run in runs for name in run.artifacts], columns=["run", "name"]
        ),
        plots={run.id: run.plots for run in runs if run.plots},
        environment=_environments(reads, runs),
        versions=versions_of(runs),
        columns=columns_of(runs),
        features=features_of(runs, (m for read in reads for m in read.records.models)),
        importances={run.id: run.importances for run in runs if run.importances},
        commands={run.id: run.command for run in runs if run.command},
        recorded=_recorded(reads),
    )


def _problems(reads: Sequence[Read]) -> Iterator[Problem]:
    """Yield problems; what is wrong in many revisions alike is told once."""
    told: set[tuple[str, str, str]] = set()
    for read in sorted(reads, key=lambda read: read.revision is not None):
        for problem in read.records.problems:
            where = problem.place.removeprefix(read.root).strip("/")
            if read.revision is None or (problem.slug, where, problem.message) not in told:
                yield problem
            told.add((problem.slug, where, problem.message))


def _of_revisions(reads: Sequence[Read]) -> Sequence[Read]:
    """Tell the runs of a repository's revisions from those of the folder reported on."""
    if not any(read.revision for read in reads):
        return reads
    present = {
        (read.root, path_in(read.root, run)): run
        for read in reads
        if read.revision is None or read.revision.is_present
        for run in read.records.runs
        if run.id_is_path
    }
    together: dict[Revision, list[RunRecord]] = defaultdict(list)
    for read in reads:
        if read.revision is not None:
            together[read.revision] += read.records.runs
    alone = {one: sum(run.id_is_path for run in runs) == 1 for one, runs in together.items()}
    return [
        replace(
            read,
            location=at_home(read.location, read.root, read.revision),
            records=replace(
                read.records,
                runs=tuple(
                    of_revision(
                        run,
                        read.root,
                        read.revision,
                        present.get((read.revision.home, path_in(read.root, run))),
                        alone=alone[read.revision],
                    )
                    for run in read.records.runs
                ),
            ),
        )
        if read.revision is not None
        else read
        for read in reads
    ]


def _unused(aliases: Mapping[str, str], runs: Iterable[RunRecord]) -> list[Problem]:
    """Tell which aliases name a metric that no run logged."""
    logged = sorted({series.metric for run in runs for series in run.series})
    return [
        Problem(
            "report.yaml",
            "alias-unused",
            f"The alias {old!r} names a metric that no run logged.",
            near_miss(old, logged[:20], "Logged were"),
        )
        for old in aliases
        if old not in logged
    ]


def _renamed(run: RunRecord, aliases: Mapping[str, str]) -> RunRecord:
    """Give metrics their new names; of two that get one name, keep the finer series."""
    found: dict[str, Series] = {}
    for series in run.series:
        name = aliases.get(series.metric, series.metric)
        other = found.get(name)
        if other is None or series.summary.count > other.summary.count:
            found[name] = series if name == series.metric else replace(series, metric=name)
    return replace(run, series=tuple(found.values()))


def _seed(run: RunRecord, seed_params: Sequence[str]) -> str:
    if run.seed is not None:
        return run.seed
    named = [*(n for n in seed_params if n in run.params), *run.params]
    return next((run.params[name] for name in named if is_seed(name, seed_params)), "")


def _pairs(items: Iterable[tuple[str, Mapping[str, str]]], key: str) -> pd.DataFrame:
    rows = [
        (run, name, values[name]) for run, values in items for name in sorted(values, key=natural)
    ]
    return pd.DataFrame(rows, columns=["run", key, "value"])


def _series_tables(runs: Sequence[RunRecord]) -> tuple[pd.DataFrame, Curves]:
    pairs = [(run.id, s) for run in runs for s in sorted(run.series, key=lambda s: s.metric)]
    columns: dict[str, object] = {
        "run": pd.array([run for run, _ in pairs], dtype=object),
        "metric": pd.array([s.metric for _, s in pairs], dtype=object),
    }
    for value in METRIC_VALUES:
        dtype = np.int64 if value in ("count", "nonfinite") else np.float64
        columns[value] = np.array([getattr(s.summary, value) for _, s in pairs], dtype=dtype)
    lengths = np.array([len(s.values) for _, s in pairs], dtype=np.int64)
    curves = Curves(
        offsets=np.concatenate(([0], np.cumsum(lengths))),
        steps=np.concatenate([s.steps.astype(np.float64) for _, s in pairs] or [np.empty(0)]),
        values=np.concatenate([s.values for _, s in pairs] or [np.empty(0)]),
        times=_wall_times([s for _, s in pairs]),
    )
    return pd.DataFrame(columns), curves


def _wall_times(series: Sequence[Series]) -> NDArray[np.float64]:
    """Return the times of all points; none where no series has any."""
    if not any(len(one.times) for one in series):
        return np.empty(0)
    unknown = np.full(max(len(one.values) for one in series), np.nan)
    return np.concatenate(
        [one.times if len(one.times) else unknown[: len(one.values)] for one in series]
    )


def _experiments(reads: Sequence[Read], runs: Sequence[RunRecord]) -> pd.DataFrame:
    """One row per experiment that has runs; notes of several stores are joined."""
    rows: dict[str, dict[str, str]] = {
        name: {"location": "", "notes": "", "primary_metric": "", "goal": ""}
        for name in dict.fromkeys(run.experiment for run in runs)
    }
    for read in reads:
        for experiment in read.records.experiments:
            row = rows.get(read.experiment or impersonal(experiment.name))
            if row is None:
                continue
            row["location"] = row["location"] or experiment.location
            notes = impersonal(experiment.notes)
            if notes and notes not in row["notes"]:
                row["notes"] = "\n\n".join(filter(None, (row["notes"], notes)))
            if experiment.primary_metric and not row["primary_metric"]:
                row["primary_metric"] = experiment.primary_metric
                if experiment.greater_is_better is not None:
                    row["goal"] = "maximize" if experiment.greater_is_better else "minimize"
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["location", "notes", "primary_metric", "goal"]
    )
    frame.index.name = "experiment"
    return frame


def _facts(reads: Sequence[Read], aliases: Mapping[str, str]) -> pd.DataFrame:
    """One row per metric of which a tracker says something; where two differ, the first counts."""
    rows: dict[str, tuple[str, str]] = {}
    for read in reads:
        for fact in read.records.metrics:
            name = aliases.get(fact.metric, fact.metric)
            goal, unit = rows.get(name, ("", ""))
            rows[name] = (goal or fact.goal or "", unit or fact.unit)
    frame = pd.DataFrame.from_dict(rows, orient="index", columns=["goal", "unit"])
    frame.index.name = "metric"
    return frame.sort_index()


def _checks(reads: Sequence[Read]) -> pd.DataFrame:
    """One row per check of data, in the order in which they were recorded."""
    columns = [field.name for field in fields(CheckRecord)]
    rows = [
        [getattr(check, column) for column in columns]
        for read in reads
        for check in read.records.checks
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["checked"] = times_of(frame["checked"].tolist())
    return frame.astype({"share": np.float64, "rows": "Int64"})


def _models(reads: Sequence[Read]) -> pd.DataFrame:
    found = {
        (m.kind, m.name, natural(m.version), m.version, m.run_id or "", m.model_id): m
        for read in reads
        for m in read.records.models
    }
    models = [found[key] for key in sorted(found)]
    frame = pd.DataFrame(
        [
            (
                *(impersonal(m.name), m.kind, m.version, m.run_id or "", m.stage),
                *(", ".join(m.aliases), impersonal(m.description), m.status, m.location),
                *(m.model_id, m.model_type, m.commit, impersonal(m.path)),
            )
            for m in models
        ],
        columns=[
            *("name", "kind", "version", "run", "stage", "aliases", "description", "status"),
            *("location", "model_id", "model_type", "commit", "path"),
        ],
    )
    frame["created"] = times_of([m.created for m in models])
    return frame


def _recorded(reads: Sequence[Read]) -> tuple[RecordedModel, ...]:
    found = {one.path: without_people(one) for read in reads for one in read.records.recorded}
    return tuple(sorted(found.values(), key=lambda one: (one.name, one.version, one.path)))


def _environments(reads: Sequence[Read], runs: Sequence[RunRecord]) -> pd.DataFrame:
    """What runs were made with, by what they tell themselves, else by a model they logged."""
    by_run = {
        model.run_id: model.environment
        for read in reads
        for model in read.records.models
        if model.run_id and model.environment
    }
    return _pairs(((run.id, run.environment or by_run.get(run.id, {})) for run in runs), "name")


def _totals(reads: Sequence[Read], titles: Mapping[str, str]) -> tuple[SourceTotal, ...]:
    totals: dict[tuple[str, str], SourceTotal] = {}
    for read in reads:
        key = (read.format, read.location)
        if not key[0]:
            continue  # problems that discovery met before any format was known
        old = totals.get(key, SourceTotal(read.format, titles[read.format], read.location, 0))
        totals[key] = replace(
            old,
            runs=old.runs + len(read.records.runs),
            checks=old.checks + len(read.records.checks),
            hidden_runs=old.hidden_runs + read.records.hidden_runs,
            hidden_experiments=old.hidden_experiments + read.records.hidden_experiments,
        )
    return tuple(totals.values())
