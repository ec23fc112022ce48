"""No value of the project's data reaches the site, unless the configuration shows examples."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import runfolio
from stores import run_id, write_file_store

MARK = "Zyxwvut"
"""In every cell of the data that could tell of a person, in some form."""
NUMBER = "918273645"
RULES = """
    - {set: people, filled: [name, mail]}
    - {set: people, column: age, between: [0, 120]}
    - {set: people, column: name, between: [0, 1]}
    - {set: people, column: name, one_of: [Nobody]}
    - {set: people, column: mail, pattern: '[0-9]+'}
    - {set: people, column: name, equals: others.name}
    - {set: people, column: age, equals: others.age, tolerance: 1}
    - {set: people, column: age, refers_to: others.age}
    - {set: people, unique: name}
    - {set: people, unique: rows}
    - {set: people, holds: "name == mail and age < 1"}
    - {set: people, column: name, newest_within: 1h}
    - {set: people, arrives_within: 1h}
    - {set: people, column: name, every: 1h}
    - {set: lines, filled: name}
    - {set: broken, filled: name}
    - {set: database, column: name, between: [0, 1]}
    - {set: odd, column: name, one_of: [Nobody]}
"""


def project(folder: Path, examples: str) -> Path:
    write_file_store(folder / "mlruns", {run_id(1): [(0, 0.5)]})
    rows = "".join(
        f"{MARK}{i % 7},{MARK}{i % 5},{MARK}{i}@example.org,{NUMBER},{MARK},{MARK}\n"
        for i in range(20)
    )
    header = "id,name,mail,age,at,came\n"
    (folder / "v1.csv").write_text(header + rows)
    (folder / "v2.csv").write_text(header + rows.replace(f"{MARK}1,", f"{MARK}-one,"))
    (folder / "others.csv").write_text("id,name,age\n" + f"{MARK}1,{MARK}9,{NUMBER[::-1]}\n")
    (folder / "lines.jsonl").write_text(f'{{"name": "{MARK}"}}\n{{"{MARK}: broken\n')
    (folder / "broken.csv").write_bytes(f"name,x\n{MARK},1\n{MARK},\xff\n".encode("latin-1"))
    (folder / "odd.csv").write_text(f"name,x\n{MARK},1\n{MARK},2,{MARK}\n")
    with closing(sqlite3.connect(folder / "own.db")) as connection, connection:
        connection.execute("CREATE TABLE t (name)")
        connection.execute("INSERT INTO t VALUES (?)", [MARK])
    (folder / "report.yaml").write_text(
        f"""
sources: [mlruns]
data:
  examples: {examples}
  sets:
    people: {{versions: {{v1: v1.csv, v2: v2.csv}}, key: id, time: at, arrived: came}}
    others: {{path: others.csv, key: id}}
    lines: lines.jsonl
    broken: broken.csv
    odd: odd.csv
    database: own.db
  quality:{RULES}"""
    )
    runfolio.build(folder, output=folder / "site")
    return folder / "site"


def holding(site: Path, text: str) -> list[str]:
    needle = text.lower().encode()
    files = (path for path in sorted(site.rglob("*")) if path.is_file())
    return [path.name for path in files if needle in path.read_bytes().lower()]


def test_nothing_is_shown_by_default(tmp_path: Path) -> None:
    site = project(tmp_path, "masked")
    assert "data.html" in {path.name for path in site.iterdir()}
    page = (site / "data.html").read_text()
    assert "xxxxxxx" in page  # the shape of what is broken is there
    for mark in (MARK, MARK[:4], NUMBER, NUMBER[::-1], "example.org"):
        assert holding(site, mark) == []


def test_values_are_shown_where_that_is_asked_for(tmp_path: Path) -> None:
    site = project(tmp_path, "show")
    assert {"data.html", "report.json"} <= set(holding(site, MARK))


@pytest.mark.parametrize("word", ["masked", "show"])
def test_the_page_says_which(word: str, tmp_path: Path) -> None:
    page = (project(tmp_path, word) / "data.html").read_text()
    assert ("only the shape is shown" in page) == (word == "masked")
    assert ("Values are shown as they are" in page) == (word == "show")
