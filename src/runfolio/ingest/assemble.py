"""Stage 1c, the end: records of all sources become the tidy tables.

In: records in the order in which they were found. Out: `Tables`, with every run once,
readable unique labels, file names and a fixed order of rows.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from runfolio.model.problems import Problem
from runfolio.model.records import Records, RunRecord
from runfolio.model.tables import METRIC_VALUES, Curves, SourceTotal, Tables

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
    """

    format: str
    location: str
    records: Records
    experiment: str | None = None


def assemble(
    reads: Sequence[Read], titles: Mapping[str, str], seed_params: Sequence[str] = ()
) -> Tables:
    """Build the tables.

    Parameters
    ----------
    reads : sequence of Read
    titles : mapping
        Title of each format, for people.
    seed_params : sequence of str
        Params that are seeds, the most telling first.
    """
    runs, merged = _each_run_once(
        replace(run, experiment=read.experiment) if read.experiment else run
        for read in reads
        for run in read.records.runs
    )
    problems = [p for read in reads for p in read.records.problems]
    problems += _merge_notes(merged)
    runs.sort(key=_run_order)
    ids = [run.id for run in runs]
    labels = _labels(runs)
    frame = pd.DataFrame(
        {
            "name": [run.name for run in runs],
            "label": labels,
            "slug": _slugs(runs, labels),
            "experiment": [run.experiment for run in runs],
            "format": [run.format for run in runs],
            "location": [run.location for run in runs],
            "status": [run.status for run in runs],
            "started": _times([run.started for run in runs]),
            "ended": _times([run.ended for run in runs]),
            "parent": [run.parent or "" for run in runs],
            "commit": [run.commit or "" for run in runs],
            "seed": [_seed(run, seed_params) for run in runs],
            "notes": [run.notes for run in runs],
            "also_in": [", ".join(merged.get(run.id, ())) for run in runs],
        },
        index=pd.Index(ids, name="run", dtype=object),
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
        experiments=_experiments(reads, runs),
        models=_models(reads),
        sources=_totals(reads, titles),
        problems=tuple(sorted(set(problems))),
    )


def _each_run_once(
    runs: Iterable[RunRecord],
) -> tuple[list[RunRecord], dict[str, list[str]]]:
    """Merge runs with one id; return them and, by id, the other places that hold each.

    The record with more points is kept; params, tags and datasets that only the other
    has are added to it. The rest of two different runs that happen to share a path as
    their id (plain folders below two inputs) is kept apart by their location.
    """
    kept: dict[str, RunRecord] = {}
    also_in: dict[str, list[str]] = defaultdict(list)
    for run in runs:
        other = kept.get(run.id)
        if other is not None and other.format == run.format == "folder":
            run = replace(run, id=f"{run.location}/{run.id}")
            other = kept.get(run.id)
        if other is None:
            kept[run.id] = run
            continue
        fuller, sparser = (other, run) if _points(other) >= _points(run) else (run, other)
        kept[run.id] = replace(
            fuller,
            name=fuller.name or sparser.name,
            notes=fuller.notes or sparser.notes,
            params={**sparser.params, **fuller.params},
            tags={**sparser.tags, **fuller.tags},
            series=fuller.series
            + tuple(s for s in sparser.series if s.metric not in {f.metric for f in fuller.series}),
            datasets=tuple(dict.fromkeys(fuller.datasets + sparser.datasets)),
        )
        places = [p for p in also_in[run.id] if p != fuller.location]
        also_in[run.id] = list(dict.fromkeys([*places, sparser.location]))
    return list(kept.values()), dict(also_in)


def _points(run: RunRecord) -> int:
    return sum(series.summary.count for series in run.series)


def _merge_notes(merged: Mapping[str, Sequence[str]]) -> list[Problem]:
    shared = Counter(place for places in merged.values() for place in places)
    return [
        Problem(
            place,
            "run-in-two-places",
            f"{count} {'run is' if count == 1 else 'runs are'} also in another source; "
            "each is counted once, with the fuller record kept.",
            "Nothing to do; name only one of the places as a source to silence this.",
            "note",
        )
        for place, count in shared.items()
    ]


def _run_order(run: RunRecord) -> tuple[object, ...]:
    started = run.started if run.started is not None else float("inf")
    return (started, run.experiment, natural(run.name), run.id)


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """Return a sort key under which ``run-10`` comes after ``run-9``."""
    parts = re.split(r"(\d{1,18})", text.casefold())
    return tuple((0, int(part)) if part.isdecimal() else (1, part) for part in parts)


