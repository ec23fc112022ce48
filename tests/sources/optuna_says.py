"""Print as JSON what Optuna itself reads from a storage. Run by the tests, with Optuna."""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from typing import Any

import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend


def main(path: str) -> None:
    storage: Any = f"sqlite:///{path}"
    if not path.endswith(".db"):
        storage = JournalStorage(JournalFileBackend(path))
    studies = []
    for name in optuna.get_all_study_names(storage):
        study = optuna.load_study(study_name=name, storage=storage)
        studies.append(
            {
                "name": name,
                "directions": [direction.name for direction in study.directions],
                "objectives": study.metric_names,
                "user_attrs": study.user_attrs,
                "trials": [_trial(trial) for trial in study.get_trials(deepcopy=False)],
            }
        )
    print(json.dumps(studies))


def _trial(trial: Any) -> dict[str, Any]:
    return {
        "number": trial.number,
        "state": trial.state.name,
        "started": _milliseconds(trial.datetime_start),
        "ended": _milliseconds(trial.datetime_complete),
        "params": {name: _text(value) for name, value in trial.params.items()},
        "user_attrs": {name: _text(value) for name, value in trial.user_attrs.items()},
        "values": [str(value) for value in trial.values or ()],
        "intermediate": [
            [step, str(value)] for step, value in sorted(trial.intermediate_values.items())
        ],
    }


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _milliseconds(moment: datetime | None) -> int | None:
    # Optuna gives local time without a zone; the tests run it with TZ=UTC.
    return (
        None if moment is None else round((moment - datetime(1970, 1, 1)) / timedelta(0, 0, 1000))
    )


if __name__ == "__main__":
    main(sys.argv[1])
