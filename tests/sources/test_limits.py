"""What is more than one run can have is left out and told, in whichever format it is."""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from event_files import event, field, simple, version
from reading import only_run, read, slugs
from runfolio.model.records import Records
from runfolio.sources.reading import parsing
from runfolio.sources.reading.parsing import ParseError, parse_json
from runfolio.sources.reading.protobuf import WireError, spans
from stores import put

TRIAL = "tune/train_1a2b_00000"
RAY = {f"{TRIAL}/params.json": "{}", f"{TRIAL}/result.json": '{"training_iteration": 1}\n'}
SACRED = {"7/run.json": '{"experiment": {}, "host": {}}', "7/config.json": "{}", "7/cout.txt": ""}
DVC = {"p/dvc.yaml": "metrics: [m.json]\nparams: [q.json]", "p/m.json": "{}", "p/q.json": "{}"}
LIVE = {"run/metrics.json": "{}", "run/plots/metrics/a.tsv": "step\ta\n1\t2\n"}
ASV = {
    "r/benchmarks.json": '{"b": {"type": "time", "param_names": ["n"]}, "version": 2}',
    "r/box/machine.json": "{}",
}
HF = {"out/trainer_state.json": '{"log_history": [{"step": 1, "loss": 2}]}'}


def many(count: int = 10_005) -> str:
    """Return an object with many numbers."""
    return json.dumps({f"at {number}": number for number in range(count)})


@pytest.mark.parametrize(
    ("source", "place", "files", "slug"),
    [
        ("ray-tune", TRIAL, {**RAY, f"{TRIAL}/params.json": many()}, "too-many-params"),
        (
            "ray-tune",
            TRIAL,
            {**RAY, f"{TRIAL}/result.json": '{"training_iteration": 1, ' + many()[1:] + "\n"},
            "too-many-metrics",
        ),
        ("sacred", "7", {**SACRED, "7/config.json": many()}, "too-many-params"),
        (
            "sacred",
            "7",
            {**SACRED, "7/run.json": '{"experiment": {}, "host": {}, "result": ' + many() + "}"},
            "too-many-metrics",
        ),
        (
            "sacred",
            "7",
            {
                **SACRED,
                "7/metrics.json": json.dumps(
                    {f"at {n}": {"steps": [0], "values": [0.5]} for n in range(10_005)}
                ),
            },
            "too-many-metrics",
        ),
        ("dvc", "p", {**DVC, "p/q.json": many()}, "too-many-params"),
        ("dvc", "p", {**DVC, "p/m.json": many()}, "too-many-metrics"),
        ("dvclive", "run", {**LIVE, "run/metrics.json": many()}, "too-many-metrics"),
        (
            "asv",
            "r",
            {
                **ASV,
                "r/box/01234567-py.json": json.dumps(
                    {
                        "commit_hash": "0123456789",
                        "result_columns": ["result", "params"],
                        "results": {"b": [[1.5] * 50_005, [[*map(str, range(50_005))]]]},
                    }
                ),
            },
            "too-many-metrics",
        ),
    ],
)
def test_names_are_bounded(
    tmp_path: Path, source: str, place: str, files: dict[str, str], slug: str
) -> None:
    put(tmp_path, files)
    records = read(source, tmp_path / place)
    assert slugs(records.problems) == [slug]
    assert "; 5 values of others were left out" in records.problems[0].message
    run = only_run(records)
    kept = len(run.params if slug == "too-many-params" else run.series)
    assert kept - kept % 10 == (50_000 if source == "asv" else 10_000)


