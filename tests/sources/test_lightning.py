"""Lightning's CSVLogger: what it writes, what is beside it, and what goes wrong."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import Records
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from samples import EDGE
from sites import Site
from stores import put

SPARSE = """epoch,step,train_loss_step,train_loss_epoch,val_loss
0,49,0.9,,
0,49,,,0.7
0,49,,0.8,
1,99,0.5,,
1,99,,,nan
1,99,,,0.6
"""


def version(folder: Path, files: dict[str, str | bytes], name: str = "version_0") -> Path:
    return put(folder / "lightning_logs" / name, files)


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


def test_a_version_is_a_run(tmp_path: Path) -> None:
    version(tmp_path, {"metrics.csv": SPARSE, "hparams.yaml": "lr: 1e-3\nseed: 7\n"})
    place = Place(LocalStorage.at(tmp_path, "project"), "lightning_logs/version_0")
    source = find("runfolio.sources", "source")["lightning"]
    (unit,) = source.discover(place).units
    records = source.read(unit)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.id_is_path) == ("lightning_logs/version_0", True)
    assert (run.name, run.experiment) == ("version_0", "lightning_logs")
    assert (run.location, run.path) == (
        "project/lightning_logs",
        "project/lightning_logs/version_0",
    )
    assert (run.status, run.params) == ("unknown", {"lr": "1e-3", "seed": "7"})


def test_rows_of_training_and_of_validation_are_apart(tmp_path: Path) -> None:
    records = read("lightning", version(tmp_path, {"metrics.csv": SPARSE}))
    assert records.problems == ()
    assert repr(points(records)) == repr(
        {
            "train_loss_step": [(49, 0.9), (99, 0.5)],
            "train_loss_epoch": [(49, 0.8)],
            "val_loss": [(49, 0.7), (99, math.nan), (99, 0.6)],
        }
    )


def test_objects_of_python_are_text_and_nothing_is_run(tmp_path: Path) -> None:
    text = """betas: !!python/tuple
- 0.9
- 0.99
device: !!python/object/apply:torch.device
- cpu
fn: !!python/name:my_project.curve ''
none: null
ns: !!python/object:argparse.Namespace
  depth: 4
