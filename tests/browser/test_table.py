from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from runfolio.model.numbers import format_number
from runfolio.views.blocks import Cell, Column, Row, RunTable, Table
from runfolio.views.data import TableColumn, TableData, TableRow

pytestmark = pytest.mark.browser

MakeSite = Callable[..., Path]
NewPage = Callable[..., Page]
Serve = Callable[[Path], str]

HOSTILE = "<img src=x onerror=\"document.title='run'\"></script>\u2028'quoted' & \u202eevil"

COLUMNS = (
    TableColumn("r:name", "Run", "run"),
    TableColumn("r:status", "Status", "run"),
    TableColumn("r:started", "Started", "run", "time"),
    TableColumn("m:val/recall", "Recall", "result", "number", 100, 1, "%", "maximize"),
    TableColumn(
        "m:p95", "Latency (95th percentile)", "result", "number", 1, None, "ms", "minimize"
    ),
    TableColumn("p:lr", "lr", "param", "number"),
    TableColumn("p:framework", "framework", "param"),
    TableColumn("t:Training Team", "Training Team", "tag", shown=False),
)


def table_data(count: int) -> TableData:
    """Return runs run-0 … whose recall rises with their number, with gaps and oddities."""
    rows = []
    for i in range(count):
        recall: float | None = 0.9 + i / (10 * count)
        if i == 1:
            recall = math.nan
        elif i == 2:
            recall = None
        elif i == 4:
            recall = -math.inf
        cells = (
            HOSTILE if i == 3 else f"run {i}",
            "failed" if i % 10 == 9 else "finished",
            1_763_000_000_000 + i * 3_600_000,
            recall,
            float(10 + (i * 7) % 90),
            ("0.1", "1e-2", "auto", None)[i % 4],
            "scikit-learn",
            "north" if i % 2 else "south",
        )
        rows.append(TableRow(f"run-{i}", cells, ("champion", "baseline")[i] if i < 2 else ""))
    return TableData(COLUMNS, tuple(rows))


@pytest.fixture
def site(make_site: MakeSite) -> Path:
    return make_table(make_site, 250)


def make_table(make_site: MakeSite, count: int) -> Path:
    data = table_data(count)
    rows = tuple(
        Row((Cell(str(row.cells[0]), f"runs/{row.slug}.html"), Cell(str(row.cells[1]))), row.mark)
        for row in data.rows[:100]
    )
    table = Table("All runs", (Column("Run"), Column("Status")), rows)
    return make_site(RunTable(table, "data/runs.js", count), data)


def names(page: Page) -> list[str]:
    return page.locator("tbody th a").all_inner_texts()


def headings(page: Page) -> list[str]:
    return page.locator("thead th").all_inner_texts()


def column(page: Page, label: str) -> list[str]:
    at = headings(page).index(label)
    return [row.locator("th, td").nth(at).inner_text() for row in page.locator("tbody tr").all()]


def find(page: Page, text: str) -> None:
    page.get_by_label("Find runs").fill(text)


def count(page: Page) -> str:
    return page.get_by_role("status").inner_text()


def query(page: Page) -> str:
    return str(page.evaluate("location.search"))


