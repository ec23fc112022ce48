"""Print as JSON what Ray Tune itself reads of experiments. Run by the tests, with Ray."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"

from ray.tune import ExperimentAnalysis


def main(out: str) -> None:
    analyses = ((path.name, ExperimentAnalysis(str(path))) for path in sorted(Path(out).iterdir()))
    trials = [
        {
            "experiment": name,
            "id": trial.trial_id,
            "name": str(trial),
            "status": trial.status,
            "config": dict(_leaves(trial.config)),
            "rows": [
                {name: _word(value) for name, value in row.items()}
                for row in analysis.trial_dataframes[trial.trial_id].to_dict("records")
            ],
        }
        for name, analysis in analyses
        for trial in analysis.trials
    ]
    print(json.dumps(trials))


def _leaves(tree: dict[str, Any], prefix: str = "") -> Any:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value if isinstance(value, str) else json.dumps(value)


def _word(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    return value if isinstance(value, str | bool | int | float) else None


if __name__ == "__main__":
    main(sys.argv[1])
