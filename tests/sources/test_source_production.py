"""Logs of production: what is read of them, and what is told of what cannot be."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import place_of
from runfolio.sources.production import ReadRows, Wish, read_rows
from runfolio.sources.reading import csv_table, json_lines

EVERYTHING = Wish(version="model_version", everything=True)


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def read(folder: Path, content: str | bytes, wish: Wish = EVERYTHING, name: str = "") -> ReadRows:
    path = folder / (name or "log.csv")
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_rows(place_of(path), wish)


def told(rows: ReadRows) -> list[tuple[str, str]]:
    return [(problem.slug, problem.place.rpartition("/")[2]) for problem in rows.problems]


def test_numbers_texts_and_versions_by_row(tmp_path: Path) -> None:
    text = (
        "timestamp,recall,clinic,model_version\n"
        "2026-11-01T08:00:00Z,0.9,north,1\n"
        "2026-11-02T08:00:00+02:00,,south,1\n"
        "2026-11-03 08:00:00,0.8,,2\n"
    )
    rows = read(tmp_path, text)
    times = [ms("2026-11-01T08:00"), ms("2026-11-02T06:00"), ms("2026-11-03T08:00")]
    assert rows.times.tolist() == times
    np.testing.assert_array_equal(rows.columns.numbers["recall"], [0.9, math.nan, 0.8])
    assert rows.columns.texts["clinic"] == ("north", "south", None)
    assert rows.versions == ("1", "1", "2")  # a version is a name, not a number
    assert rows.problems == ()


@pytest.mark.parametrize(
    "cell",
    [
        *("2026-11-01", "2026-11-01T00:00:00.000Z", "1793491200", "1793491200000"),
        *("1793491200.0", "1793491200000000", "2026-11-01T01:00:00+01:00"),
    ],
)
def test_a_time_may_be_iso_8601_or_since_1970(tmp_path: Path, cell: str) -> None:
    assert read(tmp_path, f"time,v\n{cell},1\n").times.tolist() == [ms("2026-11-01")]


def test_json_lines_are_the_same_log(tmp_path: Path) -> None:
    lines = [
        {"ts": 1793491200, "latency": {"p95": 12.5}, "clinic": "north"},
        {"ts": "2026-11-02", "latency": {"p95": None}, "score": 1},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    rows = read(tmp_path, text, name="log.jsonl")
    assert rows.times.tolist() == [ms("2026-11-01"), ms("2026-11-02")]
    np.testing.assert_array_equal(rows.columns.numbers["latency.p95"], [12.5, math.nan])
    np.testing.assert_array_equal(rows.columns.numbers["score"], [math.nan, 1])
    assert rows.columns.texts["clinic"] == ("north", None)


def test_parquet_is_the_same_log(tmp_path: Path) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2)]
    table = pa.table({"day": days, "recall": [0.9, None], "clinic": ["north", "south"]})
    parquet.write_table(table, tmp_path / "log.parquet")
    rows = read_rows(place_of(tmp_path / "log.parquet"), EVERYTHING)
    assert rows.times.tolist() == [ms("2026-11-01"), ms("2026-11-02")]
    np.testing.assert_array_equal(rows.columns.numbers["recall"], [0.9, math.nan])
    assert rows.columns.texts["clinic"] == ("north", "south")


@pytest.mark.parametrize("gap", [False, None])
def test_bools_of_parquet_are_numbers_with_a_gap_too(tmp_path: Path, gap: bool | None) -> None:
    pa = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    table = pa.table({"day": days, "ill": [True, gap, False]})
    parquet.write_table(table, tmp_path / "log.parquet")
    rows = read_rows(place_of(tmp_path / "log.parquet"), EVERYTHING)
    expected = [1, math.nan if gap is None else 0, 0]
    np.testing.assert_array_equal(rows.columns.numbers["ill"], expected)
    assert not rows.columns.texts
    assert rows.problems == ()


def test_numbers_may_have_a_decimal_comma_where_commas_part_no_cells(tmp_path: Path) -> None:
    text = "day;recall;clinic\n2026-11-01;0,9;north, old\n2026-11-02; 0,85 ;south\n"
    rows = read(tmp_path, text, Wish(columns=("recall",), patterns=("clinic",)))
    assert rows.columns.numbers["recall"].tolist() == [0.9, 0.85]
    assert rows.columns.texts["clinic"] == ("north, old", "south")
    assert rows.problems == ()


def test_a_column_of_json_lines_may_come_late_and_end_early(tmp_path: Path) -> None:
    wish = Wish(version="v", patterns=("mean *",))
    lines = [
        {"day": "2026-11-01", "mean a": 1, "other": 5},
        {"day": "2026-11-02", "mean b": 2, "v": "1"},
        {"day": "2026-11-03", "other": 6},
    ]
    text = "".join(f"{json.dumps(line)}\n" for line in lines)
    rows = read(tmp_path, text, wish, name="log.jsonl")
    assert set(rows.columns.numbers) == {"mean a", "mean b"}
    np.testing.assert_array_equal(rows.columns.numbers["mean a"], [1, math.nan, math.nan])
    np.testing.assert_array_equal(rows.columns.numbers["mean b"], [math.nan, 2, math.nan])
    assert rows.versions == ("", "1", "")


def test_a_row_without_a_time_is_left_out_and_told(tmp_path: Path) -> None:
    text = "day,v\n2026-11-01,1\nyesterday,2\n,3\n12,4\n2026-11-02,5\n"
    rows = read(tmp_path, text)
    assert rows.columns.numbers["v"].tolist() == [1, 5]
    assert told(rows) == [("production-no-time", f"log.csv:{line}") for line in (3, 4, 5)]


def test_a_cell_that_is_no_number_costs_no_other(tmp_path: Path) -> None:
    text = "day,v\n2026-11-01,1\n2026-11-02,n/k\n2026-11-03,nan\n2026-11-04,inf\n2026-11-05,2\n"
    rows = read(tmp_path, text)
    np.testing.assert_array_equal(rows.columns.numbers["v"], [1, math.nan, math.nan, math.inf, 2])
    assert told(rows) == [("production-not-a-number", "log.csv:3")]


def test_columns_that_are_named_and_not_there_are_told(tmp_path: Path) -> None:
    wish = Wish(columns=("recal", "recall"), patterns=("mean *",), version="v", needs_version=True)
    rows = read(tmp_path, "day,recall\n2026-11-01,1\n", wish)
    assert rows.columns.numbers["recall"].tolist() == [1]
    assert [slug for slug, _ in told(rows)] == ["production-column-missing"] * 3
    assert "'recal'" in rows.problems[0].message
    assert "Did you mean 'recall'?" in rows.problems[0].hint


def test_only_what_is_wanted_is_read(tmp_path: Path) -> None:
    wish = Wish(columns=("recall",), patterns=("mean *",))
    rows = read(tmp_path, "day,recall,patient,mean area\n2026-11-01,1,Ada,7\n", wish)
    assert set(rows.columns.numbers) == {"recall", "mean area"}
    assert not rows.columns.texts


@pytest.mark.parametrize(
    ("text", "wish", "slug"),
    [
        ("", EVERYTHING, "production-no-table"),
        ("one column\n1\n", EVERYTHING, "production-no-table"),
        ("day,v\n", EVERYTHING, "production-empty"),
        ("when,v\n2026-11-01,1\n", EVERYTHING, "production-no-time-column"),
        ("day,v\n2026-11-01,1\n", Wish(time="date", everything=True), "production-no-time-column"),
        ("\0\0\0\0", EVERYTHING, "production-no-table"),
    ],
)
def test_what_is_no_log_is_told(tmp_path: Path, text: str, wish: Wish, slug: str) -> None:
    rows = read(tmp_path, text, wish)
    assert len(rows.times) == 0
    assert slug in [found for found, _ in told(rows)]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    rows = read_rows(place_of(tmp_path / "gone.csv"), EVERYTHING)
    assert len(rows.times) == 0
    assert len(rows.problems) == 1


def test_lines_that_are_no_objects_cost_no_other(tmp_path: Path) -> None:
    text = '{"day":"2026-11-01","v":1}\n[1]\nnot json\n{"day":"2026-11-02","v":2}\n'
    rows = read(tmp_path, text, name="log.jsonl")
    assert rows.columns.numbers["v"].tolist() == [1, 2]
    assert len(rows.problems) == 2


def test_of_a_huge_file_so_much_is_read_as_there_is_room_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(csv_table, "CELL_LIMIT", 100)
    monkeypatch.setattr(json_lines, "MOST_LINES", 20)
    start = 1_793_491_200
    table = "ts,v\n" + "".join(f"{start + i},{i}\n" for i in range(500))
    rows = read(tmp_path, table)
    assert len(rows.times) == 50
    assert [slug for slug, _ in told(rows)] == ["table-too-large"]
    lines = "".join(f'{{"ts":{start + i},"v":{i}}}\n' for i in range(500))
    rows = read(tmp_path, lines, name="log.jsonl")
    assert len(rows.times) == 20
    assert len(rows.problems) == 1


def test_of_too_many_columns_some_are_read_and_the_rest_told(tmp_path: Path) -> None:
    names = ",".join(f"c{i}" for i in range(800))
    cells = ",".join("1" for _ in range(800))
    rows = read(tmp_path, f"day,{names}\n2026-11-01,{cells}\n")
    assert len(rows.columns.numbers) == 500
    assert [slug for slug, _ in told(rows)] == ["production-too-many-columns"]


def test_a_reference_needs_no_time(tmp_path: Path) -> None:
    rows = read(tmp_path, "age,sex\n31,f\n,m\n", Wish(needs_time=False, patterns=("*",)))
    np.testing.assert_array_equal(rows.columns.numbers["age"], [31, math.nan])
    assert rows.columns.texts["sex"] == ("f", "m")


@given(st.binary(max_size=300), st.sampled_from(["log.csv", "log.jsonl", "log.parquet"]))
def test_no_bytes_break_it(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, name: str
) -> None:
    rows = read(tmp_path_factory.mktemp("odd"), data, name=name)
    for column in rows.columns.numbers.values():
        assert len(column) == len(rows.times)
    for texts in rows.columns.texts.values():
        assert len(texts) == len(rows.times)
