"""What is read from a store equals what MLflow's own client says of it."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reading import matches, place_of, read
from runfolio.model.records import Records, RunRecord
from runfolio.model.series import MAX_POINTS
from runfolio.storage.base import Place
from servers import Server, server_place

pytestmark = pytest.mark.peer

STORED_INFINITY = 1.7976931348623157e308
STORES = {
    "mlflow_files": "mlflow-files",
    "mlflow_database": "mlflow-sqlite",
    "mlflow_postgresql": "mlflow-server",
    "mlflow_mariadb": "mlflow-server",
}


@pytest.fixture(scope="module", params=STORES)
def store(request: pytest.FixtureRequest) -> tuple[str, Place, Records, dict[str, Any]]:
    """Format, place, what is read and what the client says."""
    found: Path | Server = request.getfixturevalue(request.param)
    place = server_place(found) if isinstance(found, Server) else place_of(found)
    name = STORES[request.param]
    return name, place, read(name, place), request.getfixturevalue(f"{request.param}_said")


def test_store_is_recognised_and_read_without_problems(store: Any) -> None:
    name, place, records, _ = store
    assert [other for other in sorted(set(STORES.values())) if matches(other, place)] == [name]
    assert records.problems == ()


def test_runs_equal_the_clients(store: Any) -> None:
    _, _, records, said = store
    ours = {run.id: run for run in records.runs}
    assert len(ours) == len(records.runs)
    assert ours.keys() == {run["id"] for run in said["runs"]}
    for theirs in said["runs"]:
        run = ours[theirs["id"]]
        tags = theirs["tags"]
        assert run.name == theirs["name"]
        assert run.experiment == theirs["experiment"]
        assert run.status == theirs["status"].lower().replace("running", "unfinished")
        assert (run.started, run.ended) == (theirs["started"], theirs["ended"])
        assert run.params == theirs["params"]
        assert run.parent == tags.get("mlflow.parentRunId")
        assert run.notes == tags.get("mlflow.note.content", "")
        assert run.commit == tags.get("mlflow.source.git.commit")
        assert run.tags == {k: v for k, v in tags.items() if not k.startswith("mlflow.")}
        assert [[d.name, d.digest, d.context] for d in run.datasets] == theirs["datasets"]


def test_every_metric_equals_the_clients(store: Any) -> None:
    name, _, records, said = store
    ours = {run.id: run for run in records.runs}
    compared = 0
    for theirs in said["runs"]:
        run = ours[theirs["id"]]
        assert {s.metric for s in run.series} == theirs["history"].keys()
        for metric, history in theirs["history"].items():
            points = [(step, _infinite(name, value)) for step, value in history]
            if metric == "test/acc":
                # Logged at step 3 with a dataset: the client reads such lines as step 0.
                points = [(3, value) for _, value in points]
            _compare(run, metric, points, _infinite(name, theirs["latest"][metric]))
            compared += 1
    assert compared > 15


def _infinite(store: str, value: float) -> float:
    """Undo what the database's client does not: it says the largest float for infinity."""
    if store != "mlflow-files" and abs(value) == STORED_INFINITY:
        return math.copysign(math.inf, value)
    return value


def _compare(run: RunRecord, metric: str, points: list[tuple[int, float]], latest: float) -> None:
    series = next(s for s in run.series if s.metric == metric)
    summary = series.summary
    finite = [(step, value) for step, value in points if math.isfinite(value)]
    values = [value for _, value in finite]
    assert summary.count == len(points)
    assert summary.nonfinite == len(points) - len(finite)
    assert summary.min == min(values)
    assert summary.max == max(values)
    assert (summary.min_step, summary.min) in finite
    assert (summary.max_step, summary.max) in finite
    assert summary.mean == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
    np.testing.assert_equal(summary.last, latest)
    assert summary.last_step == max(step for step, _ in points)
    kept = list(zip(series.steps.tolist(), series.values.tolist(), strict=True))
    if len(points) <= MAX_POINTS:
        assert sorted(map(repr, kept)) == sorted(map(repr, points))
    else:
        assert len(kept) < len(points)
        assert set(map(repr, kept)) <= set(map(repr, points))


def test_long_series_are_among_those_compared(store: Any) -> None:
    _, _, records, _ = store
    assert any(s.summary.count > MAX_POINTS for run in records.runs for s in run.series)


def test_deleted_runs_and_experiments_are_hidden_and_counted(store: Any) -> None:
    _, _, records, _ = store
    names = {run.name for run in records.runs}
    assert not names & {"deleted", "in-trash"}
    assert (records.hidden_runs, records.hidden_experiments) == (2, 1)


def test_registered_versions_equal_the_clients(store: Any) -> None:
    _, _, records, said = store
    ours = [
        {
            "name": m.name,
            "version": m.version,
            "run": m.run_id,
            "stage": m.stage or "None",
            "aliases": list(m.aliases),
            "description": m.description,
        }
        for m in records.models
        if m.kind == "registered"
    ]
    assert sorted(ours, key=lambda m: str(m["version"])) == sorted(
        said["versions"], key=lambda m: str(m["version"])
    )


def test_logged_models_equal_the_clients(store: Any) -> None:
    _, _, records, said = store
    ours = [
        {"id": m.model_id, "name": m.name, "run": m.run_id}
        for m in records.models
        if m.kind == "logged"
    ]
    assert ours == said["logged"]
    assert [m.status for m in records.models if m.kind == "logged"] == ["READY"]


def test_experiment_notes_equal_the_clients(store: Any) -> None:
    _, _, records, said = store
    assert {e.name: e.notes for e in records.experiments} == said["notes"]


def test_dataset_rows_are_read_from_the_profile(store: Any) -> None:
    _, _, records, _ = store
    rows = {d.rows for run in records.runs for d in run.datasets}
    assert rows == {1000, 1001}


def test_neither_users_nor_paths_are_kept(store: Any) -> None:
    _, place, records, _ = store
    everything = repr(records)
    root = getattr(place.storage, "root", "ada:")
    for private in ("'ada'", root):
        assert private not in everything
