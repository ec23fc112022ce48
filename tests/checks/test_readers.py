"""The same rows from every kind of file give the same findings; damage is told, never passed."""

from __future__ import annotations

import gzip
import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_checks import check_settings, problems_of
from runfolio.model.quality import DataCheck

ROWS: list[dict[str, Any]] = [
    {"id": 1, "name": "Ada", "age": 30.0, "city": "Köln", "at": "2026-03-01T10:00:00"},
    {"id": 2, "name": None, "age": 30.5, "city": 'a, "b"\nc', "at": "2026-03-02T10:00:00"},
    {"id": 3, "name": "", "age": None, "city": "Köln", "at": None},
    {"id": 3, "name": "Di", "age": 200.0, "city": "x;y", "at": "2026-03-01T11:00:00"},
]
TABLE = pd.DataFrame(ROWS)


def csv(path: Path, sep: str = ",", encoding: str = "utf-8") -> None:
    path.write_bytes(TABLE.to_csv(index=False, sep=sep).encode(encoding))


def compressed(path: Path) -> None:
    path.write_bytes(gzip.compress(TABLE.to_csv(index=False).encode()))


def parquet(path: Path) -> None:
    TABLE.assign(at=pd.to_datetime(TABLE["at"])).to_parquet(path)


def categories(path: Path) -> None:
    TABLE.astype({"city": "category", "name": "category"}).to_parquet(path)


def json_lines(path: Path) -> None:
    lines = [{k: v for k, v in row.items() if v is not None} for row in ROWS]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines) + "\n")


def sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE people (id, name, age, city, at)")
        connection.executemany("INSERT INTO people VALUES (:id, :name, :age, :city, :at)", ROWS)
        connection.execute("CREATE VIEW all_people AS SELECT * FROM people")


WRITERS: list[tuple[str, Callable[[Path], None], dict[str, str]]] = [
    ("a.csv", csv, {}),
    ("a.tsv", lambda path: csv(path, "\t"), {}),
    ("semicolon.csv", lambda path: csv(path, ";"), {}),
    ("bar.csv", lambda path: csv(path, "|"), {"delimiter": "|"}),
    ("latin.csv", lambda path: csv(path, encoding="latin-1"), {"encoding": "latin-1"}),
    ("utf16.csv", lambda path: csv(path, encoding="utf-16"), {"encoding": "utf-16"}),
    ("bom.csv", lambda path: csv(path, encoding="utf-8-sig"), {}),
    ("a.csv.gz", compressed, {}),
    ("a.parquet", parquet, {}),
    ("odd_name", parquet, {"format": "parquet"}),
    ("categories.parquet", categories, {}),
    ("a.jsonl", json_lines, {}),
    ("a.db", sqlite, {"table": "people"}),
    ("view.db", sqlite, {"table": "all_people"}),
    ("query.db", sqlite, {"query": "WITH p AS (SELECT * FROM people) SELECT * FROM p;"}),
]
RULES = [
    {"set": "s", "filled": ["name", "age", "at"]},
    {"set": "s", "column": "age", "between": ["0", "120"]},
    {"set": "s", "column": "city", "one_of": ["Köln"]},
    {"set": "s", "column": "city", "pattern": "[^;]+"},
    {"set": "s", "unique": "id"},
    {"set": "s", "unique": "rows"},
    {"set": "s", "newest_within": "2h"},
    {"set": "s", "column": "id", "refers_to": "keys.key"},
    {"set": "s", "column": "age", "equals": "ages.age"},
]


