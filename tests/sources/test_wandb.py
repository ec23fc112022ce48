"""Weights & Biases: logs put together by hand, and what the real client writes."""

from __future__ import annotations

import json
import math
import struct
import tempfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import runfolio
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import DatasetUse, MetricFact, Records
from runfolio.sources.wandb.reader import source
from runfolio.sources.wandb.records import RunLog
from sites import Site
from stores import put

BLOCK = 32 * 1024


# The wire format of protocol buffers and the log format of LevelDB, as their authors describe
# them.


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes((*out, value))


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def message(field: int, *parts: bytes | str) -> bytes:
    data = b"".join(part.encode() if isinstance(part, str) else part for part in parts)
    return varint(field << 3 | 2) + varint(len(data)) + data


def item(path: str | tuple[str, ...], text: str, field: int = 1) -> bytes:
    """Return an item with JSON text, its name as ``key`` or, of a tuple, as ``nested_key``."""
    names = [message(1, path)] if isinstance(path, str) else [message(2, part) for part in path]
    return message(field, *names, message(16, text))


def history(step: int | None, values: Mapping[Any, str], *more: bytes) -> bytes:
    items = [item(path, text) for path, text in values.items()]
    return message(2, *items, *more, b"" if step is None else message(2, number(1, step)))


def about(run_id: str = "abc123", *more: bytes, start: int = 1_740_830_400) -> bytes:
    started = message(17, number(1, start), number(2, 500_000_000))
    return message(17, message(1, run_id), message(2, "marker-user"), *more, started)


def exit_record(code: int = 0, seconds: int = 0) -> bytes:
    return message(18, number(1, code) if code else b"", number(2, seconds) if seconds else b"")


def framed(records: Iterable[bytes]) -> bytes:
    """Return a ``.wandb`` file."""
    out = bytearray(b":W&B\xe1\xbe\x00")
    for record in records:
        first = True
        while first or record:
            left = BLOCK - len(out) % BLOCK
            if left < 7:
                out += bytes(left)
                continue
            piece, record = record[: left - 7], record[left - 7 :]
            kind = (1 if first else 4) if not record else (2 if first else 3)
            checksum = zlib.crc32(bytes((kind,)) + piece)
            out += struct.pack("<IHB", checksum, len(piece), kind) + piece
            first = False
    return bytes(out)


GOOD = [
    message(21, message(1, message(1, "0.31.0"))),
    about("abc123", message(3, "triage"), message(8, "forest")),
    *(history(step, {("loss",): repr(1 / (step + 1))}) for step in range(3)),
    exit_record(seconds=60),
]


def folder_of(root: Path, records: Iterable[bytes], run_id: str = "abc123", at: str = "") -> Path:
    name = f"offline-run-20250301_1200{at or '00'}-{run_id}"
    put(root / "wandb" / name, {f"run-{run_id}.wandb": framed(records), "files/x.txt": ""})
    return root / "wandb" / name


def read_log(root: Path, *records: bytes) -> Records:
    folder_of(root, records)
    assert matches("wandb", root / "wandb")
    return read("wandb", root / "wandb")


def points(records: Records) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True))
        for s in only_run(records).series
    }


def claimed(path: Path) -> set[str]:
    """Return the entries of a folder that are taken."""
    place = place_of(path)
    claim = source.matches(place, place.entries())
    assert claim is not None
    return set(claim.names or ())


