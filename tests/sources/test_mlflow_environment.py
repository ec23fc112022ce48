"""What models that lie beside an MLflow database say of Python and libraries."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from reading import read
from runfolio.pipeline import Request, load
from stores import put, run_id, write_database

REQUIREMENTS = "mlflow==3.1.0\nScikit_Learn==1.5.2\n-e git+https://host/x\n"
PYTHON = "python: 3.11.4\nbuild_dependencies:\n- pip==24.0\n"


def test_of_a_model_of_mlflow_3(tmp_path: Path) -> None:
    path = write_database(tmp_path / "mlflow.db", {run_id(1): [(0, 0.5)]})
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(
            "CREATE TABLE logged_models (model_id TEXT, experiment_id INTEGER, name TEXT, "
            "model_type TEXT, source_run_id TEXT, status INTEGER, creation_timestamp_ms BIGINT, "
            "lifecycle_stage TEXT);"
            f"INSERT INTO logged_models VALUES ('m-1', 1, 'net', '', '{run_id(1)}', 2, 1, '');"
            "INSERT INTO logged_models VALUES ('../..', 1, 'odd', '', '', 2, 2, 'active');"
        )
    put(
        tmp_path / "mlruns/1/models/m-1/artifacts",
        {"requirements.txt": REQUIREMENTS, "python_env.yaml": PYTHON},
    )
    put(tmp_path / "mlruns/1", {"requirements.txt": "secret==1.0\n"})
    found = {model.model_id: model.environment for model in read("mlflow-sqlite", path).models}
    made_with = {"python": "3.11.4", "mlflow": "3.1.0", "scikit-learn": "1.5.2"}
    assert found == {"m-1": made_with, "../..": {}}
    frame = load(Request((str(path),))).environment
    assert dict(zip(frame["name"], frame["value"], strict=True)) == made_with


def test_of_a_model_among_the_artifacts_of_its_run(tmp_path: Path) -> None:
    path = write_database(tmp_path / "mlflow.db", {run_id(1): [(0, 0.5)]})
    put(
        tmp_path / "mlruns/1" / run_id(1) / "artifacts/model",
        {"MLmodel": "flavors: {}\n", "requirements.txt": REQUIREMENTS},
    )
    [run] = read("mlflow-sqlite", path).runs
    assert run.environment == {"mlflow": "3.1.0", "scikit-learn": "1.5.2"}
