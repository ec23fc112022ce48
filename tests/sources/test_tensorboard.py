"""TensorBoard's event files: what writers put into them, and what goes wrong there."""

from __future__ import annotations

import json
import math
import struct
from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import event_files
import runfolio
from event_files import (
    HOST,
    START,
    event,
    field,
    plugin,
    record,
    scalar,
    session,
    simple,
    strings,
    tensor,
    version,
    write,
)
from peers import Peers
from reading import matches, only_run, place_of, read, slugs
from runfolio.model.records import Records, RunRecord
from runfolio.registry import find
from runfolio.sources.base import WHOLE, Claim
from runfolio.sources.reading.crc32c import crc32c
from runfolio.sources.tensorboard import events as tensorboard_events
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from sites import Site

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8)
SOURCE: Any = find("runfolio.sources", "source")["tensorboard"]


def records_of(folder: Path) -> Records:
    return read("tensorboard", folder)


def all_records(root: Path) -> dict[str, RunRecord]:
    """Return the runs at a root and below it, as ingest finds them, by id."""
    from runfolio.ingest.discover import Wanted, discover

    found = discover([Wanted(Place(LocalStorage.at(root)))], [SOURCE])
    assert found.problems == ()
    return {run.id: run for unit, _ in found.units for run in SOURCE.read(unit).runs}


