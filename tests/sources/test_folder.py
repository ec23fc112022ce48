"""Plain folders: what people write into them, and what goes wrong there."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest

from reading import matches, only_run, read, slugs
from runfolio.model.records import DatasetUse, Records
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder for a run."""
    return put(tmp_path / "sweep" / "run-01", {})


def read_run(folder: Path, files: dict[str, str | bytes]) -> Records:
    put(folder, files)
    assert matches("folder", folder)
    return read("folder", folder)


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


def test_all_that_run_yaml_can_say(folder: Path) -> None:
    records = read_run(
        folder,
        {
            "run.yaml": """
name: forest, deep
experiment: triage
status: completed
started: 2025-03-01T12:00:00+01:00
ended: 2025-03-01 11:05:00
seed: 7
parent: sweep/run-00
commit: 0123abc
params: {lr: 1e-3, model: {depth: 4, layers: [64, 32]}, scheduler: null, on: yes}
tags: [baseline, "2025"]
datasets:
  - {name: patients, digest: 0badcafe, context: training, rows: 569}
  - held-out
notes: |
  # Why
  To see.
"""
        },
    )
    run = only_run(records)
    assert records.problems == ()
    assert (run.name, run.experiment, run.status) == ("forest, deep", "triage", "finished")
    assert (run.started, run.ended) == (1740826800000, 1740827100000)
    assert (run.seed, run.parent, run.commit) == ("7", "sweep/run-00", "0123abc")
    assert run.params == {
        "lr": "1e-3",
        "model.depth": "4",
        "model.layers": "[64, 32]",
        "on": "yes",
        "scheduler": "null",
    }
    assert run.tags == {"baseline": "", "2025": ""}
    assert run.datasets == (
        DatasetUse("patients", "0badcafe", "training", 569),
        DatasetUse("held-out"),
    )
    assert run.notes == "# Why\nTo see.\n"


def test_what_the_folders_say(tmp_path: Path) -> None:
    put(tmp_path / "project" / "sweep" / "run-01", {"metrics.json": '{"auc": 0.9}'})
    place = Place(LocalStorage.at(tmp_path / "project", "project"), "sweep/run-01")
    source = find("runfolio.sources", "source")["folder"]
    (unit,) = source.discover(place).units
    (run,) = source.read(unit).runs
    assert (run.id, run.name, run.experiment) == ("sweep/run-01", "run-01", "sweep")
    assert (run.location, run.status) == ("project/sweep", "unknown")


@pytest.mark.parametrize(
    ("label", "name", "experiment", "location"),
    [
        ("project/sweep/run-01", "run-01", "sweep", "project/sweep"),
        ("run-01", "run-01", "runs", "."),
    ],
)
def test_a_run_that_is_the_input_itself(
    folder: Path, label: str, name: str, experiment: str, location: str
) -> None:
    put(folder, {"metrics.json": '{"auc": 0.9}'})
    source = find("runfolio.sources", "source")["folder"]
    (unit,) = source.discover(Place(LocalStorage.at(folder, label))).units
    (run,) = source.read(unit).runs
    assert (run.id, run.name) == (name, name)
    assert (run.experiment, run.location) == (experiment, location)


@pytest.mark.parametrize(
    ("value", "milliseconds"),
    [
        ("2025-03-01T12:00:00Z", 1740830400000),
        ("2025-03-01 12:00:00 +05:45", 1740809700000),
        ("2025-03-01", 1740787200000),
        ("1740830400", 1740830400000),
        ("1740830400.5", 1740830400500),
        ("1740830400000", 1740830400000),
        ("1740830400000000", 1740830400000),
        ("1740830400000000000", 1740830400000),
    ],
)
def test_times(folder: Path, value: str, milliseconds: int) -> None:
    assert only_run(read_run(folder, {"run.yaml": f"started: {value}"})).started == milliseconds