def test_numbers_read_the_same_in_python_and_in_the_page(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    values = [0.0, -0.0, 1.0, -1.5, 0.125, 0.375, 2.5, 3.5, 0.15, 1.005, 99.995, 9.9996, 12345.6]
    values += [1e24, 1.6e24, -1e24, 1e-9, -1e-9, 5e-324, 1.7e308, 1e21, 123456.0, 999999.9]
    values += [999950.0, 1234500.0, 1233500.0, 1e-4, 0.00009999, math.nan, math.inf, -math.inf]
    values += [362492369985325.06, -0.0004, math.pi * 1e5]
    values += [(-1) ** i * math.e**i / 3 for i in range(-30, 60)]
    shapes = [(1, None), (100, 1), (1, 0), (1, 2), (0.001, 3)]
    cases = [(value, scale, digits) for value in values for scale, digits in shapes]
    shown = page.evaluate(
        "(cases) => cases.map((c) => window.runfolio.numbers.formatNumber(c[0], c[1], c[2]))", cases
    )
    expected = [format_number(*case) for case in cases]
    assert dict(zip(cases, shown, strict=True)) == dict(zip(cases, expected, strict=True))


def test_draws_a_hundred_rows_and_more_on_demand(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    assert count(page) == "250 runs"
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(100)
    page.get_by_role("button", name="Show 100 more").click()
    expect(rows).to_have_count(200)
    page.get_by_role("button", name="Show 50 more").click()
    expect(rows).to_have_count(250)
    expect(page.get_by_role("button", name=re.compile("Show .* more"))).to_have_count(0)


def test_sorts_a_metric_by_its_direction(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    heading = page.get_by_role("columnheader", name="Recall")
    heading.get_by_role("button").click()  # a metric to maximize: the best first
    expect(heading).to_have_attribute("aria-sort", "descending")
    assert names(page)[:2] == ["run 249", "run 248"]


def test_missing_and_nan_stay_last_in_both_directions(page: Page, make_site: MakeSite) -> None:
    page.goto(make_table(make_site, 6).as_uri())
    button = page.get_by_role("columnheader", name="Recall").get_by_role("button")
    button.click()
    assert [name[:5] for name in names(page)] == [
        "run 5",
        "<img ",
        "run 0",
        "run 4",
        "run 1",
        "run 2",
    ]
    button.click()
    assert [name[:5] for name in names(page)] == [
        "run 4",
        "run 0",
        "<img ",
        "run 5",
        "run 1",
        "run 2",
    ]
    assert column(page, "Recall")[-2:] == ["NaN", "–\nnot logged"]
    button.click()
    assert [name[:5] for name in names(page)][:3] == ["run 0", "run 1", "run 2"]


def test_sorts_params_as_numbers_and_keeps_their_text(page: Page, make_site: MakeSite) -> None:
    page.goto(make_table(make_site, 8).as_uri())
    page.get_by_role("columnheader", name="lr").get_by_role("button").click()
    shown = column(page, "lr")
    assert shown[:6] == ["1e-2", "1e-2", "0.1", "0.1", "auto", "auto"]
    assert all("not logged" in text for text in shown[6:])


def test_sorts_names_as_people_do(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    page.get_by_role("columnheader", name="Run").get_by_role("button").click()
    assert [name for name in names(page) if name.startswith("run")][:4] == [
        "run 0",
        "run 1",
        "run 2",
        "run 4",
    ]


@pytest.mark.parametrize(
    ("typed", "matching"),
    [
        ('"run 24"', "11"),  # 24 and 240 to 249
        ('"run 24" failed', "1"),
        ("val/recall >= 0.95", "125"),
        ("Recall >= 95 %", "125"),
        ("recall >= 0.95 and status = finished", "112"),
        ("val/recall >= 0.95 and (status = failed or lr = 0.01)", "38"),
        ("lr = 0.1", "63"),
        ("lr = auto", "62"),
        ("lr != 0.1", "187"),
        ("not lr = 0.1", "187"),
        ("Latency (95th percentile) < 11", "3"),
        ('"Latency (95th percentile)" < 11', "3"),
        ("Training Team = NORTH", "125"),
        ("status ~ fail", "25"),
        ('Run !~ "run "', "1"),
        ("val/recall = nan", "1"),
        ("started < 2025-11-14", "22"),
        ("failed and val/recall > 0.95", "13"),
    ],
)
def test_filters(page: Page, site: Path, typed: str, matching: str) -> None:
    page.goto(site.as_uri())
    find(page, typed)
    expect(page.locator(".run-message")).to_have_text("")
    assert count(page) == f"{matching} of 250 runs"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("val/recal > 0.9", "There is no column “val/recal”. Did you mean “val/recall”?"),
        ("zzzzzzzz = 1", "There is no column “zzzzzzzz”. All columns are listed"),
        ("val/recall >", "Write a value after “val/recall >”."),
        ("val/recall > high", "“Recall” is compared with a number, and “high” is none."),
        ("(lr < 1", "A parenthesis is not closed."),
        ('lr = "0.1', "is not closed"),
        ("lr < 1 and", "Something is missing"),
        ("> 3", "Write a column before “>”."),
        ("started > yesterday", "write it like 2026-11-23"),
    ],
)
def test_tells_a_mistake_in_the_filter(page: Page, site: Path, typed: str, told: str) -> None:
    page.goto(site.as_uri())
    find(page, typed)
    expect(page.get_by_role("alert")).to_contain_text(told)
    expect(page.get_by_label("Find runs")).to_have_attribute("aria-invalid", "true")
    assert count(page) == "250 runs"


def test_says_what_was_logged_when_the_shown_unit_was_typed(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    find(page, "Recall > 95")
    expect(page.get_by_role("alert")).to_have_text(
        "No run matches. “Recall” was logged from 0.9 to 0.9996."
    )
    assert count(page) == "0 of 250 runs"


def test_narrows_and_chooses_columns(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    assert "framework" in headings(page)
    assert "Training Team" not in headings(page)
    page.get_by_label("Hide constant columns").check()
    assert "framework" not in headings(page)
    assert "Status" in headings(page)
    find(page, "status = failed")
    assert "Status" in headings(page)
    page.get_by_label("Only what differs").check()
    assert "Status" not in headings(page)
    page.get_by_text("Choose columns").click()
    page.get_by_label("Training Team").check()
    page.get_by_label("lr", exact=True).uncheck()
    find(page, "")
    assert headings(page) == [
        "Run",
        "Status",
        "Started",
        "Recall",
        "Latency (95th percentile)",
        "Training Team",
    ]


def test_the_address_keeps_the_state(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    page.get_by_role("columnheader", name="Recall").get_by_role("button").click()
    page.get_by_text("Choose columns").click()
    page.get_by_label("Training Team").check()
    page.get_by_label("lr", exact=True).uncheck()
    page.get_by_label("Hide constant columns").check()
    find(page, 'status = "failed"')
    page.get_by_label("Select run 249").check()
    page.get_by_label("Select run 239").check()
    page.wait_for_timeout(400)  # typing is kept when it rests
    before = (headings(page), names(page), count(page))
    assert "q=status" in query(page)
    page.reload()
    assert (headings(page), names(page), count(page)) == before
    assert names(page)[0] == "run 249"
    expect(page.get_by_label("Find runs")).to_have_value('status = "failed"')
    expect(page.get_by_label("Select run 249")).to_be_checked()
    expect(page.get_by_role("link", name="Compare 2 selected")).to_be_visible()


def test_selected_runs_are_compared(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    link = page.locator(".run-compare")
    page.get_by_label("Select run 5", exact=True).check()
    expect(link).to_be_hidden()
    page.get_by_label("Select run 6", exact=True).check()
    expect(link).to_have_text("Compare 2 selected")
    expect(link).to_have_attribute("href", "compare.html?runs=run-5,run-6")
    for number in range(10, 18):
        page.get_by_label(f"Select run {number}", exact=True).check()
    expect(link).to_have_text("Compare the first 8 of 10 selected")
    page.get_by_role("button", name="Clear selection").click()
    expect(link).to_be_hidden()
    expect(page.locator("tbody input:checked")).to_have_count(0)


def test_text_from_logs_stays_text(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    expect(page.locator("tbody img")).to_have_count(0)
    assert page.title() == "runs.html"
    assert page.locator("tbody th a").nth(3).text_content() == HOSTILE
    expect(page.locator("tbody th a").nth(3)).to_have_attribute("href", "runs/run-3.html")


def test_champion_and_baseline_carry_their_mark(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    first = page.locator("tbody tr").nth(0)
    expect(first.locator(".mark-champion")).to_be_visible()
    expect(first.get_by_role("rowheader")).to_contain_text("champion")
    expect(page.locator("tbody tr").nth(1).locator(".mark-baseline")).to_be_visible()


def test_works_with_the_keyboard(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    page.get_by_role("columnheader", name="Recall").get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert names(page)[0] == "run 249"
    page.keyboard.press("Enter")
    expect(page.get_by_role("columnheader", name="Recall")).to_have_attribute(
        "aria-sort", "ascending"
    )
    region = page.get_by_role("region", name="All runs")
    region.focus()
    page.keyboard.press("End")
    for _ in range(50):
        if region.evaluate("(element) => element.scrollTop") > 0:
            break
        page.wait_for_timeout(50)
    assert region.evaluate("(element) => element.scrollTop") > 0


def test_works_below_a_sub_path(page: Page, site: Path, http_site: Serve) -> None:
    page.goto(http_site(site.parent) + site.name + "?q=failed")
    assert count(page) == "25 of 250 runs"
    page.get_by_role("columnheader", name="Run").get_by_role("button").click()
    assert "/some/repo/runs.html?q=failed&sort=r%3Aname" in page.url


def test_first_rows_stand_without_scripts(new_page: NewPage, site: Path) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site.as_uri())
    expect(page.locator("tbody tr")).to_have_count(100)
    assert count(page) == "The first 100 of 250 runs"
    expect(page.get_by_label("Find runs")).to_be_hidden()
    expect(page.get_by_role("link", name="CSV")).to_have_attribute("href", "runs.csv")


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_accessible_and_scrolls_only_inside(
    new_page: NewPage, make_site: MakeSite, width: int, scheme: Any
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(make_table(make_site, 12).as_uri())
    page.get_by_text("Choose columns").click()
    find(page, "val/recal > 0.9")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
