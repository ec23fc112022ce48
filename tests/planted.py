"""A small project of every kind of field, with a text of its own in each that is to be hidden."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from pathlib import Path

import yaml

import event_files
from planted_marks import HIDDEN, NUMBERS
from planted_settings import planted_settings
from repositories import made
from stores import put

__all__ = ["plant"]

_PUBLIC, _SECRET = "1", "2"
_RUN = "{:032x}"


def plant(root: Path) -> Path:
    """Write the project and return its folder."""
    put(root, {"report.yaml": planted_settings()})
    _store(root / "mlruns")
    _images(root / "boards")
    _texts(root)
    _history(root)
    return root


def _store(root: Path) -> None:
    """Write an MLflow file store with an open and a hidden experiment."""
    h = HIDDEN
    for number, name, notes in (
        (_PUBLIC, "Trial", f"Of run {h['run']}: nothing."),
        (_SECRET, h["experiment"], f"Asks for {h['notes of an experiment']}."),
    ):
        put(
            root / number,
            {
                "meta.yaml": yaml.safe_dump(
                    {
                        "artifact_location": f"./mlruns/{number}",
                        "experiment_id": number,
                        "lifecycle_stage": "active",
                        "name": name,
                    },
                    allow_unicode=True,
                ),
                "tags/mlflow.note.content": notes,
            },
        )
    for number in (_PUBLIC, _SECRET):
        put(
            root / number / "datasets" / "d1",
            {
                "meta.yaml": json.dumps(
                    {
                        "digest": h["digest of a data set"],
                        "name": h["data set"],
                        "profile": '{"num_rows": 629, "version": "v1"}',
                        "schema": json.dumps(
                            {
                                "mlflow_colspec": [
                                    {"type": "double", "name": h["column of a data set"]},
                                    {"type": "double", "name": "size"},
                                ]
                            }
                        ),
                        "source": json.dumps({"uri": f"s3://x/{h['source of a data set']}"}),
                        "source_type": "s3",
                    }
                )
            },
        )
    for position in range(6):
        _run(root / _PUBLIC, position, "baseline" if position < 3 else "candidate")
    _run(
        *(root / _PUBLIC, 7, "candidate"),
        run_id=h["id of a run"],
        name=h["run"],
        more={
            "params/zyshownparam": h["value of a hidden run"],
            "tags/zyshowntag": h["tag of a hidden run"],
            "tags/mlflow.note.content": f"It says {h['notes of a run']}.",
            "tags/mlflow.source.name": f"/home/x/{h['command of a run']}",
            "tags/mlflow.source.git.commit": h["commit of a run"],
            f"metrics/{h['metric of a hidden run']}": "1 0.25 0\n2 0.5 1\n",
            "artifacts/model/MLmodel": "flavors: {}\n",
            "artifacts/model/requirements.txt": f"zqlib=={h['environment of a run']}\n",
            "artifacts/features.txt": f"size\n{h['feature of a run']}\n",
            "artifacts/permutation_importance.csv": "feature,importance\nsize,0.5\n"
            f"{h['importance of a run']},0.25\n",
        },
    )
    _run(root / _SECRET, 8, "candidate", name=h["run of an experiment"])


def _run(
    experiment: Path,
    number: int,
    role: str,
    *,
    run_id: str = "",
    name: str = "",
    more: dict[str, str] | None = None,
) -> None:
    h = HIDDEN
    run_id = run_id or _RUN.format(number + 1)
    value = 0.5 + number / 50
    files = {
        "meta.yaml": yaml.safe_dump(
            {
                "artifact_uri": f"file:///x/mlruns/{experiment.name}/{run_id}/artifacts",
                "end_time": 1_600_000_060_000 + number,
                "experiment_id": experiment.name,
                "lifecycle_stage": "active",
                "run_id": run_id,
                "run_name": name or f"zyshownrun-{number}",
                "start_time": 1_600_000_000_000 + number,
                "status": 3,
                "user_id": "someone",
            },
            allow_unicode=True,
        ),
        "metrics/zyshownmetric": f"1 {value} 0\n2 {value + 0.1} 1\n",
        f"metrics/{h['metric']}": f"1 0.5 0\n2 {NUMBERS['value of a metric']} 1\n",
        "params/zyshownparam": "shown",
        "params/seed": str(number % 3),
        "params/depth": "3" if role == "baseline" else "5",
        f"params/{h['param']}": h["value of a param"],
        f"params/{h['param beside others']}": str(NUMBERS["number of a param"]),
        "params/zqparam_from": h["long value of a param"],
        "params/log_to": f"{h['full path']}logs at {h['host']}",
        "params/hostname": h["host"],
        "params/source": h["remote"],
        f"tags/{h['tag']}": h["value of a tag"],
        "tags/zyshowntag": "all",
        "tags/role": role,
        "tags/mlflow.note.content": f"zyshownnote: {h['value of a param']} by "
        f"{h['e-mail address']}, like `{h['run']}` **({h['value of a tag']})**.",
        f"inputs/i{number}/meta.yaml": yaml.safe_dump(
            {
                "destination_id": run_id,
                "destination_type": "RUN",
                "source_id": "d1",
                "source_type": "DATASET",
                "tags": {"mlflow.data.context": "zyshowndata"},
            }
        ),
        f"artifacts/{h['artifact']}": "x",
        f"artifacts/{h['plot']}.csv": f",yes,{h['class of a plot']}\nyes,5,1\n"
        f"{h['class of a plot']},2,8\n",
        "artifacts/segments_by_region.csv": "segment,zyshownmetric,count\n"
        f"{h['segment of a plot']},0.5,10\nother,0.75,20\n",
    }
    put(experiment / run_id, {**files, **(more or {})})


def _images(root: Path) -> None:
    """Write a TensorBoard log with images."""
    h = HIDDEN
    texts = [
        (b"tEXt", b"Comment\0" + h["text in an image"].encode()),
        (b"zTXt", b"Title\0\0" + zlib.compress(h["packed text in an image"].encode())),
    ]
    image = event_files.strings(h["image"], "images", b"2", b"2", _png(*texts))
    event_files.write(
        root / "board",
        [
            event_files.version(),
            event_files.event(1, event_files.scalar("zyshownmetric", 0.5), image),
        ],
    )


def _png(*texts: tuple[bytes, bytes]) -> bytes:
    head = (b"IHDR", struct.pack(">IIBBBBB", 2, 2, 8, 0, 0, 0, 0))
    pixels = (b"IDAT", zlib.compress(b"\0\0\xff\0\xff\0"))
    parts = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in (head, *texts, pixels, (b"IEND", b""))
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _texts(root: Path) -> None:
    h = HIDDEN
    column, value = h["column of a configured data set"], h["value of a configured data set"]
    days = "".join(f"2026-01-{day:02d},0.5,0.6\n" for day in range(1, 29))
    put(
        root,
        {
            "experiments/1-open.md": "---\nexperiment: Trial\n---\n\n## Hypothesis\n\n"
            f"Better than {h['run']}; zyshownnote.\n",
            "experiments/2-closed.md": f"---\nexperiment: {h['experiment']}\n"
            f"owner: {h['owner of a write-up']}\n---\n\n## Hypothesis\n\n"
            f"{h['write-up of an experiment']} decides.\n",
            "data/first.csv": f"size,{column}\n1,{value}\n2,other\n",
            "data/second.csv": f"size,{column}\n1,{value}\n2,other\n3,{value}\n",
            "data/open.csv": "size\n1\n\n3\n",
            "production.csv": f"day,zyshownmetric,zqproduction\n{days}",
            "checks/validations/all.json": json.dumps(_validations()),
        },
    )


def _validations() -> dict[str, object]:
    h = HIDDEN
    return {
        "success": False,
        "suite_name": h["check of a data set"],
        "results": [
            {
                "success": False,
                "expectation_config": {
                    "type": "expect_column_values_to_not_be_null",
                    "kwargs": {"column": h["column of a data set"], "batch_id": "x"},
                },
                "result": {
                    **{"element_count": 50, "unexpected_count": 10},
                    **{"unexpected_percent": 20.0, "partial_unexpected_list": []},
                },
                "exception_info": {"raised_exception": False},
            }
        ],
        "statistics": {"evaluated_expectations": 1, "successful_expectations": 0},
        "meta": {
            "great_expectations_version": "1.24.1",
            "run_id": {"run_name": "nightly"},
            "active_batch_definition": {"data_asset_name": h["data set"]},
        },
    }


def _history(root: Path) -> None:
    """Put commits beside it, whose messages, authors, params and metrics are followed."""
    repository = made(root / "work")
    for number, files in enumerate(_versions()):
        repository.commit(
            f"Try {HIDDEN['value of a tag']} number {number}\n\nby {HIDDEN['e-mail address']}",
            dict(files),
            author=HIDDEN["author of commits"],
            time=1_700_000_000 + 86_400 * number,
        )
    repository.git("remote", "add", "origin", HIDDEN["remote"])
    repository.git("checkout", "--quiet", "--force", "main")


def _versions() -> Iterator[dict[str, str]]:
    for number in range(20):  # with a change in the middle, which is told with its author
        value = (0.5 if number < 10 else 0.8) + number % 3 / 500
        metrics = {"zyshownmetric": value, "inner": {"zqmetricname": value / 2}}
        files = {"params.yaml": f"depth: {number}\nzqparam_rate: zqparamvalue-{number}\n"}
        # Several commits may have caused the change, as not each was measured: they are listed.
        yield files if number in (9, 10) else {**files, "metrics.json": json.dumps(metrics)}
