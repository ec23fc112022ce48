"""Every type of page of the sample's site, in a browser, as its readers open it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from playwright.sync_api import Page

from once import made_once
from runfolio import pipeline

from .conftest import NewPage, Serve

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
MAIN = (
    "index.html",
    "business-stakeholder.html",
    "subject-matter-expert.html",
    "data-scientist.html",
    "data-engineer.html",
    "ml-engineer.html",
    "experiments.html",
    "runs.html",
    "compare.html",
    "history.html",
    "history/val-recall.html",
    "branch.html",
    "requirements.html",
    "impact.html",
    "lifecycle.html",
    "data.html",
    "features.html",
    "models.html",
    "model-card.html",
    "monitoring.html",
    "methods.html",
    "glossary.html",
    "problems.html",
)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made_once(tmp_path_factory, "built", "", built) / "site"


def built(folder: Path) -> None:
    """Build the site of the sample with what a page or two of it would not have."""
    shutil.copytree(ROOT / "sample_runs", folder / "sample_runs")
    # A damaged file, so that the problems page has something to tell.
    broken = folder / "sample_runs" / "onsite" / "broken"
    broken.mkdir()
    (broken / "metrics.csv").write_text("step,trial/recall\n1,0.9\n2,oops\n")
    sample, site = str(folder / "sample_runs"), folder / "site"
    pipeline.build(pipeline.Request((sample,), site, compare="main..exp/pairs"))


@pytest.fixture(scope="session")
def curve_page(site: Path) -> str:
    """Path of a run's page with curves."""
    runs = json.loads((site / "report.json").read_text("utf-8"))["runs"]
    run = next(r for r in runs if r["metrics"].get("val/recall", {}).get("count", 0) > 10)
    return str(run["page"])


@pytest.fixture(params=[*MAIN, "a run"])
def path(request: pytest.FixtureRequest, curve_page: str) -> str:
    return curve_page if request.param == "a run" else str(request.param)


def scrolled(page: Page) -> None:
    """Scroll through the page, so that everything lazy is drawn."""
    page.evaluate(
        """async () => {
          for (let y = 0; y < document.body.scrollHeight; y += 500) {
            window.scrollTo(0, y);
            await new Promise((resolve) => setTimeout(resolve, 30));
          }
          window.scrollTo(0, 0);
        }"""
    )


def drawn(page: Page) -> int:
    """Return how many charts the chart library drew, once it has drawn all of them.

    A chart is drawn when it comes into view; a busy machine may scroll past without looking.
    """
    charts = page.locator("figure.chart").count()
    for _ in range(600):
        count = page.evaluate("document.querySelectorAll('figure.chart .drawing svg.marks').length")
        if count == charts:
            break
        page.evaluate(
            "[...document.querySelectorAll('figure.chart')]"
            ".find((one) => !one.querySelector('.drawing svg.marks'))?.scrollIntoView()"
        )
        page.wait_for_timeout(50)
    return int(count)


def accessible(page: Page, *rules: str) -> list[tuple[str, list[str]]]:
    """Return what axe-core complains of, by all rules or some."""
    # Only of violations every element is told: to tell them all takes longer than to look.
    told = {"preload": False, "resultTypes": ["violations"]}
    options = {**told, **({"runOnly": list(rules)} if rules else {})}
    found: dict[str, Any] = page.evaluate("options => axe.run(options)", options)
    assert len(found["passes"]) > (0 if rules else 10)
    return [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]]