@pytest.mark.parametrize(
    ("source", "place", "limit", "files", "points"),
    [
        ("ray-tune", TRIAL, "ray_tune.results._MOST_ROWS", {"result.json": 9}, 4),
        ("ray-tune", TRIAL, "ray_tune.results._MOST_ROWS", {"progress.csv": 9}, 4),
        ("ray-tune", TRIAL, "ray_tune.results._MOST_VALUES", {"result.json": 9}, 2),
        ("ray-tune", TRIAL, "ray_tune.results._MOST_VALUES", {"progress.csv": 9}, 2),
        ("dvclive", "run", "dvclive.values._MOST_ROWS", {}, 4),
        ("dvc", "p", "dvc.values._MOST_LINES", {"m.csv": 9}, 3),
        ("dvc", "p", "dvc.values._MOST_OBJECTS", {"m.json": 9}, 4),
    ],
)
def test_rows_are_bounded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    place: str,
    limit: str,
    files: dict[str, int],
    points: int,
) -> None:
    monkeypatch.setattr(f"runfolio.sources.{limit}", 4)
    monkeypatch.setattr("runfolio.sources.dvclive.values._TEXT_AT_ONCE", 1)
    rows = [{"training_iteration": n, "a": 0.5} for n in range(9)]
    table = "training_iteration,a\n" + "".join(f"{n},0.5\n" for n in range(9))
    written = {"result.json": "".join(f"{json.dumps(row)}\n" for row in rows)}
    written |= {"m.json": json.dumps(rows), "m.csv": table, "progress.csv": table}
    put(
        tmp_path / place,
        {
            "params.json": "{}",
            "metrics.json": "{}",
            "plots/metrics/a.tsv": "step\ta\n" + "0\t0.5\n" * 9,
            "dvc.yaml": f"metrics: [{next(iter(files), 'm.json')}]",
            **{name: written[name] for name in files},
        },
    )
    if source == "dvc":
        (tmp_path / place / "metrics.json").unlink()
    records = read(source, tmp_path / place)
    assert slugs(records.problems) == ["history-too-long"]
    (series,) = (one for one in only_run(records).series if one.metric == "a")
    assert series.summary.count == points


def test_rows_that_have_to_be_looked_at_one_by_one_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.dvclive.values._MOST_ODD_ROWS", 4)
    monkeypatch.setattr("runfolio.sources.dvclive.values._TEXT_AT_ONCE", 1)
    put(tmp_path, {**LIVE, "run/plots/metrics/a.tsv": "step\ta\n" + "0.5\t1\n" * 9})
    records = read("dvclive", tmp_path / "run")
    assert slugs(records.problems) == ["history-too-long"]
    assert records.problems[0].place == "run/plots/metrics/a.tsv:6"
    assert only_run(records).series[0].summary.count == 4


def test_files_of_a_project_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.dvc.files.MAX_BYTES", 12)
    names = ("a", "b", "c")
    put(tmp_path / "p", {f"{name}.json": f'{{"{name}": 1}}' for name in names})
    put(tmp_path / "p", {"dvc.yaml": "metrics: [a.json, b.json, c.json]"})
    records = read("dvc", tmp_path / "p")
    assert [series.metric for series in only_run(records).series] == ["a", "b"]
    assert [problem.place for problem in records.problems] == ["p/c.json"]


def test_trainings_in_one_folder_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.huggingface.states._MOST_TRAININGS", 3)
    for number in range(6):
        state = {"global_step": number, "log_history": [{"step": 1, "loss": number}]}
        put(tmp_path / f"out/checkpoint-{number}", {"trainer_state.json": json.dumps(state)})
    records = read("huggingface", tmp_path / "out")
    assert len(records.runs) == 3
    assert slugs(records.problems).count("checkpoints-too-many") == 1
    (told,) = (found for found in records.problems if found.slug == "checkpoints-too-many")
    assert "3 from 'checkpoint-2' down" in told.message


def test_trials_and_points_of_a_journal_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.optuna.replay.MOST_TRIALS", 3)
    monkeypatch.setattr("runfolio.sources.optuna.replay.MOST_POINTS", 4)
    about: dict[str, Any] = {"worker_id": "w", "study_id": 0}
    point = {"op_code": 7, "worker_id": "w", "trial_id": 0, "intermediate_value": 0.5}
    operations = [
        {"op_code": 0, "study_name": "s", "directions": [1]},
        *({"op_code": 4, **about} for _ in range(4)),
        *({**point, "step": step} for step in range(6)),
    ]
    put(tmp_path, {"j.log": "".join(f"{json.dumps(one)}\n" for one in operations)})
    records = read("optuna-journal", tmp_path / "j.log")
    assert [len(run.series) for run in records.runs] == [1, 0]
    assert records.runs[0].series[0].summary.count == 4
    assert slugs(records.problems) == ["journal-too-long"]
    assert "; 4 lines" in records.problems[0].message


def test_rows_of_a_database_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.run.MOST_POINTS", 60)
    monkeypatch.setattr("runfolio.sources.trackio.run.ROWS_PER_LOOK", 1)
    trackio_database(tmp_path / "p.db", [("r", step, '{"a": 0.5}') for step in range(9)])
    records = read("trackio", tmp_path / "p.db")
    assert slugs(records.problems) == ["history-too-long"]
    kept = only_run(records).series[0].summary.count
    assert 0 < kept < 9
    assert f"; {9 - kept} rows behind them" in records.problems[0].message


