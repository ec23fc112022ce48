"""File stores of all ages, and broken ones, made by hand."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import runfolio
from reading import matches, only_run, read, slugs
from runfolio.model.records import Records
from runfolio.sources.mlflow.meta import parse_meta
from runfolio.sources.reading.parsing import ParseError, parse_yaml

RUN_ID = "0123456789abcdef0123456789abcdef"
EXPERIMENT = (
    "artifact_location: ./mlruns/7\nexperiment_id: '7'\nlifecycle_stage: active\nname: triage\n"
)
RUN = f"""artifact_uri: file:///home/ada/mlruns/7/{RUN_ID}/artifacts
end_time: 1600000060000
entry_point_name: ''
experiment_id: '7'
lifecycle_stage: active
run_id: {RUN_ID}
run_name: brave-newt-7
source_name: ''
source_type: 4
source_version: ''
start_time: 1600000000000
status: 3
tags: []
user_id: ada
"""


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one sound run."""
    return put(
        tmp_path / "mlruns",
        {
            "7/meta.yaml": EXPERIMENT,
            f"7/{RUN_ID}/meta.yaml": RUN,
            f"7/{RUN_ID}/metrics/loss": "1 0.5 0\n2 0.25 1\n",
            f"7/{RUN_ID}/params/lr": "0.1",
            f"7/{RUN_ID}/tags/mlflow.user": "ada",
            f"7/{RUN_ID}/tags/team": "vision",
        },
    )


def read_store(store: Path) -> Records:
    assert matches("mlflow-files", store)
    return read("mlflow-files", store)


def test_a_sound_run(store: Path) -> None:
    records = read_store(store)
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.name, run.experiment) == (RUN_ID, "brave-newt-7", "triage")
    assert (run.status, run.started, run.ended) == ("finished", 1600000000000, 1600000060000)
    assert (run.params, run.tags) == ({"lr": "0.1"}, {"team": "vision"})
    assert run.location == "mlruns"
    assert "home/ada" not in repr(run)


def test_the_layout_before_version_1(tmp_path: Path) -> None:
    store = put(
        tmp_path / "mlruns",
        {
            "0/meta.yaml": "artifact_location: /x\nexperiment_id: 0\nname: Default\n"
            "lifecycle_stage: active\n",
            f"0/{RUN_ID}/meta.yaml": "artifact_uri: /x\nend_time: 1540000001000\n"
            f"entry_point_name: ''\nexperiment_id: 0\nname: ''\nrun_uuid: {RUN_ID}\n"
            "source_name: train.py\nstart_time: 1540000000000\nstatus: 3\ntags: []\nuser_id: ada\n",
            f"0/{RUN_ID}/metrics/rmse": "1540000000 0.9\n1540000001 0.7\n",
            f"0/{RUN_ID}/tags/mlflow.runName": "first try",
        },
    )
    records = read_store(store)
    run = only_run(records)
    (series,) = run.series
    assert records.problems == ()
    assert (run.id, run.name, run.status) == (RUN_ID, "first try", "finished")
    assert series.steps.tolist() == [0, 0]
    assert (series.summary.first, series.summary.last, series.summary.count) == (0.9, 0.7, 2)


def test_one_experiments_folder_is_read_alone(store: Path) -> None:
    run = only_run(read_store(store / "7"))
    assert (run.name, run.experiment, run.location) == ("brave-newt-7", "triage", "7")


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("status: 1", "unfinished"),
        ("status: 2", "scheduled"),
        ("status: 4", "failed"),
        ("status: 5", "killed"),
        ("status: 9", "unknown"),
        ("", "unfinished"),
    ],
)
def test_status_is_a_number(store: Path, status: str, expected: str) -> None:
    put(store, {f"7/{RUN_ID}/meta.yaml": RUN.replace("status: 3", status)})
    assert only_run(read_store(store)).status == expected


