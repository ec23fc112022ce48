"""Prints what Trackio itself reads from a folder, as one line of JSON.

An inbox is put into databases first, as Trackio does it, in a copy of the folder.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

shutil.copytree(sys.argv[1], sys.argv[2])
os.environ["TRACKIO_DIR"] = sys.argv[2]

from trackio import fragments  # noqa: E402
from trackio.sqlite_storage import SQLiteStorage  # noqa: E402


def leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        if isinstance(value, dict) and "_type" not in value:
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def said(project: str, record: dict[str, Any]) -> dict[str, Any]:
    metrics: dict[str, list[tuple[int, str]]] = {}
    for row in SQLiteStorage.get_logs(project, run_id=record["id"]):
        step = row.pop("step")
        for name, value in leaves({k: v for k, v in row.items() if k != "timestamp"}):
            if isinstance(value, int | float) and not isinstance(value, bool):
                metrics.setdefault(name, []).append((step, repr(value)))
    config = SQLiteStorage.get_run_config(project, run_id=record["id"]) or {}
    created = datetime.fromisoformat(config["_Created"])
    started = round(created.timestamp() * 1000) / 1000
    shown = datetime.fromtimestamp(started, created.tzinfo).isoformat(timespec="milliseconds")
    return {
        "id": record["id"],
        "name": record["name"],
        "started": shown.replace("+00:00", "Z"),
        "params": {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in leaves(config)
            if not name.startswith("_")
        },
        "tags": {"group": config["_Group"]},
        "metrics": metrics,
    }


if __name__ == "__main__":
    fragments.import_inbox_dir(Path(sys.argv[2]) / "inbox")
    print(
        json.dumps(
            [
                said(project, record)
                for project in SQLiteStorage.get_projects()
                for record in SQLiteStorage.get_run_records(project)
            ]
        )
    )