def points(run: RunRecord) -> dict[str, list[tuple[float, float]]]:
    return {
        s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in run.series
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder for a run."""
    return tmp_path / "logs" / "run-01"


def test_a_run_in_the_old_encoding(folder: Path) -> None:
    write(folder, [event(step, simple("loss", 1 / (1 + step))) for step in range(4)])
    assert matches("tensorboard", folder)
    records = records_of(folder)
    run = only_run(records)
    assert records.problems == ()
    assert points(run) == {
        "loss": [
            (0, 1.0),
            (1, 0.5),
            (2, struct.unpack("<f", struct.pack("<f", 1 / 3))[0]),
            (3, 0.25),
        ]
    }
    assert (run.path, run.id_is_path, run.status) == ("run-01", True, "unknown")
    assert (run.started, run.ended) == (1_600_000_000_000, 1_600_000_003_000)


def test_what_the_folders_say(folder: Path) -> None:
    write(folder, [event(1, simple("loss", 1.0))])
    place = Place(LocalStorage.at(folder.parent.parent, "project"), "logs/run-01")
    (unit,) = SOURCE.discover(place).units
    (run,) = SOURCE.read(unit).runs
    assert (run.id, run.name, run.experiment) == ("logs/run-01", "run-01", "logs")
    assert (run.location, run.path) == ("project/logs", "project/logs/run-01")


def packed(*codes: Any) -> bytes:
    return b"".join(struct.pack(codes[at], codes[at + 1]) for at in range(0, len(codes), 2))


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (field(1, 1) + field(2, b"") + field(5, packed("<f", 0.5)), 0.5),
        (field(1, 1) + b"\x2d" + packed("<f", 0.5), 0.5),
        (field(1, 1) + field(4, packed("<f", 0.5)), 0.5),
        (field(1, 2) + field(6, packed("<d", 0.1)), 0.1),
        (field(1, 2) + field(6, 0.1), 0.1),
        (field(1, 2) + field(4, packed("<d", 0.1)), 0.1),
        (field(1, 19) + field(13, b"\x80\x70"), 0.5),  # 0x3800
        (field(1, 19) + field(13, 0x3800), 0.5),
        (field(1, 19) + field(4, b"\x00\x38"), 0.5),
        (field(1, 14) + field(13, b"\x80\x7d"), 0.25),  # 0x3e80 is the upper half of a float's
        (field(1, 14) + field(4, b"\x80\x3e"), 0.25),
        (field(1, 3) + field(7, b"\x96\x01"), 150.0),
        (field(1, 3) + field(7, -3), -3.0),
        (field(1, 9) + field(10, field(1, 0)[:0] + b"\x07"), 7.0),
        (field(1, 10) + field(11, b"\x01"), 1.0),
        (field(1, 4) + field(4, b"\xff"), 255.0),
        (field(1, 1) + field(2, field(2, field(1, 1))) + field(5, packed("<f", 2.0)), 2.0),
        (field(1, 1) + field(2, b""), 0.0),
    ],
)
def test_the_new_encoding_of_every_type(folder: Path, content: bytes, value: float) -> None:
    first = tensor("auc", content, plugin("scalars"))
    write(
        folder,
        [event(1, first), event(2, tensor("auc", content)), event(3, tensor("auc", content))],
    )
    records = records_of(folder)
    assert points(only_run(records)) == {"auc": [(1, value), (2, value), (3, value)]}
    assert records.problems == ()


@pytest.mark.parametrize(
    "content",
    [
        field(1, 1) + field(2, field(2, field(1, 2))) + field(5, packed("<f", 1.0, "<f", 2.0)),
        field(1, 3) + field(7, b"\x01\x02"),
        field(1, 7) + field(8, "word"),
        field(1, 1) + field(4, b"\x00\x00\x00"),
        field(1, 99) + field(5, packed("<f", 1.0)),
    ],
)
def test_tensors_that_are_no_single_number_are_passed_over(folder: Path, content: bytes) -> None:
    write(folder, [event(1, tensor("odd", content, plugin("scalars")), simple("loss", 1.0))])
    records = records_of(folder)
    assert points(only_run(records)) == {"loss": [(1, 1.0)]}
    assert records.problems == ()


def test_every_kind_of_number_and_step(folder: Path) -> None:
    steps = [-5, 0, 127, 128, 16384, 1 << 40, (1 << 63) - 1]
    values = [math.nan, math.inf, -math.inf, 0.0, -1.5, 2.0**-149, 3.0]
    write(
        folder, [event(s, simple("x", v), wall=START) for s, v in zip(steps, values, strict=True)]
    )
    (series,) = only_run(records_of(folder)).series
    assert series.steps.tolist() == steps
    np.testing.assert_array_equal(series.values, values)


def test_a_signalling_nan_is_a_nan(folder: Path) -> None:
    def loss(step: int) -> bytes:
        bits = 0x7FA00000 if step == 5 else struct.unpack("<I", struct.pack("<f", step))[0]
        return event(step, field(1, "loss") + b"\x15" + struct.pack("<I", bits))

    write(folder, [version(), *map(loss, range(1, 20))])
    found = read("tensorboard", folder)
    assert found.problems == ()
    summary = only_run(found).series[0].summary
    assert (summary.count, summary.nonfinite, summary.last) == (19, 1, 19.0)


def test_no_number_of_histograms_is_too_many(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their contents differ in length from step to step, as they do in real logs."""
    monkeypatch.setattr(tensorboard_events, "MOST_ODD", 20)
    records = [version()]
    for step in range(200):
        content = field(5, b"".join(field(1, float(i)) for i in range(1 + step % 70)))
        records.append(event(step, field(1, f"weights/{step % 3}") + content))
        records.append(event(step, simple("loss", 200.0 - step)))
    write(folder, records)
    found = read("tensorboard", folder)
    assert found.problems == ()
    run = only_run(found)
    assert [series.metric for series in run.series] == ["loss"]
    assert (run.series[0].summary.count, run.series[0].summary.last) == (200, 1.0)


def test_histograms_audio_graphs_and_curves_are_passed_over(folder: Path) -> None:
    histogram = field(1, "weights") + field(5, field(1, 0.0))
    graph = field(4, b"graph")
    write(
        folder,
        [
            event(0, more=graph),
            event(1, histogram),
            event(1, tensor("pr", field(1, 1) + field(5, packed("<f", 1.0)), plugin("pr_curves"))),
            event(1, tensor("unknown", field(1, 1) + field(5, packed("<f", 1.0)))),
            event(2, histogram, simple("loss", 2.0)),
        ],
    )
    records = records_of(folder)
    assert points(only_run(records)) == {"loss": [(2, 2.0)]}
    assert records.problems == ()


Logged = list[tuple[str, int, float, bool]]
LOGS = st.lists(
    st.tuples(
        st.sampled_from(["loss", "a/longer/name", "x"]),
        st.integers(-2, 40_000),
        st.floats(width=32, allow_nan=False),
        st.booleans(),
    ),
    max_size=30,
)


@settings(max_examples=40, deadline=None)
@given(pattern=LOGS, times=st.integers(1, 60), chunk=st.integers(40, 3000))
def test_points_come_as_they_were_logged(
    tmp_path_factory: pytest.TempPathFactory, pattern: Logged, times: int, chunk: int
) -> None:
    folder = tmp_path_factory.mktemp("run")
    expected: dict[str, list[tuple[int, float]]] = defaultdict(list)
    written = []
    for number in range(times):  # logs repeat their tags over and over
        for tag, step, value, is_new in pattern:
            step += 100 * number
            expected[tag].append((step, value))
            make = scalar if is_new else simple
            written.append(event(step, make(tag, value)))
    write(folder, written)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensorboard_events, "CHUNK", chunk)
        records = records_of(folder)
    assert records.problems == ()
    run = only_run(records)
    assert {s.metric for s in run.series} == expected.keys()
    for series in run.series:
        logged = expected[series.metric]
        summary, values = series.summary, [value for _, value in logged if math.isfinite(value)]
        assert (summary.count, summary.last_step) == (len(logged), logged[-1][0])
        assert (summary.first, summary.last) == (logged[0][1], logged[-1][1])
        if values:
            assert (summary.min, summary.max) == (min(values), max(values))
        if len(logged) <= 200:
            by_step = sorted(logged, key=lambda point: point[0])
            assert list(zip(series.steps.tolist(), series.values.tolist(), strict=True)) == by_step