def test_all_that_a_log_can_say(tmp_path: Path) -> None:
    config = message(
        4,
        item("lr", "1e-3"),
        item("model", '{"depth": 4, "layers": [64, 32], "act": null}'),
        item("gone", "1"),
        item("_wandb", '{"cli_version": "0.31.0"}'),
    )
    records = read_log(
        tmp_path,
        about(
            "abc123",
            message(3, "triage"),
            config,
            *(message(6, "folds"), message(7, "train"), message(8, "forest, deep")),
            *(message(9, "# Why\nTo see."), message(10, "baseline"), message(10, "v2")),
            *(message(12, "sw33p"), message(13, "marker-host")),
            message(21, message(1, "git@marker-user"), message(2, "0badcafe")),
        ),
        message(26, message(5, "--password=marker"), message(12, "marker-host")),
        history(0, {("loss",): "0.5", ("_timestamp",): "1740830410.25", ("_runtime",): "9.7"}),
        message(5, item(("model", "depth"), "8"), message(2, message(1, "gone"))),
        message(7, message(1, "gpu")),
        message(13, "password: marker"),
        message(25, message(2, "dataset"), message(3, "marker-user/triage/patients:v3")),
        exit_record(seconds=90),
    )
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.name, run.experiment) == ("abc123", "forest, deep", "triage")
    assert (run.status, run.started, run.ended) == ("finished", 1740830400500, 1740830490500)
    assert (run.commit, run.notes, run.id_is_path) == ("0badcafe", "# Why\nTo see.", False)
    assert run.params == {
        "lr": "1e-3",
        "model.act": "null",
        "model.depth": "8",
        "model.layers": "[64, 32]",
    }
    assert run.tags == {
        **{"baseline": "", "v2": ""},
        **{"group": "folds", "job_type": "train", "sweep": "sw33p"},
    }
    assert run.datasets == (DatasetUse("patients", "v3", "input"),)
    assert run.location == "wandb"
    assert run.path == "wandb/offline-run-20250301_120000-abc123"
    assert points(records) == {"loss": [(0, 0.5)]}
    assert "marker" not in repr(run)


def test_every_way_to_write_a_value(tmp_path: Path) -> None:
    double = varint(6 << 3 | 1) + struct.pack("<d", -0.25)
    typed = [
        message(1, message(2, "none"), number(3, 0)),
        message(1, message(2, "bool"), number(4, 1)),
        message(1, message(2, "int"), number(5, 2 * 7 - 1)),  # zigzag of -7
        message(1, message(2, "double"), double),
        message(1, message(2, "text"), message(7, "hi")),
        message(1, message(2, "a"), message(2, "b"), message(8, '{"c": 3, "d": [1]}')),
    ]
    words = {("nan",): "NaN", ("inf",): "Infinity", ("-inf",): "-Infinity", ("said",): '"NaN"'}
    records = read_log(tmp_path, *GOOD[:2], history(4, words), history(5, {}, *typed), GOOD[-1])
    found = points(records)
    assert math.isnan(found.pop("nan")[0][1])
    assert math.isnan(found.pop("said")[0][1])
    assert found == {
        "inf": [(4, math.inf)],
        "-inf": [(4, -math.inf)],
        "int": [(5, -7.0)],
        "double": [(5, -0.25)],
        "a.b.c": [(5, 3.0)],
    }
    told = [p.message.split()[0] for p in records.problems]
    assert told == ["'a.b.d'", "'bool'", "'text'"]
    assert {(p.slug, p.severity) for p in records.problems} == {("column-without-numbers", "note")}


def test_names_values_and_steps_as_old_clients_write_them(tmp_path: Path) -> None:
    records = read_log(
        tmp_path,
        GOOD[1],
        history(None, {"_step": "3", "val/loss": "0.5", "nested": '{"f1": {"macro": 0.7}}'}),
        history(None, {"val/loss": "0.25", "_step": "7", "_runtime": "3"}),
        history(None, {"val/loss": "0.125"}),
    )
    assert points(records) == {
        "nested.f1.macro": [(3, 0.7)],
        "val/loss": [(3, 0.5), (7, 0.25), (8, 0.125)],
    }


def test_pictures_histograms_and_tables_are_no_metrics(tmp_path: Path) -> None:
    records = read_log(
        tmp_path,
        GOOD[1],
        history(
            0,
            {
                ("hist", "bins"): "[1,2]",
                ("hist", "size"): "64",
                ("hist", "_type"): '"histogram"',
                ("img",): '{"_type": "images", "width": 28}',
                ("deep",): '{"img": {"_type": "image-file", "size": 3}, "loss": 1}',
                ("history",): "2",
            },
        ),
        message(3, item(("hist", "_type"), '"histogram"'), item(("hist", "size"), "64")),
    )
    assert points(records) == {"deep.loss": [(0, 1.0)], "history": [(0, 2.0)]}
    assert records.problems == ()


