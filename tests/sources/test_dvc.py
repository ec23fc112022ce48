"""DVC projects: what DVC itself reads, templates, versions of data, DVC's cache, damage."""

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
from reading import matches, only_run, read, slugs
from runfolio.model.records import DatasetUse, Records, RunRecord
from sites import Site
from stores import put

Files = dict[str, str | bytes]

YAML = """
stages:
  train:
    cmd: python train.py
    deps: [data/train.csv, train.py]
    params: [train.lr]
    outs: [model.pkl]
    metrics: [metrics.json: {cache: false}]
    plots: [plots/loss.tsv: {cache: false, x: step, y: loss}]
"""
LOCK = """
schema: '2.0'
stages:
  train:
    cmd: python train.py
    deps:
    - {path: data/train.csv, hash: md5, md5: 11111111111111111111111111111111, size: 9}
    - {path: train.py, hash: md5, md5: 22222222222222222222222222222222, size: 9}
    params:
      params.yaml: {train.lr: 0.1}
    outs:
    - {path: metrics.json, hash: md5, md5: 33333333333333333333333333333333, size: 9}
    - {path: model.pkl, hash: md5, md5: 44444444444444444444444444444444.dir, size: 9}
"""
FILES: Files = {
    "dvc.yaml": YAML,
    "dvc.lock": LOCK,
    "params.yaml": "train: {lr: 1e-1, layers: [16, 32]}\nseed: 7\n",
    "metrics.json": '{"loss": 0.25, "val": {"auc": 0.75}, "step": 2}',
    "plots/loss.tsv": "step\tloss\tother\n1\t0.5\t9\n2\t0.25\t9\n",
}


def project(tmp_path: Path, files: Files | None = None, *, only: bool = False) -> Records:
    """Read a good project in which some files are others, or one of those files alone."""
    folder = put(tmp_path / "churn", (files or {}) if only else {**FILES, **(files or {})})
    assert matches("dvc", folder)
    return read("dvc", folder)


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


def last(run: RunRecord) -> dict[str, float]:
    return {series.metric: series.summary.last for series in run.series}


def test_a_project_is_one_run(tmp_path: Path) -> None:
    records = project(tmp_path)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.name, run.location) == ("churn", "churn", "churn")
    assert (run.status, run.id_is_path, run.path) == ("unknown", True, "churn")
    assert points(run) == {"loss": [(1, 0.5), (2, 0.25)], "val.auc": [(2, 0.75)]}
    assert run.params == {"train.lr": "1e-1", "train.layers": "[16, 32]", "seed": "7"}
    assert run.datasets == (
        DatasetUse("data/train.csv", "1" * 32, "dependency", size=9),
        DatasetUse("model.pkl", "4" * 32 + ".dir", "output", size=9),
    )


def test_the_code_that_evaluates_is_told_by_its_version(tmp_path: Path) -> None:
    entry = "hash: md5, md5: {}, size: 9"
    lock = (
        LOCK
        + f"""  evaluate:
    deps:
    - {{path: src/evaluate.py, {entry.format("5" * 32)}}}
    - {{path: src/retrieval.py, {entry.format("6" * 32)}}}
"""
    )
    assert only_run(project(tmp_path, {"dvc.lock": lock})).tags == {
        "evaluation_code": "src/evaluate.py 555555555555"
    }
    assert only_run(project(tmp_path / "other")).tags == {}