@pytest.mark.parametrize(
    ("lines", "steps", "values", "last"),
    [
        ("5 0.5 1\n5 0.4 1\n5 0.3 0\n", [0, 1, 1], [0.3, 0.5, 0.4], 0.5),  # equal: largest value
        ("9 0.5 1\n8 0.6 1\n", [1, 1], [0.5, 0.6], 0.5),  # the later time
        ("1 nan 0\n2 inf 1\n3 -inf 2\n", [0, 1, 2], [math.nan, math.inf, -math.inf], -math.inf),
        ("1 0.5 3 train-set 0badcafe\n", [3], [0.5], 0.5),
        ("1 0.5 3 a set with blanks 0badcafe\n2 0.6 4\n", [3, 4], [0.5, 0.6], 0.6),
        ("1 0.5 -7\n", [-7], [0.5], 0.5),
        (f"1 0.5 {2**62 + 1}\n", [2**62 + 1], [0.5], 0.5),
        ("1.5e3 0.5 2.0\n", [2], [0.5], 0.5),
        ("1 0.1 0\r\n2 0.2 1\r\n", [0, 1], [0.1, 0.2], 0.2),
        ("1 0.1 0\n2 0.2 1", [0, 1], [0.1, 0.2], 0.2),
        ("1 -0 0\n2 -0.0 1\n3 0 2\n", [0, 1, 2], [-0.0, -0.0, 0.0], 0.0),
        ("1 3 0\n2 1e400 1\n3 -1E3 2\n", [0, 1, 2], [3.0, math.inf, -1000.0], -1000.0),
        ("1 .5 0\n2 +1. 1\n3 007 2\n", [0, 1, 2], [0.5, 1.0, 7.0], 7.0),
        ("1 1_0 0\n", [0], [10.0], 10.0),
        (f"1 {'1' * 400} 0\n", [0], [math.inf], math.inf),
    ],
)
def test_metric_lines(
    store: Path, lines: str, steps: list[int], values: list[float], last: float
) -> None:
    put(store, {f"7/{RUN_ID}/metrics/loss": lines})
    records = read_store(store)
    (series,) = only_run(records).series
    assert records.problems == ()
    assert series.steps.tolist() == steps
    assert repr(series.values.tolist()) == repr(values)
    assert series.summary.last == last


@given(
    st.lists(st.integers(-3, 5), min_size=1, max_size=8),
    st.lists(st.floats(), min_size=8, max_size=8),
    st.sampled_from([repr, "{:.17g}".format, "{:.25e}".format, "{:f}".format, "{:+}".format]),
    st.permutations(("a", "b/c", "z")),
    st.sampled_from(["", "9 oops 9\n", "9 0.5\n", "\n"]),
)
@settings(max_examples=60, deadline=None)
def test_values_are_exact_whatever_is_logged_beside_them(
    steps: list[int],
    values: list[float],
    written: Callable[[float], str],
    names: list[str],
    odd: str,
) -> None:
    lines = [(step, written(value)) for step, value in zip(steps, values, strict=False)]
    text = "".join(f"{9 - at} {value} {step}\n" for at, (step, value) in enumerate(lines))
    with TemporaryDirectory() as folder:
        store = put(
            Path(folder) / "mlruns",
            {
                "7/meta.yaml": EXPERIMENT,
                f"7/{RUN_ID}/meta.yaml": RUN,
                f"7/{RUN_ID}/metrics/{names[0]}": text,
                f"7/{RUN_ID}/metrics/{names[1]}": odd + text,
                f"7/{RUN_ID}/metrics/{names[2]}": text,
            },
        )
        series = {s.metric: s for s in only_run(read_store(store)).series}
    expected = sorted([(step, float(value)) for step, value in lines], key=lambda point: point[0])
    for name in (names[0], names[2]):
        assert series[name].steps.tolist() == [step for step, _ in expected]
        assert repr(series[name].values.tolist()) == repr([value for _, value in expected])
    assert series[names[1]].summary.count == len(lines) + (odd == "9 0.5\n")