def test_final_values_without_a_history_are_metrics_of_one_point(tmp_path: Path) -> None:
    final = message(
        3,
        *(item("best", "0.25"), item("gone", "1"), item(("loss",), "0.1")),
        *(item(("loss", "min"), "0.1"), item(("test", "auc"), "0.5"), item("_runtime", "3")),
        item(("_wandb", "runtime"), "3"),
    )
    later = message(3, item(("test", "auc"), "0.9"), message(2, message(2, "gone")))
    records = read_log(tmp_path, *GOOD[:-1], final, later)
    assert points(records) == {
        "best": [(2, 0.25)],
        "loss": [(0, 1.0), (1, 0.5), (2, 1 / 3)],
        "test.auc": [(2, 0.9)],
    }


def test_goals_that_were_defined(tmp_path: Path) -> None:
    lowest, highest, last = (message(7, number(rule, 1)) for rule in (1, 2, 5))
    records = read_log(
        tmp_path,
        GOOD[1],
        message(12, message(1, "loss"), lowest),
        message(12, message(2, "val/*"), highest),
        message(12, message(1, "val/err"), highest, number(8, 1)),
        message(12, message(1, "lr"), last, message(4, "epoch")),
        history(0, {("loss",): "1", ("val/err",): "1", ("val/acc",): "1", ("lr",): "1"}),
    )
    unit = source.discover(place_of(tmp_path / "wandb")).units[0]
    assert source.read(unit).metrics == (
        MetricFact("loss", "minimize"),
        MetricFact("val/acc", "maximize"),
        MetricFact("val/err", "minimize"),
    )
    assert records.problems == ()


@pytest.mark.parametrize(
    ("ending", "status", "ended"),
    [
        ([exit_record()], "finished", 1740830400500),
        ([exit_record(1, 5)], "failed", 1740830405500),
        ([exit_record(-1)], "failed", 1740830400500),
        ([], "unfinished", None),
    ],
)
def test_how_a_run_ended(
    tmp_path: Path, ending: list[bytes], status: str, ended: int | None
) -> None:
    run = only_run(read_log(tmp_path, about(), *ending))
    assert (run.status, run.ended) == (status, ended)


def test_a_resumed_run_is_one_run_with_the_later_of_repeated_steps(tmp_path: Path) -> None:
    config = message(4, item("lr", "0.1"), item("bs", "8"))
    first = [about("r1", message(8, "old"), config), *rows("loss", {0: 1.0, 1: 0.9, 2: 0.8})]
    again = [
        about("r1", message(8, "new"), message(4, item("lr", "0.2")), start=1_740_840_000),
        *rows("loss", {2: 0.7, 3: 0.6}),
        exit_record(seconds=10),
    ]
    folder_of(tmp_path, [*first, exit_record(1)], "r1", "01")
    folder_of(tmp_path, again, "r1", "59")
    folder_of(tmp_path, GOOD)
    runs = {run.id: run for run in read("wandb", tmp_path / "wandb").runs}
    assert runs.keys() == {"r1", "abc123"}
    run = runs["r1"]
    assert (run.name, run.status, run.params) == ("new", "finished", {"lr": "0.2", "bs": "8"})
    assert (run.started, run.ended) == (1740830400500, 1740840010500)
    (loss,) = run.series
    assert (loss.steps.tolist(), loss.values.tolist()) == ([0, 1, 2, 3], [1.0, 0.9, 0.7, 0.6])
    assert (loss.summary.count, loss.summary.last) == (4, 0.6)


def rows(name: str, values: Mapping[int, float]) -> list[bytes]:
    return [history(step, {(name,): repr(value)}) for step, value in values.items()]


def test_the_last_of_several_records_of_a_run_counts(tmp_path: Path) -> None:
    first = about("r1", message(8, "old"), message(10, "a"), message(4, item("lr", "1")))
    again = about("r1", message(8, "new"), message(10, "b"), message(4, item("bs", "2")), start=9)
    run = only_run(read_log(tmp_path, first, *rows("loss", {0: 1.0}), again, exit_record()))
    assert (run.name, run.tags, run.params) == ("new", {"b": ""}, {"lr": "1", "bs": "2"})
    assert run.started == 9500


def test_what_would_fill_the_memory_is_bounded_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("runfolio.sources.reading.logged_rows.MOST_NAMES", 3)
    monkeypatch.setattr("runfolio.sources.wandb.records._ROOM", 2000)
    monkeypatch.setattr("runfolio.sources.wandb.records.ROWS_PER_LOOK", 2)
    monkeypatch.setattr("runfolio.sources.wandb.records.MOST_POINTS", 70)
    many = {(f"m{n}",): "1" for n in range(5)}
    config = message(5, item("big", json.dumps("x" * 1000)))
    records = read_log(tmp_path, about(), *(history(n, many) for n in range(4)), config)
    assert [len(s.values) for s in only_run(records).series] == [2, 2, 2]
    assert sorted(slugs(records.problems)) == [
        "history-too-long",
        "too-many-metrics",
        "wandb-record-unreadable",
    ]


