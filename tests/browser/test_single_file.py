"""The sample's report as a single file, in a browser, as its readers open it."""

from __future__ import annotations

import re
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from runfolio import pipeline

from .conftest import NewPage

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TARGET = 3_000_000
"""Bytes: what many mail servers and chats take without a word."""


@pytest.fixture
def report(sample_file: Path) -> Path:
    return sample_file


@pytest.fixture
def page(page: Page, report: Path) -> Page:
    """The file, opened; it fails the test when anything is printed, refused or fetched."""
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(report.as_uri())
    return page


def follow(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Report").get_by_role("link", name=name, exact=True).click()
    page.locator("nav a[aria-current=page]", has_text=re.compile(f"^{name}$")).wait_for()


def soon(page: Page, told: str) -> None:
    """Wait until an expression holds; the page's policy forbids `wait_for_function`."""
    for _ in range(100):
        if page.evaluate(told):
            return
        page.wait_for_timeout(50)
    raise AssertionError(told)


def test_it_has_the_size_that_a_mail_takes(report: Path) -> None:
    assert report.stat().st_size <= TARGET


def test_one_page_is_shown_and_links_lead_to_others_and_back(page: Page) -> None:
    assert page.locator("article:visible").count() == 1
    assert page.locator("h1:visible").inner_text().startswith("logistic")
    follow(page, "Impact")
    assert page.url.endswith("report.html#/impact.html")
    assert page.title().startswith("logistic-C0.1 is perhaps worth")
    soon(page, "document.activeElement.tagName === 'H1'")
    assert page.evaluate("scrollY") == 0
    page.evaluate("window.scrollTo(0, 1500)")
    page.wait_for_timeout(300)
    page.evaluate("document.querySelector(\"nav a[href='#/data.html']\").click()")
    page.locator("article[id='/data.html']").wait_for()
    page.go_back()
    soon(page, "location.hash === '#/impact.html' && scrollY === 1500")
    assert page.locator("article:visible").count() == 1
    page.go_forward()
    soon(page, "location.hash === '#/data.html' && scrollY === 0")


def test_a_permalink_opens_a_place_in_a_page(new_page: NewPage, report: Path) -> None:
    page = new_page(viewport={"width": 1200, "height": 800})
    page.goto(report.as_uri() + "#/impact.html#impact-drivers")
    heading = page.get_by_role("heading", name="What it depends on")
    heading.wait_for()
    soon(page, "Math.abs(document.activeElement.getBoundingClientRect().top) < 40")
    assert page.evaluate("document.activeElement.textContent") == heading.inner_text()


def test_an_address_that_names_no_page_shows_the_overview(new_page: NewPage, report: Path) -> None:
    page = new_page()
    page.goto(report.as_uri() + "#/gone.html?q=1#x")
    assert page.locator("article[id='/index.html']").is_visible()


def test_the_run_table_keeps_its_state_and_leads_to_a_run(page: Page) -> None:
    follow(page, "All runs")
    rows = page.locator(".run-table tbody tr")
    everything = rows.count()
    page.get_by_label("Find runs").fill("val/recall >= 0.96 and status = finished")
    shown = rows.count()
    assert 0 < shown < everything
    soon(page, "location.hash.startsWith('#/runs.html?q=')")
    address = page.url
    rows.first.get_by_role("link").click()
    page.locator("article[id^='/runs/']:visible").wait_for()
    page.go_back()
    soon(page, "location.hash.startsWith('#/runs.html?q=')")
    assert rows.count() == shown
    page.reload()
    assert page.url == address
    assert rows.count() == shown
    follow(page, "All runs")
    assert rows.count() == everything


def test_runs_are_compared_from_the_table(page: Page) -> None:
    follow(page, "All runs")
    rows = page.locator(".run-table tbody tr")
    page.get_by_label("Find runs").fill("status = finished and boosting")
    for row in rows.all()[:2]:
        row.get_by_role("checkbox").check()
    page.locator(".run-compare").click()
    soon(page, "location.hash.startsWith('#/compare.html?runs=')")
    compare = page.locator("article[id='/compare.html']")
    assert compare.locator(".compare-picked li").count() == 2
    compare.locator(".compare-chart svg.marks").wait_for()


def test_the_impact_panel_moves_by_keyboard_and_keeps_its_numbers(page: Page) -> None:
    follow(page, "Impact")
    worth = page.locator(".what-if-worth")
    before = worth.inner_text()
    slider = page.locator(".what-if input[type=range]").first
    slider.focus()
    for _ in range(10):
        page.keyboard.press("ArrowRight")
    after = worth.inner_text()
    assert after != before
    soon(page, "location.hash.startsWith('#/impact.html?')")
    link = page.locator(".what-if-link").get_attribute("href")
    assert link == page.evaluate("location.hash")
    page.evaluate("location.hash = '#/impact.html#impact-drivers'")  # a link in the page
    page.wait_for_timeout(200)
    assert worth.inner_text() == after
    page.reload()
    assert worth.inner_text() == after


def test_charts_are_drawn_on_the_page_that_is_shown(page: Page) -> None:
    follow(page, "History")
    page.locator("article[id='/history.html'] figure.chart svg.marks").first.wait_for()
    assert page.locator("article[id='/monitoring.html'] svg.marks").count() == 0
    run = page.locator("article[id^='/runs/']:has(figure.chart)").first.get_attribute("id")
    page.evaluate(f"location.hash = '#{run}'")
    page.locator("article:visible figure.chart svg.marks").first.wait_for()


def test_data_files_are_offered_for_download(page: Page) -> None:
    follow(page, "All runs")
    with page.expect_download() as download:
        page.locator("a[data-file='runs.csv']:visible").click()
    assert download.value.suggested_filename == "runs.csv"
    lines = Path(download.value.path()).read_text("utf-8").splitlines()
    assert len(lines) == page.locator(".run-table tbody tr").count() + 1


def test_the_overview_is_for_all(page: Page) -> None:
    # What is not shown is not read either, but axe would look at every element of it.
    page.evaluate("document.querySelectorAll('article[hidden]').forEach((one) => one.remove())")
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {preload: false})")
    assert len(found["passes"]) > 10
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []


def test_it_fits_a_narrow_window(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    for path in ("index", "requirements", "runs", "impact", "data-scientist"):
        page.evaluate(f"location.hash = '#/{path}.html'")
        page.locator(f"article[id='/{path}.html']").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    stacked = page.locator("article:visible .stack td[data-label]")
    assert stacked.count() > 0, "rows of tables become blocks with names"


def test_without_scripts_all_pages_are_there_and_anchors_work(
    new_page: NewPage, report: Path
) -> None:
    page = new_page(java_script_enabled=False, viewport={"width": 1200, "height": 800})
    page.goto(report.as_uri() + "#/impact.html#impact-drivers")
    articles = page.locator("article")
    assert articles.count() == page.locator("article:visible").count() > 60
    box = page.get_by_role("heading", name="What it depends on").bounding_box()
    assert box is not None
    assert abs(box["y"]) < 40
    overview = page.locator("article[id='/index.html'] figure.chart")
    assert overview.locator(".drawing > svg[role=img]:visible").count() == overview.count() >= 1


def test_pages_of_runs_can_be_left_out(tmp_path: Path, new_page: NewPage) -> None:
    runs = tmp_path / "runs"
    for name in ("one", "two"):
        (runs / name).mkdir(parents=True)
        (runs / name / "metrics.csv").write_text("step,acc\n1,0.5\n2,0.6\n")
    file = tmp_path / "report.html"
    request = pipeline.Request((str(runs),), tmp_path / "site", single_file=file, run_pages=False)
    result = pipeline.build(request)
    assert not (tmp_path / "site" / "runs").exists()
    page = new_page()
    for address in (file.as_uri() + "#/runs.html", (tmp_path / "site" / "runs.html").as_uri()):
        page.goto(address)
        assert page.locator(".run-table tbody tr:visible").count() == 2
        assert page.locator(".run-table tbody a").count() == 0
    assert page.locator("article").count() == 0
    assert result.pages == len(list((tmp_path / "site").glob("*.html")))
