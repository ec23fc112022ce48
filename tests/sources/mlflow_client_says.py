"""Print as JSON what MLflow's own client says of a store. Run by the tests, with MLflow."""

from __future__ import annotations

import json
import sys
from typing import Any

from mlflow.entities import ViewType
from mlflow.tracking import MlflowClient


def main(uri: str) -> None:
    client = MlflowClient(tracking_uri=uri, registry_uri=uri)
    experiments = client.search_experiments(view_type=ViewType.ACTIVE_ONLY)
    runs = [
        _run(client, run, experiment.name)
        for experiment in experiments
        for run in client.search_runs([experiment.experiment_id], max_results=1000)
    ]
    versions = [
        {
            "name": version.name,
            "version": str(version.version),
            "run": version.run_id,
            "stage": version.current_stage,
            "aliases": sorted(
                alias
                for alias, number in client.get_registered_model(version.name).aliases.items()
                if str(number) == str(version.version)
            ),
            "description": version.description,
        }
        for version in client.search_model_versions()
    ]
    logged = [
        {"id": model.model_id, "name": model.name, "run": model.source_run_id}
        for model in client.search_logged_models([e.experiment_id for e in experiments])
    ]
    notes = {e.name: e.tags.get("mlflow.note.content", "") for e in experiments}
    print(json.dumps({"runs": runs, "versions": versions, "logged": logged, "notes": notes}))


def _run(client: Any, run: Any, experiment: str) -> dict[str, Any]:
    return {
        "id": run.info.run_id,
        "name": run.info.run_name,
        "experiment": experiment,
        "status": run.info.status,
        "started": run.info.start_time,
        "ended": run.info.end_time,
        "params": run.data.params,
        "tags": run.data.tags,
        "latest": run.data.metrics,
        "datasets": [
            [
                used.dataset.name,
                used.dataset.digest,
                next((t.value for t in used.tags if t.key == "mlflow.data.context"), ""),
            ]
            for used in run.inputs.dataset_inputs
        ],
        "history": {
            key: [
                [point.step, point.value]
                for point in client.get_metric_history(run.info.run_id, key)
            ]
            for key in run.data.metrics
        },
    }


if __name__ == "__main__":
    main(sys.argv[1])
