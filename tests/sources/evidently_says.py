"""Prints as JSON what Evidently itself says of a workspace's only snapshot: tests and values."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas.core.dtypes.common as pandas_types

# Evidently imports a function that pandas 3 no longer has, for one test that is not used here.
vars(pandas_types).setdefault("infer_dtype_from_object", lambda dtype: np.dtype(dtype).type)

from evidently.core.report import Snapshot  # noqa: E402


def main(path: Path) -> None:
    snapshot = Snapshot.load(str(path))
    said = {
        "name": snapshot.get_name(),
        "tests": [
            {
                "status": test.status.value,
                "kind": test.metric_config.params["type"].rpartition(":")[2],
                "column": test.metric_config.params.get("column", ""),
            }
            for test in snapshot.tests_results
        ],
        "metrics": [
            {
                "kind": metric["config"]["type"].rpartition(":")[2],
                "column": metric["config"].get("column", ""),
                "value": metric["value"],
            }
            for metric in snapshot.dict()["metrics"]
        ],
    }
    print(json.dumps(said))


(snapshot_path,) = Path(sys.argv[1]).glob("*/snapshots/*.json")
main(snapshot_path)