def test_a_run_with_more_points_than_are_read_at_once(store: Path) -> None:
    steps = 40_000
    for number in range(3):
        text = "".join(f"{at} {number + 1 / (at + 1)!r} {at}\n" for at in range(steps))
        put(store, {f"7/{RUN_ID}/metrics/long-{number}": text})
    put(store, {f"7/{RUN_ID}/metrics/odd": text + "9 n/a 9\n", f"7/{RUN_ID}/metrics/so": text * 2})
    records = read_store(store)
    series = {s.metric: s for s in only_run(records).series}
    assert sorted(series) == ["long-0", "long-1", "long-2", "loss", "odd", "so"]
    assert [problem.place for problem in records.problems] == [
        f"mlruns/7/{RUN_ID}/metrics/odd:{steps + 1}"
    ]
    assert series["odd"].summary == series["long-2"].summary
    assert (series["so"].summary.count, series["so"].summary.last_step) == (2 * steps, steps - 1)
    for number in range(3):
        summary = series[f"long-{number}"].summary
        assert (summary.count, summary.first) == (steps, number + 1.0)
        assert summary.last == number + 1 / steps
    assert series["loss"].values.tolist() == [0.5, 0.25]


def test_names_with_slashes_blanks_and_other_scripts(store: Path) -> None:
    put(
        store,
        {
            f"7/{RUN_ID}/metrics/val/top 5.acc": "1 0.5 0\n",
            f"7/{RUN_ID}/params/päth/ünï": "line one\nline two\n",
            f"7/{RUN_ID}/params/empty": "",
        },
    )
    run = only_run(read_store(store))
    assert [s.metric for s in run.series] == ["loss", "val/top 5.acc"]
    assert run.params == {"lr": "0.1", "päth/ünï": "line one\nline two\n", "empty": ""}


def test_names_that_are_no_utf8_can_be_written_out(store: Path) -> None:
    odd = os.fsencode(store / "7" / RUN_ID / "metrics") + b"/caf\xe9"
    with open(odd, "wb") as file:
        file.write(b"1 0.5 x\n")
    records = read_store(store)
    repr(records).encode("utf-8")
    assert "caf\ufffd" in records.problems[0].place


def test_primary_metric_and_notes_of_an_experiment(store: Path) -> None:
    put(
        store,
        {
            "7/tags/mlflow.experiment.primaryMetric.name": "recall",
            "7/tags/mlflow.experiment.primaryMetric.greaterIsBetter": "True",
            "7/tags/mlflow.note.content": "# Why",
        },
    )
    (experiment,) = read_store(store).experiments
    assert (experiment.name, experiment.notes) == ("triage", "# Why")
    assert (experiment.primary_metric, experiment.greater_is_better) == ("recall", True)


def test_what_is_deleted_is_hidden_and_counted(store: Path) -> None:
    gone = "f" * 32
    put(
        store,
        {
            f"7/{gone}/meta.yaml": RUN.replace(RUN_ID, gone).replace(": active", ": deleted"),
            # What lies in the trash may still call itself active.
            ".trash/8/meta.yaml": EXPERIMENT.replace("'7'", "'8'"),
            f".trash/8/{gone}/meta.yaml": RUN,
            "9/meta.yaml": EXPERIMENT.replace("'7'", "'9'").replace("active", "deleted"),
            f"9/{gone}/meta.yaml": RUN,
        },
    )
    records = read_store(store)
    assert only_run(records).id == RUN_ID
    assert (records.hidden_runs, records.hidden_experiments) == (3, 2)
    assert records.problems == ()


def test_a_store_with_nothing_left_but_trash_is_recognised(store: Path, tmp_path: Path) -> None:
    bin_only = tmp_path / "other"
    (bin_only / ".trash").mkdir(parents=True)
    (store / "7").rename(bin_only / ".trash" / "7")
    records = read_store(bin_only)
    assert (records.runs, records.hidden_runs, records.hidden_experiments) == ((), 1, 1)


def test_what_is_no_run_is_not_taken_for_one(store: Path) -> None:
    put(
        store,
        {
            f"7/{RUN_ID}/artifacts/7/{'a' * 32}/meta.yaml": RUN,
            f"7/{RUN_ID}/artifacts/metrics/planted": "1 9 9\n",
            f"7/{RUN_ID}/outputs/m-1/meta.yaml": "source_id: m-1\n",
            "7/traces/tr-1/trace_info.yaml": "x: 1\n",
            "7/models/m-1/meta.yaml": "model_id: m-1\nname: net\nstatus: 2\n",
            "7/models/m-1/metrics/copy": "1 9 9 run\n",
            "7/.ipynb_checkpoints/meta.yaml": RUN,
            "7/scratch/readme.txt": "hello",
            "notes/readme.txt": "hello",
        },
    )
    records = read_store(store)
    assert [s.metric for s in only_run(records).series] == ["loss"]
    assert records.problems == ()