HOSTILE = {
    "many stages": "vars: [{m: ['"
    + "', '".join(map(str, range(900)))
    + "']}]\nstages:\n"
    + "".join(
        f"  s{n}: {{foreach: '${{m}}', do: {{metrics: ['${{item}}-{n}']}}}}\n" for n in range(5000)
    ),
    "many paths": "metrics: [" + ", ".join(f"m{n}" for n in range(50_000)) + "]",
    "open braces": "metrics: ['" + "${" * 1_000_000 + "']",
    "a matrix": json.dumps({"stages": {"s": {"matrix": {f"c{n}": [1, 2, 3] for n in range(60)}}}}),
    "marks of merges": "<<<<<<< a\n" * 400_000,
    "aliases": "l0: &l0 [x, x]\n"
    + "".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_templates_come_to_an_end(tmp_path: Path, name: str) -> None:
    records = project(tmp_path, {"dvc.yaml": HOSTILE[name]}, only=True)
    assert only_run(records).series == ()
    assert records.problems


def templated(tmp_path: Path, text: str, **values: object) -> dict[str, float]:
    """Return the metrics of a project whose files hold ``{"v": 1}``, by the file's path."""
    files: Files = {"dvc.yaml": text, "params.yaml": json.dumps(values)}
    folder = put(tmp_path / "p", {f"m/{name}.json": '{"v": 1}' for name in ("a", "b", "c", "a-1")})
    put(folder, {**files, "m/a-x0.json": '{"v": 1}'})
    run = only_run(read("dvc", folder))
    return {name.removesuffix(":v"): value for name, value in last(run).items()}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("metrics: ['m/${name}.json', m/b.json]", ["m/a.json", "m/b.json"]),
        ("metrics: ['m/${deep[0].x}.json', m/b.json]", ["m/a.json", "m/b.json"]),
        ("vars: [{name: b}]\nmetrics: ['m/${name}.json', m/c.json]", ["m/b.json", "m/c.json"]),
        (
            "stages: {s: {foreach: [a, b], do: {cmd: x, metrics: ['m/${item}.json']}}}",
            ["m/a.json", "m/b.json"],
        ),
        (
            "stages: {s: {foreach: {a: {k: 1}, b: {k: 2}}, do: {metrics: ['m/${key}.json']}}}",
            ["m/a.json", "m/b.json"],
        ),
        (
            "stages: {s: {foreach: '${models}', do: {metrics: ['m/${item.name}.json']}}}",
            ["m/b.json", "m/c.json"],
        ),
        (
            "stages: {s: {matrix: {n: [a], k: [1, {q: r}]}, metrics: ['m/${item.n}.json'], "
            "plots: []}}\nmetrics: [m/b.json]",
            ["m/a.json", "m/b.json"],
        ),
        (
            "stages: {s: {matrix: {n: [a], k: ['1', {q: r}]}, metrics: ['m/${key}.json']}}",
            ["m/a-1.json", "m/a-k1.json"],
        ),
        (
            "stages: {s: {wdir: m, cmd: x, metrics: [a.json, ../m/b.json]}}",
            ["m/a.json", "m/b.json"],
        ),
        (
            "stages: {s: {wdir: m, vars: [{n: c}], metrics: ['${n}.json', b.json]}}",
            ["m/b.json", "m/c.json"],
        ),
        (r"metrics: ['m\a.json', m/b.json]", ["m/a.json", "m/b.json"]),
        ("metrics: m/a.json\nplots: {m/none.png: {}}\nparams: []", ["v"]),
    ],
)
def test_templates(tmp_path: Path, text: str, found: list[str]) -> None:
    put(tmp_path / "p", {"m/a-k1.json": '{"v": 1}'})
    values = templated(
        tmp_path,
        text,
        name="a",
        deep=[{"x": "a"}],
        models=[{"name": "b"}, {"name": "c"}],
    )
    assert sorted(values) == found


@pytest.mark.parametrize(
    "text",
    [
        "metrics: ['m/${unknown}.json']",
        "metrics: ['m/${models}.json']",
        "metrics: [/home/marker-user/m.json]",
        "metrics: ['s3://bucket/m.json']",
        "metrics: [../m.json]",
        "stages: {s: {wdir: ../marker, metrics: [m.json]}}",
        "stages: {s: {foreach: '${unknown}', do: {metrics: [m.json]}}}",
        "stages: {s: {foreach: [a], do: 3}}",
        "stages: {s: {matrix: {a: '${unknown}'}}}",
        "stages: {s: {matrix: {a: [1, 2, 3, 4], b: " + str(list(range(300))) + "}}}",
    ],
)
def test_what_cannot_be_made_out_is_told_and_not_guessed(tmp_path: Path, text: str) -> None:
    files: Files = {"dvc.yaml": text, "params.yaml": "models: [a]", "m.json": '{"v": 1}'}
    records = project(tmp_path, files, only=True)
    assert slugs(records.problems) == ["dvc-path-unknown"]
    (told,) = records.problems
    assert told.severity == "note"
    assert told.place == "churn/dvc.yaml"
    assert "marker-user" not in told.message
    assert only_run(records).series == ()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("m.yaml", "a: {b: 1}\nc: .nan\nd: -.Inf\n", {"a.b": 1, "c": math.nan, "d": -math.inf}),
        ("m.json", '{"a": NaN, "b": -Infinity}', {"a": math.nan, "b": -math.inf}),
        ("m.toml", "[a]\nb = 1e-3\nc = 2\n", {"a.b": 0.001, "c": None, "a.c": 2}),
        ("m.csv", "epoch,auc\n0,0.5\n1,0.75\n", {"auc": 0.75}),
        ("m.tsv", "auc\tloss\n0.5\t1\n", {"auc": 0.5, "loss": 1}),
        ("m.json", '[{"epoch": 0, "auc": 0.5}, {"epoch": 1, "auc": 0.75}]', {"auc": 0.75}),
        ("auc.txt", "0.75\n", {"auc": 0.75}),
    ],
)
def test_files_of_metrics(
    tmp_path: Path, name: str, content: str, expected: dict[str, float | None]
) -> None:
    records = project(tmp_path, {"dvc.yaml": f"metrics: [{name}]", name: content}, only=True)
    assert records.problems == ()
    wanted = {metric: value for metric, value in expected.items() if value is not None}
    np.testing.assert_equal(last(only_run(records)), wanted)