def test_several_values_in_one_event(folder: Path) -> None:
    write(folder, [event(s, simple("a", s), simple("b", -s)) for s in range(300)])
    run = only_run(records_of(folder))
    assert [(s.metric, s.summary.count, s.summary.last) for s in run.series] == [
        ("a", 300, 299.0),
        ("b", 300, -299.0),
    ]


def test_a_tag_logged_without_steps_keeps_every_point(folder: Path) -> None:
    write(folder, [event(0, simple("loss", float(v))) for v in range(50)])
    (series,) = only_run(records_of(folder)).series
    assert (series.summary.count, series.summary.last, series.summary.last_step) == (50, 49.0, 0)


def test_params_and_the_end_of_a_session(folder: Path) -> None:
    logged: dict[str, str | float | bool]
    logged = {"lr": 0.001, "batch": 32.0, "opt": "adam", "augment": True, "eps": 1e-08}
    write(
        folder,
        [
            event(0, *session(logged, started=START - 5)),
            event(9, simple("loss", 1.0)),
            event(0, *session(status=1, ended=START + 60)),
        ],
    )
    run = only_run(records_of(folder))
    assert run.params == {
        "augment": "true",
        "batch": "32",
        "eps": "1e-08",
        "lr": "0.001",
        "opt": "adam",
    }
    assert list(run.params) == sorted(run.params)
    assert (run.status, run.started) == ("finished", 1_599_999_995_000)
    assert run.ended == 1_600_000_060_000


@pytest.mark.parametrize(
    ("status", "said", "ended"),
    [(2, "failed", 1_600_000_009_000), (3, "unfinished", None), (7, "unknown", 1_600_000_009_000)],
)
def test_how_a_session_ended(folder: Path, status: int, said: str, ended: int | None) -> None:
    write(folder, [event(9, simple("loss", 1.0)), event(0, *session({}, status=status))])
    run = only_run(records_of(folder))
    assert (run.status, run.ended) == (said, ended)


def test_of_params_that_changed_the_first_are_kept_and_it_is_told(folder: Path) -> None:
    write(folder, [event(0, *session({"lr": 0.1, "seed": 1})), event(1, simple("loss", 1.0))])
    write(folder, [event(0, *session({"lr": 0.2, "seed": 1, "new": "x"}))], at=1_600_000_600)
    records = records_of(folder)
    assert only_run(records).params == {"lr": "0.1", "new": "x", "seed": "1"}
    assert slugs(records.problems) == ["params-logged-again"]
    assert "(lr)" in records.problems[0].message


def test_params_in_a_folder_of_their_own_are_the_runs(tmp_path: Path) -> None:
    run = tmp_path / "logs" / "run-01"
    write(run, [event(s, simple("loss", 1.0 + s)) for s in range(3)])
    write(
        run / "1600000000.5",
        [
            event(0, *session({"lr": 0.1}, status=1, schema=True)),
            event(3, simple("hparam/auc", 0.9)),
            event(0, simple("loss", 7.0)),
        ],
    )
    (found,) = all_records(tmp_path).values()
    assert found.id == "logs/run-01"
    assert (found.params, found.status) == ({"lr": "0.1"}, "finished")
    assert points(found) == {
        "hparam/auc": [(3, struct.unpack("<f", struct.pack("<f", 0.9))[0])],
        "loss": [(0, 1.0), (1, 2.0), (2, 3.0)],
    }


def test_several_sets_of_params_are_several_runs(tmp_path: Path) -> None:
    sweep = tmp_path / "sweep"
    write(sweep, [])
    for number in range(3):
        logged = session({"lr": number / 10}, status=1, schema=True)
        write(sweep / f"trial-{number}", [event(0, *logged), event(1, simple("auc", number))])
    found = all_records(tmp_path)
    assert {id_: run.params["lr"] for id_, run in found.items()} == {
        "sweep/trial-0": "0",
        "sweep/trial-1": "0.1",
        "sweep/trial-2": "0.2",
    }
    assert {run.experiment for run in found.values()} == {"sweep"}


