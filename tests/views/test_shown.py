"""Which pages and files an audience gets, and what is said to one that is not the team."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import AudienceSettings, Settings
from runfolio.model.not_shown import NotShown
from runfolio.model.problems import Problem
from runfolio.render.report_json import report_json
from runfolio.views.blocks import (
    Block,
    Chart,
    Details,
    Gallery,
    Link,
    Page,
    Picture,
    RunTable,
    Section,
)
from runfolio.views.book import Book, navigation
from runfolio.views.lost_links import without_hidden_links
from runfolio.views.roles import load_roles
from runfolio.views.shown import Shown

RUNS = [
    run(
        f"{model}-{seed}",
        {"val/recall": [0.5, base + seed / 100], "cost": 9.0 + base + seed},
        params={"model": model, "seed": str(seed)},
        tags={"role": "baseline"} if model == "old" else {},
    )
    for model, base in (("old", 0.7), ("new", 0.9), ("newer", 0.8))
    for seed in range(3)
]
OBJECTIVE = Settings.model_validate({"objective": {"metric": "val/recall", "goal": "maximize"}})
PROBLEMS = (
    Problem("logs/secret-place", "odd", "A secret message.", "Mend it."),
    Problem("report.yaml", "audience-pattern-unused", "Nothing fits.", "Look."),
)


def analysed(told: NotShown | None = None) -> Analysed:
    made = replace(tables(*RUNS), problems=PROBLEMS, not_shown=told or NotShown())
    return analyse(made, OBJECTIVE)


def book(chosen: dict[str, object], told: NotShown | None = None) -> Book:
    shown = Shown.of(AudienceSettings.model_validate(chosen))
    return Book.of(analysed(told), load_roles(), title="Triage", shown=shown)


def links(page: Page) -> set[str]:
    """Return all addresses in a page, wherever they stand."""
    found: set[str] = set()

    def look(told: object) -> None:
        if isinstance(told, tuple | list):
            for one in told:
                look(one)
        elif hasattr(told, "__dataclass_fields__"):
            for name in told.__dataclass_fields__:
                value = getattr(told, name)
                if name in ("href", "path", "csv", "parquet") and isinstance(value, str):
                    found.add(value.partition("#")[0].partition("?")[0])
                else:
                    look(value)

    look((page.lede, page.sections))
    return found - {""}


@pytest.mark.parametrize(
    ("chosen", "there", "gone"),
    [
        ({}, ["index.html", "runs.csv", "data/a.js"], []),
        (
            {"hide": {"pages": ["runs/*", "*.CSV"]}},
            ["index.html", "runs.html"],
            ["runs/a-1.html", "metrics.csv"],
        ),
        (
            {"show": {"pages": "requirements.html"}},
            ["index.html", "requirements.html", "data/runs.js"],
            ["runs.html", "report.json"],
        ),
        (
            {"show": {"pages": "*.html"}, "hide": {"pages": "data/*"}},
            ["runs/a.html"],
            ["data/runs.js", "feed.xml"],
        ),
    ],
)
def test_pages_and_files_by_pattern(
    chosen: dict[str, object], there: list[str], gone: list[str]
) -> None:
    shown = Shown.of(AudienceSettings.model_validate(chosen))
    assert [path for path in there + gone if shown.page(path)] == there


def test_hidden_pages_are_not_made_and_nothing_leads_to_them() -> None:
    made = book({"hide": {"pages": ["methods.html", "compare.html", "data-scientist.html"]}})
    pages = [*made.pages(), *made.run_pages()]
    paths = {page.path for page in pages}
    assert not paths & {"methods.html", "compare.html", "data-scientist.html"}
    for page in pages:
        inside = {href for href in links(page) if href.endswith(".html")}
        assert inside <= paths, page.path
    targets = {path for _, entries in navigation(made.roles, paths) for _, path in entries}
    assert targets <= paths
    assert made.absent(pages) == {"methods.html"}


def test_without_pages_of_runs_their_names_are_text() -> None:
    made = book({"hide": {"pages": "runs/*"}})
    pages = list(made.pages())
    assert not list(made.run_pages())
    assert not any(href.startswith("runs/") for page in pages for href in links(page))
    assert not made.rows.linked
    [table] = [b for p in pages for s in p.sections for b in s.blocks if isinstance(b, RunTable)]
    assert [row.cells[0].text for row in table.table.rows] == [
        row.cells[0] for row in made.rows.rows
    ]


def test_files_that_are_hidden_are_not_led_to() -> None:
    pages = {page.path: page for page in book({"hide": {"pages": "runs.csv"}}).pages()}
    assert "runs.csv" not in links(pages["runs.html"])
    assert "runs.parquet" in links(pages["runs.html"])


def test_without_data_files_pages_do_without_their_scripts() -> None:
    made = book({"hide": {"pages": "data/*"}})
    for page in (*made.pages(), *made.run_pages()):
        assert not page.data
        assert not {"table", "compare"} & set(page.scripts)
        assert not any(isinstance(b, Chart) and b.series for s in page.sections for b in s.blocks)


def test_pictures_whose_files_are_hidden_go() -> None:
    blocks: tuple[Block, ...] = (
        Gallery((Picture("data/a-1.png", "A", "a"),)),
        Details(
            "More", (Gallery((Picture("data/a-2.png", "B", "b"), Picture("x.png", "C", "c"))),)
        ),
    )
    page = Page(
        "runs/a.html", "runs.html", "A", (Section("s", "S", blocks),), lede=(Link("m", "m.html"),)
    )
    left = without_hidden_links(page, Shown(hide=("data/*", "m.html")))
    assert left.lede == ("m",)
    assert left.sections[0].blocks == (Details("More", (Gallery((Picture("x.png", "C", "c"),)),)),)


def test_an_outside_audience_is_told_how_many_problems_and_not_where() -> None:
    made = book({}, NotShown("partners", is_outside=True))
    text = "\n".join(map(repr, made.pages()))
    assert "secret" not in text
    assert "1\\xa0problem in the input" in text
    [one] = json.loads(report_json(made.view.analysed, made.view.runs, "T"))["problems"]
    assert one["slug"] == "odd"
    assert "secret" not in json.dumps(one)
    assert "secret" in "\n".join(map(repr, book({}, NotShown("internal")).pages()))


def test_an_outside_audience_is_not_told_what_the_team_could_add() -> None:
    for is_outside in (False, True):
        made = book({}, NotShown("partners", is_outside=is_outside))
        keys = {s.key for page in made.pages() for s in page.sections}
        assert ("richer" in keys) is not is_outside


def test_what_was_left_out_is_told_in_counts() -> None:
    told = NotShown("partners", is_outside=True, runs=3, metrics=2, params=1, configurations=2)
    pages = {page.path: repr(page) for page in book({}, told).pages()}
    assert (
        "Made for the audience “partners”: 3\\xa0runs, 2\\xa0metrics and 1\\xa0param are not part"
        in pages["methods.html"]
    )
    assert "2\\xa0more configurations were tried" in pages["methods.html"]
    assert "(2 more are not shown)" in pages["index.html"]
    assert "not shown" not in repr([*book({}).pages()])


@pytest.mark.parametrize(("more", "says"), [(0, ""), (1, " (1 more is not shown)")])
def test_the_best_of_k_tells_of_those_that_are_not_shown(more: int, says: str) -> None:
    a = analysed(NotShown("partners", is_outside=True, configurations=more))
    assert a.champion_why == f"best of 3 configurations on the baseline's data{says}"