def test_latest_run_is_one_of_the_others(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, GOOD)
    put(folder.parent / "latest-run", {"run-abc123.wandb": framed(GOOD[:3])})
    run = only_run(read("wandb", tmp_path / "wandb"))
    assert run.path.endswith(folder.name)
    assert run.series[0].summary.count == 3
    assert claimed(tmp_path / "wandb") == {folder.name, "latest-run"}


def test_latest_run_alone_is_the_run(tmp_path: Path) -> None:
    put(tmp_path / "wandb" / "latest-run", {"run-abc123.wandb": framed(GOOD), "files/x": ""})
    assert only_run(read("wandb", tmp_path / "wandb")).id == "abc123"


def test_latest_run_without_its_log_is_none_beside_others(tmp_path: Path) -> None:
    """Repositories leave out large files: which run it is a copy of is not told any more."""
    inner = {f"files/{name}": content for name, content in OLD_FILES.items()}
    put(tmp_path / "study" / "wandb" / "latest-run", inner)
    alone = only_run(read("wandb", tmp_path / "study" / "wandb"))
    assert (alone.id, alone.id_is_path) == ("wandb/latest-run", True)
    put(tmp_path / "study" / "wandb" / "run-20200301_120000-abc123", inner)
    assert only_run(read("wandb", tmp_path / "study" / "wandb")).id == "abc123"


def test_a_runs_folder_and_a_bare_log(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "triage-code", [about("abc123"), *GOOD[2:]])
    assert matches("wandb", folder)
    inner = only_run(read("wandb", folder))
    assert (inner.id, inner.experiment) == ("abc123", "runs")  # what is above is not known
    log = folder / "run-abc123.wandb"
    assert matches("wandb", log)
    assert only_run(read("wandb", log)).id == "abc123"
    whole = only_run(read("wandb", tmp_path / "triage-code" / "wandb"))
    assert whole.params == inner.params


def test_other_things_beside_are_left_to_others(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, GOOD)
    wandb = folder.parent
    put(
        wandb,
        {
            "debug.log": "",
            "sweep-x1y2/config-abc123.yaml": "",
            "mine/metrics.csv": "step,a\n1,2\n",
            "notes.txt": "",
            "run-20250301_120000-nothing/readme.md": "",
        },
    )
    assert claimed(wandb) == {folder.name, "debug.log", "sweep-x1y2"}
    for other in ("mine", "sweep-x1y2", "run-20250301_120000-nothing"):
        assert not matches("wandb", wandb / other)
    (wandb / "fake.wandb").write_bytes(b"something else")
    assert not matches("wandb", wandb / "fake.wandb")


OLD_FILES: dict[str, str | bytes] = {
    "config.yaml": "wandb_version: 1\n\n_wandb:\n  desc: null\n  value:\n    cli_version: 0.9\n"
    "lr:\n  desc: null\n  value: 1e-3\nmodel:\n  desc: null\n  value:\n    depth: 4\n",
    "wandb-summary.json": '{"_step": 9, "_runtime": 3.5, "_wandb": {"runtime": 3}, "acc": 0.5, '
    '"test": {"auc": NaN}, "img": {"_type": "image-file", "size": 3}, "phase": "fit"}',
    "wandb-metadata.json": '{"startedAt": "2025-03-01T12:00:00.500000", "host": "marker", '
    '"username": "marker", "args": ["marker"], "git": {"remote": "marker", "commit": "0badcafe"}, '
    '"state": "running"}',
    "output.log": "marker",
}