def test_a_folder_that_declares_params_is_only_the_group_of_its_runs(tmp_path: Path) -> None:
    write(tmp_path / "tuning", [event(0, *session(schema=True))])
    write(
        tmp_path / "tuning" / "run-0", [event(0, *session({"units": 16})), event(1, simple("a", 1))]
    )
    write(
        tmp_path / "tuning" / "run-1", [event(0, *session({"units": 32})), event(1, simple("a", 2))]
    )
    (tmp_path / "tuning" / "run-1" / "notes.json").write_text("{}")  # another reader's folder
    found = all_records(tmp_path)
    assert {id_: run.params for id_, run in found.items()} == {
        "tuning/run-0": {"units": "16"},
        "tuning/run-1": {"units": "32"},
    }


def test_training_and_validation_are_one_run(tmp_path: Path) -> None:
    run = tmp_path / "logs" / "20240101-120000"
    write(run / "train", [event(1, simple("epoch_loss", 0.5))])
    write(
        run / "validation",
        [event(1, simple("epoch_loss", 0.75)), event(1, simple("validation/f1", 0.5))],
    )
    (run / "train" / "plugins" / "profile").mkdir(parents=True)
    (run / "train" / "plugins" / "profile" / "trace.json").write_text("{}")
    (found,) = all_records(tmp_path).values()
    assert (found.id, found.name, found.experiment) == (
        "logs/20240101-120000",
        "20240101-120000",
        "logs",
    )
    assert points(found) == {
        "train/epoch_loss": [(1, 0.5)],
        "validation/epoch_loss": [(1, 0.75)],
        "validation/f1": [(1, 0.5)],
    }


def test_evaluation_beside_training(tmp_path: Path) -> None:
    write(tmp_path / "model", [event(1, simple("loss", 0.5))])
    write(tmp_path / "model" / "eval", [event(1, simple("loss", 0.25))])
    (found,) = all_records(tmp_path).values()
    assert points(found) == {"eval/loss": [(1, 0.25)], "loss": [(1, 0.5)]}


def test_a_folder_called_train_among_other_runs_is_a_run(tmp_path: Path) -> None:
    for name in ("train", "other"):
        write(tmp_path / "runs" / name, [event(1, simple("loss", 0.5))])
    assert all_records(tmp_path).keys() == {"runs/train", "runs/other"}


def test_a_folder_called_train_with_another_log_in_it_is_a_run(tmp_path: Path) -> None:
    write(tmp_path / "detect" / "train", [event(1, simple("loss", 0.5))])
    (tmp_path / "detect" / "train" / "results.csv").write_text("epoch\n1\n")
    assert all_records(tmp_path).keys() == {"detect/train"}


def test_lines_of_one_chart_are_metrics_of_the_run(tmp_path: Path) -> None:
    run = tmp_path / "run-01"
    write(run, [event(1, simple("loss", 0.5))])
    write(run / "errors" / "rate" / "a", [event(1, simple("errors/rate", 1.0))])  # tensorboardX
    write(run / "errors_rate_b", [event(1, simple("errors/rate", 2.0))])  # PyTorch
    (found,) = all_records(tmp_path).values()
    assert points(found) == {
        "errors/rate/a": [(1, 1.0)],
        "errors/rate/b": [(1, 2.0)],
        "loss": [(1, 0.5)],
    }


def test_a_run_below_a_run_is_a_run(tmp_path: Path) -> None:
    write(tmp_path / "main", [event(1, simple("loss", 0.5))])
    write(tmp_path / "main" / "second", [event(1, simple("loss", 0.25))])
    found = all_records(tmp_path)
    assert {id_: points(run)["loss"] for id_, run in found.items()} == {
        "main": [(1, 0.5)],
        "main/second": [(1, 0.25)],
    }


def test_a_resumed_run_keeps_the_later_points(folder: Path) -> None:
    write(folder, [event(s, simple("loss", float(s))) for s in range(10)])
    later = [event(s, simple("loss", 100.0 + s), wall=START + 600 + s) for s in range(6, 12)]
    write(folder, later, at=1_600_000_600)
    records = records_of(folder)
    values = [*range(6), *range(106, 112)]
    assert points(only_run(records))["loss"] == list(zip(range(12), values, strict=True))
    assert slugs(records.problems) == ["steps-logged-again"]
    assert records.problems[0].severity == "note"
    assert "4 points of 1 metric " in records.problems[0].message