def test_equal_names_in_two_files_are_told_apart_as_dvc_does(tmp_path: Path) -> None:
    files: Files = {
        "dvc.yaml": "metrics: [a.json, eval]\nparams: [p.yaml, q.toml]",
        "a.json": '{"auc": 1, "n": 3}',
        "eval/b.json": '{"auc": 2}',
        "p.yaml": "lr: 1\nx: 2",
        "q.toml": "lr = 0.30",
    }
    run = only_run(project(tmp_path, files, only=True))
    assert last(run) == {"a.json:auc": 1, "eval/b.json:auc": 2, "n": 3}
    assert run.params == {"p.yaml:lr": "1", "q.toml:lr": "0.30", "x": "2"}


def test_of_a_file_of_params_only_the_named_keys_are_read(tmp_path: Path) -> None:
    text = "stages: {s: {params: [lr, {other.yaml: [a, b.c], whole.json: }]}}"
    files: Files = {
        "dvc.yaml": text,
        "params.yaml": "lr: 1\nalso: 2",  # DVC shows all of the usual file
        "other.yaml": "a: {x: 1, y: 2}\nb: {c: 3, d: 4}\nab: 5",
        "whole.json": '{"w": 1e-3}',
    }
    run = only_run(project(tmp_path, files, only=True))
    assert run.params == {"lr": "1", "also": "2", "a.x": "1", "a.y": "2", "b.c": "3", "w": "1e-3"}


@pytest.mark.parametrize(
    ("plots", "name", "table", "expected"),
    [
        ("[t.csv: {x: epoch, y: acc}]", "t.csv", "epoch,acc,b\n1,2,x\n", {"acc": [(1, 2)]}),
        ("[t.csv]", "t.csv", "step,a,b\n1,2,3\n", {"a": [(1, 2)], "b": [(1, 3)]}),
        ("[t.csv]", "t.csv", "loss\n3\n2\n", {"loss": [(0, 3), (1, 2)]}),
        ("[t.csv: {y: loss}]", "t.csv", "loss,c\n3,1\n2,1\n", {"loss": [(0, 3), (1, 2)]}),
        ("[t.csv: {x: iter}]", "t.csv", "a,iter\n3,10\n2,20\n", {"a": [(10, 3), (20, 2)]}),
        ("[curve: {x: step, y: {t.csv: [a]}}]", "t.csv", "step,a,b\n1,2,3\n", {"a": [(1, 2)]}),
        ("[curve: {x: {t.csv: step}, y: {t.csv: a}}]", "t.csv", "step,a\n1,2\n", {"a": [(1, 2)]}),
        ("[t.json]", "t.json", '{"r": [{"step": 4, "a": 1}]}', {"a": [(4, 1)]}),
        ("[t.json: {x: batch}]", "t.json", '[{"batch": 4, "a": 1}]', {"a": [(4, 1)]}),
        ("[t.csv: {x: fpr, y: tpr}]", "t.csv", "fpr,tpr\n0,1\n", {}),
        ("[t.csv: {x: epoch, template: confusion}]", "t.csv", "epoch,b\n0,1\n", {}),
        ("[t.csv]", "t.csv", "feature,importance\nage,1\n", {}),
        ("[t.json]", "t.json", '{"no": "rows"}', {}),
        ("[t.csv]", "t.csv", "", {}),
        ("[t.svg, folder/]", "t.svg", "<svg/>", {}),
        ("[missing.png]", "other.png", "", {}),
    ],
)
def test_plots_over_steps(
    tmp_path: Path,
    plots: str,
    name: str,
    table: str,
    expected: dict[str, list[tuple[float, float]]],
) -> None:
    files: Files = {"dvc.yaml": f"plots: {plots}", name: table, "folder/a.png": b"\x89PNG"}
    records = project(tmp_path, files, only=True)
    assert records.problems == ()
    assert points(only_run(records)) == expected