path: !!python/object/apply:pathlib.PurePosixPath
- data
"""
    records = read("lightning", version(tmp_path, {"metrics.csv": SPARSE, "hparams.yaml": text}))
    assert records.problems == ()
    assert only_run(records).params == {
        "betas": "[0.9, 0.99]",
        "device": "[cpu]",
        "fn": "my_project.curve",
        "none": "null",
        "ns.depth": "4",
        "path": "[data]",
    }


def test_no_hyperparameters(tmp_path: Path) -> None:
    records = read("lightning", version(tmp_path, {"metrics.csv": SPARSE, "hparams.yaml": "{}\n"}))
    assert records.problems == ()
    assert only_run(records).params == {}


@pytest.mark.parametrize(
    ("folder", "files", "taken"),
    [
        ("version_0", {"metrics.csv": "step,a\n1,2\n"}, True),
        ("version_12", {"hparams.yaml": "{}\n"}, True),
        ("mine", {"metrics.csv": SPARSE, "hparams.yaml": "{}\n"}, True),
        ("mine", {"metrics.csv": "step,a\n1,2\n", "hparams.yaml": "{}\n"}, False),
        ("mine", {"metrics.csv": SPARSE}, False),
        ("version_2b", {"metrics.csv": SPARSE}, False),
        ("version_0", {"metrics.csv": SPARSE, "run.yaml": "name: x\n"}, False),
        ("version_0", {"checkpoint.ckpt": "x"}, False),
    ],
)
def test_what_is_taken_for_a_version(
    tmp_path: Path, folder: str, files: dict[str, str | bytes], taken: bool
) -> None:
    assert matches("lightning", version(tmp_path, files, folder)) is taken


def test_what_lies_beside_is_left_to_others(tmp_path: Path) -> None:
    path = version(
        tmp_path, {"metrics.csv": SPARSE, "hparams.yaml": "{}", "events.out.tfevents.1": b""}
    )
    place = place_of(path)
    claim = find("runfolio.sources", "source")["lightning"].matches(place, place.entries())
    assert claim.names == {"metrics.csv", "hparams.yaml"}


@pytest.mark.parametrize(
    ("name", "content", "slug", "place"),
    [
        ("metrics.csv", "", "metric-empty", "metrics.csv"),
        ("metrics.csv", "epoch,step,a\n0,x,1\n0,1,2\n", "step-not-a-number", "metrics.csv:2"),
        ("metrics.csv", "epoch,step,a\n0,1,2\n0,2,oops\n", "metric-not-a-number", "metrics.csv:3"),
        ("hparams.yaml", "lr: [", "file-unreadable", "hparams.yaml"),
        ("hparams.yaml", b"lr: \xff\n", "not-utf8", "hparams.yaml"),
        ("hparams.yaml", "- a\n", "file-unreadable", "hparams.yaml"),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, content: str | bytes, slug: str, place: str
) -> None:
    path = version(tmp_path, {"metrics.csv": SPARSE, "hparams.yaml": "lr: 0.1\n", name: content})
    records = read("lightning", path)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == f"version_0/{place}"
    run = only_run(records)
    assert run.params if name == "metrics.csv" else run.series


@pytest.mark.parametrize("kind", ["version_1", "version_10"])
def test_versions_are_in_their_natural_order(tmp_path: Path, kind: str) -> None:
    for name in ("version_0", "version_2", kind):
        version(tmp_path, {"metrics.csv": SPARSE.replace("0.9", f"0.9{len(name)}{kind[-1]}")}, name)
    runfolio.build(tmp_path, output=tmp_path / "site")
    runs = Site(tmp_path / "site").report["runs"]
    expected = sorted(["version_0", "version_2", kind], key=lambda name: int(name[8:]))
    assert [run["name"] for run in runs] == expected


@pytest.mark.peer
def test_all_that_pandas_reads_is_in_the_report(peers: Peers, tmp_path: Path) -> None:
    made = peers.made("make_lightning.py", *EDGE, needs="pytorch_lightning pandas yaml")
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    tables = sorted(made.rglob("metrics.csv"))
    history = peers.said("pandas_says.py", "step", *tables)
    params = peers.said("lightning_says.py", *sorted(made.rglob("hparams.yaml")))
    assert len(tables) == len(ours) == 2
    odd = 0
    for table in tables:
        run = ours[table.parent.relative_to(made).as_posix()]
        assert (run["name"], run["experiment"]) == (table.parent.name, "lightning_logs")
        expected = {name: rows for name, rows in history[str(table)].items() if name != "epoch"}
        assert run["metrics"].keys() == expected.keys()
        for name, rows in expected.items():
            odd += check(run["metrics"][name], [(int(step), float(v)) for step, v in rows])
        for name, value in params[str(table.with_name("hparams.yaml"))].items():
            assert same(run["params"][name], value), name
    assert odd == 2, "NaN and infinity"


def same(ours: str, theirs: Any) -> bool:
    if theirs is None or isinstance(theirs, bool):
        return ours == {None: "null", True: "true", False: "false"}[theirs]
    return ours == theirs if isinstance(theirs, str) else float(ours) == theirs


def check(ours: dict[str, Any], points: list[tuple[int, float]]) -> int:
    """Compare a metric of the report with its points; return how many of them are odd."""
    values = [value for _, value in points]
    finite = [value for value in values if math.isfinite(value)]
    odd = len(values) - len(finite)
    assert (ours["count"], ours["nonfinite"]) == (len(points), odd)
    assert repr(float(ours["first"])) == repr(values[0])
    assert repr(float(ours["last"])) == repr(values[-1])
    assert ours["last_step"] == points[-1][0]
    if finite:
        assert (ours["min"], ours["max"]) == (min(finite), max(finite))
        assert ours["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
    return odd
