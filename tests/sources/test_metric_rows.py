"""Tables of metrics: what people and loggers write into them, however large they are."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reading import place_of
from runfolio.model.problems import Problem
from runfolio.model.series import Series
from runfolio.sources.reading import csv_table
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import read_csv, read_csv_file, read_jsonl_file


def points(series: list[Series]) -> dict[str, list[tuple[float, float]]]:
    return {s.metric: list(zip(s.steps.tolist(), s.values.tolist(), strict=True)) for s in series}


def read(
    tmp_path: Path, content: str | bytes, **options: Any
) -> tuple[dict[str, list[tuple[float, float]]], list[Problem]]:
    """Read a table as a file; reading it as a text must give the same."""
    path = tmp_path / "metrics.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    findings, again = Findings(place_of(path)), Findings(place_of(path))
    found = points(read_csv_file(place_of(path), findings, **options))
    if isinstance(content, str) and "constants" not in options:
        text = content.removeprefix("\ufeff")
        assert repr(points(read_csv(text, again, **options))) == repr(found)
        assert again.problems() == findings.problems()
    return found, findings.problems()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Padded headers and cells, as YOLO wrote them.
        ("  epoch,   loss\n    1,    0.5\n    2,   0.25\n", {"loss": [(1, 0.5), (2, 0.25)]}),
        ("\ufeffEpoch,Training Loss\r\n1,0.5\r\n", {"Training Loss": [(1, 0.5)]}),
        # What says "not logged", and the number NaN, which was.
        (
            "step,a\n1,NA\n2,\n3,null\n4,None\n5,<NA>\n6,nan\n7,1\n8,   \n",
            {"a": [(6, math.nan), (7, 1)]},
        ),
        (
            "step,a\n1,inf\n2,-inf\n3,Infinity\n",
            {"a": [(1, math.inf), (2, -math.inf), (3, math.inf)]},
        ),
        # A resumed run wrote the header once more, and its first epoch, too.
        ("epoch,a\n1,5\n2,6\n epoch, a\n2,7\n3,8\n", {"a": [(1, 5), (2, 6), (2, 7), (3, 8)]}),
        # The index that pandas writes, under either of its names.
        (",epoch,a\n0,1,5\n1,2,6\n", {"a": [(1, 5), (2, 6)]}),
        ("Unnamed: 0,epoch,a\n0,1,5\n", {"a": [(1, 5)]}),
        ("# step,a\n1,5\n", {"a": [(1, 5)]}),
        # Separators behind the last cell, of rows or of the header.
        ("step,a,\n1,5\n2,6\n", {"a": [(1, 5), (2, 6)]}),
        ("step,a\n1,5,\n2,6,,\n", {"a": [(1, 5), (2, 6)]}),
        ("\n\nstep,a\n\n1,5\n  ,\n2,6\n", {"a": [(1, 5), (2, 6)]}),
        # Several rows per step, and metrics in rows of their own.
        ("step,a,b\n1,5,\n1,,6\n1,7,\n", {"a": [(1, 5), (1, 7)], "b": [(1, 6)]}),
        # Of two counters step goes first, wherever it stands; the other is no metric.
        ("epoch,step,a\n0,10,5\n1,20,6\n", {"a": [(10, 5), (20, 6)]}),
        ("step,epoch,a\n,0,5\n,1,6\n", {"a": [(0, 5), (1, 6)]}),
        ("epoch,trainer/global_step,a\n0,7,5\n", {"a": [(7, 5)]}),
        ("Global Step,a\n3,5\n", {"a": [(3, 5)]}),
        ("iter,a\n3,5\n", {"a": [(3, 5)]}),
        ("Iteration,a\n3,5\n", {"a": [(3, 5)]}),
        ("batch,a\n3,5\n", {"a": [(3, 5)]}),
        ("epoch,a\n1.0,5\n2.0,6\n", {"a": [(1, 5), (2, 6)]}),
        ("epoch,a\n0.5,5\n1,6\n", {"a": [(0.5, 5), (1.0, 6)]}),
        ("step,a\n9007199254740993,5\n", {"a": [(9007199254740993, 5)]}),
        ("step,Wall time,a\n1,1.7e9,5\n", {"a": [(1, 5)]}),
        ('step,"a, total","b ""x"""\n1,5,6\n', {"a, total": [(1, 5)], 'b "x"': [(1, 6)]}),
        ("step,a\r1,5\r2,6\r", {"a": [(1, 5), (2, 6)]}),
    ],
)
def test_what_is_in_a_table(
    tmp_path: Path, text: str, expected: dict[str, list[tuple[float, float]]]
) -> None:
    found, problems = read(tmp_path, text)
    assert problems == []
    assert repr(found) == repr(
        {name: [(s, float(v)) for s, v in rows] for name, rows in expected.items()}
    )


