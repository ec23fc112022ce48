"""When points were logged is handed on by every reader in one unit: seconds since 1970."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from event_files import event, scalar, version, write
from reading import only_run, read

FIRST, SECOND = 1_760_000_000.5, 1_760_000_012.0
MS = (1_760_000_000_500, 1_760_000_012_000)
ISO = ("2025-10-09T08:53:20.500000", "2025-10-09T08:53:32.000000")


def lines(*rows: dict[str, object]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


RAY = [{"training_iteration": n + 1, "trial_id": "a_1", "loss": 1.0 / (n + 1)} for n in (0, 1)]
FILES = {
    "csv": {
        "log.csv": f"step,wall_time,loss\n0,{FIRST},1.0\n1,{SECOND},0.5\n",
    },
    "folder": {
        "metrics.jsonl": lines(
            {"step": 0, "timestamp": MS[0], "loss": 1.0},
            {"step": 1, "timestamp": MS[1], "loss": 0.5},
        ),
    },
    "dvclive": {
        "params.yaml": "lr: 0.1\n",
        "plots/metrics/loss.tsv": f"timestamp\tstep\tloss\n{MS[0]}\t0\t1.0\n{MS[1]}\t1\t0.5\n",
    },
    "wandb": {
        "run-20251009_085320-abc/wandb-history.jsonl": lines(
            {"_step": 0, "_timestamp": FIRST, "loss": 1.0},
            {"_step": 1, "_timestamp": SECOND, "loss": 0.5},
        ),
    },
    "sacred": {
        "run.json": json.dumps({"experiment": {"name": "e"}, "status": "COMPLETED"}),
        "config.json": "{}",
        "metrics.json": json.dumps(
            {"loss": {"steps": [0, 1], "values": [1.0, 0.5], "timestamps": ISO}}
        ),
    },
    "ray-tune": {
        "params.json": "{}",
        "result.json": lines(
            *({**r, "timestamp": t} for r, t in zip(RAY, (FIRST, SECOND), strict=True))
        ),
    },
}


@pytest.mark.parametrize("source", FILES)
def test_files_of_text(tmp_path: Path, source: str) -> None:
    for name, text in FILES[source].items():
        (tmp_path / "a" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "a" / name).write_text(text)
    inner = {"csv": "a/log.csv", "wandb": "a/run-20251009_085320-abc"}.get(source, "a")
    (loss,) = (s for s in only_run(read(source, tmp_path / inner)).series if s.metric == "loss")
    assert loss.times.tolist() == [FIRST, SECOND]


def test_event_files_one_by_one_and_by_the_thousand(tmp_path: Path) -> None:
    records = [event(n, scalar("loss", 1.0), wall=FIRST + n) for n in range(250)]
    odd = event(250, scalar("loss", 1.0), wall=math.inf)
    write(tmp_path, [version(), *records, odd])
    (loss,) = only_run(read("tensorboard", tmp_path)).series
    np.testing.assert_equal(loss.times.tolist(), [*(FIRST + n for n in range(250)), math.nan])


def test_a_time_that_is_none_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("step,time,loss\n0,0.5,1.0\n1,9.5,0.5\n2,1e308,0.25\n")
    run = only_run(read("csv", tmp_path / "log.csv"))
    assert [(s.metric, s.values.tolist(), len(s.times)) for s in run.series] == [
        ("loss", [1.0, 0.5, 0.25], 0)
    ]