def test_registry_with_stages_aliases_and_a_deleted_version(store: Path) -> None:
    head = "creation_timestamp: 1600000000000\nlast_updated_timestamp: 1600000000000\nname: net\n"
    version = f"run_id: {RUN_ID}\nstatus: READY\nsource: models:/m-1\n"
    put(
        store,
        {
            "models/net/meta.yaml": f"{head}description: the net\naliases: {{}}\n",
            "models/net/aliases/champion": "2",
            "models/net/version-1/meta.yaml": f"{version}version: 1\ncurrent_stage: Archived\n",
            "models/net/version-2/meta.yaml": f"{version}version: 2\ncurrent_stage: None\n",
            "models/net/version-3/meta.yaml": "version: 3\ncurrent_stage: Deleted_Internal\n",
            "models/bare/meta.yaml": head.replace("net", "bare"),
        },
    )
    models = read_store(store).models
    assert [(m.name, m.version, m.stage, m.aliases) for m in models] == [
        ("bare", "", "", ()),
        ("net", "1", "Archived", ()),
        ("net", "2", "", ("champion",)),
    ]
    assert [m.description for m in models] == ["", "the net", "the net"]
    assert [m.model_id for m in models] == ["", "m-1", "m-1"]


@pytest.mark.parametrize(
    "model",
    [
        f"7/{RUN_ID}/artifacts/model",  # MLflow 2
        "7/models/m-1/artifacts",  # MLflow 3
    ],
)
def test_what_a_model_was_made_with_is_that_of_its_run(store: Path, model: str) -> None:
    put(
        store,
        {
            "7/models/m-1/meta.yaml": f"model_id: m-1\nname: net\nsource_run_id: {RUN_ID}\n",
            f"{model}/MLmodel": "flavors: {}\n",
            f"{model}/python_env.yaml": "python: 3.11.7\ndependencies:\n- -r requirements.txt\n",
            f"{model}/requirements.txt": "numpy==1.26.4\n-e /home/ada/net\ntorch[cuda]==2.4.0\n",
        },
    )
    environment = runfolio.load_runs(store).environment
    told = dict(zip(environment["name"], environment["value"], strict=True))
    assert told == {"python": "3.11.7", "numpy": "1.26.4", "torch": "2.4.0"}
    assert set(environment["run"]) == {RUN_ID}


def test_dataset_with_a_schema_over_several_lines(store: Path) -> None:
    put(
        store,
        {
            f"7/{RUN_ID}/inputs/x/meta.yaml": "source_id: abc\nsource_type: DATASET\n"
            "tags:\n  mlflow.data.context: training\n",
            "7/datasets/abc/meta.yaml": "digest: 0badcafe\nname: triage\n"
            'profile: \'{"num_rows": 569}\'\nschema: \'{"mlflow_colspec": [{"type":\n'
            '  "double", "name": "it\'\'s"}]}\'\nsource_type: local\n',
        },
    )
    records = read_store(store)
    (dataset,) = only_run(records).datasets
    assert (dataset.name, dataset.digest) == ("triage", "0badcafe")
    assert (dataset.context, dataset.rows) == ("training", 569)
    assert records.problems == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb:\n  x.y: two\n  z: 'it''s'\nc: null\n", {"b": {"x.y": "two", "z": "it's"}}),
        ("b:\n  x: ''\n  y:\nc: d\n", {"b": {"x": "", "y": None}, "c": "d"}),
        ("b:\n  x:\n    y: 1\n", {"b": {"x": {"y": "1"}}}),
        ("b:\n  one word\n  more\n", {"b": "one word more"}),
        ("b: one word\n  more\n", {"b": "one word more"}),
        ("b:\n- 1\n", {"b": ["1"]}),
        ("b: c # note\n", {"b": "c"}),
        ("b:   wide   \n", {"b": "wide"}),
        ("b: {}\n", {"b": {}}),
    ],
)
def test_a_meta_file_means_what_yaml_says(text: str, expected: dict[str, object]) -> None:
    found = parse_meta(text.encode())
    assert found.items() >= expected.items()
    assert found == parse_yaml(text)