def test_a_curve_that_ends_elsewhere_is_no_history_of_the_metric(tmp_path: Path) -> None:
    """The loss on the test set is not the last one of training."""
    run = only_run(project(tmp_path, {"metrics.json": '{"loss": 0.4}'}))
    assert points(run) == {"loss": [(0, 0.4)], "plots/loss.tsv:loss": [(1, 0.5), (2, 0.25)]}


def test_two_curves_of_one_name_are_told_apart(tmp_path: Path) -> None:
    files: Files = {
        "dvc.yaml": "plots: [a.csv, b.csv]",
        "a.csv": "step,loss\n0,1\n",
        "b.csv": "step,loss\n0,2\n",
    }
    assert last(only_run(project(tmp_path, files, only=True))) == {"a.csv:loss": 1, "b.csv:loss": 2}


@pytest.mark.parametrize(
    ("entry", "use"),
    [
        (
            "path: data/a.csv, etag: abc, size: 1",
            DatasetUse("data/a.csv", "abc", "dependency", size=1),
        ),
        ("path: 's3://bucket/x/a.csv', version_id: v1", DatasetUse("a.csv", "v1", "dependency")),
        (
            "path: 'https://marker-user:pw@host/a.csv?key=1', checksum: c",
            DatasetUse("a.csv", "c", "dependency"),
        ),
        ("path: /home/marker-user/a.csv, md5: x", DatasetUse("a.csv", "x", "dependency")),
        (r"path: 'C:\Users\marker-user\a.csv', md5: x", DatasetUse("a.csv", "x", "dependency")),
        ("path: ../shared/a.csv, md5: x", DatasetUse("a.csv", "x", "dependency")),
    ],
)
def test_versions_of_data(tmp_path: Path, entry: str, use: DatasetUse) -> None:
    lock = f"schema: '2.0'\nstages: {{s: {{deps: [{{{entry}}}]}}}}"
    files: Files = {"dvc.yaml": "stages: {}", "dvc.lock": lock}
    assert only_run(project(tmp_path, files, only=True)).datasets == (use,)


def test_a_lock_of_dvc_before_2_and_one_with_working_folders(tmp_path: Path) -> None:
    old: Files = {"dvc.yaml": "stages: {}", "dvc.lock": "s: {deps: [{path: a.csv, md5: x}]}"}
    (use,) = only_run(project(tmp_path, old, only=True)).datasets
    assert use == DatasetUse("a.csv", "x", "dependency")
    files: Files = {
        "dvc.yaml": "stages: {s: {wdir: sub, foreach: [k], do: {wdir: sub}}}",
        "dvc.lock": "schema: '2.0'\nstages: {s@k: {deps: [{path: a.csv, md5: x}], "
        "params: {p.yaml: {lr: 1}}}}",
    }
    run = only_run(project(tmp_path, files, only=True))
    assert run.datasets == (DatasetUse("sub/a.csv", "x", "dependency"),)
    assert run.params == {"sub/p.yaml:lr": "1"} or run.params == {"lr": "1"}


def test_dvc_files_wherever_they_lie(tmp_path: Path) -> None:
    files: Files = {
        "a.csv.dvc": "outs: [{path: a.csv, md5: x1, hash: md5}]",
        "data/deep/b.dvc": "outs: [{path: b, md5: x2.dir}]\ndeps: [{repo: {url: git@marker}}]",
        "data/deep/b/no.csv.dvc": "outs: [{path: no.csv, md5: x9}]",  # in data that DVC keeps
        ".hidden/c.dvc": "outs: [{path: c, md5: x9}]",
        "sub/dvc.yaml": "stages: {}",
        "sub/d.dvc": "outs: [{path: d, md5: x9}]",  # of another project
    }
    run = only_run(project(tmp_path, {"dvc.yaml": "stages: {}", **files}, only=True))
    assert run.datasets == (
        DatasetUse("a.csv", "x1", "dependency"),
        DatasetUse("data/deep/b", "x2.dir", "dependency"),
    )


