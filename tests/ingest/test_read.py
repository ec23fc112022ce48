"""Units are read in several processes as in one, and a bad one costs only itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from runfolio.ingest import read
from runfolio.ingest.discover import Wanted, discover
from runfolio.model.records import Records
from runfolio.registry import find
from runfolio.sources.base import Unit
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
from stores import run_id, write_file_store


@pytest.fixture
def units(tmp_path: Path) -> list[Unit]:
    store = {run_id(i): [(0, i / 7), (1, i / 11)] for i in range(1, 101)}
    write_file_store(tmp_path / "mlruns", store)
    place = Place(LocalStorage.at(tmp_path / "mlruns", "mlruns"))
    found = discover([Wanted(place)], list(find("runfolio.sources", "source").values()))
    return [unit for unit, _ in found.units]


def told(records: Sequence[Records]) -> list[tuple[str, float]]:
    return [(r.id, r.series[0].summary.last) for record in records for r in record.runs]


def test_several_processes_read_what_one_reads(
    units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    alone = told(read.read_units(units, lambda count: None))
    monkeypatch.setattr(read, "POOL_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    together = told(read.read_units(units, seen.append))
    assert together == alone
    assert len(alone) == sum(seen) == 100
    assert len(seen) < 100, "batches came back from other processes"


def test_workers_that_cannot_start_are_done_without(
    units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object, **options: object) -> None:
        raise OSError("no more processes")

    alone = told(read.read_units(units, lambda count: None))
    monkeypatch.setattr(read, "POOL_FROM", 1)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(read, "ProcessPoolExecutor", broken)
    assert told(read.read_units(units, lambda count: None)) == alone


def test_a_reader_that_fails_is_a_problem_and_the_rest_is_read(
    units: list[Unit], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = find("runfolio.sources", "source")["mlflow-files"]
    whole = type(source).read

    def fails_once(self: object, unit: Unit) -> Records:
        if unit is units[3]:
            raise ZeroDivisionError("a defect")
        records: Records = whole(self, unit)
        return records

    monkeypatch.setattr(type(source), "read", fails_once)
    records = read.read_units(units, lambda count: None)
    assert len(told(records)) == 99
    [problem] = records[3].problems
    assert problem.slug == "source-failed"
    assert problem.place == units[3].place.shown
    assert "a defect" in problem.message