@pytest.mark.parametrize("text", ["b: c\n  x: y\n", "b: null\n  x: y\n", "b:\n x: y\n  z: y\n"])
def test_a_meta_file_that_is_no_yaml_is_none(text: str) -> None:
    with pytest.raises(ParseError):
        parse_meta(text.encode())


def test_runs_that_share_a_dataset_see_it_as_it_is_now(store: Path) -> None:
    use = "source_id: abc\nsource_type: DATASET\n"
    put(store, {INPUT: use, "7/datasets/abc/meta.yaml": "name: first\ndigest: a\n"})
    assert only_run(read_store(store)).datasets[0].name == "first"
    put(store, {"7/datasets/abc/meta.yaml": "name: second one\ndigest: b\n"})
    assert only_run(read_store(store)).datasets[0].name == "second one"


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_out(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


META = f"7/{RUN_ID}/meta.yaml"
LOSS = f"7/{RUN_ID}/metrics/loss"
INPUT = f"7/{RUN_ID}/inputs/x/meta.yaml"
GONE = "source_type: DATASET\nsource_id: gone\n"
LAUGHS = "l0: &l0 [x, x]\n" + "".join(
    f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]\n" for n in range(1, 9)
)


@pytest.mark.parametrize(
    ("file", "content", "slug", "kept"),
    [
        ("7/meta.yaml", "{broken", "mlflow-meta-unreadable", ("7", "finished", 2)),
        ("7/meta.yaml", "", "mlflow-meta-unreadable", ("7", "finished", 2)),
        (META, "run_id: [", "mlflow-meta-unreadable", ("triage", "unknown", 2)),
        (META, "", "mlflow-meta-unreadable", ("triage", "unknown", 2)),
        (META, "just words", "mlflow-meta-unreadable", ("triage", "unknown", 2)),
        (META, LAUGHS, "mlflow-meta-unreadable", ("triage", "unknown", 2)),
        (META, "x: " + "[" * 100_000, "mlflow-meta-unreadable", ("triage", "unknown", 2)),
        (LOSS, "", "metric-empty", ("triage", "finished", 0)),
        (LOSS, "1 0.5 0\n2 n/a 1\n", "metric-not-a-number", ("triage", "finished", 1)),
        (LOSS, "1 0.5 0\n2\n3 0.4 2\n", "metric-not-a-number", ("triage", "finished", 2)),
        (LOSS, "1 0.5 0\n2 0.4 nan\n", "metric-not-a-number", ("triage", "finished", 1)),
        (LOSS, b"1 0.5 0\n\xff\xfe 0.5 1\n", "metric-not-a-number", ("triage", "finished", 1)),
        (LOSS, "1 0.5 0\n2 0.4 1\n3 0.", "metric-line-cut", ("triage", "finished", 2)),
        (f"7/{RUN_ID}/params/bad", b"\xff", "not-utf8", ("triage", "finished", 2)),
        (LOSS, pipe, "file-unreadable", ("triage", "finished", 0)),
        (LOSS, link_out, "file-unreadable", ("triage", "finished", 0)),
        (
            f"7/{RUN_ID}/inputs/x/meta.yaml",
            "{",
            "mlflow-meta-unreadable",
            ("triage", "finished", 2),
        ),
        (
            f"7/{RUN_ID}/inputs/x/meta.yaml",
            "source_type: DATASET\nsource_id: gone\n",
            "mlflow-meta-unreadable",
            ("triage", "finished", 2),
        ),
    ],
)
def test_bad_input_is_a_problem_and_the_rest_is_read(
    store: Path,
    file: str,
    content: str | bytes | Callable[[Path], None],
    slug: str,
    kept: tuple[str, str, int],
) -> None:
    if callable(content):
        content(store / file)
    else:
        put(store, {file: content})
    records = read_store(store)
    run = only_run(records)
    points = sum(series.summary.count for series in run.series)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place.startswith("mlruns/7/")
    assert records.problems[0].hint
    assert (run.experiment, run.status, points) == kept


