"""The on-site trial: no tracker there, so a few lines write each run as a plain folder.

In go the recipes to try; out come ``onsite/<run>/`` folders, in the formats that people
who log by hand use: a table per step, a line per step, or just the final values.
"""

from __future__ import annotations

import csv
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from cases import Cases
from measure import batch_rate, count, ratio, single_case_ms, train
from recipes import THRESHOLD, Recipe

Row = dict[str, float]

BLOCK = 19
"""Cases per logged step: 171 held-back cases make nine blocks."""


def trial(recipe: Recipe, cases: Cases, seed: int, folder: Path, metrics_file: str) -> list[Row]:
    """Present held-back cases one by one, as they would arrive, and log block by block."""
    started = time.time()
    trained = train(recipe, cases, seed)
    arrival = np.random.default_rng(seed).permutation(len(trained.split.held_y))
    called = np.zeros(len(arrival), dtype=bool)
    rows: list[Row] = []
    for first in range(0, len(arrival), BLOCK):
        times = []
        for case in arrival[first : first + BLOCK]:
            tick = time.perf_counter()
            share = trained.model.predict_proba(trained.split.held_x.iloc[[case]])[0, 1]
            times.append(time.perf_counter() - tick)
            called[case] = share >= THRESHOLD
        seen = arrival[: first + BLOCK]
        so_far = count(trained.split.held_y[seen], called[seen])
        rows.append(
            {
                "step": len(seen),
                "trial/recall": ratio(so_far["caught"], so_far["caught"] + so_far["missed"]),
                "trial/fpr": ratio(
                    so_far["false_alarms"], so_far["false_alarms"] + so_far["cleared"]
                ),
                "latency_p95": 1000 * float(np.percentile(times, 95)),
            }
        )
    about = {
        "name": f"trial-{recipe.slug}-s{seed}",
        "status": "finished",
        "started": _iso(started),
        "ended": _iso(time.time()),
        "seed": seed,
        "params": {**recipe.params, "protocol": "one case at a time"},
        "tags": {"setting": "on site", "role": "trial"},
        "datasets": [{"name": cases.name, "digest": cases.digest, "context": "trial"}],
        "notes": "Held-back cases in random order; recall and false alarms are running totals.",
    }
    folder.mkdir(parents=True)
    _write_yaml(folder / "run.yaml", about)
    _write_rows(folder / metrics_file, rows)
    return rows


def bench(recipe: Recipe, cases: Cases, seed: int, folder: Path) -> Row:
    """Time a recipe without judging it, and log nothing but params and final values."""
    trained = train(recipe, cases, seed)
    times = single_case_ms(trained.model, trained.split.held_x)
    final = {
        "latency_p50": float(np.percentile(times, 50)),
        "latency_p95": float(np.percentile(times, 95)),
        "cases_per_second": batch_rate(trained.model, trained.split.held_x),
    }
    folder.mkdir(parents=True)
    _write_yaml(folder / "params.yaml", {**recipe.params, "protocol": "timing only", "seed": seed})
    (folder / "metrics.json").write_text(json.dumps(final, indent=2) + "\n", encoding="utf-8")
    return final


def _write_rows(path: Path, rows: list[Row]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        else:
            file.writelines(json.dumps(row) + "\n" for row in rows)


def _write_yaml(path: Path, content: dict[str, Any]) -> None:
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
