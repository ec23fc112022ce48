"""Prints as JSON what transformers itself reads back of the Trainer's states below a folder."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from transformers import TrainerState


def words(value: Any) -> Any:
    """Return numbers that strict JSON does not know as text."""
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return str(value)
    return value


def main(root: Path) -> None:
    said = {}
    for path in sorted(root.rglob("trainer_state.json")):
        state = TrainerState.load_from_json(str(path))
        said[path.parent.relative_to(root).as_posix()] = {
            "step": state.global_step,
            "max_steps": state.max_steps,
            "epochs": state.num_train_epochs,
            "rows": [
                {key: words(value) for key, value in row.items()} for row in state.log_history
            ],
        }
    print(json.dumps(said))


main(Path(sys.argv[1]))