def test_params_of_json_keep_how_they_were_written(folder: Path) -> None:
    run = only_run(
        read_run(
            folder,
            {
                "metrics.json": "{}",
                "params.json": '{"lr": 1e-3, "big": 12345678901234567890, "flag": true, '
                '"opt": {"name": "adam", "none": null}, "empty": {}, "x": NaN}',
            },
        )
    )
    assert run.params == {
        "lr": "1e-3",
        "big": "12345678901234567890",
        "flag": "true",
        "opt.name": "adam",
        "opt.none": "null",
        "empty": "{}",
        "x": "NaN",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("step,loss\n0,0.5\n10,0.25\n", {"loss": [(0, 0.5), (10, 0.25)]}),
        ("\ufeff Epoch , loss \r\n 1 , 0.5 \r\n 2 , nan \r\n", {"loss": [(1, 0.5), (2, math.nan)]}),
        ("loss\n0.5\n0.25\n", {"loss": [(0, 0.5), (1, 0.25)]}),
        ("step,a,b\n0,1,\n0,,2\n1,3,4\n", {"a": [(0, 1), (1, 3)], "b": [(0, 2), (1, 4)]}),
        ("epoch,step,loss\n1,100,0.5\n", {"loss": [(100, 0.5)]}),
        ("epoch,loss\n0.5,0.4\n1,0.3\n", {"loss": [(0.5, 0.4), (1, 0.3)]}),
        (
            ",timestamp,loss,Time\n0,17,inf,3\n1,18,-inf,4\n",
            {"loss": [(0, math.inf), (1, -math.inf)]},
        ),
        ("step,loss\n1,0.5\nstep,loss\n2,0.4\n", {"loss": [(1, 0.5), (2, 0.4)]}),
        ("step,loss\n2,0.4\n1,0.5\n", {"loss": [(1, 0.5), (2, 0.4)]}),
        ('step,"loss, total"\n1,1e-320\n', {"loss, total": [(1, 1e-320)]}),
    ],
)
def test_tables(folder: Path, text: str, expected: dict[str, list[tuple[float, float]]]) -> None:
    records = read_run(folder, {"metrics.csv": text})
    assert records.problems == ()
    assert points(records).keys() == expected.keys()
    for name, rows in expected.items():
        np.testing.assert_equal(points(records)[name], rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '{"step": 1, "val": {"loss": 0.5, "acc": null}}\n\n{"step": 2, "val": {"loss": NaN}}\n',
            {"val.loss": [(1, 0.5), (2, math.nan)]},
        ),
        ('{"loss": "Infinity"}\n{"loss": -Infinity}', {"loss": [(0, math.inf), (1, -math.inf)]}),
        ('{"step": 9007199254740993, "n": 3}', {"n": [(9007199254740993, 3.0)]}),
    ],
)
def test_json_lines(
    folder: Path, text: str, expected: dict[str, list[tuple[float, float]]]
) -> None:
    records = read_run(folder, {"metrics.jsonl": text})
    assert records.problems == ()
    assert repr(points(records)) == repr(expected)


def test_final_values_and_lists_of_rows(folder: Path) -> None:
    final = read_run(folder, {"metrics.json": '{"test": {"auc": 0.9}, "loss": 1}'})
    assert points(final) == {"test.auc": [(0, 0.9)], "loss": [(0, 1.0)]}
    rows = read_run(folder, {"metrics.json": '[{"epoch": 3, "loss": 1}, {"epoch": 4, "loss": 0}]'})
    assert points(rows) == {"loss": [(3, 1.0), (4, 0.0)]}


def test_the_history_goes_before_the_final_value(folder: Path) -> None:
    records = read_run(
        folder,
        {
            "metrics.csv": "step,loss\n1,0.5\n2,0.4\n",
            "metrics.json": '{"loss": 0.4, "auc": 0.9}',
        },
    )
    assert points(records) == {"auc": [(0, 0.9)], "loss": [(1, 0.5), (2, 0.4)]}


BOMB = "l0: &l0 [x, x]\n" + "".join(
    f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9)
)
DEEP_JSON = '{"a":' * 5000 + "1" + "}" * 5000
DEEP_YAML = "params: " + "{a: " * 500 + "1" + "}" * 500