def test_decimal_commas(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "epoch;a;b\n1;0,5;1e-3\n2;0,25;7\n", delimiter=";")
    assert found == {"a": [(1, 0.5), (2, 0.25)], "b": [(1, 0.001), (2, 7.0)]}
    assert problems == []


def test_columns_without_numbers_are_told_once(tmp_path: Path) -> None:
    text = 'step,lr,classes,pair,loss\n1,[0.8 0.08],"[1, 2]",fit,0.5\n2,[0.8 0.08],"[1, 2]",,0.4\n'
    found, (problem,) = read(tmp_path, text)
    assert found == {"loss": [(1, 0.5), (2, 0.4)]}
    assert (problem.slug, problem.severity) == ("column-without-numbers", "note")
    assert problem.place == "metrics.csv:2"
    assert "'lr', 'classes', 'pair' hold no numbers" in problem.message
    assert "'[0.8 0.08]'" in problem.message


def test_a_constant_text_is_handed_out_where_that_is_wanted(tmp_path: Path) -> None:
    constants: dict[str, str] = {}
    text = "step,optimizer,phase,lr,a\n1,adam,fit,0.1,5\n2,adam,val,0.1,6\n"
    found, (problem,) = read(tmp_path, text, constants=constants)
    assert constants == {"optimizer": "adam"}
    assert found.keys() == {"lr", "a"}
    assert "'phase'" in problem.message


@pytest.mark.parametrize(
    ("content", "slug", "line", "kept"),
    [
        (b"step,a\n1,5\n2,\xff\xfe\n", "metric-not-a-number", 3, [(1, 5.0)]),
        (b"step,a\n1,5\n2,6\n3,x\0\n", "metric-not-a-number", 4, [(1, 5.0), (2, 6.0)]),
        (b"step,a\n1,5\nx,6\n3,7\n", "step-not-a-number", 3, [(1, 5.0), (3, 7.0)]),
        (b"step,a\n1,5\n" + b"9" * 400 + b",6\n", "step-not-a-number", 3, [(1, 5.0)]),
        (b"step,a\n1,5\n" + b"9" * 9000 + b",6\n", "step-not-a-number", 3, [(1, 5.0)]),
        (b"step,a\n1,5\ninf,6\n", "step-not-a-number", 3, [(1, 5.0)]),
        (b"step,a\n1,5\n2,6,7\n", "row-too-long", 3, [(1, 5.0), (2, 6.0)]),
        (b"step,a,a\n1,5,6\n", "column-repeated", 1, [(1, 5.0)]),
        (b"step,a\n1,5\n2,6\n3", "row-cut", 4, [(1, 5.0), (2, 6.0)]),
        (b"step,a\n1,0.512\n2,0.613\n3,0.", "row-cut", 4, [(1, 0.512), (2, 0.613), (3, 0.0)]),
        (b"step,a\n1,5\n2," + b"1" * 2_000_000 + b"\n3,4\n", "csv-unreadable", 3, [(1, 5.0)]),
        (b'step,a\n1,5\n2,"' + b"1\n" * 200_000, "csv-unreadable", 65539, [(1, 5.0)]),
    ],
)
def test_damage_is_told_with_its_line(
    tmp_path: Path, content: bytes, slug: str, line: int, kept: list[tuple[int, float]]
) -> None:
    found, problems = read(tmp_path, content)
    told = {problem.slug: problem.place for problem in problems if problem.slug != "not-utf8"}
    assert told == {slug: f"metrics.csv:{line}"}
    assert found == {"a": kept}


