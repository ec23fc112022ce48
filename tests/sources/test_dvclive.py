"""DVCLive folders: what DVCLive reads back, odd rows, damage."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import Records, RunRecord
from runfolio.registry import find
from runfolio.sources.base import WHOLE
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site
from stores import put

LOSS = "step\tloss\n0\t0.5\n1\t0.25\n"
FILES: dict[str, str | bytes] = {
    "metrics.json": '{"train": {"loss": 0.25}, "step": 1, "test": {"auc": "inf"}}\n',
    "params.yaml": "lr: 1e-3\nmodel.depth: 4\nnested:\n  a: [1, 2]\n",
    "plots/metrics/train/loss.tsv": LOSS,
}


def live(tmp_path: Path, files: dict[str, str | bytes] | None = None) -> Records:
    """Read a good folder in which some files are others."""
    folder = put(tmp_path / "sweep" / "run-1" / "dvclive", {**FILES, **(files or {})})
    assert matches("dvclive", folder)
    return read("dvclive", folder)


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def test_a_run_with_its_history_and_its_last_values(tmp_path: Path) -> None:
    records = live(tmp_path)
    run = only_run(records)
    assert records.problems == ()
    assert points(run) == {"train/loss": [(0, 0.5), (1, 0.25)], "test/auc": [(1, math.inf)]}
    assert run.params == {"lr": "1e-3", "model.depth": "4", "nested.a": "[1, 2]"}
    assert (run.status, run.started, run.id_is_path) == ("unknown", None, True)


def test_a_folder_of_the_usual_name_is_called_after_the_one_above(tmp_path: Path) -> None:
    live(tmp_path)
    place = Place(LocalStorage.at(tmp_path), "sweep/run-1/dvclive")
    source = find("runfolio.sources", "source")["dvclive"]
    (unit,) = source.discover(place).units
    (run,) = source.read(unit).runs
    assert (run.id, run.name, run.experiment) == ("sweep/run-1/dvclive", "run-1", "sweep")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("timestamp\tstep\tloss\n1700000000000\t0\t0.5\n1\t0.4\n", [(0, 0.5), (1, 0.4)]),
        ("step\tloss\n0\t0.5\n1700000000000\t1\t0.4\n", [(0, 0.5), (1, 0.4)]),
        ("step\tloss\r\n0\tnan\r\n2\t-inf\r\n", [(0, math.nan), (2, -math.inf)]),
        ("step\tloss\n5\t1\n5\t2\n3\t3\n", [(3, 3), (5, 1), (5, 2)]),
        ("step\tloss\n\n0\t1\n\n", [(0, 1)]),
        ("step\tloss\n9007199254740993\t1\n", [(9007199254740993, 1)]),
        ("step\tloss\n0.5\t1\n1\t2\n", [(0.5, 1), (1, 2)]),
    ],
)
def test_rows_are_read_from_their_right(
    tmp_path: Path, table: str, expected: list[tuple[float, float]]
) -> None:
    """Whether a time comes first may change when a run is resumed; the header stays."""
    records = live(tmp_path, {"plots/metrics/train/loss.tsv": table})
    assert records.problems == ()
    np.testing.assert_equal(points(only_run(records))["train/loss"], expected)


def test_the_first_logged_time_is_when_it_started(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "plots/metrics/a.tsv": "timestamp\tstep\ta\n1700000000500\t0\t1\n1700000009000\t1\t2\n",
        "plots/metrics/b.tsv": "timestamp\tstep\tb\n1700000000100\t0\t1\n",
    }
    assert only_run(live(tmp_path, files)).started == 1700000000100


@pytest.mark.parametrize(
    ("name", "content", "slug", "place"),
    [
        ("metrics.json", '{"a": ', "file-unreadable", ""),
        ("metrics.json", "", "file-unreadable", ""),
        ("metrics.json", "[1]", "file-unreadable", ""),
        ("metrics.json", '{"a":' * 5000 + "1" + "}" * 5000, "file-unreadable", ""),
        ("metrics.json", '{"word": "yes"}', "column-without-numbers", ""),
        ("params.yaml", "a: [", "file-unreadable", ""),
        ("params.yaml", b"lr: \xff", "not-utf8", ""),
        ("plots/metrics/bad.tsv", "", "metric-empty", ""),
        ("plots/metrics/bad.tsv", "step\tbad\n0\t0.5\n1\t0.4", "row-cut", ":3"),
        ("plots/metrics/bad.tsv", "step\tba", "row-cut", ":1"),
        ("plots/metrics/bad.tsv", "step\tbad\n0\tgood\n", "metric-not-a-number", ":2"),
        ("plots/metrics/bad.tsv", "step\tbad\n0\t1\n2\n", "step-not-a-number", ":3"),
        ("plots/metrics/bad.tsv", "step\tbad\nnan\t1\n", "step-not-a-number", ":2"),
        ("plots/metrics/bad.tsv", b"step\tbad\n0\t\xff\n", "metric-not-a-number", ":2"),
        ("plots/metrics/bad.tsv", "step\tbad\n" + "x\n" * 70_000, "file-unreadable", ""),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    tmp_path: Path, name: str, content: str | bytes, slug: str, place: str
) -> None:
    records = live(tmp_path, {name: content})
    told = [problem for problem in records.problems if problem.slug == slug]
    assert len(told) == 1
    assert told[0].place == f"dvclive/{name}{place}"
    assert told[0].hint
    run = only_run(records)
    assert points(run)["train/loss"] == [(0, 0.5), (1, 0.25)]
    assert name == "params.yaml" or run.params["lr"] == "1e-3"


def test_points_around_a_bad_row_are_kept(tmp_path: Path) -> None:
    table = "step\tloss\n0\t1\n1\tx\n2\t3\n"
    records = live(tmp_path, {"plots/metrics/train/loss.tsv": table})
    assert points(only_run(records))["train/loss"] == [(0, 1), (2, 3)]
    assert slugs(records.problems) == ["metric-not-a-number"]


@pytest.mark.parametrize(
    ("folder", "files", "whole"),
    [
        ("dvclive", ["metrics.json"], True),
        ("dvclive", ["params.yaml", "report.html"], True),
        ("any", ["metrics.json", "plots/metrics/a.tsv", "dvc.yaml"], True),
        ("any", ["params.yaml", "plots/metrics/a.tsv", "train.py"], False),
        ("any", ["metrics.json", "params.yaml"], None),  # a plain folder
        ("any", ["metrics.json", "plots/curve.png"], None),
        ("dvclive", ["report.html"], None),
    ],
)
def test_what_is_taken_for_a_folder(
    tmp_path: Path, folder: str, files: list[str], whole: bool | None
) -> None:
    place = place_of(put(tmp_path / folder, dict.fromkeys(files, "{}")))
    claim = find("runfolio.sources", "source")["dvclive"].matches(place, place.entries())
    assert (claim and claim is WHOLE) == whole


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_table_that_is_cut_loses_nothing_unsaid(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    good = "timestamp\tstep\tloss\n1700000000000\t0\t0.5\n1700000000100\t1\t0.25\n"
    end = data.draw(st.integers(0, len(good) - 1))
    flipped = data.draw(st.binary(max_size=3))
    folder = tmp_path_factory.mktemp("cut") / "dvclive"
    put(folder, {**FILES, "plots/metrics/train/loss.tsv": good[:end]})
    records = read("dvclive", folder)
    whole = good[:end].count("\n") - 1
    kept = len(points(only_run(records)).get("train/loss", []))
    assert kept == max(whole, 0) or (whole < 1 and kept == 1)  # else the last value alone
    assert records.problems or good[:end].endswith("\n")
    put(folder, {"plots/metrics/train/loss.tsv": good[:end].encode() + flipped})
    only_run(read("dvclive", folder))


@pytest.mark.peer
@pytest.mark.parametrize("within_dvc", [True, False])
def test_what_dvclive_itself_reads(peers: Peers, tmp_path: Path, within_dvc: bool) -> None:
    made = peers.made("make_dvclive.py", "--edge", needs="dvclive numpy sklearn")
    said = peers.said_of(made)
    logs = shutil.copytree(made, tmp_path / "logs")
    for path in logs.glob("*/dvc.yaml"):
        if not within_dvc:
            path.unlink()
    runfolio.build(logs, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    suffix = "" if within_dvc else "/dvclive"
    assert ours.keys() == {f"{name}{suffix}" for name in said}
    compared = 0
    for name, theirs in said.items():
        run = ours[f"{name}{suffix}"]
        assert run["name"] == name
        assert run["params"] == params_of(theirs["params"])
        history = {
            metric: [(float(cells[-2]), float(cells[-1])) for cells in rows]
            for metric, rows in theirs["history"].items()
        }
        step = theirs["latest"].pop("step")
        latest = dict(leaves(theirs["latest"]))
        assert run["metrics"].keys() == history.keys() | latest.keys()
        for metric, value in latest.items():
            rows = history.get(metric, [(step, float(value))])
            check(run["metrics"][metric], rows)
            np.testing.assert_equal(rows[-1][1], float(value))
            compared += 1
    assert compared == 18


def params_of(tree: dict[str, Any]) -> dict[str, str]:
    def text(value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(text, value))}]"
        return str(value).lower() if isinstance(value, bool) else str(value)

    return {name.replace("/", "."): text(value) for name, value in leaves(tree)}


def leaves(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += leaves(value, f"{prefix}{key}/")
        else:
            found.append((prefix + key, value))
    return found


def check(ours: dict[str, Any], points: list[tuple[float, float]]) -> None:
    finite = [value for _, value in points if math.isfinite(value)]
    assert ours["count"] == len(points)
    assert ours["nonfinite"] == len(points) - len(finite)
    assert json.dumps(ours["last_step"]) == json.dumps(int(points[-1][0]))
    np.testing.assert_equal(float(ours["first"]), points[0][1])
    np.testing.assert_equal(float(ours["last"]), points[-1][1])
    if finite:
        assert (ours["min"], ours["max"]) == (min(finite), max(finite))
        assert ours["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