def test_a_bad_line_is_told_with_its_number(store: Path) -> None:
    put(store, {LOSS: "1 0.5 0\n2 n/a 1\n"})
    (problem,) = read_store(store).problems
    assert problem.place == f"mlruns/{LOSS}:2"
    assert "n/a" in problem.message


def test_many_bad_lines_do_not_bury_the_rest(store: Path) -> None:
    put(store, {LOSS: "oops\n" * 1000 + "1 0.5 0\n"})
    problems = read_store(store).problems
    assert len(problems) == 6
    assert "995 more" in problems[-1].message


def test_a_large_file_that_is_none_of_mlflows_is_left_after_a_while(store: Path) -> None:
    put(store, {LOSS: "1 0.5 0\n" + "oops\n" * 1_000_000})
    records = read_store(store)
    assert only_run(records).series[0].summary.count == 1
    assert slugs(records.problems)[-2:] == ["metric-unreadable", "metric-not-a-number"]


def test_of_a_file_with_more_lines_than_mlflow_writes_the_rest_is_left(store: Path) -> None:
    put(store, {LOSS: "1 2 3\n" * 5_000_000})
    records = read_store(store)
    (problem,) = records.problems
    count = only_run(records).series[0].summary.count
    assert problem.slug == "metric-too-long"
    assert problem.place == f"mlruns/{LOSS}:{count + 1}"
    assert 4_200_000 <= count < 5_000_000


def test_a_run_without_meta_yaml_is_read_as_far_as_it_goes(store: Path) -> None:
    (store / META).unlink()
    records = read_store(store)
    run = only_run(records)
    assert slugs(records.problems) == ["mlflow-meta-unreadable"]
    assert (run.id, run.name, run.status, run.params) == (RUN_ID, "", "unknown", {"lr": "0.1"})


def test_a_folder_where_meta_yaml_should_be(store: Path) -> None:
    (store / META).unlink()
    (store / META).mkdir()
    put(store, {f"{META}/x": "1"})
    records = read_store(store)
    assert slugs(records.problems) == ["mlflow-meta-unreadable"]
    assert only_run(records).params == {"lr": "0.1"}


def test_a_file_where_metrics_should_be(store: Path) -> None:
    (store / LOSS).unlink()
    (store / LOSS).parent.rmdir()
    put(store, {f"7/{RUN_ID}/metrics": "1 0.5 0\n"})
    records = read_store(store)
    assert slugs(records.problems) == ["file-unreadable"]
    assert only_run(records).series == ()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [(RUN_ID, "a" * 32, "a" * 32), ("experiment_id: '7'", "experiment_id: '8'", "'8'")],
)
def test_a_run_that_was_copied_or_moved_is_left_out(
    store: Path, old: str, new: str, told: str
) -> None:
    put(store, {META: RUN.replace(old, new)})
    records = read_store(store)
    assert records.runs == ()
    assert slugs(records.problems) == ["mlflow-run-misplaced"]
    assert told in records.problems[0].message


def test_an_experiment_that_was_copied_is_left_out(store: Path) -> None:
    put(store, {"8/meta.yaml": EXPERIMENT, f"8/{RUN_ID}/meta.yaml": RUN})
    records = read_store(store)
    assert only_run(records).location == "mlruns"
    assert slugs(records.problems) == ["mlflow-experiment-misplaced"]


@pytest.mark.parametrize(
    "files",
    [
        {"1/run.json": "{}", "1/config.json": "{}"},
        {"conf/meta.yaml": "name: x\nversion: 1\n"},
        {f"{RUN_ID}/meta.yaml": RUN},
        {"models/net.pt": "x"},
    ],
)
def test_other_folders_are_not_taken_for_a_store(
    tmp_path: Path, files: dict[str, str | bytes]
) -> None:
    assert not matches("mlflow-files", put(tmp_path / "other", files))
