"""Small stores written by hand, for tests that need files rather than tables."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

Points = list[tuple[int, float]]
"""Steps and values of a metric."""

_TABLES = """
CREATE TABLE experiments (experiment_id INTEGER PRIMARY KEY, name TEXT, lifecycle_stage TEXT);
CREATE TABLE runs (run_uuid TEXT PRIMARY KEY, name TEXT, status TEXT, start_time BIGINT,
    end_time BIGINT, lifecycle_stage TEXT, experiment_id INTEGER);
CREATE TABLE metrics (key TEXT, value FLOAT, timestamp BIGINT, run_uuid TEXT, step BIGINT,
    is_nan BOOLEAN);
CREATE TABLE params (key TEXT, value TEXT, run_uuid TEXT);
CREATE TABLE tags (key TEXT, value TEXT, run_uuid TEXT);
INSERT INTO experiments VALUES (1, 'triage', 'active');
"""


def run_id(number: int) -> str:
    """Return an id as MLflow makes them."""
    return f"{number:032x}"


def put(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files, with the folders they lie in."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def write_file_store(root: Path, runs: Mapping[str, Points]) -> Path:
    """Write an MLflow file store whose runs have the metric ``loss``."""
    put(
        root,
        {
            "1/meta.yaml": "artifact_location: ./mlruns/1\nexperiment_id: '1'\n"
            "lifecycle_stage: active\nname: triage\n"
        },
    )
    for run, points in runs.items():
        put(
            root / "1" / run,
            {
                "meta.yaml": f"artifact_uri: file:///home/marker-user/mlruns/1/{run}/artifacts\n"
                f"end_time: 1600000060000\nexperiment_id: '1'\nlifecycle_stage: active\n"
                f"run_id: {run}\nrun_name: run-{int(run, 16)}\nstart_time: 1600000000000\n"
                "status: 3\nuser_id: marker-user\n",
                "metrics/loss": "".join(f"{step} {value} {step}\n" for step, value in points),
                "params/lr": "0.1",
                "tags/mlflow.user": "marker-user",
                "tags/mlflow.source.name": "/home/marker-user/train.py",
                "tags/team": "vision",
            },
        )
    return root


def write_database(path: Path, runs: Mapping[str, Points]) -> Path:
    """Write an MLflow database whose runs have the metric ``loss``."""
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(_TABLES)
        for run, points in runs.items():
            connection.execute(
                "INSERT INTO runs VALUES (?, ?, 'FINISHED', 1600000000000, 1600000060000, "
                "'active', 1)",
                (run, f"run-{int(run, 16)}"),
            )
            connection.execute("INSERT INTO params VALUES ('lr', '0.1', ?)", (run,))
            connection.executemany(
                "INSERT INTO metrics VALUES ('loss', ?, ?, ?, ?, 0)",
                [(value, step, run, step) for step, value in points],
            )
    return path


def write_folder(folder: Path, metrics: Mapping[str, object], about: object = None) -> Path:
    """Write a plain run's folder: final values, and what run.yaml says (JSON is YAML)."""
    put(folder, {"metrics.json": json.dumps(metrics)})
    if about is not None:
        put(folder, {"run.yaml": json.dumps(about)})
    return folder
