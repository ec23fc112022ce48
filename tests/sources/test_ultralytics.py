"""Ultralytics' YOLO: results padded and not, and arguments with paths of other machines."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, read, slugs
from runfolio.model.records import DatasetUse, Records
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

RESULTS = """epoch,time,train/box_loss,metrics/mAP50(B),val/box_loss,lr/pg0
1,4.49906,1.77865,0.23997,1.52277,0.0001
2,7.55417,1.52278,0.66445,nan,0.000218548
"""
ARGS = """task: detect
mode: train
model: yolo11s.pt
data: coco.yaml
epochs: 150
time: null
batch: 16
imgsz: 640
project: null
name: train2
seed: 0
lr0: 0.01
source: null
save_dir: runs/detect/train2
"""


def padded(text: str) -> str:
    """Write a table as versions before 8.1 did: each cell in 23 characters, right-aligned."""
    lines = [",".join(f"{cell:>23}" for cell in line.split(",")) for line in text.splitlines()]
    return "\n".join(lines) + "\n"


def training(folder: Path, files: dict[str, str | bytes], name: str = "train2") -> Path:
    return put(folder / "runs" / "detect" / name, files)


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


@pytest.mark.parametrize("write", [str, padded])
def test_a_training(tmp_path: Path, write: Any) -> None:
    training(tmp_path, {"results.csv": write(RESULTS), "args.yaml": ARGS})
    place = Place(LocalStorage.at(tmp_path, "project"), "runs/detect/train2")
    source = find("runfolio.sources", "source")["ultralytics"]
    claim = source.matches(place, place.entries())
    assert claim.names == {"results.csv", "args.yaml"}
    (unit,) = source.discover(place).units
    records = source.read(unit)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.id_is_path) == ("runs/detect/train2", True)
    assert (run.name, run.experiment, run.status) == ("train2", "runs/detect", "unknown")
    assert (run.location, run.path) == ("project/runs/detect", "project/runs/detect/train2")
    assert run.datasets == (DatasetUse("coco"),)
    assert repr(points(records)) == repr(
        {
            "train/box_loss": [(1, 1.77865), (2, 1.52278)],
            "metrics/mAP50(B)": [(1, 0.23997), (2, 0.66445)],
            "val/box_loss": [(1, 1.52277), (2, math.nan)],
            "lr/pg0": [(1, 0.0001), (2, 0.000218548)],
        }
    )


def test_where_things_lay_on_the_machine_that_trained_is_not_told(tmp_path: Path) -> None:
    args = ARGS.replace("yolo11s.pt", "/home/marker-user/weights/best.pt")
    args = args.replace("coco.yaml", "C:\\Users\\marker-user\\data\\fish.yaml")
    args = args.replace("source: null", "source: ~/marker-user/video.mp4")
    args = args.replace("project: null", "project: /home/marker-user/runs")
    run = only_run(
        read("ultralytics", training(tmp_path, {"results.csv": RESULTS, "args.yaml": args}))
    )
    assert "marker-user" not in repr(run.params)
    assert (run.params["model"], run.params["data"]) == ("best.pt", "fish.yaml")
    assert run.params["source"] == "video.mp4"
    assert run.datasets == (DatasetUse("fish"),)
    assert not run.params.keys() & {"save_dir", "project", "name"}
    assert (run.params["lr0"], run.params["time"]) == ("0.01", "null")


def test_yolov5_has_its_params_in_two_files(tmp_path: Path) -> None:
    records = read(
        "ultralytics",
        training(
            tmp_path,
            {
                "results.csv": padded("epoch,train/box_loss,x/lr0\n0,0.1,0.07\n1,0.09,0.04\n"),
                "opt.yaml": "weights: yolov5s.pt\nsave_dir: runs/train/exp\nepochs: 2\n",
                "hyp.yaml": "lr0: 0.01\nmosaic: 1.0\n",
            },
        ),
    )
    run = only_run(records)
    assert run.params == {
        "epochs": "2",
        "lr0": "0.01",
        "mosaic": "1.0",
        "weights": "yolov5s.pt",
    }
    assert points(records)["train/box_loss"] == [(0, 0.1), (1, 0.09)]


def test_a_training_stopped_in_its_first_epoch_is_a_run_without_metrics(tmp_path: Path) -> None:
    path = training(tmp_path, {"args.yaml": ARGS})
    assert matches("ultralytics", path)
    records = read("ultralytics", path)
    assert only_run(records).series == ()
    assert [(p.slug, p.severity, p.place) for p in records.problems] == [
        ("metric-missing", "note", "train2")
    ]


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        ({"results.csv": RESULTS, "args.yaml": ""}, True),
        ({"results.csv": "", "args.yaml": ARGS}, True),
        ({"results.csv": RESULTS, "args.yaml": "lr: 0.1\n"}, True),
        ({"results.csv": "epoch,loss\n1,2\n", "args.yaml": "lr: 0.1\n"}, False),
        ({"results.csv": "model,auc\na,0.9\n", "args.yaml": "lr: 0.1\n"}, False),
        ({"results.csv": RESULTS}, False),
        ({"args.yaml": "lr: 0.1\n"}, False),
        ({"args.yaml": ARGS.replace("mode: train", "mode: predict")}, False),
        ({"opt.yaml": "epochs: 2\n", "hyp.yaml": "lr0: 0.01\n"}, False),
    ],
)
def test_what_is_taken_for_a_training(
    tmp_path: Path, files: dict[str, str | bytes], taken: bool
) -> None:
    assert matches("ultralytics", training(tmp_path, files)) is taken


@pytest.mark.parametrize(
    ("name", "content", "slug", "place"),
    [
        ("results.csv", "", "metric-empty", "results.csv"),
        ("results.csv", RESULTS + "3,9,x,1,1,1\n", "metric-not-a-number", "results.csv:4"),
        ("results.csv", RESULTS + "3,9,0.5", "row-cut", "results.csv:4"),
        ("args.yaml", "task: detect\nmode: [", "file-unreadable", "args.yaml"),
        ("args.yaml", b"task: detect\nx: \xff\n", "not-utf8", "args.yaml"),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, content: str | bytes, slug: str, place: str
) -> None:
    path = training(tmp_path, {"results.csv": RESULTS, "args.yaml": ARGS, name: content})
    records = read("ultralytics", path)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == f"train2/{place}"
    run = only_run(records)
    assert run.params if name == "results.csv" else run.series


@given(cut=st.integers(0, len(RESULTS)), noise=st.binary(max_size=20))
def test_any_bytes_end_in_a_run(
    tmp_path_factory: pytest.TempPathFactory, cut: int, noise: bytes
) -> None:
    content = RESULTS.encode()[:cut] + noise
    path = training(tmp_path_factory.mktemp("any"), {"results.csv": content, "args.yaml": ARGS})
    assert only_run(read("ultralytics", path)).params["imgsz"] == "640"


@pytest.mark.peer
def test_all_that_pandas_reads_is_in_the_report(peers: Peers, tmp_path: Path) -> None:
    """Ultralytics itself plots its results with ``pandas.read_csv`` and stripped names."""
    peers.need("pandas")
    for number in (1, 2, 10):  # were they equal, they would be one run
        losses = [f"{number * 1.7 / n:.5g},{1 - 1 / n:.5g},{1.5 / n:.6g}" for n in range(1, 301)]
        rows = [f"{n},{n * 1.5},{loss},0.0001" for n, loss in enumerate(losses, 1)]
        text = "\n".join([RESULTS.splitlines()[0], *rows]) + "\n"
        path = training(tmp_path / "project", {"args.yaml": ARGS}, f"train{number}")
        put(path, {"results.csv": padded(text) if number == 2 else text})
    runfolio.build(tmp_path / "project", output=tmp_path / "site")
    report = Site(tmp_path / "site").report["runs"]
    assert [run["name"] for run in report] == ["train1", "train2", "train10"]
    tables = sorted((tmp_path / "project").rglob("results.csv"))
    said = peers.said("pandas_says.py", "epoch", *tables)
    ours = {run["id"]: run["metrics"] for run in report}
    for table in tables:
        metrics = ours[table.parent.relative_to(tmp_path / "project").as_posix()]
        assert metrics.keys() == said[str(table)].keys() - {"time"}
        for name, metric in metrics.items():
            values = [float(value) for _, value in said[str(table)][name]]
            assert (metric["count"], metric["last_step"]) == (len(values), 300)
            assert (metric["first"], metric["last"]) == (values[0], values[-1])
            assert (metric["min"], metric["max"]) == (min(values), max(values))