@pytest.mark.parametrize("inner", ["files/", ""])
def test_files_without_a_log(tmp_path: Path, inner: str) -> None:
    folder = tmp_path / "study" / "wandb" / "run-20200301_120000-abc123"
    put(folder, {inner + name: content for name, content in OLD_FILES.items()})
    records = read("wandb", tmp_path / "study" / "wandb")
    run = only_run(records)
    assert records.problems == ()
    assert (run.id, run.status, run.commit) == ("abc123", "unknown", "0badcafe")
    assert (run.started, run.ended) == (1740830400500, None)
    assert run.params == {"lr": "1e-3", "model.depth": "4"}
    assert repr(points(records)) == "{'acc': [(9, 0.5)], 'test.auc': [(9, nan)]}"
    assert "marker" not in repr(run)


def test_versions_are_taken_and_places_are_not(tmp_path: Path) -> None:
    folder = tmp_path / "wandb" / "run-20200301_120000-abc123"
    put(
        folder / "files",
        {
            **OLD_FILES,
            "wandb-metadata.json": '{"python": "CPython 3.11.2", "host": "marker"}',
            "requirements.txt": "numpy==1.26.4\n-e git+ssh://marker@host/x#egg=own\n"
            "Scikit_Learn==1.5.2\nown @ file:///home/marker/own\ntorch>=2\n",
        },
    )
    run = only_run(read("wandb", tmp_path / "wandb"))
    assert run.environment == {"numpy": "1.26.4", "python": "3.11.2", "scikit-learn": "1.5.2"}
    assert "marker" not in repr(run)


def test_files_out_of_their_folder(tmp_path: Path) -> None:
    put(tmp_path / "exports" / "best", {**OLD_FILES, "weights.bin": ""})
    assert claimed(tmp_path / "exports" / "best") == OLD_FILES.keys()
    run = only_run(read("wandb", tmp_path / "exports" / "best"))
    assert (run.id, run.id_is_path, run.params["lr"]) == ("best", True, "1e-3")


def test_the_log_goes_before_the_files(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [about("abc123", message(4, item("lr", "0.5"))), *GOOD[2:]])
    put(folder / "files", OLD_FILES)
    run = only_run(read("wandb", tmp_path / "wandb"))
    assert run.params == {"lr": "0.5", "model.depth": "4"}
    assert [s.metric for s in run.series] == ["acc", "loss", "test.auc"]
    assert (run.status, run.commit) == ("finished", "0badcafe")


def test_history_of_the_oldest_clients(tmp_path: Path) -> None:
    lines = (
        '{"loss": 0.5, "_step": 10, "_runtime": 2.5, "_timestamp": 1583020800.5}\n'
        '{"loss": NaN, "val": {"acc": 0.25}, "_step": 20}\n'
        '{"loss": 0.2'
    )
    put(
        tmp_path / "wandb" / "run-20200301_120000-abc123",
        {**OLD_FILES, "wandb-history.jsonl": lines, "wandb-events.jsonl": '{"system.cpu": 1}\n'},
    )
    records = read("wandb", tmp_path / "wandb")
    found = points(records)
    assert found["val.acc"] == [(20, 0.25)]
    assert repr(found["loss"]) == "[(10, 0.5), (20, nan)]"
    assert found["acc"] == [(20, 0.5)]
    (problem,) = records.problems
    assert (problem.slug, problem.severity) == ("json-line-cut", "note")
    assert problem.place.endswith("wandb-history.jsonl:3")


def test_a_run_of_which_only_its_length_is_known(tmp_path: Path) -> None:
    assert points(read_log(tmp_path, about(), history(0, {("_runtime",): "7.5"}))) == {
        "_runtime": [(0, 7.5)]
    }


def test_long_records_cross_blocks(tmp_path: Path) -> None:
    long = history(1, {("note",): json.dumps("x" * 100_000), ("loss",): "0.25"})
    pad = message(7, "y" * (BLOCK - 7 - 7 - 7 - 4 - 3))  # leaves less than a header of the block
    records = read_log(tmp_path, pad, GOOD[1], long, *rows("loss", {2: 0.125}), exit_record())
    assert points(records) == {"loss": [(1, 0.25), (2, 0.125)]}
    assert slugs(records.problems) == ["column-without-numbers"]


def damaged(records: list[bytes], at: int) -> bytes:
    data = bytearray(framed(records))
    data[at] ^= 0xFF
    return bytes(data)


FLOATS = st.floats(-1e300, 1e300) | st.sampled_from([math.nan, math.inf, -math.inf])
FILLED = [GOOD[1], *(history(step, {("loss",): "0.5"}) for step in range(5000)), GOOD[-1]]


