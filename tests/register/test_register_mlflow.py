"""A version in MLflow's own registry: made once, with the details, and read back by us."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from peers import PYTHON, Peers
from reading import read
from runfolio.cli import main
from runfolio.errors import UsageError
from runfolio.pipeline import Request, load
from runfolio.register.mlflow_registry import RegistryEntry, register_in_mlflow
from stores import put

ENTRY = RegistryEntry("it's a net", "sha256:ab", "Best.", {"k": "v"}, "", "", "models/net/v1.yaml")
SAYS = """
import json, sys
from mlflow import MlflowClient
client = MlflowClient(tracking_uri=sys.argv[1], registry_uri=sys.argv[1])
print(json.dumps([
    {"name": v.name, "version": str(v.version), "run": v.run_id, "source": v.source,
     "tags": v.tags, "description": v.description}
    for v in client.search_model_versions(order_by=["version_number ASC"])
]))
"""


def mlflow_says(uri: str, folder: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [PYTHON, "-c", SAYS, uri],
        cwd=folder,
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true", "MLFLOW_TRACKING_URI": uri},
        capture_output=True,
        text=True,
        check=True,
    )
    said: list[dict[str, Any]] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


@pytest.fixture
def here(peers: Peers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    peers.need("mlflow")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "executable", PYTHON)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2] / "src"))
    return tmp_path


@pytest.mark.peer
def test_a_version_is_made_once(here: Path) -> None:
    uri = f"sqlite:///{here / 'registry.db'}"
    first = register_in_mlflow(uri, ENTRY)
    assert (first.version, first.is_new) == ("1", True)
    assert not register_in_mlflow(uri, ENTRY).is_new
    other = RegistryEntry(**{**{f: getattr(ENTRY, f) for f in ENTRY.__slots__}, "fingerprint": "b"})
    assert register_in_mlflow(uri, other).version == "2"
    said = mlflow_says(uri, here)
    assert [one["version"] for one in said] == ["1", "2"]
    assert said[0]["name"] == "it's a net"
    assert said[0]["source"] == "runfolio:///models/net/v1.yaml"
    assert said[0]["tags"] == {"k": "v", "runfolio.fingerprint": "sha256:ab"}
    assert {path.name for path in here.iterdir()} == {"registry.db"}


@pytest.mark.peer
def test_the_champion_with_its_details_and_back_into_the_report(here: Path) -> None:
    """From MLflow's runs into MLflow's registry, in one database, and read again."""
    uri = f"sqlite:///{here / 'mlflow.db'}"
    script = (
        "import sys, mlflow\nmlflow.set_tracking_uri(sys.argv[1])\n"
        "mlflow.create_experiment('trial', artifact_location=sys.argv[2])\n"
        "mlflow.set_experiment('trial')\n"
        "for name, value in (('old', 0.8), ('new', 0.9)):\n"
        "    for seed in (1, 2, 3):\n"
        "        with mlflow.start_run(run_name=f'{name}-{seed}'):\n"
        "            mlflow.log_params({'model': name, 'seed': seed})\n"
        "            mlflow.log_metric('recall', value + seed / 100)\n"
    )
    put(here, {"train.py": script})
    subprocess.run(
        [PYTHON, "train.py", uri, str(here / "artifacts")],
        env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
        check=True,
        capture_output=True,
    )
    config = "sources: mlflow.db\nobjective: {metric: recall, goal: maximize}\nmodel: {name: net}\n"
    put(here, {"report.yaml": config})
    # A second registration makes no other version.
    assert main(["register", "--mlflow", uri]) == 0
    assert main(["register", "--mlflow", uri]) == 0
    [said] = mlflow_says(uri, here)
    assert (said["name"], said["version"]) == ("net", "1")
    runs = load(Request((str(here),))).runs
    assert runs.loc[said["run"], "name"] == "new-2"  # the one nearest to the mean
    assert said["source"] == f"runs:/{said['run']}/model"
    tags = said["tags"]
    assert tags["param.model"] == "new"
    assert tags["metric.recall"].startswith("0.92")
    assert tags["command"] == "python train.py"
    assert tags["runfolio.record"] == "models/net/v1.yaml"
    best = runs.index[runs["name"].str.startswith("new")]
    assert sorted(tags["runs"].split(", ")) == sorted(best)
    # The next report sees it in the registry.
    models = load(Request((str(here),))).models
    assert models[["name", "version", "run"]].values.tolist() == [["net", "1", said["run"]]]
    assert [path.name for path in (here / "models" / "net").iterdir()] == ["v1.yaml"]


@pytest.mark.peer
def test_what_mlflow_says_is_told_without_passwords(here: Path) -> None:
    with pytest.raises(UsageError, match="mlflow-failed") as failed:
        register_in_mlflow("sqlite:////dev/null/x.db", ENTRY)
    assert "MLflow did not register the model" in failed.value.message
    with pytest.raises(UsageError, match="mlflow-failed") as failed:
        register_in_mlflow("nonsense://ada:hunter2@host/db", ENTRY)
    assert "hunter2" not in failed.value.message


def test_without_mlflow_it_is_told_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"mlflow/__init__.py": "raise ModuleNotFoundError('x', name='mlflow')\n"})
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"runfolio\[mlflow\].*mlflow-missing"):
        register_in_mlflow("sqlite:///x.db", ENTRY)


@pytest.fixture
def server(here: Path) -> Iterator[str]:
    """MLflow's own server, on this machine alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    store = ("--backend-store-uri", f"sqlite:///{here / 'server.db'}")
    at = ("--host", "127.0.0.1", "--port", port, "--workers", "1")
    with (here / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [PYTHON, "-m", "mlflow", "server", *store, *at],
            stdout=log,
            stderr=log,
            env={**os.environ, "MLFLOW_DISABLE_TELEMETRY": "true"},
            start_new_session=True,
        )
        try:
            for _ in range(600):
                with suppress(OSError), socket.create_connection(("127.0.0.1", int(port)), 1):
                    break
                assert process.poll() is None, (here / "server.log").read_text()
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.peer
def test_a_server_takes_it_too(server: str, here: Path) -> None:
    assert register_in_mlflow(server, ENTRY).is_new
    assert not register_in_mlflow(server, ENTRY).is_new
    [said] = mlflow_says(server, here)
    assert (said["name"], said["source"]) == ("it's a net", "runfolio:///models/net/v1.yaml")


@pytest.mark.peer
def test_a_file_store_is_a_registry_too(here: Path) -> None:
    done = register_in_mlflow(str(here / "mlruns"), ENTRY)
    assert (done.version, done.is_new) == ("1", True)
    assert not register_in_mlflow(str(here / "mlruns"), ENTRY).is_new
    [model] = read("mlflow-files", here / "mlruns").models
    assert (model.name, model.version, model.description) == ("it's a net", "1", "Best.")
