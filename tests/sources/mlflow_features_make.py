"""Logs models with signatures, data sets and artifacts of features with MLflow itself.

Writes ``mlruns/`` and ``mlflow.db`` (with ``mlartifacts/``) into the folder that is given, and
``said.json``: for each store what MLflow's own functions say of it.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from mlflow.tracking import MlflowClient

folder = Path(sys.argv[1])
os.chdir(folder)
said = {}
# Told, what a model needs is not found out by loading it in a process of its own.
KNOWN = {"pip_requirements": ["mlflow"]}


class Model(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
    def predict(self, context: Any, model_input: Any, params: Any = None) -> Any:
        return model_input


table = pd.DataFrame(
    {"mean radius": [1.0, 2.0], "worst, texture": [0.5, 0.25], "site": ["a", "b"], "age": [1, 2]}
)
for store, uri in (("files", folder.joinpath("mlruns").as_uri()), ("db", "sqlite:///mlflow.db")):
    mlflow.set_tracking_uri(uri)
    if store == "db":
        mlflow.create_experiment("triage", folder.joinpath("mlartifacts", "1").as_uri())
    mlflow.set_experiment("triage")
    with mlflow.start_run(run_name="named") as run:
        mlflow.log_param("n_features", 4)
        info = mlflow.pyfunc.log_model(
            name="model",
            python_model=Model(),
            signature=infer_signature(table, np.array([0, 1])),
            **KNOWN,
        )
        data = mlflow.data.from_pandas(table.assign(ill=[0, 1]), targets="ill", name="cases")
        mlflow.log_input(data, context="training")
        mlflow.log_dict({"mean radius": 3.0, "age": 1.0}, "feature_importance_weight.json")
        mlflow.log_text("mean radius\nage\n", "features.txt")
    with mlflow.start_run(run_name="tensor"):
        mlflow.pyfunc.log_model(
            name="model",
            python_model=Model(),
            signature=infer_signature(np.zeros((2, 30))),
            **KNOWN,
        )
        mlflow.log_param("features", ["mean radius", "it's", 'a "b"'])
    client = MlflowClient()
    used = client.get_run(run.info.run_id).inputs.dataset_inputs[0].dataset
    said[store] = {
        "signature": info.signature.inputs.to_dict(),
        "schema": json.loads(used.schema)["mlflow_colspec"],
        "rows": json.loads(used.profile)["num_rows"],
        "digest": used.digest,
    }
Path("said.json").write_text(json.dumps(said), encoding="utf-8")