@pytest.mark.parametrize("content", [b"", b"\n \n", b"step,a\n", b"\0" * 50, b"7", b"a\nb\n"])
def test_a_table_without_numbers_is_told(tmp_path: Path, content: bytes) -> None:
    found, problems = read(tmp_path, content)
    assert found == {}
    assert len(problems) == 1


def test_bytes_that_are_no_text_are_told_once(tmp_path: Path) -> None:
    _, problems = read(tmp_path, b"step,caf\xe9\n1,5\n2,\xe9\n3,\xe9\n")
    assert [p.slug for p in problems].count("not-utf8") == 1


def test_a_last_line_without_line_end_is_whole_when_it_looks_so(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "step,a\n1,0.5\n2,0.25")
    assert found == {"a": [(1, 0.5), (2, 0.25)]}
    assert problems == []


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    (tmp_path / "metrics.csv").mkdir()
    findings = Findings(place_of(tmp_path / "metrics.csv"))
    assert read_csv_file(place_of(tmp_path / "metrics.csv"), findings) == []
    assert [problem.slug for problem in findings.problems()] == ["file-unreadable"]


@pytest.mark.parametrize(
    ("limit", "most", "rows", "line"),
    [
        ("FILE_LIMIT", 507, 100, 102),  # a header of 7 characters, and rows of 5
        ("CELL_LIMIT", 200, 100, 102),
        ("MOST_LINES", 101, 100, 102),
    ],
)
@pytest.mark.parametrize("piece", [64, 1 << 18])
def test_what_is_too_large_is_read_up_to_the_limit(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
    most: int,
    rows: int,
    line: int,
    piece: int,
) -> None:
    monkeypatch.setattr(csv_table, limit, most)
    monkeypatch.setattr(csv_table, "_PIECE", piece)
    found, (problem,) = read(tmp_path, "step,a\n" + "".join(f"{n % 10},77\n" for n in range(999)))
    assert (problem.slug, problem.place) == ("table-too-large", f"metrics.csv:{line}")
    assert "what comes from here on was left out" in problem.message
    assert len(found["a"]) == rows


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("piece", [1, 2, 7])
def test_lines_are_whole_wherever_a_piece_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, piece: int
) -> None:
    lines = ["step,a", "", "1,5", '"2","6"', "step,a", " , ", '3,"', '"', "4,8,9", "5,x"]
    whole = read(tmp_path, end.join(lines))
    monkeypatch.setattr(csv_table, "_PIECE", piece)
    assert read(tmp_path, end.join(lines)) == whole
    assert whole[0] == {"a": [(1, 5), (2, 6), (4, 8)]}
    assert {problem.place for problem in whole[1]} >= {"metrics.csv:9", "metrics.csv:10"}


def test_metrics_of_a_table_are_bounded(tmp_path: Path) -> None:
    names = [f"m{number}" for number in range(10_005)]
    found, (problem,) = read(tmp_path, f"step,{','.join(names)}\n" + "1" + ",5" * 10_005 + "\n")
    assert problem.slug == "too-many-metrics"
    assert len(found) == 9_999, "the step is a name too"


@pytest.mark.parametrize("epochs", [["0.5", "1", "1.5"], ["1.0", "2.0", "3.0"]])
def test_epochs_with_decimals(tmp_path: Path, epochs: list[str]) -> None:
    found, _ = read(tmp_path, "epoch,a\n" + "".join(f"{epoch},5\n" for epoch in epochs))
    assert [step for step, _ in found["a"]] == [float(epoch) for epoch in epochs]