def test_pages_open_from_a_file_fit_every_window_and_are_for_all(
    new_page: NewPage, site: Path, path: str
) -> None:
    # One visit for all of that: drawing a page's charts is what takes the time.
    page = new_page(viewport={"width": 1440, "height": 900}, color_scheme="light")
    page.goto((site / path).as_uri())
    scrolled(page)
    assert page.locator("h1").count() == 1
    assert drawn(page) == page.locator("figure.chart").count()
    assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.evaluate(AXE)
    assert accessible(page) == []
    page.emulate_media(color_scheme="dark")
    drawn(page)
    assert accessible(page, "color-contrast") == []  # the only rule that a scheme touches
    page.set_viewport_size({"width": 360, "height": 800})
    scrolled(page)
    drawn(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


@pytest.mark.parametrize(
    "path", ["index.html", "runs.html", "compare.html", "a run"], indirect=True
)
def test_pages_open_below_a_sub_path(page: Page, site: Path, path: str, http_site: Serve) -> None:
    page.goto(http_site(site) + path)
    scrolled(page)
    assert drawn(page) == page.locator("figure.chart").count()
    page.locator("header a.brand").click()
    assert page.locator("h1").inner_text().startswith("logistic")


def test_pages_read_without_scripts(new_page: NewPage, site: Path, path: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto((site / path).as_uri())
    assert page.locator("h1").is_visible()
    for figure in page.locator("figure.chart").all():
        image = figure.locator(".drawing > svg[role=img]:visible").count()
        numbers = figure.locator("details tbody tr").count()
        assert image == 1 or numbers > 0 or page.locator("svg.spark").count() > 0
    if path == "runs.html":
        runs = json.loads((site / "report.json").read_text("utf-8"))["runs"]
        assert page.locator(".run-table tbody tr").count() == len(runs)
    if path == "compare.html":
        assert page.get_by_role("row", name="Recall 84.4").is_visible()


def test_the_overview_has_images_where_no_script_runs(new_page: NewPage, site: Path) -> None:
    page = new_page(java_script_enabled=False)
    page.goto((site / "index.html").as_uri())
    figures = page.locator("figure.chart")
    assert figures.count() >= 1
    assert page.locator("figure.chart .drawing > svg[role=img]:visible").count() == figures.count()


def test_curves_show_their_numbers_when_asked(page: Page, site: Path, curve_page: str) -> None:
    page.goto((site / curve_page).as_uri())
    scrolled(page)
    drawn(page)
    figure = page.locator("figure.chart").first
    figure.get_by_text("Show the numbers").click()
    run = json.loads((site / "report.json").read_text("utf-8"))["runs"]
    expected = next(r for r in run if r["page"] == curve_page)["metrics"]["val/recall"]
    rows = figure.locator("tbody tr")
    rows.first.wait_for()  # a browser tells that it opened a moment later
    assert rows.count() == expected["count"]
    last = rows.last.locator("td").all_inner_texts()
    assert float(last[0]) == expected["last_step"]
    assert float(last[1]) == pytest.approx(100 * expected["last"], rel=1e-5)


def test_a_chart_is_drawn_again_for_a_new_width(page: Page, site: Path) -> None:
    page.set_viewport_size({"width": 1200, "height": 800})
    page.goto((site / "index.html").as_uri())
    scrolled(page)
    drawn(page)
    drawing = page.locator("figure.chart .drawing").first
    wide = drawing.locator("svg.marks").bounding_box()
    page.set_viewport_size({"width": 400, "height": 800})
    for _ in range(100):
        page.wait_for_timeout(50)
        narrow = drawing.locator("svg.marks").bounding_box()
        if narrow and narrow["width"] < 400:
            break
    assert wide is not None
    assert narrow is not None
    assert narrow["width"] < 400 < wide["width"]


def test_runs_are_sorted_filtered_and_compared_from_the_table(page: Page, site: Path) -> None:
    page.goto((site / "runs.html").as_uri())
    rows = page.locator(".run-table tbody tr")
    runs = json.loads((site / "report.json").read_text("utf-8"))["runs"]
    assert rows.count() == len(runs)
    page.get_by_role("button", name="Recall", exact=True).click()
    assert page.locator("th[aria-sort]").count() == 1
    page.get_by_label("Find runs").fill("val/recall >= 0.96 and status = finished")
    shown = rows.count()
    fitting = [
        r
        for r in runs
        if r["status"] == "finished" and r["metrics"].get("val/recall", {}).get("last", 0) >= 0.96
    ]
    assert 0 < shown == len(fitting)
    for row in rows.all()[:2]:
        row.get_by_role("checkbox").check()
    page.locator(".run-compare").click()
    assert "compare.html?runs=" in page.url
    page.wait_for_timeout(200)
    titles = page.locator("table").first.locator("thead").inner_text()
    page.reload()
    page.wait_for_timeout(200)
    assert page.locator("table").first.locator("thead").inner_text() == titles


def test_pages_print_in_ink_on_paper(new_page: NewPage, site: Path, path: str) -> None:
    page = new_page(color_scheme="dark")
    page.goto((site / path).as_uri())
    page.emulate_media(media="print", color_scheme="dark")
    drawn(page)
    ink, paper = page.evaluate(
        """() => {
          const style = getComputedStyle(document.body);
          return [style.color, style.backgroundColor];
        }"""
    )
    assert sum(_rgb(ink)) < 150
    assert paper in ("rgba(0, 0, 0, 0)", "rgb(255, 255, 255)")
    assert page.pdf().startswith(b"%PDF")


def test_curves_are_drawn_for_paper_before_anyone_scrolls(
    page: Page, site: Path, curve_page: str
) -> None:
    page.set_viewport_size({"width": 1200, "height": 400})
    page.goto((site / curve_page).as_uri())
    assert drawn(page) == page.locator("figure.chart").count() > 1


def _rgb(colour: str) -> list[int]:
    return [int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]


def test_the_history_draws_moves_in_words_and_leads_on_to_a_metric(page: Page, site: Path) -> None:
    page.goto((site / "history.html").as_uri())
    scrolled(page)
    drawn(page)
    figure = page.locator("figure.chart", has_text="Recall").first
    words = figure.locator("svg.marks text").all_text_contents()
    assert any(word.endswith(" better") for word in words)
    assert any(word.endswith(" worse") for word in words)
    assert any(word.startswith("v0.") for word in words), "tags"
    assert any("2026" in word for word in words), "dates"
    figure.locator("figcaption a").click()
    assert page.url.endswith("/history/val-recall.html")
    assert page.locator("h1").inner_text().startswith("Recall")