def test_damage_costs_a_block_and_no_more(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, [])
    (folder / "run-abc123.wandb").write_bytes(damaged(FILLED, 2 * BLOCK + 100))
    records = read("wandb", tmp_path / "wandb")
    (problem,) = records.problems
    assert (problem.slug, problem.severity) == ("wandb-log-damaged", "warning")
    assert problem.place.endswith("run-abc123.wandb")
    (loss,) = only_run(records).series
    assert 5000 - BLOCK // 20 < loss.summary.count < 5000
    assert loss.summary.last_step == 4999
    assert only_run(records).status == "finished"


@pytest.mark.parametrize(
    ("data", "slug", "severity"),
    [
        (b"", "wandb-log-empty", "note"),
        (b":W&B\xe1", "wandb-log-empty", "note"),
        (b"PK\x03\x04 a zip file", "wandb-log-unreadable", "error"),
        (framed(GOOD)[:-3], "wandb-log-cut", "note"),
        (framed(GOOD)[:-9], "wandb-log-cut", "note"),
        (framed(GOOD[:-1]) + bytes(5000), "wandb-log-cut", "note"),
        (framed(GOOD[:-1]) + bytes(100_000), "wandb-log-cut", "note"),
        (damaged(GOOD, len(framed(GOOD[:-1])) + 8), "wandb-log-damaged", "warning"),
        (framed([*GOOD[:-1], b"\x12\xff\xff"]), "wandb-record-unreadable", "warning"),
        (framed([*GOOD, history(9, {("x",): "{"})]), "wandb-record-unreadable", "warning"),
        (
            framed([*GOOD, message(2, message(1, message(16, "1")))]),
            *("wandb-record-unreadable",) * 1,
            "warning",
        ),
        (framed([*GOOD, message(3, item("x", "{"))]), "wandb-summary-unreadable", "warning"),
        (
            framed([*GOOD, message(5, item("x", '{"a":' * 200 + "1" + "}" * 200))]),
            "wandb-config-unreadable",
            "warning",
        ),
        (
            framed([*GOOD, message(5, item("x", "[" * 100_000))]),
            "wandb-record-unreadable",
            "warning",
        ),
        (
            framed([*GOOD, message(5, item(("a",) * 500, "1"))]),
            "wandb-record-unreadable",
            "warning",
        ),
    ],
)
def test_bad_logs_are_told_and_the_rest_is_read(
    tmp_path: Path, data: bytes, slug: str, severity: str
) -> None:
    folder = folder_of(tmp_path, [])
    put(folder, {"run-abc123.wandb": data, "files/config.yaml": OLD_FILES["config.yaml"]})
    records = read("wandb", tmp_path / "wandb")
    (problem,) = records.problems
    assert (problem.slug, problem.severity) == (slug, severity)
    assert problem.hint
    run = only_run(records)
    assert run.id == "abc123"
    if slug != "wandb-config-unreadable":
        assert run.params["lr"] == "1e-3"
    if len(data) > 20:
        assert run.series[0].summary.count == 3


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.yaml", "- a\n"),
        ("config.yaml", "lr: [\n"),
        ("wandb-summary.json", "{"),
        ("wandb-metadata.json", '{"git":'),
    ],
)
def test_bad_files_are_told_and_the_rest_is_read(tmp_path: Path, name: str, content: str) -> None:
    folder = folder_of(tmp_path, GOOD)
    put(folder / "files", {**OLD_FILES, name: content})
    records = read("wandb", tmp_path / "wandb")
    assert slugs(records.problems) == ["file-unreadable"]
    assert records.problems[0].place.endswith(f"files/{name}")
    assert only_run(records).name == "forest"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("config.yaml", "lr: 1\nmodel: {value: {a: 1}}\n"),
        ("wandb-summary.json", "[1, 2]"),
        ("wandb-metadata.json", '{"git": 3, "state": [], "startedAt": {}}'),
    ],
)
def test_files_of_another_shape_do_no_harm(tmp_path: Path, name: str, content: str) -> None:
    folder = folder_of(tmp_path, GOOD)
    put(folder / "files", {name: content})
    records = read("wandb", tmp_path / "wandb")
    assert records.problems == ()
    assert only_run(records).status == "finished"