def test_params_and_data_that_changed_since_the_last_run_are_told(tmp_path: Path) -> None:
    files: Files = {
        "params.yaml": "train: {lr: 0.2}",
        "data/train.csv.dvc": "outs: [{path: train.csv, hash: md5, md5: %s}]" % ("5" * 32),
    }
    records = project(tmp_path, files)
    assert [(p.place, p.slug) for p in records.problems] == [
        ("churn/params.yaml", "dvc-param-changed"),
        ("churn/data/train.csv", "dvc-data-changed"),
    ]
    assert "0.2 here, but was 0.1" in records.problems[0].message
    run = only_run(records)
    assert run.params["train.lr"] == "0.2"
    assert run.datasets[0].digest == "1" * 32


@pytest.mark.parametrize(
    ("file", "lock"),
    [
        ("lr: 0.10", "lr: 0.1"),
        ("lr: 1e-1", "lr: 0.1"),
        ("lr: True", "lr: true"),
        ("lr: [0.10, a]", "lr: [0.1, a]"),
        ("lr: {a: 1.0}", "lr: {a: 1}"),
        ("lr: .nan", "lr: .nan"),
    ],
)
def test_params_that_are_only_written_otherwise_have_not_changed(
    tmp_path: Path, file: str, lock: str
) -> None:
    locked = f"schema: '2.0'\nstages: {{train: {{params: {{params.yaml: {{{lock}}}}}}}}}"
    files: Files = {"dvc.yaml": "stages: {train: {params: [lr]}}", "dvc.lock": locked}
    assert project(tmp_path, {**files, "params.yaml": file}, only=True).problems == ()


def test_sums_of_dvc_before_3_are_not_compared_with_later_ones(tmp_path: Path) -> None:
    file = "outs: [{path: train.csv, md5: %s}]" % ("5" * 32)
    assert project(tmp_path, {"data/train.csv.dvc": file}).problems == ()


def test_params_of_a_file_that_is_gone_or_is_code_are_those_of_the_last_run(
    tmp_path: Path,
) -> None:
    files: Files = {
        "dvc.yaml": "stages: {s: {params: [lr, {conf.py: [LR]}]}}",
        "dvc.lock": "schema: '2.0'\nstages: {s: {params: {params.yaml: {lr: 0.1}, "
        "conf.py: {LR: 3}}}}",
        "conf.py": "LR = __import__('os').getpid()",
    }
    records = project(tmp_path, files, only=True)
    assert only_run(records).params == {"lr": "0.1", "LR": "3"}
    assert sorted(slugs(records.problems)) == ["dvc-params-of-last-run", "file-unreadable"]


CACHED = {
    "dvc.yaml": "stages: {s: {metrics: [m.json], outs: [eval]}}\nmetrics: [eval/n.json]\n"
    "plots: [eval/curves: {x: step}]",
    "dvc.lock": f"""
schema: '2.0'
stages:
  s:
    outs:
    - {{path: m.json, hash: md5, md5: {"a" * 32}}}
    - {{path: eval, hash: md5, md5: {"b" * 32}.dir}}
""",
}


@pytest.mark.parametrize("root", ["", "above/"])
def test_values_that_lie_in_dvcs_cache_only(tmp_path: Path, root: str) -> None:
    listing = [
        {"md5": "c" * 32, "relpath": "n.json"},
        {"md5": "d" * 32, "relpath": "curves/loss.csv"},
        {"md5": "../../x", "relpath": "../../y"},
    ]
    top = tmp_path / "churn"
    put(
        top,
        {
            **{f"{root}{name}": text for name, text in CACHED.items()},
            f".dvc/cache/files/md5/aa/{'a' * 30}": '{"auc": 0.9}',
            f".dvc/cache/bb/{'b' * 30}.dir": json.dumps(listing),
            f".dvc/cache/files/md5/cc/{'c' * 30}": '{"n": 3}',
            f".dvc/cache/files/md5/dd/{'d' * 30}": "step,loss\n0,2\n1,1\n",
        },
    )
    runfolio.build(top, output=tmp_path / "site")
    (run,) = Site(tmp_path / "site").runs.values()
    assert {name: metric["last"] for name, metric in run["metrics"].items()} == {
        "auc": 0.9,
        "n": 3,
        "loss": 1,
    }


def test_values_that_are_in_the_remote_only_are_told_with_the_remedy(tmp_path: Path) -> None:
    records = project(tmp_path, dict(CACHED), only=True)
    told = {problem.place: problem for problem in records.problems}
    assert sorted(told) == ["churn/eval/n.json", "churn/m.json"]
    assert {problem.slug for problem in told.values()} == {"dvc-value-not-here"}
    assert "dvc pull" in told["churn/m.json"].hint


