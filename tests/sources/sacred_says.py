"""Print as JSON what lies in a root of Sacred's file storage, as Sacred restores it.

Run by the tests, with Sacred, whose files are read with plain JSON and then restored as
Sacred itself does it.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sacred.serializer import restore


def main(root: str) -> None:
    runs = [
        _run(folder)
        for folder in sorted(Path(root).iterdir())
        if folder.is_dir() and not folder.name.startswith("_")
    ]
    print(json.dumps(runs))


def _run(folder: Path) -> dict[str, Any]:
    about, metrics = _restored(folder / "run.json"), _restored(folder / "metrics.json")
    return {
        "id": folder.name,
        "name": about["experiment"]["name"],
        "status": about["status"],
        "started": _milliseconds(about.get("start_time")),
        "ended": _milliseconds(about.get("stop_time")),
        "config": dict(_leaves(_restored(folder / "config.json"))),
        "result": about.get("result"),
        "metrics": {name: _points(m) for name, m in metrics.items()},
    }


def _points(metric: dict[str, list[Any]]) -> list[list[Any]]:
    pairs = zip(metric["steps"], metric["values"], strict=True)
    return [[step, str(float(value))] for step, value in pairs]


def _restored(path: Path) -> Any:
    return restore(json.loads(path.read_text())) if path.exists() else {}


def _leaves(tree: dict[str, Any], prefix: str = "") -> Any:
    for key, value in tree.items():
        if isinstance(value, dict) and value:
            yield from _leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", _text(value)


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_text, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def _milliseconds(text: str | None) -> int | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text) - datetime(1970, 1, 1)
    return round(moment / timedelta(milliseconds=1))


if __name__ == "__main__":
    main(sys.argv[1])