def test_the_later_file_is_told_by_its_time_not_its_name(folder: Path) -> None:
    write(folder, [event(1, simple("loss", 1.0), wall=START + 900)], at=1_600_000_800)
    path = write(folder, [event(1, simple("loss", 2.0), wall=START)], at=1_600_000_000)
    path.rename(folder / "z.tfevents")
    assert points(only_run(records_of(folder)))["loss"] == [(1, 1.0)]


def test_a_session_that_starts_again_within_a_file(folder: Path) -> None:
    start = event(2, wall=START + 50, more=field(7, field(1, 1)))
    first = [event(s, simple("loss", float(s))) for s in range(4)]
    again = [event(s, simple("loss", 10.0 + s), wall=START + 60 + s) for s in range(2, 4)]
    write(folder, [*first, start, *again])
    records = records_of(folder)
    assert points(only_run(records))["loss"] == [(0, 0.0), (1, 1.0), (2, 12.0), (3, 13.0)]
    assert slugs(records.problems) == ["steps-logged-again"]


def test_metrics_of_evaluation_in_a_second_file_are_no_resume(folder: Path) -> None:
    write(folder, [event(s, simple("loss", 1.0)) for s in range(3)])
    write(folder, [event(s, simple("auc", 1.0)) for s in range(3)], at=1_600_000_600)
    records = records_of(folder)
    assert [s.metric for s in only_run(records).series] == ["auc", "loss"]
    assert records.problems == ()


def test_texts_are_notes(folder: Path) -> None:
    write(
        folder,
        [
            event(2, strings("why/text_summary", "text", b"# Because\n\nof *this*")),
            event(1, strings("why/text_summary", "text", b"older")),
            event(0, strings("also", "text", b"one", b"two")),
            event(0, strings("long", "text", b"x" * 70_000)),
        ],
    )
    records = records_of(folder)
    notes = only_run(records).notes
    assert notes.startswith("## also\n\none\n\ntwo\n\n## long\n\nxxx")
    assert notes.endswith("x\n\n## why\n\n# Because\n\nof *this*\n")
    assert len(notes) < 66_000
    assert slugs(records.problems) == ["texts-cut"]


def test_what_hugging_faces_trainer_logs_of_itself_are_params(folder: Path) -> None:
    arguments = {
        "learning_rate": 5e-05,
        "output_dir": "marker-home/out",
        "logging_dir": f"out/runs/Oct09_08-53-20_{HOST}",
        "deepspeed": None,
        "hub_token": "<HUB_TOKEN>",
        "resume_from_checkpoint": "/home/marker-user/out",
        "fp16": False,
    }
    model = {"hidden_size": 768, "label2id": {"no": 0}, "_name_or_path": "/home/marker-user/m"}
    write(
        folder,
        [
            event(0, strings("args/text_summary", "text", json.dumps(arguments).encode())),
            event(0, strings("model_config/text_summary", "text", json.dumps(model).encode())),
        ],
    )
    run = only_run(records_of(folder))
    assert run.params == {
        "fp16": "false",
        "learning_rate": "5e-05",
        "model.hidden_size": "768",
        "model.label2id.no": "0",
    }
    assert run.notes == ""


def test_the_newest_picture_of_a_tag(folder: Path) -> None:
    old = field(1, "drawn") + field(4, field(1, 8) + field(2, 8) + field(4, PNG + b"old"))
    write(
        folder,
        [
            event(1, old),
            event(1, strings("seen", "images", b"8", b"8", PNG + b"1", PNG + b"more")),
            event(3, strings("seen", "images", b"8", b"8", b"\xff\xd8\xff" + b"3")),
            event(2, strings("seen", "images", b"8", b"8", PNG + b"2")),
        ],
    )
    images = only_run(records_of(folder)).images
    assert [(i.name, i.step, i.media_type, i.data) for i in images] == [
        ("drawn", 1, "image/png", PNG + b"old"),
        ("seen", 3, "image/jpeg", b"\xff\xd8\xff3"),
    ]


@pytest.mark.parametrize(
    ("pictures", "shown"),
    [
        ([(b"<svg onload='alert(1)'/>", 1)], 0),
        ([(PNG + bytes(512 * 1024), 1)], 0),
        ([(PNG, n) for n in range(13)], 12),
        ([(b"RIFF\0\0\0\0WEBP", 1), (b"GIF89a", 2), (b"RIFF\0\0\0\0WAVE", 3)], 2),
    ],
)
def test_pictures_that_are_left_out_are_told(
    folder: Path, pictures: list[tuple[bytes, int]], shown: int
) -> None:
    write(folder, [event(1, strings(f"p{n}", "images", b"1", b"1", p)) for p, n in pictures])
    records = records_of(folder)
    assert len(only_run(records).images) == shown
    assert slugs(records.problems) == ["images-left-out"]
    assert "1 tag " in records.problems[0].message