@pytest.mark.parametrize(("name", "write", "more"), WRITERS, ids=[name for name, *_ in WRITERS])
def test_every_kind_of_file(
    name: str, write: Callable[[Path], None], more: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path / name)
    (tmp_path / "keys.csv").write_text("key\n1\n2\n")
    (tmp_path / "ages.csv").write_text("id,age\n1,30\n2,30.5\n")
    sets = {
        "s": {"path": name, "key": "id", "time": "at", **more},
        "keys": "keys.csv",
        "ages": {"path": "ages.csv", "key": "id"},
    }
    quality, problems = check_settings(tmp_path, {"sets": sets, "quality": RULES})
    assert problems == ()
    assert [(check.rows, check.failed) for check in quality.checks] == [
        *((4, 2), (4, 1), (4, 1)),  # an empty name is none
        (3, 1),
        (4, 2),
        (4, 1),
        (4, 1),
        (4, 0),
        (1, 0),
        (4, 2),
        (2, 0),
    ]
    assert quality.sets[0].rows == 4


LONG = b"a\n" + b"".join(
    b"%d\n" % number for number in random.Random(1).choices(range(99**9), k=99_999)
)


def only(folder: Path, told: dict[str, object], column: str = "a") -> tuple[DataCheck, list[str]]:
    rule = {"set": "s", "filled": column}
    quality, problems = check_settings(folder, {"sets": {"s": told}, "quality": [rule]})
    [check] = quality.checks
    return check, problems_of(problems)


