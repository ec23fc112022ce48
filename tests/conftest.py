"""Stores that the real MLflow wrote, and what its client says of them.

MLflow is never imported here: it runs in a process of its own, with this interpreter, or the
one that ``$RUNFOLIO_MLFLOW_PYTHON`` names.
"""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

TESTS = Path(__file__).parent
MAKE_LOGS = TESTS.parents[1] / "shared" / "make_logs"
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


def _absent(reason: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true allows no skip)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def mlflow_python() -> str:
    """The interpreter that has MLflow."""
    python = os.environ.get("RUNFOLIO_MLFLOW_PYTHON", "")
    if not python and importlib.util.find_spec("mlflow") is None:
        _absent("MLflow is not installed; $RUNFOLIO_MLFLOW_PYTHON may name a Python that has it")
    return python or sys.executable


@pytest.fixture(scope="session")
def mlflow_files(mlflow_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file store with odd runs: NaN, repeated steps, deleted and unfinished ones."""
    return _made(mlflow_python, "make_mlflow_files.py", tmp_path_factory.mktemp("files"))


@pytest.fixture(scope="session")
def mlflow_database(mlflow_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store with the same runs."""
    return _made(mlflow_python, "make_mlflow_sqlite.py", tmp_path_factory.mktemp("database"))


@pytest.fixture(scope="session")
def mlflow_files_said(mlflow_python: str, mlflow_files: Path) -> dict[str, Any]:
    """What MLflow's client says of the file store."""
    return _said(mlflow_python, mlflow_files.as_uri())


@pytest.fixture(scope="session")
def mlflow_database_said(mlflow_python: str, mlflow_database: Path) -> dict[str, Any]:
    """What MLflow's client says of the database."""
    return _said(mlflow_python, f"sqlite:///{mlflow_database}")


@pytest.fixture(scope="session")
def mlflow_old_databases(mlflow_python: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of empty databases ``<revision>.db`` with the schemas of old versions."""
    out = tmp_path_factory.mktemp("old")
    _run(mlflow_python, TESTS / "sources" / "mlflow_old_schema.py", str(out), *OLD_REVISIONS)
    return out


def _run(python: str, script: Path, *arguments: str) -> str:
    """Run a script with MLflow and return the last line that it prints."""
    # MLflow makes a database in the folder it runs in, whatever store it is asked for.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [python, os.fspath(script), *arguments],
            cwd=folder,
            env={
                **os.environ,
                "MLFLOW_ALLOW_FILE_STORE": "true",
                "MLFLOW_DISABLE_TELEMETRY": "true",
            },
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip().splitlines()[-1]


def _made(python: str, script: str, out: Path) -> Path:
    if not (MAKE_LOGS / script).is_file():
        _absent(f"{script} is not beside this checkout")
    return Path(_run(python, MAKE_LOGS / script, os.fspath(out), *EDGE))


def _said(python: str, uri: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(
        _run(python, TESTS / "sources" / "mlflow_client_says.py", uri)
    )
    return said