def test_the_host_is_shown_nowhere(tmp_path: Path) -> None:
    name = f"Oct09_08-53-20_{HOST}_lr0.1"
    path = write(tmp_path / "runs" / name, [event(1, simple("loss", 1.0)), event(2)])
    path.write_bytes(path.read_bytes()[:-3])
    records = records_of(tmp_path / "runs" / name)
    run = only_run(records)
    assert (run.name, run.experiment) == ("Oct09_08-53-20_lr0.1", "runs")
    assert [p.place for p in records.problems] == [f"{name}/event file 1"]


def test_a_file_by_itself(tmp_path: Path) -> None:
    path = write(tmp_path / "run-01", [event(1, simple("loss", 1.0))])
    place = Place(LocalStorage.at(path.parent, "run-01"), path.name)
    assert SOURCE.matches(place, None) == WHOLE
    (unit,) = SOURCE.discover(place).units
    (run,) = SOURCE.read(unit).runs
    assert (run.name, points(run)) == ("run-01", {"loss": [(1, 1.0)]})
    assert HOST not in repr(run)


def test_what_is_claimed(tmp_path: Path) -> None:
    run = tmp_path / "version_0"
    path = write(run, [event(1, simple("loss", 1.0))])
    write(run / "nested", [])
    (run / "hparams.yaml").write_text("lr: 1e-3\n")
    (run / "checkpoints").mkdir()
    (run / "._events.out.tfevents.1").write_text("of macOS")
    (run / "a.tfevents.d").mkdir()
    place = place_of(run)
    assert SOURCE.matches(place, place.entries()) == Claim.of(path.name, "nested", "hparams.yaml")
    assert only_run(Records(runs=(all_records(tmp_path)["version_0"],))).params == {"lr": "1e-3"}
    (run / "metrics.csv").write_text("step,loss\n1,1\n")
    assert SOURCE.matches(place, place.entries()) == Claim.of(path.name, "nested")
    assert all_records(tmp_path)["version_0"].params == {}
    assert SOURCE.matches(place_of(tmp_path), place_of(tmp_path).entries()) is None


def test_a_folder_that_is_only_called_tensorboard_has_its_name_from_above(tmp_path: Path) -> None:
    write(tmp_path / "sweep" / "run-7" / "tensorboard", [event(1, simple("loss", 0.5))])
    (run,) = all_records(tmp_path).values()
    assert (run.id, run.name, run.experiment) == ("sweep/run-7", "run-7", "sweep")


def test_params_that_lightning_wrote_twice_are_there_once(folder: Path) -> None:
    write(folder, [event(0, *session({"lr": 0.1, "model/depth": 3, "seed": 1}))])
    (folder / "hparams.yaml").write_text("lr: 1e-1\nmodel:\n  depth: 3\n")
    assert only_run(records_of(folder)).params == {"lr": "1e-1", "model.depth": "3", "seed": "1"}


def test_the_trainers_event_files_are_of_its_run(tmp_path: Path) -> None:
    output = tmp_path / "models" / "bert"
    logged = [event(1, simple("train/loss", 0.5)), event(1, simple("eval/f1", 0.25))]
    write(output / "runs" / f"Oct09_08-53-20_{HOST}", logged)
    (output / "checkpoint-9").mkdir()
    (output / "checkpoint-9" / "trainer_state.json").write_text("{}")
    (run,) = all_records(tmp_path).values()
    assert (run.id, run.name, run.experiment) == ("models/bert", "bert", "models")
    assert points(run) == {"eval_f1": [(1, 0.25)], "loss": [(1, 0.5)]}


GOOD = [event(s, simple("loss", float(s)), scalar("auc", s / 8)) for s in range(5)]


@pytest.mark.parametrize(
    ("content", "slug", "count"),
    [
        (b"", "event-file-empty", 0),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git-lfs-pointer", 0),
        (b"\x1f\x8b" + bytes(50), "event-file-damaged", 0),
        (b"".join([version(), *GOOD[:3], bytes(100)]), "event-file-damaged", 3),
        (b"".join([version(), *GOOD, b"\x20"]), "event-file-cut", 5),
        (b"".join([version(), *GOOD])[:-1], "event-file-cut", 4),
        (b"".join([version(), *GOOD[:2], record(b"\x0a\xff"), *GOOD[2:]]), "event-damaged", 5),
        (b"".join([version(), *GOOD[:2], record(b"\x0b"), *GOOD[2:]]), "event-damaged", 5),
        (
            b"".join([version(), GOOD[0], GOOD[1].replace(b"loss", b"lost"), *GOOD[2:]]),
            "event-damaged",
            4,
        ),
    ],
)
def test_damage_is_told_and_the_rest_is_read(
    folder: Path, content: bytes, slug: str, count: int
) -> None:
    write(folder, []).write_bytes(content)
    records = records_of(folder)
    assert slugs(records.problems) == [slug]
    assert records.problems[0].place == "run-01/event file 1"
    assert HOST not in repr(records)
    found = points(only_run(records)) if records.runs else {}
    assert {name: len(values) for name, values in found.items()} == (
        {"auc": count, "loss": count} if count else {}
    )