def put(folder: Path, name: str, data: bytes) -> dict[str, object]:
    (folder / name).write_bytes(data)
    return {"path": name}


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("x.csv", b"", "is empty"),
        ("x.csv", b"a,a\n1,2\n", "two columns"),
        ("x.csv", b"a,b\n" + b"1,2\n" * 9 + b"\xff\xfe,2\n", "encoding"),
        ("x.csv", b'a,b\n1,"' + b"x" * (5 << 20), "quote that never ends"),
        ("x.csv.gz", gzip.compress(b"a\n1\n", mtime=0)[:14], "cannot be"),
        ("x.csv.gz", gzip.compress(b"a\n1\n", mtime=0)[:-3], "cannot be"),
        ("x.csv.gz", gzip.compress(LONG, mtime=0)[:-9], "cannot be"),
        ("x.csv.gz", gzip.compress(b"a\n1\n", mtime=0)[:12] + b"\xff" * 30, "cannot be"),
        ("x.jsonl.gz", gzip.compress(b'{"a": 1}\n' * 9, mtime=0)[:-9], "cannot be"),
        ("x.parquet", b"PAR1 no", "is no Parquet file"),
        ("x.jsonl", b'{"b": 1}\n', "there is no column 'a'"),
        ("x.db", b"SQLite format 3\0 and no more", "cannot be read"),
        ("x.db", b"a,b\n", "is no SQLite database"),
        ("x.xlsx", b"PK", "of no kind"),
    ],
)
def test_what_cannot_be_read_is_no_pass(
    name: str, data: bytes, reason: str, tmp_path: Path
) -> None:
    check, problems = only(tmp_path, put(tmp_path, name, data))
    assert check.status == "not evaluated"
    assert reason in check.reason
    assert len(problems) == 1


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"path": "missing.csv"}, "does not exist"),
        ({"path": "folder.csv"}, "is a folder"),
        ({"path": "../outside.csv"}, "leads out"),
        ({"path": "/etc/passwd", "format": "csv"}, "leads out"),
        ({"path": "link.csv"}, "leads out"),
        ({"path": "a.csv", "encoding": "klingon"}, "not known"),
        ({"path": "a.csv", "delimiter": "::"}, "no single character"),
        ({"path": "a.db"}, "2 tables"),
        ({"path": "a.db", "table": "ones"}, "no table 'ones'"),
        ({"path": "a.db", "query": "SELECT b FROM one"}, "cannot be read"),
        ({"path": "a.db", "query": "DROP TABLE one"}, "cannot be read"),
        ({"path": "a.db", "query": "SELECT 1) ; ATTACH 'x' AS x; --"}, "cannot be read"),
        ({"path": "ftp://host/db", "table": "t"}, "cannot be read"),
    ],
)
def test_places_that_are_wrong(told: dict[str, object], reason: str, tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for folder in (tmp_path / "outside.csv", project / "a.csv"):
        folder.write_text("a,b\n1,2\n")
    (project / "link.csv").symlink_to(tmp_path / "outside.csv")
    (project / "folder.csv").mkdir()
    with closing(sqlite3.connect(project / "a.db")) as connection, connection:
        connection.executescript("CREATE TABLE one (a); CREATE TABLE two (a);")
    before = (project / "a.db").read_bytes()
    check, problems = only(project, told)
    assert (check.status, len(problems)) == ("not evaluated", 1)
    assert reason in check.reason
    assert (project / "a.db").read_bytes() == before
    assert sorted(p.name for p in project.iterdir()) == [
        *("a.csv", "a.db", "folder.csv", "link.csv")
    ]


def test_rows_that_are_odd_are_told(tmp_path: Path) -> None:
    check, problems = only(tmp_path, put(tmp_path, "x.csv", b"a,b\n1,2\n1,2,3\n4\n,5\n"))
    assert (check.rows, check.failed) == (2, 1)
    assert problems == ["data-rows-odd"]
    check, problems = only(tmp_path, put(tmp_path, "x.jsonl", b'{"a": 1}\n[1]\n{"a\n{"b": 2}\n'))
    assert (check.rows, check.failed) == (2, 1)
    assert problems == ["data-rows-odd"]


def test_which_texts_stand_for_nothing(tmp_path: Path) -> None:
    told = put(tmp_path, "x.csv", b"a,b\nNA,1\nNULL,1\n,1\n-,1\nx,1\n")
    assert only(tmp_path, told)[0].failed == 3
    assert only(tmp_path, {**told, "missing": ["-"]})[0].failed == 2  # Namibia is no gap
    assert only(tmp_path, {**told, "missing": []})[0].failed == 1


def test_a_column_of_many_types(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection, connection:
        connection.execute("CREATE TABLE t (a)")
        values = [1, "x", 2.5, b"y", None, 2**62, 1]
        connection.executemany("INSERT INTO t VALUES (?)", [(value,) for value in values])
    rules = [
        {"set": "s", "unique": "a"},
        {"set": "s", "column": "a", "between": [0, 5]},
    ]
    told = {"sets": {"s": {"path": "x.db"}}, "quality": rules}
    quality, _ = check_settings(tmp_path, told)
    assert [(c.rows, c.failed) for c in quality.checks] == [(6, 1), (6, 3)]


CELL = st.one_of(st.none(), st.integers(-5, 5), st.sampled_from(["x", "Y y", "1,5", '"', "é\n"]))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=40))
def test_counts_are_those_of_pandas(tmp_path: Path, cells: list[tuple[object, object]]) -> None:
    table = pd.DataFrame(cells, columns=["a", "b"], dtype=object)
    table.to_csv(tmp_path / "x.csv", index=False)
    rules = [
        {"set": "s", "filled": "a"},
        {"set": "s", "unique": "rows"},
        {"set": "s", "unique": "a"},
        {"set": "s", "column": "a", "one_of": ["x", "3"]},
        {"set": "s", "column": "a", "between": [-2, 2]},
        {"set": "s", "column": "b", "refers_to": "s.a"},
    ]
    told = {"sets": {"s": {"path": "x.csv"}}, "quality": rules}
    quality, problems = check_settings(tmp_path, told)
    text = table.map(lambda value: None if value is None else str(value))
    a, b = text["a"].dropna(), text["b"].dropna()
    numbers = pd.to_numeric(a, errors="coerce")
    assert problems == ()
    expected = [
        (len(table), int(text["a"].isna().sum())),
        (len(table), int(text.duplicated().sum())),
        (len(a), int(a.duplicated().sum())),
        (len(a), int((~a.isin(["x", "3"])).sum())),
        (len(a), int((~numbers.between(-2, 2)).sum())),
        (len(b), int((~b.isin(set(a))).sum())),
    ]
    found = [(c.rows, c.failed) if c.reason == "" else (0, 0) for c in quality.checks]
    assert found == [one if one[0] else (0, 0) for one in expected]