def test_a_row_that_is_too_short_is_noted(tmp_path: Path) -> None:
    found, (problem,) = read(tmp_path, "step,a,b\n1,5\n2,6,7\n")
    assert found == {"a": [(1, 5), (2, 6)], "b": [(2, 7)]}
    assert (problem.slug, problem.severity) == ("row-too-short", "note")
    assert problem.place == "metrics.csv:2"


def test_a_line_that_is_none_of_the_table_is_told(tmp_path: Path) -> None:
    found, problems = read(tmp_path, "epoch,a\n1,5\n<<<<<<< HEAD\n2,6\n=======\n")
    assert found == {"a": [(1, 5), (2, 6)]}
    told = {p.place for p in problems if p.slug == "step-not-a-number"}
    assert told == {"metrics.csv:3", "metrics.csv:5"}


def test_blocks_join_seamlessly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gaps, text and too short rows at any place, in blocks of a few rows."""
    rows = [(n, "" if n % 7 == 3 else f"{n}.5", n * 2 if n > 30 else None) for n in range(100)]
    text = "step,a,b\n" + "".join(
        f"{step},{a}\n" if b is None else f"{step},{a},{b}\n" for step, a, b in rows
    )
    whole, _ = read(tmp_path, text)
    monkeypatch.setattr(csv_table, "_BLOCK_CELLS", 20)
    found, problems = read(tmp_path, text)
    assert {problem.slug for problem in problems} == {"row-too-short"}
    assert found == whole
    assert found == {
        "a": [(step, float(a)) for step, a, _ in rows if a],
        "b": [(step, float(b)) for step, _, b in rows if b is not None],
    }


def test_a_column_of_much_text_is_not_searched_for_numbers(tmp_path: Path) -> None:
    text = "step,word,a\n" + "".join(f"{n},{'x' if n else 1},{n}\n" for n in range(20_000))
    found, problems = read(tmp_path, text)
    assert found.keys() == {"a"}
    assert [problem.slug for problem in problems] == ["column-without-numbers"]


def test_not_logged_in_json_lines(tmp_path: Path) -> None:
    findings = Findings(place_of(tmp_path))
    path = tmp_path / "metrics.jsonl"
    path.write_text(
        '{"step": 1, "a": "NA", "b": "1"}\n{"step": 2, "a": null}\n{"Step": 3, "b": 2}\n'
    )
    assert points(read_jsonl_file(place_of(path), findings)) == {"b": [(1, 1.0)]}
    assert [problem.slug for problem in findings.problems()] == ["step-not-a-number"]


GOOD = "step,loss,acc\n" + "".join(f"{n},{1 / n:.6f},{n / 50:.4f}\n" for n in range(1, 41))


@given(cut=st.integers(0, len(GOOD)))
def test_a_cut_loses_nothing_or_is_told(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    found, problems = read(tmp_path_factory.mktemp("cut"), GOOD[:cut])
    rows = GOOD[:cut].count("\n") - 1
    whole = {"loss": [(n, float(f"{1 / n:.6f}")) for n in range(1, rows + 1)]}
    if GOOD[:cut].endswith("\n") and rows > 0:
        assert problems == []
        assert found["loss"] == whole["loss"]
    elif rows > 0:
        assert found["loss"][:rows] == whole["loss"]
        is_whole = GOOD[cut : cut + 1] == "\n"
        assert is_whole or problems or len(found["loss"]) > rows


@given(data=st.binary(max_size=400), at=st.integers(0, len(GOOD)))
def test_any_bytes_are_read(tmp_path_factory: pytest.TempPathFactory, data: bytes, at: int) -> None:
    for content in (data, GOOD.encode()[:at] + data + GOOD.encode()[at:]):
        found, _ = read(tmp_path_factory.mktemp("any"), content)
        assert all(rows for rows in found.values())