def test_a_file_that_is_kept_in_git_and_missing_is_another_matter(tmp_path: Path) -> None:
    folder = put(tmp_path / "churn", FILES)
    (folder / "metrics.json").unlink()
    (told,) = read("dvc", folder).problems
    assert (told.slug, told.place) == ("dvc-file-missing", "churn/metrics.json")


CONFLICT = '<<<<<<< HEAD\n{"a": 1}\n=======\n{"a": 2}\n>>>>>>> other\n'


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("metrics.json", CONFLICT),
        ("metrics.json", "{"),
        ("metrics.json", '"word"'),
        ("metrics.json", '{"a":' * 5000 + "1" + "}" * 5000),
        ("params.yaml", CONFLICT),
        ("params.yaml", "- a\n- b"),
        ("params.yaml", "a: {" * 500),
        ("dvc.lock", "- a"),
        ("dvc.lock", "stages: ["),
        ("plots/loss.tsv", "step\tloss\n1\t" + "9" * 200_000 + "\n"),
        ("data/x.dvc", "{"),
    ],
)
def test_damage_is_told_and_the_rest_is_read(tmp_path: Path, name: str, content: str) -> None:
    records = project(tmp_path, {name: content})
    told = [p for p in records.problems if p.slug in ("file-unreadable", "csv-unreadable")]
    assert len(told) == 1
    assert told[0].place.startswith(f"churn/{name}")
    run = only_run(records)
    assert name.startswith(("metrics", "plots")) or last(run)["val.auc"] == 0.75
    assert name == "params.yaml" or run.params["seed"] == "7"
    if name == "params.yaml":
        assert run.params == {"train.lr": "0.1"}  # of the last run
    if content == CONFLICT:
        assert "merge" in told[0].message


@pytest.mark.parametrize("content", [CONFLICT, "{", "- a", "", "stages: 3", "metrics: {a: {b: c}}"])
def test_a_project_whose_dvc_yaml_is_damaged_is_still_a_run(tmp_path: Path, content: str) -> None:
    records = project(tmp_path, {"dvc.yaml": content})
    assert only_run(records).params["seed"] == "7"
    assert content == "stages: 3" or records.problems


def test_values_that_are_no_numbers_are_told_once(tmp_path: Path) -> None:
    metrics = '{"loss": 0.25, "model": "forest", "ok": true, "none": null, "all": [1, 2]}'
    records = project(tmp_path, {"metrics.json": metrics})
    assert slugs(records.problems) == ["column-without-numbers"] * 3
    assert {problem.severity for problem in records.problems} == {"note"}
    assert last(only_run(records)) == {"loss": 0.25}


def built(tmp_path: Path, files: Files) -> dict[str, Any]:
    """Return the runs of the report of some files, by id."""
    runfolio.build(put(tmp_path / "in", files), output=tmp_path / "site")
    return Site(tmp_path / "site").runs


def metrics_of(run: dict[str, Any]) -> dict[str, float]:
    return {name: metric["last"] for name, metric in run["metrics"].items()}


def test_a_file_that_a_project_names_is_no_run_of_its_own(tmp_path: Path) -> None:
    files: Files = {
        "dvc.yaml": "metrics: [out/metrics.json, out/deep/metrics.csv]\nplots: [out/curves]",
        "out/metrics.json": '{"auc": 0.5}',
        "out/other.json": "{}",
        "out/deep/metrics.csv": "step,loss\n0,1\n",
        "out/curves/metrics.csv": "step,acc\n0,1\n",
        "elsewhere/metrics.json": '{"f1": 0.5}',
    }
    runs = built(tmp_path, files)
    assert metrics_of(runs.pop("in")) == {"auc": 0.5, "loss": 1, "acc": 1}
    assert {run: metrics_of(about) for run, about in runs.items()} == {"elsewhere": {"f1": 0.5}}


LIVE: Files = {
    "metrics.json": '{"train": {"loss": 0.25}, "step": 1}',
    "params.yaml": "lr: 1",
    "plots/metrics/train/loss.tsv": "step\tloss\n0\t0.5\n1\t0.25\n",
    "plots/sklearn/roc.json": "[]",
}
NAMES_LIVE = """
metrics: [{0}/metrics.json]
params: [{0}/params.yaml]
plots: [{0}/plots/metrics: {{x: step}}]
"""


