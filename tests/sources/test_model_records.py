"""Records of models: what `report register` wrote and what people add; what is broken is told."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import matches, place_of, read, slugs
from runfolio.model.recorded import RecordedGate, RecordedMetric, RecordedModel
from runfolio.pipeline import Request, load
from runfolio.sources.model_records import source
from stores import put, write_folder

RECORD = """\
format: runfolio-model
# a remark
format_version: 1
name: triage
version: 2
fingerprint: sha256:abc
as_of: '2026-11-22T14:24:00Z'
configuration: logistic-C0.1
runs:
- {id: r1, seed: '1'}
- {id: r2, seed: '2'}
metrics:
  val/recall: {mean: 0.96875, low: 0.938, high: 0.999, runs: 5}
  loss: {mean: 0.1, runs: 1}
code: {commits: [abc123]}
gates:
- {name: Catches cancers, outcome: met}
- {name: Can be explained, outcome: not evaluated}
forced: true
"""


def only(path: Path) -> RecordedModel:
    [record] = read("model-records", path).recorded
    return record


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    home = put(tmp_path / "models" / "triage", {"v2.yaml": RECORD})
    record = only(home)
    assert (record.name, record.version, record.configuration) == ("triage", 2, "logistic-C0.1")
    assert record.path == "triage/v2.yaml"
    assert record.runs == ("r1", "r2")
    assert record.commits == ("abc123",)
    assert record.metrics[0] == RecordedMetric("val/recall", 0.96875, 0.938, 0.999, 5)
    assert math.isnan(record.metrics[1].low)
    assert record.gates == (
        RecordedGate("Catches cancers", "met"),
        RecordedGate("Can be explained", "not evaluated"),
    )
    assert record.forced
    assert record.added == {}


def test_people_may_add_to_it(tmp_path: Path) -> None:
    added = "stage: production\naliases: [blue]\nnote: Went live.\nreviewed_by: the board\n"
    record = only(put(tmp_path / "triage", {"v1.yml": RECORD.replace("version: 2", "") + added}))
    assert (record.stage, record.aliases, record.note) == ("production", ("blue",), "Went live.")
    assert record.added == {"reviewed_by": "the board"}


def test_a_record_by_hand_needs_little(tmp_path: Path) -> None:
    home = put(tmp_path / "triage", {"v7.yaml": "format: runfolio-model\nformat_version: 1\n"})
    assert only(home) == RecordedModel("triage", 7, "triage/v7.yaml")


def test_broken_records_are_problems_and_the_others_are_read(tmp_path: Path) -> None:
    home = put(
        tmp_path / "triage",
        {
            "v1.yaml": RECORD.replace("version: 2", "version: 1"),
            "v2.yaml": "format: runfolio-model\nname: [\n",
            "v3.yaml": "- a list\n",
            "v4.yaml": "name: something else\n",
            "v5.yaml": RECORD,  # says that it is version 2
            "notes.yaml": "x: 1\n",
            "v6.txt": "x",
        },
    )
    found = read("model-records", home)
    assert [record.version for record in found.recorded] == [1, 5]
    by_place = {problem.place: problem.slug for problem in found.problems}
    assert by_place == {
        "triage/v2.yaml": "file-unreadable",
        "triage/v3.yaml": "file-unreadable",
        "triage/v4.yaml": "model-record-unknown",
        "triage/v5.yaml": "model-record-renumbered",
    }


def test_a_newer_record_is_kept_and_that_is_said(tmp_path: Path) -> None:
    text = RECORD.replace("format_version: 1", "format_version: 2") + "unknown_key: 1\n"
    home = put(tmp_path / "triage", {"v2.yaml": text})
    record = only(home)
    assert record.is_newer
    assert record.added == {}
    assert slugs(read("model-records", home).problems) == ["model-record-newer"]
    assert (home / "v2.yaml").read_text() == text


def test_files_that_are_no_records_are_nobody_elses_business(tmp_path: Path) -> None:
    put(tmp_path, {"a/v1.yaml": "lr: 0.1\n", "b/v0.yaml": RECORD, "c/x.yaml": RECORD})
    assert not any(matches("model-records", tmp_path / name) for name in "abc")
    assert not matches("model-records", tmp_path / "c" / "x.yaml")


def test_records_beside_the_logs_are_no_runs_and_nothing_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_folder(tmp_path / "run", {"acc": 0.9})
    put(tmp_path / "models", {"triage/v2.yaml": RECORD})
    tables = load(Request())
    assert len(tables.runs) == 1
    assert [record.path for record in tables.recorded] == ["models/triage/v2.yaml"]
    assert tables.skipped == ()
    assert tables.problems == ()


def test_of_a_project_with_sources_they_are_read_all_the_same(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / "run", {"acc": 0.9})
    put(tmp_path, {"report.yaml": "sources: logs\n", "models/triage/v2.yaml": RECORD})
    [record] = load(Request((str(tmp_path),))).recorded
    assert record.path == "models/triage/v2.yaml"
    put(tmp_path, {"report.yaml": "sources: logs\nmodel: {records: kept/models}\n"})
    assert load(Request((str(tmp_path),))).recorded == ()
    put(tmp_path, {"kept/models/triage/v3.yaml": RECORD.replace("version: 2", "version: 3")})
    assert [r.version for r in load(Request((str(tmp_path),))).recorded] == [3]


def test_a_folder_of_records_that_leads_out_is_not_read(tmp_path: Path) -> None:
    project = put(tmp_path / "project", {"report.yaml": "sources: logs\n"})
    write_folder(project / "logs" / "run", {"acc": 0.9})
    put(tmp_path / "elsewhere", {"triage/v2.yaml": RECORD})
    (project / "models").symlink_to(tmp_path / "elsewhere")
    assert load(Request((str(project),))).recorded == ()


def test_people_are_named_nowhere(tmp_path: Path) -> None:
    write_folder(tmp_path / "run", {"acc": 0.9})
    added = "note: ask ada@example.org\nreviewed_by: /home/ada/notes\n"
    put(tmp_path / "models", {"triage/v2.yaml": RECORD + added})
    [record] = load(Request((str(tmp_path),))).recorded
    assert (record.note, record.added) == ("ask (e-mail address)", {"reviewed_by": "~/notes"})


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_is_in_the_file_reading_never_fails(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = put(Path(folder) / "triage", {"v1.yaml": b"format: runfolio-model\n" + data})
        [unit] = source.discover(place_of(home)).units
        found = source.read(unit)
        assert len(found.recorded) + len(found.problems) >= 1