@pytest.mark.parametrize(
    ("name", "content", "slug", "place"),
    [
        ("run.yaml", "name: [", "file-unreadable", "run.yaml"),
        ("run.yaml", "- a\n- b\n", "file-unreadable", "run.yaml"),
        ("run.yaml", BOMB, "file-unreadable", "run.yaml"),
        ("run.yaml", DEEP_YAML, "file-unreadable", "run.yaml"),
        ("run.yaml", "x: " + "y" * 5_000_000, "file-unreadable", "run.yaml"),
        ("run.yaml", "nmae: x", "run-key-unknown", "run.yaml"),
        ("run.yaml", "status: meh", "run-value-unusable", "run.yaml"),
        ("run.yaml", "started: yesterday", "run-value-unusable", "run.yaml"),
        ("run.yaml", "params: 3", "run-value-unusable", "run.yaml"),
        ("run.yaml", "datasets: [{digest: x}]", "run-value-unusable", "run.yaml"),
        ("run.yaml", b"name: \xff", "not-utf8", "run.yaml"),
        ("params.json", "{", "file-unreadable", "params.json"),
        ("params.json", DEEP_JSON, "file-unreadable", "params.json"),
        ("params.json", '{"a": ' + "[" * 100_000, "file-unreadable", "params.json"),
        ("metrics.json", "{", "file-unreadable", "metrics.json"),
        ("metrics.json", "3", "file-unreadable", "metrics.json"),
        ("metrics.json", DEEP_JSON, "file-unreadable", "metrics.json"),
        ("metrics.json", '{"n": 1' + "0" * 5000 + "}", "file-unreadable", "metrics.json"),
        ("metrics.json", '{"model": "rf"}', "column-without-numbers", "metrics.json"),
        ("metrics.jsonl", "", "metric-empty", "metrics.jsonl"),
        (
            "metrics.jsonl",
            '{"a": 1}\n{"a": \n{"a": 2}\n',
            "json-line-unreadable",
            "metrics.jsonl:2",
        ),
        ("metrics.jsonl", '{"a": 1}\n[1]\n', "json-line-unreadable", "metrics.jsonl:2"),
        ("metrics.jsonl", '{"a": 1}\n{"a": 0.', "json-line-cut", "metrics.jsonl:2"),
        ("metrics.csv", " \n", "metric-empty", "metrics.csv"),
        ("metrics.csv", "step,a\n1,0.5\n2,n/a\n", "metric-not-a-number", "metrics.csv:3"),
        ("metrics.csv", "step,a\n1,0.5\nx,0.4\n", "step-not-a-number", "metrics.csv:3"),
        ("metrics.csv", "step,a,phase\n1,0.5,fit\n", "column-without-numbers", "metrics.csv:2"),
        ("metrics.csv", "step,a\n1,0.5,7\n", "row-too-long", "metrics.csv:2"),
        ("metrics.csv", "step,a,a\n1,0.5,7\n", "column-repeated", "metrics.csv:1"),
        ("metrics.csv", b"step,a\n1,0.5\n2,\xff\n", "metric-not-a-number", "metrics.csv:3"),
        ("metrics.csv", "step,a\n1," + "9" * 200_000 + "\n", "csv-unreadable", "metrics.csv:2"),
    ],
)
def test_bad_input_is_a_problem_and_the_rest_is_read(
    folder: Path, name: str, content: str | bytes, slug: str, place: str
) -> None:
    records = read_run(folder, {"params.yaml": "lr: 0.1", "run.yaml": "", name: content})
    told = [problem for problem in records.problems if problem.slug == slug]
    assert len(told) == 1
    assert set(slugs(records.problems)) <= {slug, "not-utf8"}
    assert told[0].place == f"run-01/{place}"
    assert told[0].hint
    assert only_run(records).params["lr"] == "0.1"


def test_points_around_a_bad_cell_are_kept(folder: Path) -> None:
    records = read_run(folder, {"metrics.csv": "step,a,b\n1,0.5,1\n2,n/a,2\n3,0.4,3\n"})
    assert points(records) == {"a": [(1, 0.5), (3, 0.4)], "b": [(1, 1.0), (2, 2.0), (3, 3.0)]}


def test_many_bad_cells_do_not_bury_the_rest(folder: Path) -> None:
    table = "step,a\n" + "".join(f"{n},{'x' if n else 1}\n" for n in range(1001))
    problems = read_run(folder, {"metrics.csv": table}).problems
    assert len(problems) == 6
    assert "995 more" in problems[-1].message


def test_a_key_with_a_slip_is_told_with_the_right_one(folder: Path) -> None:
    (problem,) = read_run(folder, {"run.yaml": "nmae: x"}).problems
    assert "'name'" in problem.hint


def test_python_tags_in_yaml_are_text(folder: Path) -> None:
    text = "params:\n  cut: !!python/object/apply:os.system ['true']\n  kept: !!float 3\n"
    run = only_run(read_run(folder, {"run.yaml": text}))
    assert run.params == {"cut": "[true]", "kept": "3"}


def test_half_characters_in_json_can_be_written_out(folder: Path) -> None:
    text = json.dumps({"loss \ud800": 1, "ok \U0001f600": 2})
    metrics = [s.metric for s in only_run(read_run(folder, {"metrics.json": text})).series]
    assert metrics == ["loss \ufffd", "ok \U0001f600"]


def test_other_folders_are_not_taken_for_runs(folder: Path) -> None:
    put(folder, {"params.yaml": "lr: 1", "results.csv": "a,b\n"})
    (folder / "metrics.csv").mkdir()
    assert not matches("folder", folder)
    assert not matches("folder", folder / "results.csv")


def test_what_pyyamls_unsafe_dumper_writes_is_text(folder: Path) -> None:
    """Aliases repeat values, and objects of Python keep what can be read of them."""
    params = """
betas: &id001 !!python/tuple [0.9, 0.99]
again: *id001
act: !!python/name:torch.nn.ReLU ''
root: !!python/object/apply:pathlib.PurePosixPath [data, train]
nested: !!python/object:argparse.Namespace
  <<: {lr: 1e-4}
  depth: 4
"""
    records = read_run(folder, {"params.yaml": params, "metrics.json": '{"auc": 1}'})
    assert not records.problems
    assert only_run(records).params == {
        "act": "torch.nn.ReLU",
        "again": "[0.9, 0.99]",
        "betas": "[0.9, 0.99]",
        "nested.depth": "4",
        "nested.lr": "1e-4",
        "root": "[data, train]",
    }
