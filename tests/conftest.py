"""Logs that the real loggers wrote, and what their own libraries say of them.

No tracker is imported here: they run in a process of their own, with this interpreter or the
one that ``$RUNFOLIO_PEERS_PYTHON`` names.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from peers import Peers

EDGE = ("--edge", "--runs", "6", "--metrics", "3", "--steps", "250")

OLD_REVISIONS = (
    "initial",  # before 1.0: no step
    "451aebb31d03",  # 2019-04: step
    "89d4b8295536",  # 2019-08: is_nan, experiment tags, latest_metrics
    "84291f40a231",  # 2020-07: registry
    "c48cb773bb87",  # 2021-04: the last without an index on run_uuid
    "bd07f7e963c5",  # 2022-03: that index
    "7f2a7d5fae7d",  # 2023-03: aliases, datasets
    "0584bdc529eb",  # 2024-11: traces
    "bda7b8c39065",  # 2025-06: logged models
)


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    """Drives the real loggers; skips where a library is not installed."""
    return Peers(tmp_path_factory)


@pytest.fixture(scope="session")
def mlflow_files(peers: Peers) -> Path:
    """A file store with odd runs: NaN, repeated steps, deleted and unfinished ones."""
    return peers.made("make_mlflow_files.py", *EDGE, needs="mlflow") / "mlruns"


@pytest.fixture(scope="session")
def mlflow_database(peers: Peers) -> Path:
    """A SQLite store with the same runs."""
    return peers.made("make_mlflow_sqlite.py", *EDGE, needs="mlflow") / "mlflow.db"


@pytest.fixture(scope="session")
def mlflow_files_said(peers: Peers, mlflow_files: Path) -> dict[str, Any]:
    """What MLflow's client says of the file store."""
    said: dict[str, Any] = peers.said("mlflow_client_says.py", mlflow_files.as_uri())
    return said


@pytest.fixture(scope="session")
def mlflow_database_said(peers: Peers, mlflow_database: Path) -> dict[str, Any]:
    """What MLflow's client says of the database."""
    said: dict[str, Any] = peers.said("mlflow_client_says.py", f"sqlite:///{mlflow_database}")
    return said


@pytest.fixture(scope="session")
def mlflow_old_databases(peers: Peers, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of empty databases ``<revision>.db`` with the schemas of old versions."""
    out = tmp_path_factory.mktemp("old")
    peers.run("mlflow_old_schema.py", str(out), *OLD_REVISIONS, needs="mlflow")
    return out
