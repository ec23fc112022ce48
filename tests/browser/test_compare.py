from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from runfolio.views.blocks import Cell, Column, Comparator, Row, Table
from runfolio.views.data import MetricSeries, SeriesData, TableColumn, TableData, TableRow

pytestmark = pytest.mark.browser

MakeSite = Callable[..., Path]
NewPage = Callable[..., Page]
Serve = Callable[[Path], str]

HOSTILE = "<img src=x onerror=\"document.title='run'\">"

COLUMNS = (
    TableColumn("r:name", "Run", "run"),
    TableColumn("r:status", "Status", "run"),
    TableColumn("m:val/recall", "Recall", "result", "number", 100, 1, "%", "maximize"),
    TableColumn("m:p95", "Latency", "result", "number", 1, None, "ms", "minimize"),
    TableColumn("m:size", "size", "result", "number"),
    TableColumn("p:lr", "lr", "param", "number"),
    TableColumn("p:model", "model", "param"),
    TableColumn("p:seed", "seed", "param", "number"),
)

RUNS = (
    TableRow("base", ("plain", "finished", 0.943, 9.0, 10.0, "0.10", "forest", "1"), "baseline"),
    TableRow("best", ("boosted", "finished", 0.964, 47.0, 12.0, "0.1", "boost", "1"), "champion"),
    TableRow("near", ("near", "finished", 0.94304, 9.0, None, "1e-3", HOSTILE, "1")),
    TableRow("lost", ("lost", "failed", math.nan, 8.5, 10.0, None, "forest", "1")),
    *(
        TableRow(f"twin-{i}", ("twin", "finished", 0.9, 20.0, 1.0, "0.5", "forest", str(i)))
        for i in range(60)
    ),
)

STEPS = np.array([0.0, 1.0, 2.0])
CURVES = {
    "base": (
        MetricSeries("loss", "Loss", STEPS, np.array([1.0, 0.5, 0.75])),
        MetricSeries("val/recall", "Recall", STEPS, np.array([0.5, 0.9, 0.943]), 100, 1, "%"),
    ),
    "best": (MetricSeries("loss", "Loss", STEPS, np.array([2.0, 0.25, math.nan])),),
}
SERIES = tuple(SeriesData(run.slug, str(run.cells[0]), CURVES.get(run.slug, ())) for run in RUNS)


@pytest.fixture
def site(make_site: MakeSite) -> Path:
    table = Table(
        "Results, and the params that differ",
        (Column("Result or param"), Column("plain", "number"), Column("boosted", "number")),
        (Row((Cell("Recall"), Cell("94.3\u00a0%"), Cell("96.4\u00a0%"))),),
    )
    block = Comparator(table, "data/runs.js", ("base", "best"))
    return make_site(block, TableData(COLUMNS, RUNS), SERIES)


def picked(page: Page) -> list[str]:
    return page.get_by_role("list", name="Runs compared").locator("a").all_inner_texts()


def row(page: Page, region: str, name: str) -> list[str]:
    line = (
        page.get_by_role("region", name=region)
        .get_by_role("row")
        .filter(has=page.get_by_role("rowheader", name=name, exact=True))
    )
    return [text.replace("\u00a0", " ") for text in line.get_by_role("cell").all_inner_texts()]


def results(page: Page, name: str) -> list[str]:
    return row(page, "Results side by side", name)


def facts(page: Page) -> list[str]:
    region = page.get_by_role("region", name="Params and other facts side by side")
    return region.locator("tbody th[scope=row]").all_inner_texts()


def open_list(page: Page) -> Locator:
    if not page.locator(".compare-choose[open]").count():
        page.get_by_text("Choose runs").click()
    return page.get_by_role("group", name="Runs")