def test_a_file_cut_anywhere_is_told_or_complete(tmp_path: Path) -> None:
    data = framed(GOOD)
    log = folder_of(tmp_path, GOOD) / "run-abc123.wandb"
    edges = {len(framed(GOOD[:count])) for count in range(len(GOOD) + 1)}
    for end in range(len(data)):
        log.write_bytes(data[:end])
        records = read("wandb", tmp_path / "wandb")
        told = set(slugs(records.problems))
        assert told <= {"wandb-log-cut", "wandb-log-empty"}
        assert told or end in edges, end
        assert only_run(records).status in ("unfinished", "unknown")


@given(st.lists(st.tuples(st.integers(7, len(framed(GOOD)) - 1), st.integers(1, 255)), min_size=1))
def test_flipped_bytes_never_stop_the_reader(flips: list[tuple[int, int]]) -> None:
    data = bytearray(framed(GOOD))
    for at, bits in flips:
        data[at] ^= bits
    check_any(bytes(data))


@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(message, st.sampled_from([2, 3, 5, 12, 17, 18, 25, 26]), st.binary()),
            st.builds(
                lambda kind, inner: message(kind, message(1, inner)),
                st.sampled_from([2, 3, 5]),
                st.binary(),
            ),
            st.builds(
                lambda kind, path, text: message(kind, item(tuple(path), text)),
                st.sampled_from([2, 3, 5]),
                st.lists(st.text(max_size=5), max_size=3),
                st.text(max_size=9) | st.floats().map(json.dumps),
            ),
        )
    )
)
def test_no_record_stops_the_reader(records: list[bytes]) -> None:
    check_any(framed([*GOOD[:-1], *records]))


def check_any(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        put(folder_of(root, []), {"run-abc123.wandb": data})
        records = read("wandb", root / "wandb")
        only_run(records)
        assert all(problem.hint for problem in records.problems)


@given(st.lists(st.text(min_size=1, max_size=4), min_size=1, max_size=3), FLOATS)
def test_the_short_way_reads_what_the_long_way_does(path: list[str], value: float) -> None:
    """Names with bytes that look like the begin of a value are read as any others."""
    names = ("\u0082\u0001", *path)
    log = RunLog()
    for step in range(3):
        log.add(history(step, {names: json.dumps(value)}))
    (series,) = log.history.series() or (None,)
    if series is None:
        assert names[-1] == "_type" or names[0] == "_wandb"
    else:
        assert series.metric == ".".join(names)
        assert repr(series.values.tolist()) == repr([value] * 3)


@pytest.fixture(scope="module")
def logged(peers: Peers) -> Path:
    """A wandb folder that the real client wrote."""
    arguments = ("--edge", "--runs", "4", "--metrics", "3", "--steps", "250")
    return peers.made("make_wandb_offline.py", *arguments, needs="wandb")


@pytest.mark.peer
def test_what_the_real_client_logged(peers: Peers, logged: Path, tmp_path: Path) -> None:
    runfolio.build(logged / "wandb", output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    said = peers.said_of(logged)
    assert len(said) == 4
    assert ours.keys() == {run["id"] for run in said}
    compared = odd = 0
    for theirs in said:
        run = ours[theirs["id"]]
        for fact in ("name", "experiment", "status", "params", "tags", "started"):
            assert run[fact] == theirs[fact], fact
        assert run["ended"] >= run["started"]
        assert run["metrics"].keys() == theirs["metrics"].keys()
        for name, history in theirs["metrics"].items():
            check_metric(run["metrics"][name], [(step, float(value)) for step, value in history])
            compared += 1
            odd += run["metrics"][name]["nonfinite"] > 0
    assert compared > 20
    assert odd == 3 * 4, "NaN and both infinities, in each run"


def check_metric(ours: dict[str, Any], points: list[tuple[int, float]]) -> None:
    finite = [(step, value) for step, value in points if math.isfinite(value)]
    assert ours["count"] == len(points)
    assert ours["nonfinite"] == len(points) - len(finite)
    assert repr(float(ours["first"])) == repr(points[0][1])
    assert repr(float(ours["last"])) == repr(points[-1][1])
    assert ours["last_step"] == points[-1][0]
    if finite:
        values = [value for _, value in finite]
        assert (ours["min"], ours["max"]) == (min(values), max(values))
        assert ours["mean"] == pytest.approx(math.fsum(values) / len(values), rel=1e-12)