def test_a_damaged_record_among_thousands_alike(folder: Path) -> None:
    written = [event(s, simple("loss", float(s))) for s in range(200, 2200)]
    written[1500] = written[1500][:-8] + b"\xff" + written[1500][-7:]
    write(folder, written)
    records = records_of(folder)
    assert slugs(records.problems) == ["event-damaged"]
    (series,) = only_run(records).series
    assert series.summary.count == 1999


def test_an_enormous_record_is_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorboard_events, "CHUNK", 100)
    monkeypatch.setattr(tensorboard_events, "LONGEST_RECORD", 1000)
    huge = event(1, simple("x" * 5000, 1.0))
    write(folder, [event(1, simple("loss", 1.0)), huge, event(2, simple("loss", 2.0))])
    records = records_of(folder)
    assert points(only_run(records)) == {"loss": [(1, 1.0), (2, 2.0)]}
    assert slugs(records.problems) == ["event-too-large"]


def test_too_many_metrics_are_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runfolio.sources.tensorboard.logged.MAX_TAGS", 5)
    write(folder, [event(1, simple(f"m{n}", 1.0)) for n in range(9)])
    records = records_of(folder)
    assert len(only_run(records).series) == 5
    assert slugs(records.problems) == ["too-many-metrics"]


@pytest.mark.parametrize("wall", [math.nan, math.inf, -1.0, 1e300])
def test_times_that_are_none(folder: Path, wall: float) -> None:
    write(folder, [event(1, simple("loss", 1.0), wall=wall)])
    run = only_run(records_of(folder))
    assert (run.started, run.ended) == (1_600_000_000_000, 1_600_000_000_000)
    assert points(run) == {"loss": [(1, 1.0)]}


SAMPLE = b"".join(
    [
        version(),
        event(0, *session({"lr": 0.1}, status=1)),
        event(0, strings("why", "text", b"because")),
        event(0, strings("seen", "images", b"1", b"1", PNG)),
        *[event(s, simple("loss", float(s))) for s in range(12)],
        *[event(s, scalar("auc", s / 8, first=not s)) for s in range(12)],
    ]
)
TAGS = {"loss", "auc"}


def test_a_file_cut_anywhere_loses_nothing_silently(folder: Path) -> None:
    path = write(folder, [])
    whole = {0}
    at = 0
    while at < len(SAMPLE):
        at += struct.unpack_from("<Q", SAMPLE, at)[0] + 16
        whole.add(at)
    for end in range(len(SAMPLE) + 1):
        path.write_bytes(SAMPLE[:end])
        records = records_of(folder)
        expected = ["event-file-empty"] if not end else [] if end in whole else ["event-file-cut"]
        assert slugs(records.problems) == expected, end


