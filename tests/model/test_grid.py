"""What terminals and notebooks show: columns stand below each other, and text stays text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runfolio.model.grid import Grid, as_html, as_text, plain
from sites import Parsed


def test_columns_stand_below_each_other_and_numbers_end_together() -> None:
    grid = Grid("", ("Name", "n"), (("a", "1"), ("日本", "12"), ("longer", "345")), frozenset({1}))
    assert grid.text().splitlines() == [
        "Name       n",
        "────────────",
        "a          1",
        "日本      12",  # each takes two columns
        "longer   345",
    ]


def test_html_names_the_heads_of_rows_and_columns() -> None:
    page = Parsed(Grid("Counts", ("Name", "n"), (("a", "1"),), frozenset({1})).html())
    heads = [(e.attributes["scope"], e.text) for e in page.all("th")]
    assert heads == [("col", "Name"), ("col", "n"), ("row", "a")]
    assert [e.text for e in page.all("caption")] == ["Counts"]
    assert "text-align:right" in page.all("td")[0].attributes["style"]


def test_an_empty_table_is_not_shown() -> None:
    empty = Grid("Counts", ("Name",), ())
    assert as_text("found", (empty,), ("a note",)) == "found\n\na note"
    assert "Counts" not in as_html("found", (empty,), ())


def test_sentences_are_wrapped_but_not_within_numbers() -> None:
    note = " ".join(["between 1\u00a0000\u00a0ms and 2\u00a0000\u00a0ms"] * 9)
    lines = as_text("found", (), (note,)).splitlines()
    assert max(map(len, lines)) <= 96
    assert not any(line.startswith(("000", "ms")) for line in lines)


@given(st.text())
def test_any_text_is_one_line_that_can_be_encoded(text: str) -> None:
    shown = plain(text)
    assert len(shown.splitlines()) <= 1
    shown.encode()
    grid = Grid(text, (text, text), ((text, text),))
    page = Parsed(as_html(text, (grid,), (text,)))
    assert len(page.all("td")) == 1
    assert page.all("td")[0].text == shown
    assert {e.tag for e in page.elements} <= set(
        "div p strong small table caption thead tbody tr th td".split()
    )