def _labels(runs: Sequence[RunRecord]) -> list[str]:
    """Return readable labels, each only once: the name, else with a part of the id."""
    plain = [" ".join(run.name.split()) or run.id.rpartition("/")[2][:12] for run in runs]
    count = Counter(label.casefold() for label in plain)
    labels = [
        label if count[label.casefold()] == 1 else f"{label} ({run.id.rpartition('/')[2][:8]})"
        for label, run in zip(plain, runs, strict=True)
    ]
    again = Counter(labels)
    return [
        label if again[label] == 1 else f"{label} ({run.id})"
        for label, run in zip(labels, runs, strict=True)
    ]


def _slugs(runs: Sequence[RunRecord], labels: Sequence[str]) -> list[str]:
    """Return ASCII names for files and URLs: readable part and a hash of the id.

    The hash keeps names apart that differ only in case or in other scripts; it grows
    where six digits of it are not enough.
    """
    for digits in (6, 12, 40):
        slugs = [
            f"{slug_of(label)}-{_hash(run.id)[:digits]}"
            for run, label in zip(runs, labels, strict=True)
        ]
        if len(set(slugs)) == len(slugs):
            return slugs
    return [f"{slug}-{number}" for number, slug in enumerate(slugs)]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def slug_of(text: str) -> str:
    """Return lower-case ASCII letters, digits and single hyphens, at most 40 characters."""
    plain = unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "run"


def _times(values: Sequence[int | None]) -> pd.DatetimeIndex:
    """Milliseconds to datetimes in UTC; what no calendar holds becomes NaT."""
    limit = 8_000_000_000_000  # the year 2223: later ones are wrong units, not dates
    clean = [v if v is not None and 0 < v < limit else None for v in values]
    moments = np.array([np.datetime64("NaT") if v is None else v for v in clean], "M8[ms]")
    return pd.DatetimeIndex(moments, tz="UTC")


def _seed(run: RunRecord, seed_params: Sequence[str]) -> str:
    if run.seed is not None:
        return run.seed
    return next((run.params[name] for name in seed_params if name in run.params), "")


def _pairs(items: Iterable[tuple[str, Mapping[str, str]]], key: str) -> pd.DataFrame:
    rows = [(run, name, values[name]) for run, values in items for name in sorted(values)]
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
    )
    return pd.DataFrame(columns), curves


def _experiments(reads: Sequence[Read], runs: Sequence[RunRecord]) -> pd.DataFrame:
    """One row per experiment that has runs; notes of several stores are joined."""
    rows: dict[str, dict[str, str]] = {
        name: {"location": "", "notes": "", "primary_metric": "", "goal": ""}
        for name in dict.fromkeys(run.experiment for run in runs)
    }
    for read in reads:
        for experiment in read.records.experiments:
            row = rows.get(read.experiment or experiment.name)
            if row is None:
                continue
            row["location"] = row["location"] or experiment.location
            if experiment.notes and experiment.notes not in row["notes"]:
                row["notes"] = "\n\n".join(filter(None, (row["notes"], experiment.notes)))
            if experiment.primary_metric and not row["primary_metric"]:
                row["primary_metric"] = experiment.primary_metric
                if experiment.greater_is_better is not None:
                    row["goal"] = "maximize" if experiment.greater_is_better else "minimize"
    frame = pd.DataFrame.from_dict(
        rows, orient="index", columns=["location", "notes", "primary_metric", "goal"]
    )
    frame.index.name = "experiment"
    return frame


def _models(reads: Sequence[Read]) -> pd.DataFrame:
    rows = {
        (m.name, m.kind, m.version, m.run_id or "", m.model_id): (
            m.name,
            m.kind,
            m.version,
            m.run_id or "",
            m.stage,
            ", ".join(m.aliases),
            m.description,
            m.status,
            m.location,
        )
        for read in reads
        for m in read.records.models
    }
    columns = ["name", "kind", "version", "run", "stage", "aliases", "description", "status"]
    ordered = [rows[key] for key in sorted(rows, key=lambda k: (k[1], k[0], natural(k[2]), k))]
    return pd.DataFrame(ordered, columns=[*columns, "location"])


def _totals(reads: Sequence[Read], titles: Mapping[str, str]) -> tuple[SourceTotal, ...]:
    totals: dict[tuple[str, str], SourceTotal] = {}
    for read in reads:
        key = (read.format, read.location)
        old = totals.get(key, SourceTotal(read.format, titles[read.format], read.location, 0))
        totals[key] = replace(
            old,
            runs=old.runs + len(read.records.runs),
            hidden_runs=old.hidden_runs + read.records.hidden_runs,
            hidden_experiments=old.hidden_experiments + read.records.hidden_experiments,
        )
    return tuple(totals.values())