@settings(max_examples=150, deadline=None)
@given(at=st.integers(0, len(SAMPLE) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_is_told_and_makes_no_ghosts(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    path = write(tmp_path_factory.mktemp("run"), [])
    flipped = bytearray(SAMPLE)
    flipped[at] ^= 1 << bit
    path.write_bytes(flipped)
    records = records_of(path.parent)
    assert records.problems
    for run in records.runs:
        assert {series.metric for series in run.series} <= TAGS
        assert run.params.items() <= {("lr", "0.1")}


@settings(max_examples=150, deadline=None)
@given(data=st.binary(max_size=300), framed=st.booleans())
def test_arbitrary_bytes_never_raise(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, framed: bool
) -> None:
    path = write(tmp_path_factory.mktemp("run"), [])
    path.write_bytes(version() + (record(data) + record(field(5, data)) if framed else data))
    assert isinstance(records_of(path.parent), Records)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=1500))
def test_the_checksum(data: bytes) -> None:
    assert crc32c(data) == event_files.crc32c(data)


def test_the_checksum_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283


def test_a_report_from_event_files(tmp_path: Path) -> None:
    root = tmp_path / "logs"
    for number in range(3):
        logged = [event(0, *session({"lr": number / 10}, status=1))]
        logged += [event(s, scalar("loss", 1 / (s + 1))) for s in range(5)]
        write(root / f"run-{number}", logged)
    runfolio.build(root, output=tmp_path / "site")
    site = Site(tmp_path / "site")
    assert site.runs.keys() == {"run-0", "run-1", "run-2"}
    assert all(HOST.encode() not in data for data in site.files().values())


@pytest.fixture(scope="module")
def made(peers: Peers) -> Path:
    """What the real loggers write, in both encodings, with odd runs."""
    return peers.made("make_tensorboard.py", "--edge", needs="tensorboard tensorboardX")


@pytest.fixture(scope="module")
def said(peers: Peers, made: Path) -> dict[str, dict[str, Any]]:
    """What TensorBoard's own reader says of each folder."""
    folders: dict[str, dict[str, Any]] = peers.said("tensorboard_says.py", made)
    return folders


def as_one_run(said: dict[str, dict[str, Any]], path: str) -> dict[str, list[list[Any]]]:
    """Return the points by metric of a run with the folders below that belong to it."""
    found: dict[str, list[list[Any]]] = {}
    for folder, there in said.items():
        if folder == f"{path}/hparams":
            found = {**there["scalars"], **found}
        elif folder.startswith(f"{path}/several/"):
            found[folder.removeprefix(f"{path}/")] = there["scalars"]["several"]
        elif folder == path:
            found |= there["scalars"]
    return found


def later_kept(logged: list[list[Any]]) -> list[tuple[float, float]]:
    by_step: dict[int, tuple[float, float]] = {}
    for step, value, wall in logged:
        by_step[step] = max(by_step.get(step, (-math.inf, 0.0)), (wall, float(value)))
    return [(step, value) for step, (_, value) in sorted(by_step.items())]


@pytest.mark.peer
def test_every_point_is_as_tensorboard_reads_it(
    made: Path, said: dict[str, dict[str, Any]]
) -> None:
    ours = all_records(made)
    runs = {folder for folder in said if not folder.endswith(("/hparams", "/a", "/b"))}
    assert len(runs) == 9
    assert ours.keys() == runs
    compared = odd = 0
    for path in runs:
        theirs, found = as_one_run(said, path), points(ours[path])
        assert found.keys() == theirs.keys()
        for metric, logged in theirs.items():
            expected = later_kept(logged)
            if path == "odd/corrupt":  # where TensorBoard stops at the damage, ours goes on
                expected += [p for p in found[metric] if p[0] > expected[-1][0]]
                assert len(found[metric]) >= 9 or metric != "train/loss"
            np.testing.assert_array_equal(found[metric], expected)
            compared += len(expected)
            odd += sum(not math.isfinite(value) for _, value in expected)
    assert compared > 400
    assert odd == 3


@pytest.mark.peer
def test_the_report_says_what_tensorboard_says(
    made: Path, said: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    runfolio.build(made, output=tmp_path / "site")
    ours = Site(tmp_path / "site").runs
    for path, run in ours.items():
        params = {**said.get(f"{path}/hparams", {}).get("params", {}), **said[path]["params"]}
        assert run["params"].keys() == params.keys()
        for name, value in params.items():
            written = run["params"][name]
            if isinstance(value, bool):
                assert written == str(value).lower()
            else:
                assert type(value)(written) == value
        status = said.get(f"{path}/hparams", {}).get("status") or said[path].get("status")
        assert run["status"] == {1: "finished", None: "unknown"}[status]
        assert (run["name"], run["experiment"]) == (Path(path).name, Path(path).parent.name)
        theirs = as_one_run(said, path)
        assert run["metrics"].keys() == theirs.keys()
        for metric, logged in theirs.items():
            if path == "odd/corrupt" and metric == "train/loss":
                continue
            values = [value for _, value in later_kept(logged)]
            finite = [value for value in values if math.isfinite(value)]
            summary = run["metrics"][metric]
            assert (summary["count"], summary["nonfinite"]) == (
                len(values),
                len(values) - len(finite),
            )
            assert (summary["min"], summary["max"]) == (min(finite), max(finite))
            assert summary["mean"] == pytest.approx(math.fsum(finite) / len(finite), rel=1e-12)
            assert (float(summary["first"]), float(summary["last"])) == (values[0], values[-1])
            assert summary["last_step"] == max(step for step, *_ in logged)
    found = only_run(Records(runs=(all_records(made)["odd/rich"],)))
    assert [image.name for image in found.images] == said["odd/rich"]["images"] == ["sample"]
    assert found.images[0].media_type == "image/png"
    assert found.notes == "## notes\n\n# hello\n\n* *markdown*\n"