def below(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": content for name, content in files.items()}


def test_the_dvclive_folder_of_a_project_is_part_of_its_run(tmp_path: Path) -> None:
    files = {
        "dvc.yaml": NAMES_LIVE.format("dvclive"),
        "params.yaml": "seed: 3",
        **below("dvclive", LIVE),
    }
    runs = built(tmp_path, files)
    assert runs.keys() == {"in"}
    assert metrics_of(runs["in"]) == {"train/loss": 0.25}
    assert runs["in"]["metrics"]["train/loss"]["count"] == 2
    assert runs["in"]["params"] == {"lr": "1", "seed": "3"}


def test_a_dvclive_folder_that_a_project_does_not_name_is_a_run(tmp_path: Path) -> None:
    files: Files = {"dvc.yaml": "stages: {}\nmetrics: [m.json]", "m.json": '{"auc": 1}'}
    runs = built(tmp_path, {**files, **below("notebook/dvclive", LIVE)})
    assert {run: metrics_of(about) for run, about in runs.items()} == {
        "in": {"auc": 1},
        "notebook/dvclive": {"train/loss": 0.25},
    }


def test_several_dvclive_folders_without_stages_are_a_run_each(tmp_path: Path) -> None:
    """DVCLive adds each of its folders to the dvc.yaml of the folder it is run in."""
    names = {key: [] for key in ("metrics", "params", "plots")}  # type: dict[str, list[Any]]
    for folder in ("runs/a", "runs/b"):
        names["metrics"].append(f"{folder}/metrics.json")
        names["params"].append(f"{folder}/params.yaml")
        names["plots"].append({f"{folder}/plots/metrics": {"x": "step"}})
    files = {"dvc.yaml": json.dumps(names), **below("runs/a", LIVE), **below("runs/b", LIVE)}
    files["runs/b/metrics.json"] = '{"train": {"loss": 0.25}, "auc": 3, "step": 1}'
    runs = built(tmp_path, files)
    assert runs.keys() == {"runs/a", "runs/b"}
    names["stages"] = {"s": {"cmd": "x"}}  # type: ignore[assignment]
    shutil.rmtree(tmp_path / "site")
    (run,) = built(tmp_path, {**files, "dvc.yaml": json.dumps(names)}).values()
    assert metrics_of(run) == {
        "auc": 3,
        "runs/a/metrics.json:train/loss": 0.25,
        "runs/b/metrics.json:train/loss": 0.25,
    }


@pytest.mark.parametrize("within", [True, False])
def test_dvclive_before_3_has_a_dvc_yaml_in_its_own_folder(tmp_path: Path, within: bool) -> None:
    own = "metrics: [metrics.json]\nparams: [params.yaml]\nplots: [plots/metrics: {x: step}]"
    files: Files = below("dvclive", {**LIVE, "dvc.yaml": own})
    if within:
        files |= {"dvc.yaml": "stages: {s: {cmd: x, params: [seed]}}", "params.yaml": "seed: 3"}
    runs = built(tmp_path, files)
    assert runs.keys() == ({"in"} if within else {"dvclive"})
    (run,) = runs.values()
    assert metrics_of(run) == {"train/loss": 0.25}
    assert run["params"] == ({"lr": "1", "seed": "3"} if within else {"lr": "1"})


def test_a_changed_dvc_yaml_is_read_anew(tmp_path: Path) -> None:
    first = project(tmp_path, {"dvc.yaml": "metrics: [a.json]", "a.json": '{"a": 1}'}, only=True)
    again = project(tmp_path, {"dvc.yaml": "metrics: [bb.json]", "bb.json": '{"b": 1}'}, only=True)
    assert (last(only_run(first)), last(only_run(again))) == ({"a": 1}, {"b": 1})


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_damage_of_every_kind_is_no_exception(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(FILES)))
    good = str(FILES[name]).encode()
    at = data.draw(st.integers(0, len(good)))
    to = data.draw(st.integers(at, len(good)))
    folder = tmp_path_factory.mktemp("damage") / "churn"
    put(folder, {**FILES, name: good[:at] + data.draw(st.binary(max_size=4)) + good[to:]})
    matches("dvc", folder)
    only_run(read("dvc", folder))