def test_starts_with_the_picked_runs(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    assert picked(page) == ["plain", "boosted"]
    assert results(page, "Recall") == ["94.3 %", "96.4 %\n+2.1 points, better"]
    assert results(page, "Latency") == ["9 ms", "47 ms\n+38 ms, worse"]
    assert results(page, "size") == ["10", "12\n+2"]
    expect(page.get_by_text("one run each cannot tell a difference from noise")).to_be_visible()
    expect(page.locator(".compare-start")).to_be_hidden()


def test_small_same_and_incomparable_differences_are_told(page: Page, site: Path) -> None:
    page.goto(site.as_uri() + "?runs=base,near,lost")
    recall = results(page, "Recall")
    assert recall[1] == "94.3 %\n+0.004 points, better"
    assert recall[2] == "NaN\nnot comparable"
    assert results(page, "Latency")[1] == "9 ms\nthe same"
    assert "not logged" in results(page, "size")[1]


def test_shows_only_the_params_that_differ_until_asked(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    assert facts(page) == ["model"]  # 0.10 and 0.1 are one learning rate
    page.get_by_label("Only what differs").uncheck()
    assert facts(page) == ["lr", "model", "seed", "Status"]
    region = "Params and other facts side by side"
    assert row(page, region, "lr") == ["0.10", "0.1"]
    assert row(page, region, "model") == ["forest", "boost\n(differs)"]


def test_picks_runs_and_keeps_them_in_the_address(page: Page, site: Path) -> None:
    page.goto(site.as_uri())
    group = open_list(page)
    page.get_by_label("Find a run").fill("1e-3")
    group.get_by_role("checkbox").check()
    assert picked(page) == ["plain", "boosted", "near"]
    assert page.evaluate("location.search") == "?runs=base,best,near"
    page.get_by_role("button", name="Make reference: boosted").click()
    page.get_by_role("button", name="Remove: plain").click()
    assert page.evaluate("location.search") == "?runs=best,near"
    before = (picked(page), results(page, "Recall"))
    page.reload()
    assert (picked(page), results(page, "Recall")) == before
    assert before[1] == ["96.4 %", "94.3 %\n−2.1 points, worse"]


def test_tells_runs_that_are_not_in_the_report(page: Page, site: Path) -> None:
    page.goto(site.as_uri() + "?runs=gone,base,%3Cimg%3E")
    assert picked(page) == ["plain"]
    expect(page.get_by_role("alert")).to_have_text("Not in this report: “gone”, “<img>”.")
    expect(page.get_by_role("status")).to_contain_text("choose another")


def test_removing_all_runs_says_what_to_do(page: Page, site: Path) -> None:
    page.goto(site.as_uri() + "?runs=base")
    page.get_by_role("button", name="Remove: plain").click()
    expect(page.get_by_role("status")).to_contain_text("No run is picked")
    expect(page.get_by_role("heading", name="Results")).to_be_hidden()
    expect(page.get_by_role("heading", name="Curves")).to_be_hidden()
    page.reload()
    assert picked(page) == []


def test_compares_no_more_than_eight(page: Page, site: Path) -> None:
    slugs = [f"twin-{i}" for i in range(9)]
    page.goto(site.as_uri() + "?runs=" + ",".join(slugs))
    expect(page.get_by_role("alert")).to_contain_text("the first 8 are compared")
    group = open_list(page)
    expect(page.get_by_text("14 more: search to narrow the list.")).to_be_visible()
    expect(group.get_by_role("checkbox", name="twin (twin-8)")).to_be_disabled()
    group.get_by_role("checkbox", name="twin (twin-0)").uncheck()
    expect(group.get_by_role("checkbox", name="twin (twin-8)")).to_be_enabled()


def test_curves_stand_in_a_table_and_are_drawn(page: Page, site: Path) -> None:
    page.add_init_script(
        "window.runfolio = { draw: (element, kind, data, titles) => {"
        " element.textContent = JSON.stringify([kind, data, titles]); } };"
    )
    page.goto(site.as_uri())
    select = page.get_by_label("Metric")
    expect(select).to_have_value("val/recall")
    expect(page.locator(".compare-chart")).to_have_text(
        '["curves",{"f0":[0,1,2],"f1":[50,90,94.3],"f2":["plain","plain","plain"]},'
        '{"@x":"step","@y":"Recall (%)"}]'
    )
    select.select_option("loss")
    expect(page.locator(".compare-chart")).to_contain_text('"f1":[1,0.5,0.75,2,0.25,null]')
    region = page.get_by_role("region", name="Curves in numbers")
    expect(region.get_by_role("rowheader")).to_have_count(2)
    assert region.get_by_role("cell").all_inner_texts() == [
        *("0.75", "0.5", "1", "0 to 2"),
        *("not finite", "0.25", "2", "0 to 2"),
    ]


def test_text_from_logs_stays_text(page: Page, site: Path) -> None:
    page.goto(site.as_uri() + "?runs=base,near")
    expect(page.locator("main img")).to_have_count(0)
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.title() == "compare.html"


def test_works_below_a_sub_path(page: Page, site: Path, http_site: Serve) -> None:
    page.goto(http_site(site.parent) + site.name + "?runs=best,base")
    assert picked(page) == ["boosted", "plain"]
    expect(page.get_by_role("heading", name="Curves")).to_be_visible()


def test_the_start_stands_without_scripts(new_page: NewPage, site: Path) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(site.as_uri())
    region = page.get_by_role("region", name="Results, and the params that differ")
    assert region.get_by_role("cell").all_inner_texts() == ["94.3\u00a0%", "96.4\u00a0%"]
    expect(page.locator("noscript p")).to_be_visible()
    expect(page.get_by_text("Choose runs")).to_be_hidden()


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_accessible_and_scrolls_only_inside(
    new_page: NewPage, site: Path, width: int, scheme: Any
) -> None:
    page = new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(site.as_uri() + "?runs=base,best,twin-1,twin-2")
    open_list(page)
    expect(page.get_by_role("heading", name="Curves")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"preload": False, "resultTypes": ["violations"]})
    assert found.violations_count == 0, found.generate_report()
