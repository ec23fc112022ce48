"""Prints what W&B's own message classes say of the logs in a folder, as one line of JSON.

The client has no reader of its logs in Python any more; what frames the messages is read here
piece by piece, the messages themselves by the client's own classes.
"""

from __future__ import annotations

import json
import struct
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from wandb.proto.wandb_internal_pb2 import Record


def records(data: bytes) -> Iterator[Record]:
    assert data[:7] == struct.pack("<4sHB", b":W&B", 0xBEE1, 0)
    at, parts = 7, b""
    while at < len(data):
        left = 32768 - at % 32768
        if left < 7:
            at += left
            continue
        size, kind = struct.unpack("<HB", data[at + 4 : at + 7])
        parts += data[at + 7 : at + 7 + size]
        at += 7 + size
        if kind in (1, 4):
            yield Record.FromString(parts)
            parts = b""


def path_of(item: Any) -> tuple[str, ...]:
    return tuple(item.nested_key) or (item.key,)


def put(tree: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    for name in path[:-1]:
        tree = tree.setdefault(name, {})
    tree[path[-1]] = value


def leaves(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    if "_type" in tree:
        return
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def as_text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(as_text, value))}]"
    return value if isinstance(value, str) else json.dumps(value)


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def said(log: Path) -> dict[str, Any]:
    run, status = None, "unfinished"
    config: dict[str, Any] = {}
    summary: dict[str, Any] = {}
    history: dict[str, list[tuple[int, str]]] = {}
    for record in records(log.read_bytes()):
        kind = record.WhichOneof("record_type")
        if kind == "run":
            run = record.run
            for item in run.config.update:
                put(config, path_of(item), json.loads(item.value_json))
        elif kind == "config":
            for item in record.config.update:
                put(config, path_of(item), json.loads(item.value_json))
        elif kind == "summary":
            for item in record.summary.update:
                put(summary, path_of(item), json.loads(item.value_json))
        elif kind == "exit":
            status = "failed" if record.exit.exit_code else "finished"
        elif kind == "history":
            row: dict[str, Any] = {}
            for item in record.history.item:
                put(row, path_of(item), json.loads(item.value_json))
            for name, value in leaves(row):
                if is_number(value) and not name.startswith("_"):
                    history.setdefault(name, []).append((record.history.step.num, repr(value)))
    assert run is not None
    last = max(step for points in history.values() for step, _ in points)
    for name, value in leaves(summary):
        known = name in history or name.rpartition(".")[0] in history
        if is_number(value) and not name.startswith("_") and not known:
            history[name] = [(last, repr(value))]
    config.pop("_wandb", None)
    moment = datetime.fromtimestamp(run.start_time.ToMicroseconds() / 1e6, UTC)
    started = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    return {
        "id": run.run_id,
        "name": run.display_name,
        "experiment": run.project,
        "status": status,
        "started": started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "params": {name: as_text(value) for name, value in leaves(config)},
        "tags": dict.fromkeys(run.tags, "") | {"group": run.run_group, "job_type": run.job_type},
        "metrics": history,
    }


if __name__ == "__main__":
    folders = sorted(Path(sys.argv[1]).glob("offline-run-*"))
    print(json.dumps([said(log) for folder in folders for log in folder.glob("*.wandb")]))
