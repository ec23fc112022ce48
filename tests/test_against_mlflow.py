"""What ``report.json`` says of a store equals what MLflow's own client says of it."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import runfolio
from servers import Server
from sites import Site

pytestmark = pytest.mark.peer

LARGEST = 1.7976931348623157e308
"""What a database holds in place of infinity; its client does not turn it back."""

Both = tuple[str, dict[str, Any], dict[str, Any]]


STORES = ("mlflow_files", "mlflow_database", "mlflow_postgresql", "mlflow_mariadb")


@pytest.fixture(scope="module", params=STORES)
def both(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Which store, the runs of our report by id, and what the client says."""
    source: Path | Server = request.getfixturevalue(request.param)
    output = tmp_path_factory.mktemp(request.param) / "site"
    runfolio.build(source.url("mlflow") if isinstance(source, Server) else source, output=output)
    return request.param, Site(output).runs, request.getfixturevalue(f"{request.param}_said")


def iso(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def same(ours: float | str, theirs: float) -> bool:
    number = float(ours)  # of "NaN" and "Infinity" too
    return number == theirs or (math.isnan(number) and math.isnan(theirs))


def test_every_run_with_its_facts(both: Both) -> None:
    _, ours, said = both
    assert len(said["runs"]) >= 8
    assert ours.keys() == {run["id"] for run in said["runs"]}
    for theirs in said["runs"]:
        run, tags = ours[theirs["id"]], theirs["tags"]
        assert run["name"] == theirs["name"]
        assert run["experiment"] == theirs["experiment"]
        assert run["status"] == theirs["status"].lower().replace("running", "unfinished")
        assert (run["started"], run["ended"]) == (iso(theirs["started"]), iso(theirs["ended"]))
        assert run["parent"] == tags.get("mlflow.parentRunId")
        assert run["commit"] == tags.get("mlflow.source.git.commit")
        assert run["params"] == theirs["params"]
        assert run["seed"] == theirs["params"].get("seed")
        assert run["tags"] == {k: v for k, v in tags.items() if not k.startswith("mlflow.")}
        used = [[d["name"], d["digest"], d["context"]] for d in run["datasets"]]
        assert used == theirs["datasets"]


def test_every_metric_with_its_summary(both: Both) -> None:
    store, ours, said = both
    compared = odd = 0
    for theirs in said["runs"]:
        metrics = ours[theirs["id"]]["metrics"]
        assert metrics.keys() == theirs["history"].keys()
        for name, history in theirs["history"].items():
            points = [(step, as_logged(store, value)) for step, value in history]
            if name == "test/acc":
                # Logged at step 3 with a dataset; the client takes such points for step 0.
                points = [(3, value) for _, value in points]
            check(metrics[name], points, as_logged(store, theirs["latest"][name]))
            compared += 1
            odd += metrics[name]["nonfinite"] > 0
    assert compared > 15
    assert odd == 1, "the run with NaN and the infinities is among them"


def as_logged(store: str, value: float) -> float:
    if store != "mlflow_files" and abs(value) == LARGEST:
        return math.copysign(math.inf, value)
    return value


def check(ours: dict[str, Any], points: list[tuple[int, float]], latest: float) -> None:
    finite = [(step, value) for step, value in points if math.isfinite(value)]
    values = [value for _, value in finite]
    assert ours["count"] == len(points)
    assert ours["nonfinite"] == len(points) - len(finite)
    assert (ours["min"], ours["max"]) == (min(values), max(values))
    assert (ours["min_step"], ours["min"]) in finite
    assert (ours["max_step"], ours["max"]) in finite
    assert ours["mean"] == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
    assert same(ours["last"], latest)
    assert ours["last_step"] == max(step for step, _ in points)
    steps = [step for step, _ in points]
    if len(set(steps)) == len(steps) and not ours["nonfinite"]:
        assert ours["first"] == min(points)[1]
