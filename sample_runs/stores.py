"""Logging: MLflow's own client writes the stores; afterwards they are made neutral.

In go trained models; out come ``mlruns/`` and ``mlflow.db``. Two things differ from a
team's daily logging, so that the logs may be published and made again: ids and times come
from a seed and a fixed calendar, and no path, host or person of the machine stays behind.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import time
import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

# MLflow keeps the file store in maintenance mode and asks for consent; both before import.
os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

from mlflow.entities import Dataset, DatasetInput, InputTag, Metric, Param
from mlflow.tracking import MlflowClient

from cases import Cases
from measure import Curve

TEAM = "triage-team"
SCRIPT = "train.py"


class Calendar:
    """Stands in for the clock: what MLflow writes down as now is the story's time."""

    def __init__(self) -> None:
        self.now = 0.0
        self._stopwatch = 0.0

    def start(self, moment: str) -> None:
        """Jump to a moment such as ``2026-10-05 09:00`` (UTC); real seconds count from it."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
        self._stopwatch = time.perf_counter()

    def __call__(self) -> float:
        return self.now + time.perf_counter() - self._stopwatch

    def install(self) -> None:
        """Make ``time.time`` read this calendar; stopwatches are left as they are."""
        time.time = self


def seed_ids(seed: int) -> None:
    """Make the ids that MLflow draws the same in every run of this script."""
    draw = random.Random(seed)
    uuid.uuid4 = lambda: uuid.UUID(int=draw.getrandbits(128), version=4)


class Logbook:
    """One MLflow store with its experiments."""

    def __init__(self, uri: str, artifacts: str | None = None) -> None:
        self.client = MlflowClient(tracking_uri=uri, registry_uri=uri)
        self._artifacts = artifacts

    def experiment(self, name: str) -> str:
        """Create an experiment that is judged by recall."""
        tags = {
            "mlflow.experiment.primaryMetric.name": "val/recall",
            "mlflow.experiment.primaryMetric.greaterIsBetter": "True",
        }
        return str(self.client.create_experiment(name, self._artifacts, tags))

    def note(self, experiment: str, text: str) -> None:
        """Write an experiment's Markdown note."""
        self.client.set_experiment_tag(experiment, "mlflow.note.content", text)

    def start(
        self, experiment: str, name: str, params: dict[str, Any], tags: dict[str, str]
    ) -> str:
        """Open a run with its params and tags, and return its id."""
        house = {
            "mlflow.user": TEAM,
            "mlflow.source.name": SCRIPT,
            "mlflow.source.type": "LOCAL",
        }
        run = self.client.create_run(experiment, run_name=name, tags={**house, **tags})
        logged = [Param(key, str(value)) for key, value in params.items()]
        self.client.log_batch(run.info.run_id, params=logged)
        return str(run.info.run_id)

    def data(self, run: str, cases: Cases) -> None:
        """Note which version of the data a run used."""
        dataset = Dataset(
            name=cases.name,
            digest=cases.digest,
            source_type="code",
            source=json.dumps({"tags": {"mlflow.source.name": SCRIPT}}),
            profile=json.dumps({"num_rows": len(cases.table), "version": cases.version}),
        )
        context = InputTag("mlflow.data.context", "training and validation")
        self.client.log_inputs(run, datasets=[DatasetInput(dataset, [context])])

    def metrics(self, run: str, curves: dict[str, Curve]) -> None:
        """Log every point of every curve."""
        now = int(time.time() * 1000)
        points = [
            Metric(name, value, now, step)
            for name, curve in curves.items()
            for step, value in curve
        ]
        self.client.log_batch(run, metrics=points)

    def tables(self, run: str, tables: dict[str, str]) -> None:
        """Keep small files as the run's artifacts."""
        for name, text in tables.items():
            self.client.log_text(run, text, name)

    def end(self, run: str, status: str = "FINISHED", note: str = "") -> None:
        """Close a run, with a note where there is something to say."""
        if note:
            self.client.set_tag(run, "mlflow.note.content", note)
        self.client.set_terminated(run, status=status)


def neutral_files(store: Path) -> None:
    """Rewrite the absolute artifact URIs of a file store as relative ones."""
    for meta in store.rglob("meta.yaml"):
        text = meta.read_text(encoding="utf-8")
        for prefix in (store.resolve().as_uri(), str(store.resolve())):
            text = text.replace(prefix, f"./{store.name}")
        meta.write_text(text, encoding="utf-8")


def neutral_database(path: Path) -> None:
    """Do the same in a database, then rewrite the file so that nothing stays in free pages."""
    folder = path.parent.resolve()
    places = (("experiments", "artifact_location"), ("runs", "artifact_uri"))
    connection = sqlite3.connect(path)
    with connection:
        for table, column in places:
            for prefix in (folder.as_uri(), str(folder)):
                connection.execute(
                    f"UPDATE {table} SET {column} = replace({column}, ?, '.')", (prefix,)
                )
    # MLflow makes 65 tables, most of them empty here: small pages halve the file.
    connection.execute("PRAGMA page_size = 1024")
    connection.execute("VACUUM")
    connection.close()