def trackio_database(path: Path, rows: list[tuple[str, int, str]]) -> None:
    """Write a database with rows of a run's name, a step and what was logged."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(
            "CREATE TABLE metrics (id INTEGER PRIMARY KEY, timestamp TEXT, run_name TEXT,"
            " step INTEGER, metrics TEXT)"
        )
        database.execute(
            "CREATE TABLE configs (id INTEGER PRIMARY KEY, run_name TEXT, config TEXT,"
            " created_at TEXT)"
        )
        database.executemany(
            "INSERT INTO metrics (timestamp, run_name, step, metrics) VALUES ('2026', ?, ?, ?)",
            rows,
        )


@pytest.mark.parametrize(
    ("limit", "most", "slug", "kept"),
    [
        ("MOST_BYTES", 4 * (64 + 10), "history-too-long", [2, 2]),  # of rows with 10 bytes
        ("MOST_SERIES", 0, "trackio-too-many-runs", [5]),
    ],
)
def test_bytes_and_metrics_of_a_database_are_bounded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
    slug: str,
    kept: list[int],
) -> None:
    monkeypatch.setattr(f"runfolio.sources.trackio.database.{limit}", most)
    trackio_database(tmp_path / "p.db", [(f"r{n % 2}", n // 2, '{"a": 0.5}') for n in range(10)])
    records = read("trackio", tmp_path / "p.db")
    assert set(slugs(records.problems)) == {slug}
    assert [series.summary.count for run in records.runs for series in run.series] == kept


def test_bad_rows_of_a_database_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.database._MOST_BAD", 3)
    rows = [("r", n, "{" if n % 2 else '{"a": 0.5}') for n in range(20)]
    trackio_database(tmp_path / "p.db", rows)
    records = read("trackio", tmp_path / "p.db")
    assert slugs(records.problems) == ["trackio-row-unreadable"] * 3 + ["history-too-long"]
    assert only_run(records).series[0].summary.count == 3


def test_configs_of_a_database_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.database._MOST_CONFIG_BYTES", 80)
    trackio_database(tmp_path / "p.db", [("r0", 0, '{"a": 0.5}'), ("r1", 0, '{"a": 0.5}')])
    with closing(sqlite3.connect(tmp_path / "p.db")) as database, database:
        database.executemany(
            "INSERT INTO configs (run_name, config, created_at) VALUES (?, '{\"lr\": 1}', '2026')",
            [("r0",), ("r1",)],
        )
    records = read("trackio", tmp_path / "p.db")
    assert [run.params for run in records.runs] == [{"lr": "1"}, {}]
    assert slugs(records.problems) == ["trackio-configs-too-large"]


def test_runs_of_an_inbox_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.inbox.MOST_RUNS", 2)
    rows = [
        {"kind": "metric", "project": "p", "run": f"r{n}", "metrics": {"a": n}} for n in range(4)
    ]
    text = "".join(f"{json.dumps(row)}\n" for row in rows)
    put(tmp_path / "store", {"inbox/w/00000000.jsonl": text})
    records = read("trackio", tmp_path / "store")
    assert [run.name for run in records.runs] == ["r0", "r1"]
    assert slugs(records.problems) == ["trackio-too-many-runs"]


@pytest.mark.parametrize(("limit", "most"), [("MOST_LINES", 3), ("MOST_BYTES", 3 * 9)])
@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("folder", "run/metrics.jsonl"),
        ("table", "run/table.jsonl"),
        ("wandb", "run-20250101_000000-abc/wandb-history.jsonl"),
    ],
)
def test_json_lines_are_bounded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
    source: str,
    file: str,
) -> None:
    monkeypatch.setattr(f"runfolio.sources.reading.json_lines.{limit}", most)
    put(tmp_path, {file: "".join(f'{{"a": {n}}}\n' for n in range(5))})
    records = read(source, tmp_path / (file if source == "table" else file.partition("/")[0]))
    assert slugs(records.problems) == ["history-too-long"]
    assert records.problems[0].place.endswith("l:4")
    points = [series.summary.count for run in records.runs for series in run.series]
    assert sum(points) == 3


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("names", '{"a":1,"b":1,"c":1,"d":1}'),
        ("values", "[1,2,3,4,5]"),
        ("lists and objects", "[[],[],[],[]]"),
    ],
)
def test_what_is_in_one_document_is_bounded(
    monkeypatch: pytest.MonkeyPatch, what: str, text: str
) -> None:
    assert parse_json(text)
    signs, _ = parsing._MOST_IN_JSON[what]
    monkeypatch.setattr(parsing, "_SHORT_JSON", 5)
    monkeypatch.setitem(parsing._MOST_IN_JSON, what, (signs, 3))
    with pytest.raises(ParseError, match=f"holds more than 3 {what}"):
        parse_json(text)


def test_params_of_a_plain_folder_are_bounded(tmp_path: Path) -> None:
    put(tmp_path / "run", {"params.json": many(), "metrics.csv": "step,a\n1,2\n"})
    records = read("folder", tmp_path / "run")
    assert slugs(records.problems) == ["too-many-params"]
    assert len(only_run(records).params) == 10_000


def test_event_records_read_one_by_one_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.tensorboard.events.MOST_ODD", 30)
    scalars = [event(step, simple("a", 0.5)) for step in range(1, 100)]
    odd = [event(step, field(1, "h") + field(5, b"")) for step in range(100)]
    name = "events.out.tfevents.1600000000.host"
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / name).write_bytes(b"".join([version(), *scalars[:9], *odd, *scalars[9:]]))
    records = read("tensorboard", tmp_path / "run")
    assert slugs(records.problems) == ["events-too-many-kinds"]
    assert only_run(records).series[0].summary.count == 99, "scalars are read to the end"


def test_points_of_events_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.tensorboard.events.MOST_POINTS", 10)
    monkeypatch.setattr("runfolio.sources.tensorboard.events.CHUNK", 512)
    monkeypatch.setattr("runfolio.sources.tensorboard.events._PER_LAYOUT", 0)
    scalars = [event(step, simple("a", 0.5)) for step in range(1, 100)]
    (tmp_path / "run").mkdir()
    name = "events.out.tfevents.1600000000.host"
    (tmp_path / "run" / name).write_bytes(b"".join([version(), *scalars]))
    records = read("tensorboard", tmp_path / "run")
    assert slugs(records.problems) == ["history-too-long"]
    assert 10 < only_run(records).series[0].summary.count < 40


def test_fields_of_a_message_are_bounded() -> None:
    assert len(list(spans(b"\x08\x01" * 16, 0, 32, 16))) == 16
    with pytest.raises(WireError, match="more than 16 fields"):
        list(spans(b"\x08\x01" * 17, 0, 34, 16))


def test_records_of_a_log_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.wandb.records.MOST_WORK", 10)
    value = field(1, "a") + field(16, "0.5")
    rows = [field(2, field(1, value) + field(2, field(1, step))) for step in range(99)]
    pieces = b"".join(
        struct.pack("<IHB", zlib.crc32(b"\x01" + row), len(row), 1) + row for row in rows
    )
    log = "offline-run-20250101_000000-abc/run-abc.wandb"
    (tmp_path / log).parent.mkdir()
    (tmp_path / log).write_bytes(b":W&B\xe1\xbe\x00" + pieces)
    records = read("wandb", tmp_path / log.partition("/")[0])
    assert slugs(records.problems) == ["history-too-long"]
    assert 1 < only_run(records).series[0].summary.count < 20


def test_names_of_a_trainer_state_are_bounded(tmp_path: Path) -> None:
    rows = [{"step": n, f"m{n}": 0.5} for n in range(10_005)]
    put(tmp_path / "out", {"trainer_state.json": json.dumps({"log_history": rows})})
    records = read("huggingface", tmp_path / "out")
    assert slugs(records.problems) == ["too-many-metrics"]
    assert len(only_run(records).series) == 10_000


def test_runs_of_a_database_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.trackio.database.MOST_RUNS", 2)
    trackio_database(tmp_path / "p.db", [(f"r{n}", 0, '{"a": 0.5}') for n in range(3)])
    records = read("trackio", tmp_path / "p.db")
    assert [run.name for run in records.runs] == ["r0", "r1"]
    assert slugs(records.problems) == ["trackio-too-many-runs"]
    assert "; 2 runs were read" in records.problems[0].message


@pytest.mark.parametrize(
    ("source", "place", "files"),
    [
        ("folder", "run", {"run/metrics.json": "TREE"}),
        ("folder", "run", {"run/params.json": "TREE", "run/metrics.json": '{"a": 1}'}),
        ("folder", "run", {"run/metrics.jsonl": "TREE\n"}),
        ("dvc", "p", {**DVC, "p/q.json": "TREE"}),
        ("dvc", "p", {**DVC, "p/m.json": "TREE"}),
        ("dvclive", "run", {**LIVE, "run/metrics.json": "TREE"}),
        ("ray-tune", TRIAL, {**RAY, f"{TRIAL}/params.json": "TREE"}),
        (
            "ray-tune",
            TRIAL,
            {**RAY, f"{TRIAL}/result.json": '{"config": TREE, "training_iteration": 1}\n'},
        ),
        (
            "ray-tune",
            TRIAL,
            {**RAY, f"{TRIAL}/result.json": '{"b": TREE, "training_iteration": 1}\n'},
        ),
        ("sacred", "7", {**SACRED, "7/config.json": "TREE"}),
        ("table", "t.jsonl", {"t.jsonl": 'TREE\n{"a": 1}\n'}),
    ],
)
@pytest.mark.parametrize("tree", ['{"LONG": {"a": 1, "b": 2}}', '{"SHORT": {MANY}}'])
def test_joined_names_are_bounded(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    place: str,
    files: dict[str, str],
    tree: str,
) -> None:
    monkeypatch.setattr(parsing, "MOST_IN_NAMES", 40_000)
    tree = tree.replace("LONG", "n" * 5000).replace("SHORT", "n" * 500)
    tree = tree.replace("MANY", ", ".join(f'"a{number}": 1' for number in range(100)))
    put(tmp_path, {name: text.replace("TREE", tree) for name, text in files.items()})
    records = read(source, tmp_path / place)
    assert any("names that are too long" in found.message for found in records.problems)
    found = [series.metric for run in records.runs for series in run.series]
    assert not [name for name in found if len(name) > 500]


def test_what_aliases_repeat_is_bounded_by_its_length() -> None:
    text = "a: &a {}\nb: [{}]"
    with pytest.raises(ParseError, match="holds more than 100,000 values"):
        parsing.parse_yaml(text.format("x" * 9000, "*a, " * 2000))
    assert parsing.parse_yaml(text.format("x" * 9000, "*a, " * 20))["b"] == ["x" * 9000] * 20
    assert parsing.parse_yaml(text.format("x", "*a, " * 2000))["b"] == ["x"] * 2000


def test_keys_of_toml_are_bounded(tmp_path: Path) -> None:
    put(tmp_path, {**DVC, "p/dvc.yaml": "metrics: [m.toml, n.toml]"})
    put(tmp_path, {"p/m.toml": "a . " * 2000 + "b = 1\n", "p/n.toml": "a.b = 1\nc = '1.2.3.4'\n"})
    records = read("dvc", tmp_path / "p")
    assert [found.place for found in records.problems if found.slug == "file-unreadable"] == [
        "p/m.toml"
    ]
    assert [series.metric for series in only_run(records).series] == ["a.b"]


def test_values_of_a_project_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.dvc.files.MAX_WORK", 200)
    put(tmp_path, {f"p/{name}.json": f'{{"{name}": 1, "x": 2, "y": 3}}' for name in "abcdef"})
    put(tmp_path, {"p/dvc.yaml": "metrics: [a.json, b.json, c.json, d.json, e.json, f.json]"})
    records = read("dvc", tmp_path / "p")
    assert [found.place for found in records.problems] == [f"p/{name}.json" for name in "cdef"]
    assert {one.metric for one in only_run(records).series} >= {"a", "b"}


def test_variables_of_a_project_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.dvc.yaml.MOST_WORK", 100)
    stages = "".join(
        f"  s{n}: {{cmd: x, vars: [{{k{n}: 1}}], metrics: ['m{n}.json']}}\n" for n in range(9)
    )
    put(tmp_path, {f"p/m{number}.json": f'{{"a{number}": 1}}' for number in range(9)})
    values = "".join(f"v{number}: 1\n" for number in range(10))
    put(tmp_path, {"p/params.yaml": values, "p/dvc.yaml": f"stages:\n{stages}"})
    records = read("dvc", tmp_path / "p")
    assert "dvc-path-unknown" in slugs(records.problems)
    assert "more variables than there is time for" in records.problems[0].message
    assert 1 < len(only_run(records).series) < 9


def test_a_long_value_is_no_path(tmp_path: Path) -> None:
    put(tmp_path, {"p/params.yaml": f"long: {'x' * 3000}\nname: m", "p/m.json": '{"a": 1}'})
    put(tmp_path, {"p/dvc.yaml": "metrics: ['${long}${long}.json', '${name}.json']"})
    records = read("dvc", tmp_path / "p")
    assert slugs(records.problems) == ["dvc-path-unknown"]
    assert [series.metric for series in only_run(records).series] == ["a"]


def test_views_of_a_database_are_not_read(tmp_path: Path) -> None:
    trackio_database(tmp_path / "p.db", [("r", 0, '{"a": 0.5}')])
    with closing(sqlite3.connect(tmp_path / "p.db")) as database, database:
        database.execute("DROP TABLE configs")
        database.execute(
            "CREATE VIEW configs AS WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1"
            " FROM c) SELECT id, 'r' AS run_name, '{}' AS config, '2026' AS created_at FROM c"
        )
    records = read("trackio", tmp_path / "p.db")
    assert [found.severity for found in records.problems] != []


def table_file(path: Path, columns: dict[str, Any], **options: Any) -> None:
    """Write a table in the format that the path ends in."""
    pyarrow = pytest.importorskip("pyarrow")
    table = pyarrow.table(columns)
    if path.suffix == ".parquet":
        pytest.importorskip("pyarrow.parquet").write_table(table, path, **options)
    else:
        pytest.importorskip("pyarrow.feather").write_feather(table, path, chunksize=10, **options)


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_what_a_table_decodes_to_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("runfolio.sources.reading.arrow_batches.MOST_BYTES", 2000)
    options = {"row_group_size": 10} if ending == "parquet" else {"compression": "zstd"}
    path = tmp_path / f"t.{ending}"
    texts = [*(f"r{number}" for number in range(10)), *["x" * 1000] * 10]
    table_file(path, {"a": [0.5] * 20, "b": texts}, **options)
    records = read("table", path)
    assert slugs(records.problems) == ["table-too-large"]
    assert len(records.runs) == 10


@pytest.mark.parametrize("ending", ["parquet", "feather"])
def test_lists_in_a_table_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr("runfolio.sources.reading.arrow_batches.MOST_ITEMS", 50)
    path = tmp_path / f"t.{ending}"
    table_file(path, {"a": [0.5] * 3, "long": [[1] * 40] * 3, "short": [[1, 2]] * 3})
    records = read("table", path)
    assert slugs(records.problems) == ["column-too-large"]
    assert "'long'" in records.problems[0].message
    assert [run.params for run in records.runs] == [{"short": "[1, 2]"}] * 3


def test_a_text_that_all_rows_have_is_read_once(tmp_path: Path) -> None:
    table_file(tmp_path / "t.parquet", {"a": [0.5] * 500, "b": ["x" * 100_000] * 500})
    records = read("table", tmp_path / "t.parquet")
    assert {run.params["b"] for run in records.runs} == {"x" * 100_000}
    assert records.problems == ()


def unreadable(path: Path, how: str) -> None:
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/etc/hostname")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes")
@pytest.mark.parametrize("how", ["folder", "pipe", "link out"])
@pytest.mark.parametrize(
    ("source", "place", "files", "file"),
    [
        ("dvclive", "run", {**LIVE, "run/params.yaml": "a: 1"}, "run/params.yaml"),
        ("dvclive", "run", LIVE, "run/metrics.json"),
        ("dvc", "p", DVC, "p/m.json"),
        ("dvc", "p", {**DVC, "p/params.yaml": "a: 1"}, "p/params.yaml"),
        ("dvc", "p", {**DVC, "p/dvc.lock": "stages: {}"}, "p/dvc.lock"),
        ("sacred", "7", SACRED, "7/config.json"),
        ("sacred", "7", {**SACRED, "7/metrics.json": "{}"}, "7/metrics.json"),
        ("sacred", "7", {**SACRED, "7/info.json": "{}"}, "7/info.json"),
        ("asv", "r", ASV, "r/benchmarks.json"),
        ("huggingface", "out", {**HF, "out/eval_results.json": "{}"}, "out/eval_results.json"),
        ("huggingface", "out", {**HF, "out/config.json": "{}"}, "out/config.json"),
        ("huggingface", "out", HF, "out/trainer_state.json"),
        ("ray-tune", TRIAL, RAY, f"{TRIAL}/params.json"),
    ],
)
def test_a_file_that_is_none_is_told_and_not_taken_for_absent(
    tmp_path: Path, source: str, place: str, files: dict[str, str], file: str, how: str
) -> None:
    put(tmp_path, files)
    unreadable(tmp_path / file, how)
    records: Records = read(source, tmp_path / place)
    top = place.rpartition("/")[0]
    told = [found.place for found in records.problems]
    assert told == [file[len(top) :].lstrip("/")]
    assert {found.slug for found in records.problems} <= {"file-unreadable", "info-left-out"}
