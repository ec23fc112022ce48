"""Print as JSON what DVCLive's own functions read of runs: ``dvclive_says.py FOLDER``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from dvclive.serialize import load_yaml
from dvclive.utils import parse_json, parse_tsv


def cells(row: dict[str | None, Any]) -> list[str]:
    """Return a row's cells in order; its reader calls those beyond the header None."""
    found: list[str] = []
    for value in row.values():
        found += value if isinstance(value, list) else [value] if value is not None else []
    return found


def run(folder: Path) -> dict[str, Any]:
    history = folder / "plots" / "metrics"
    return {
        "params": load_yaml(folder / "params.yaml"),
        "latest": parse_json(folder / "metrics.json"),
        "history": {
            path.relative_to(history).with_suffix("").as_posix(): [
                cells(row) for row in parse_tsv(path)
            ]
            for path in sorted(history.rglob("*.tsv"))
        },
    }


if __name__ == "__main__":
    root = Path(sys.argv[1])
    print(json.dumps({path.parent.name: run(path) for path in sorted(root.rglob("dvclive"))}))
