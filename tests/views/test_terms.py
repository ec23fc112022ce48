"""Every metric's name on a page has its explanation at hand."""

from __future__ import annotations

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Details,
    KeyFigure,
    KeyFigures,
    Page,
    Prose,
    Row,
    Section,
    Table,
)
from runfolio.views.book import Book
from runfolio.views.roles import load_roles
from runfolio.views.terms import Lexicon, anchor_of

FULL = [
    run(
        f"{model}-{seed}",
        {"val/recall": base + seed / 100, "latency_p95": 9.0 + base + seed, "odd": float(seed)},
        params={"model": model, "seed": str(seed)},
        tags={"role": "baseline"} if model == "old" else {},
    )
    for model, base in (("old", 0.7), ("new", 0.9))
    for seed in range(3)
]
SETTINGS = {
    "metrics": {
        "val/recall": {"label": "Recall", "explain": "Share of cases that are caught."},
        "odd": {"goal": "maximize"},
    },
    "glossary": {"Seed": "Where chance starts.", "Board": "Those who decide."},
}


def lexicon() -> Lexicon:
    return Lexicon.of(analyse(tables(*FULL), Settings.model_validate(SETTINGS)))


def explained(*blocks: Block, title: str = "") -> Page:
    return lexicon().explained(Page("a.html", "a.html", title, (Section("all", "", blocks),)))


def test_names_that_stand_alone_carry_their_explanation() -> None:
    page = explained(
        Table(
            "t",
            (Column("Metric"), Column("95\u00a0% interval"), Column("Recall"), Column("Other")),
            (Row((Cell("Recall"), Cell("Recall"), Cell("1"), Cell("2"))),),
        ),
        KeyFigures((KeyFigure("Recall of the champion", "90"), KeyFigure("Runs", "4"))),
        Details("More", (KeyFigures((KeyFigure("latency_p95", "9"),)),)),
    )
    table, figures, more = page.sections[0].blocks
    assert isinstance(table, Table)
    assert isinstance(figures, KeyFigures)
    assert isinstance(more, Details)
    assert table.columns[0].hint.startswith("A figure that a run logged")
    assert "of 100 such ranges" in table.columns[1].hint
    assert table.columns[2].hint == "Share of cases that are caught."
    assert table.columns[3].hint == ""
    hints = [cell.hint for cell in table.rows[0].cells]
    assert hints == ["Share of cases that are caught.", "", "", ""]
    assert [f.hint for f in figures.figures] == ["Share of cases that are caught.", ""]
    [inner] = more.blocks
    assert isinstance(inner, KeyFigures)
    assert inner.figures[0].hint.startswith("95 of 100 ")


def test_a_hint_that_is_there_and_a_row_that_explains_itself_stay() -> None:
    told = "Share of cases that are caught."
    page = explained(
        Table("t", (Column("Metric", hint="Mine."), Column("In plain words")),
              (Row((Cell("Recall"), Cell(told))),))
    )  # fmt: skip
    [table] = page.sections[0].blocks
    assert isinstance(table, Table)
    assert table.columns[0].hint == "Mine."
    assert table.rows[0].cells[0].hint == ""


def test_the_words_of_a_page_are_gathered_at_its_end() -> None:
    page = explained(
        Prose(("By recall alone, the baseline and its seed differ. The Board met.",)),
        title="latency_p95 is lower",
    )
    assert page.words is not None
    words = {item.term: item.value for item in page.words.items}
    assert list(words) == ["Recall", "latency_p95", "Baseline", "Board", "Seed"]
    assert words["Seed"] == "Where chance starts."
    assert words["Board"] == "Those who decide."
    assert "Met" not in words, "an everyday word in a sentence"


def test_no_metric_on_a_role_s_page_stands_without_an_explanation() -> None:
    analysed = analyse(tables(*FULL), Settings.model_validate(SETTINGS))
    made = Book.of(analysed, load_roles(), title="Triage", seed_params=("seed",))
    pages = {page.path: page for page in made.pages()}
    for name in load_roles():
        page = pages[f"{name}.html"]
        explained_there = {item.term for item in page.words.items} if page.words else set()
        named = {word for word in ("Recall", "latency_p95") if word in repr(page.sections)}
        assert named <= explained_there, name
    assert "Recall" in repr(pages["business-stakeholder.html"].sections)


def test_the_glossary_has_every_metric_and_says_what_nothing_explains() -> None:
    analysed = analyse(tables(*FULL), Settings.model_validate(SETTINGS))
    made = Book.of(analysed, {}, title="Triage", seed_params=("seed",))
    page = next(page for page in made.pages() if page.path == "glossary.html")
    blocks = page.sections[0].blocks
    tables_ = [block for block in blocks if isinstance(block, Table)]
    assert [row.cells[0].text for row in tables_[0].rows] == ["latency_p95", "Recall"]
    notes = " ".join(str(b.spans[0]) for b in blocks if isinstance(b, Prose))
    assert "Nothing explains odd." in notes
    assert "In general words only: latency_p95." in notes
    everything = {row.cells[0].text: row.cells[1].text for t in tables_ for row in t.rows}
    assert everything["Seed"] == "Where chance starts."
    assert everything["Board"] == "Those who decide."
    anchors = [a for t in tables_ for row in t.rows for a in row.anchors]
    assert len(set(anchors)) == len(anchors)
    assert anchor_of("Recall") in anchors
