"""A protected report, as its readers open it: from a file, with the password."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from cost_runs import write_costs
from runfolio import pipeline
from runfolio.errors import UsageError

from .conftest import NewPage

pytestmark = pytest.mark.browser

PASSWORD = "four words to open"
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_costs(tmp_path_factory.mktemp("costs"), "title: What it costs")


@pytest.fixture(scope="module")
def site(project: Path) -> Path:
    request = pipeline.Request((str(project),), project / "site", password=PASSWORD)
    pipeline.build(request)
    return project / "site"


def opened(page: Page, site: Path, fragment: str = "") -> Page:
    page.goto((site / "index.html").as_uri() + fragment)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    return page


def test_the_password_opens_it_where_the_address_leads(new_page: NewPage, site: Path) -> None:
    page = opened(new_page(), site, "#/runs.html")
    expect(page.get_by_role("heading", name="All 6 runs")).to_be_visible()
    page.get_by_role("link", name="What it costs").first.click()
    expect(page.get_by_role("heading", level=1, name="tuned")).to_be_visible()
    assert page.locator("svg").count() > 0


def test_another_password_does_not_and_says_so(new_page: NewPage, site: Path) -> None:
    page = new_page()
    page.goto((site / "index.html").as_uri())
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill("four words to opem")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("status")).to_have_text("That is not the password.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("heading", level=1, name="tuned")).to_be_visible()


def test_it_tells_nothing_before_and_can_be_used_by_all(new_page: NewPage, site: Path) -> None:
    assert sorted(path.name for path in site.iterdir()) == [
        *(".nojekyll", ".runfolio", "index.html", "robots.txt")
    ]
    html = (site / "index.html").read_text("utf-8")
    for word in ("tuned", "What it costs", "cost", "recall"):
        assert word not in html.partition("<body>")[2].partition('id="sealed"')[0]
    for scheme in ("light", "dark"):
        page = new_page(color_scheme=scheme, viewport={"width": 360, "height": 700})
        page.goto((site / "index.html").as_uri())
        page.evaluate(AXE)
        found = page.evaluate("axe.run().then(told => told.violations.map(one => one.id))")
        assert found == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_without_scripts_it_says_what_it_needs(new_page: NewPage, site: Path) -> None:
    page = new_page(java_script_enabled=False)
    page.goto((site / "index.html").as_uri())
    expect(page.get_by_role("status")).to_have_text("This page needs scripts to open the report.")


def test_the_same_report_is_the_same_file(site: Path, project: Path, tmp_path: Path) -> None:
    request = pipeline.Request((str(project),), None, single_file=tmp_path / "r.html")
    pipeline.build(replace(request, password=PASSWORD))
    assert (tmp_path / "r.html").read_bytes() == (site / "index.html").read_bytes()


def test_what_would_protect_nothing_is_refused(project: Path, tmp_path: Path) -> None:
    for told, said in (
        ({"password": "short"}, "at least 12"),
        ({"password": PASSWORD, "archive": tmp_path / "a.zip"}, "not encrypted"),
    ):
        with pytest.raises(UsageError, match=said):
            pipeline.build(pipeline.Request((str(project),), tmp_path / "site", **told))
    assert list(tmp_path.iterdir()) == []
    assert "four" not in repr(pipeline.Request(password=PASSWORD))
