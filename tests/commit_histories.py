"""Histories of measured values for tests, made without git and analysed as any other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from builders import SEEDS, run
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.history import History, Web
from runfolio.model.records import Records, RunRecord

__all__ = ["GITHUB", "analysed_with", "commit_id", "history", "noise"]

GITHUB = Web("https://github.com/acme/m/commit/{}", "https://github.com/acme/m/compare/{}...{}")


def commit_id(position: int, name: str = "repo") -> str:
    return hashlib.sha1(f"{name} {position}".encode(), usedforsecurity=False).hexdigest()


def history(
    metrics: Mapping[str, Sequence[float] | NDArray[np.float64]],
    *,
    name: str = "repo",
    at: Mapping[str, Sequence[int]] | None = None,
    subjects: Sequence[str] | None = None,
    tags: Mapping[int, str] | None = None,
    files: Mapping[int, Sequence[str]] | None = None,
    params: Sequence[tuple[int, str, str, str]] = (),
    data: Sequence[tuple[int, str, str, str]] = (),
    commits: int = 0,
    web: Web | None = None,
) -> History:
    """Return a history of a commit a day from 1 January 2026 on, each measuring every metric.

    `at` gives the positions that measured a metric, where not all commits did.
    """
    positions = {m: list((at or {}).get(m, range(len(v)))) for m, v in metrics.items()}
    n = commits or max(1 + max(places) for places in positions.values())
    changed = files or {}
    frame = pd.DataFrame(
        {
            "commit": [commit_id(i, name) for i in range(n)],
            "time": pd.date_range("2026-01-01", periods=n, freq="D", tz="UTC"),
            "subject": list(subjects) if subjects else [f"Commit {i}" for i in range(n)],
            "author": [""] * n,
            "tags": [(tags or {}).get(i, "") for i in range(n)],
            "files": ["\n".join(changed.get(i, ())) for i in range(n)],
            "file_count": [len(changed.get(i, ())) for i in range(n)],
        }
    )
    frame.index.name = "position"
    rows = [
        (metric, position, float(value))
        for metric, values in metrics.items()
        for position, value in zip(positions[metric], values, strict=True)
    ]
    return History(
        name=name,
        branch="main",
        commits=frame,
        values=pd.DataFrame(rows, columns=["metric", "position", "value"]),
        params=pd.DataFrame(sorted(params), columns=["position", "param", "old", "new"]),
        data=pd.DataFrame(sorted(data), columns=["position", "path", "old", "new"]),
        files=("metrics.json",),
        web=web,
    )


def analysed_with(
    *histories: History, runs: Sequence[RunRecord] = (), **settings: object
) -> Analysed:
    """Analyse some histories beside a run or more."""
    records = Records(tuple(runs) or (run("one", {"recall": 0.9}),))
    made = assemble([Read("folder", "logs", records)], {"folder": "Plain folders"}, SEEDS)
    return analyse(replace(made, histories=histories), Settings.model_validate(settings))


def noise(n: int, seed: int = 0, size: float = 0.01) -> NDArray[np.float64]:
    """Return `n` normal values around 0."""
    return np.random.default_rng(seed).normal(0, size, n)
