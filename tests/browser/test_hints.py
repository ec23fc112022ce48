"""Explanations open where a word stands: by mouse, touch and keyboard, without a script."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest

from runfolio import pipeline
from stores import put, write_folder

from .conftest import NewPage

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
NOTE = (
    "---\nexperiment: logs\noutcome: confirmed\nexpects: {metric: val/recall, at_least: 0.1}\n---\n"
    "## Hypothesis\nMore is caught.\n## Decision\nUse it.\n"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hints")
    for model, base in (("old", 0.7), ("new", 0.9)):
        for seed in range(3):
            about = {"params": {"model": model, "seed": seed}, "name": f"{model}-{seed}"}
            about["tags"] = {"role": "baseline" if model == "old" else "trial"}
            metrics = {"val/recall": base + seed / 100, "latency_p95": 9.0 + seed}
            write_folder(folder / "logs" / f"{model}-{seed}", metrics, about)
    put(folder, {"report.yaml": "title: Triage\n", "experiments/a.md": NOTE})
    pipeline.build(pipeline.Request((str(folder),), folder / "site"))
    return folder / "site"


@pytest.mark.parametrize("how", ["mouse", "keyboard", "touch"])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_explanation_opens_and_closes(
    new_page: NewPage, site: Path, how: str, width: int
) -> None:
    size = {"width": width, "height": 800}
    page = new_page(java_script_enabled=False, has_touch=True, viewport=size)
    page.goto((site / "business-stakeholder.html").as_uri())
    word = page.locator("button.term:visible").first
    said = page.locator(f"#{word.get_attribute('popovertarget')}")
    assert not said.is_visible()
    if how == "mouse":
        word.click()
    elif how == "touch":
        word.tap()
    else:
        word.focus()
        page.keyboard.press("Enter")
    assert said.is_visible()
    box = said.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    page.keyboard.press("Escape")
    assert not said.is_visible()


def test_every_word_leads_to_its_explanation(new_page: NewPage, site: Path) -> None:
    page = new_page()
    for path in sorted(site.glob("*.html")):
        page.goto(path.as_uri())
        for word in page.locator("button.term").all():
            said = page.locator(f"[id='{word.get_attribute('popovertarget')}'][popover]")
            assert said.count() == 1
            assert (said.text_content() or "").strip()


@pytest.mark.parametrize("path", ["experiments.html", "glossary.html", "business-stakeholder.html"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_with_an_explanation_open(
    new_page: NewPage, site: Path, path: str, scheme: str
) -> None:
    page = new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto((site / path).as_uri())
    words = page.locator("button.term:visible")
    if path != "glossary.html":
        words.first.click()
        page.evaluate("document.querySelectorAll('details.words').forEach((d) => (d.open = true))")
    page.evaluate(AXE)
    found = page.evaluate("axe.run({preload: false, resultTypes: ['violations']})")
    assert [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found["violations"]] == []


@pytest.mark.parametrize("path", ["experiments.html", "glossary.html"])
@pytest.mark.parametrize("width", [360, 1440])
def test_the_pages_fit_the_window(new_page: NewPage, site: Path, path: str, width: int) -> None:
    page = new_page(viewport={"width": width, "height": 800})
    page.goto((site / path).as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_link_from_elsewhere_leads_to_the_experiment(new_page: NewPage, site: Path) -> None:
    page = new_page()
    page.goto(next((site / "runs").glob("new-0*.html")).as_uri())
    page.get_by_role("link", name="logs", exact=True).click()
    assert page.url.endswith("experiments.html#exp-logs")
    assert page.locator("#exp-logs").inner_text() == "logs"