PEER: Files = {
    ".dvc/config": "[core]\n    no_scm = true\n    analytics = false\n",
    "dvc.yaml": """
vars:
- conf/vars.yaml
- where: out
stages:
  train:
    foreach: ${models}
    do:
      cmd: train ${item.name}
      params:
      - lr
      - conf/more.toml: [a.b, c]
      metrics:
      - ${where}/${item.name}.json:
          cache: false
  eval:
    matrix:
      split: [dev, test]
      n: ${counts}
    cmd: eval ${item.split}
    wdir: eval
    params:
    - k
    - p.json:
    metrics:
    - ${item.split}-${item.n}.yaml:
        cache: false
metrics: [top.toml]
params: [all.yaml]
""",
    "conf/vars.yaml": "models: [{name: x}, {name: y}]\ncounts: [1, 2]\n",
    "conf/more.toml": "c = true\n[a]\nb = 0.5\nz = 1\n",
    "params.yaml": "lr: 0.1\nother: [1, 2]\n",
    "all.yaml": "one: {two: text}\n",
    "eval/params.yaml": "k: {l: 1}\nhidden: 2\n",
    "eval/p.json": '{"q": 0.25}\n',
    "out/x.json": '{"auc": 0.5, "deep": {"f1": NaN}}',
    "out/y.json": '{"auc": 0.75, "deep": {"f1": 0.25}}',
    "top.toml": "[top]\nvalue = 3\nname = 'x'\n",
    **{
        f"eval/{s}-{n}.yaml": f"loss: {n}\nextra_{s}_{n}: .inf\n"
        for s in ("dev", "test")
        for n in (1, 2)
    },
}


@pytest.mark.peer
@pytest.mark.parametrize("kind", ["git", "templates"])
def test_what_dvc_itself_reads(peers: Peers, tmp_path: Path, kind: str) -> None:
    peers.need("dvc")
    if kind == "git":
        folder = peers.made("make_dvc_git.py", "--edge", "--runs", "12", needs="dvc")
    else:
        folder = put(tmp_path / "project", PEER)
    said = peers.said("dvc_says.py", folder)
    runfolio.build(folder, output=tmp_path / "site")
    runs = Site(tmp_path / "site").runs.values()
    # Branches and experiments are runs as well; DVC is asked about the files that lie here.
    (ours,) = [run for run in runs if "revision" not in run["tags"]]
    values = named(said["metrics"], numbers=True)
    assert len(values) >= 4
    curves = {"loss", "val_loss"} if kind == "git" else set()
    assert ours["metrics"].keys() - curves == values.keys()
    for name, value in values.items():
        np.testing.assert_equal(float(ours["metrics"][name]["last"]), float(value))
    said["params"].pop("conf/vars.yaml", None)  # what templates use is shown by DVC as well
    params = named(said["params"], numbers=False)
    assert {name: as_read(value) for name, value in ours["params"].items()} == params
    data = {path: about for path, about in said["data"].items() if about[1]}
    known = {use["name"]: [use["context"], use["digest"]] for use in ours["datasets"]}
    assert known == {
        path: about
        for path, about in data.items()
        if not path.endswith(".py") and path not in said["metrics"]
    }
    if kind == "git":
        assert len(known) == 2
        table = (folder / "plots" / "loss.tsv").read_text().splitlines()[1:]
        last_row = [float(cell) for cell in table[-1].split("\t")]
        for column, name in enumerate(("loss", "val_loss"), 1):
            assert ours["metrics"][name]["last"] == last_row[column]
            assert ours["metrics"][name]["last_step"] == last_row[0]
            assert ours["metrics"][name]["count"] == len(table)


def named(files: dict[str, Any], *, numbers: bool) -> dict[str, Any]:
    """Return the values of DVC's files under the names that its API gives them."""
    flat = {
        file: {
            name: value
            for name, value in leaves(tree)
            if not numbers or value in ("nan", "inf") or isinstance(value, int | float)
        }
        for file, tree in files.items()
        if tree
    }
    names = [name for values in flat.values() for name in values]
    return {
        name if names.count(name) == 1 else f"{file}:{name}": value
        for file, values in flat.items()
        for name, value in values.items()
    }


def leaves(tree: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found = []
    for key, value in tree.items():
        if isinstance(value, dict):
            found += leaves(value, f"{prefix}{key}.")
        else:
            found.append((prefix + key, value))
    return found


def as_read(value: str) -> Any:
    """Return what a param's text stands for."""
    try:
        return json.loads(value)
    except ValueError:
        return value


def test_a_header_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    files: Files = {"dvc.yaml": "plots: [p.csv: {x: step}]", "p.csv": "step,\rloss\n1,2\n"}
    records = project(tmp_path, files, only=True)
    assert [(told.slug, told.place) for told in records.problems] == [
        ("file-unreadable", "churn/p.csv")
    ]
