"""Which pages there are, what stands on them, and what is said where there are no data."""

from __future__ import annotations

import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.records import RunRecord
from runfolio.views.blocks import Chart, Page, Section
from runfolio.views.book import Book, navigation
from runfolio.views.roles import load_roles

FULL = [
    run(
        f"{model}-{seed}",
        {"val/recall": [0.5, base + seed / 100], "latency_p95": 9.0 + base + seed},
        params={"model": model, "seed": str(seed)},
        tags={"role": "baseline"} if model == "old" else {},
    )
    for model, base in (("old", 0.7), ("new", 0.9))
    for seed in range(3)
]


def book(*runs: RunRecord, **settings: object) -> Book:
    analysed = analyse(tables(*runs), Settings.model_validate(settings))
    return Book.of(analysed, load_roles(), title="Triage", seed_params=("seed",))


def pages(made: Book) -> dict[str, Page]:
    found = [*made.pages(), *made.run_pages()]
    by_path = {page.path: page for page in found}
    assert len(by_path) == len(found), "no two pages at one path"
    return by_path


def sections(page: Page) -> dict[str, Section]:
    return {section.key: section for section in page.sections}


def test_the_navigation_leads_to_every_page_but_the_runs() -> None:
    made = book(*FULL)
    targets = [path for _, entries in navigation(made.roles, pages(made)) for _, path in entries]
    assert len(set(targets)) == len(targets)
    assert set(targets) == {path for path in pages(made) if not path.startswith("runs/")}


def test_every_page_says_which_entry_of_the_navigation_it_belongs_to() -> None:
    made = book(*FULL)
    targets = {path for _, entries in navigation(made.roles, pages(made)) for _, path in entries}
    for page in pages(made).values():
        assert page.nav in targets
        assert page.nav == ("runs.html" if page.path.startswith("runs/") else page.path)


def test_a_page_per_role_with_its_question_and_its_sections() -> None:
    made = book(*FULL)
    for name, role in load_roles().items():
        page = pages(made)[f"{name}.html"]
        assert role.question in page.kicker
        wanted = [use.name for use in role.sections]
        shown = [section.key for section in page.sections if section.key != "richer"]
        assert shown == [name for name in wanted if name in shown], "in the role's order"
        assert len(shown) >= 3


def test_a_page_per_run_with_its_name() -> None:
    of_runs = [page for page in pages(book(*FULL)).values() if page.path.startswith("runs/")]
    assert sorted(page.title for page in of_runs) == sorted(r.id for r in FULL)
    for page in of_runs:
        assert {"run-metrics", "run-params"} <= sections(page).keys()


def test_a_run_with_a_curve_loads_its_own_data_and_the_chart_script() -> None:
    made = pages(book(run("curved", {"loss": [3.0, 2.0, 1.0]}), run("point", {"loss": 1.0})))
    curved, point = (
        next(page for page in made.values() if page.title == name) for name in ("curved", "point")
    )
    assert curved.scripts == ("numbers", "charts")
    assert [path.replace("data/", "runs/").replace(".js", ".html") for path in curved.data] == [
        curved.path
    ]
    assert (point.scripts, point.data) == ((), ())


def test_what_pages_link_to_is_there() -> None:
    made = pages(book(*FULL))
    doors = [
        door.href
        for section in made["index.html"].sections
        for block in section.blocks
        for door in getattr(block, "doors", ())
    ]
    assert {f"{name}.html" for name in load_roles()} <= set(doors)
    assert {href.partition("#")[0] for href in doors} <= made.keys()


def test_the_keys_of_sections_and_charts_are_unique_on_a_page() -> None:
    for page in pages(book(*FULL)).values():
        keys = [section.key for section in page.sections if section.title]
        keys += [b.key for s in page.sections for b in s.blocks if isinstance(b, Chart)]
        assert len(set(keys)) == len(keys), page.path


def test_a_section_without_data_says_what_it_needs_and_is_not_shown() -> None:
    made = book(run("one", {"val/recall": 0.5}))
    empty = dict(made.empty_sections(made.pages()))
    assert empty
    assert all(title and needs for title, needs in empty.items())
    assert any("baseline" in needs for needs in empty.values())
    shown = {s.key for page in pages(made).values() for s in page.sections}
    assert "comparison" not in shown


def test_with_a_baseline_that_is_no_longer_told() -> None:
    made = book(*FULL)
    assert "comparison" in sections(pages(made)["index.html"])
    assert not any("baseline" in needs for _, needs in made.empty_sections(made.pages()))


@pytest.mark.parametrize(
    "runs",
    [
        [run("alone")],
        [run("a", {"x": float("nan")}), run("b", {"x": float("inf")})],
        [run("a", {"odd name": 1.0}), run("b", {"odd name": 2.0})],
        [run("failed", {"loss": 1.0}, status="failed")],
    ],
)
def test_every_page_is_made_however_little_there_is(runs: list[RunRecord]) -> None:
    made = pages(book(*runs))
    assert sum(path.startswith("runs/") for path in made) == len(runs)
    assert all(page.title for page in made.values())
    assert sections(made["methods.html"])["methods"].blocks
    assert sections(made["problems.html"])["problems"].blocks


def test_the_methods_say_which_runs_are_compared() -> None:
    def methods(**settings: object) -> str:
        pages = book(run("a", {"acc": 0.5}), **settings).pages()
        return str(next(page for page in pages if page.path == "methods.html"))

    assert "Runs that failed, were killed, never said that they ended or diverged" in methods()
    asked = methods(compared={"also": ["failed", "unfinished"]})
    assert "Runs that were killed or diverged" in asked
    assert "runs that failed or never said that they ended are compared" in asked
