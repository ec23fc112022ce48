"""Read a whole store with MLflow's own client: every run and every metric's history."""

from __future__ import annotations

import os
import sys

os.environ["MLFLOW_ALLOW_FILE_STORE"] = "true"
os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"

from mlflow.tracking import MlflowClient

client = MlflowClient(tracking_uri=sys.argv[1])
for experiment in client.search_experiments():
    token = None
    while True:
        runs = client.search_runs([experiment.experiment_id], max_results=1000, page_token=token)
        for run in runs:
            for key in run.data.metrics:
                client.get_metric_history(run.info.run_id, key)
        token = runs.token
        if not token:
            break
