"""The what-if panel in a browser: by keyboard, by typing, by its address, and without scripts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import axe_playwright_python
import pytest
from playwright.sync_api import Locator, Page, expect

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.formula import Input, evaluate, inputs_of, parse_formula
from runfolio.model.locale import ENGLISH, Locale, locale_named, written_in
from runfolio.model.records import RunRecord
from runfolio.render.html import HtmlRenderer, SiteInfo, numbers_for_scripts
from runfolio.render.theme import load_theme
from runfolio.views import blocks
from runfolio.views.blocks import Section
from runfolio.views.book import Book
from runfolio.views.sections.impact_what_if import section
from sample_pages import assets

pytestmark = pytest.mark.browser

NewPage = Callable[..., Page]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
HOSTILE = "<img src=x onerror=\"document.title='run'\">"

FOUND = "visits * metric('recall') * gain"
ALARMS = "visits * max(0, metric('fpr') - free) * fee ** 1.5"
HOURS = "visits * metric('fpr') * 0.5 * unit('h/case')"
SETTINGS: dict[str, Any] = {
    "objective": {"metric": "recall", "goal": "maximize"},
    "baseline": {"tags": {"role": "today"}},
    "metrics": {
        "recall": {"label": "Recall", "unit": "%", "goal": "maximize"},
        "fpr": {"label": "False alarms", "unit": "%", "goal": "minimize"},
        "p95": {"label": "Latency", "unit": "ms", "goal": "minimize"},
    },
    "requirements": [
        {"name": "Finds them", "metric": "recall", "at_least": 85, "unit": "%"},
        {"name": f"Is quick {HOSTILE}", "metric": "p95", "at_most": 0.05, "unit": "s"},
        {"name": "No more alarms", "metric": "fpr", "no_worse_than": "baseline", "tolerance": 0.5},
        {"name": "Is documented", "evidence": "README.md"},
    ],
    "impact": {
        "currency": "EUR",
        "quantities": {
            "visits": {"value": 1000, "range": [800, 1200], "unit": "case/year"},
            "gain": {"value": 50, "unit": "EUR/case", "label": f"Gain {HOSTILE}"},
            "free": {"value": 2, "range": [1, 3], "unit": "%"},
            "fee": {"value": 4, "unit": ""},
        },
        "outcomes": [
            {"name": f"Found {HOSTILE}", "kind": "revenue", "formula": FOUND},
            {
                "name": "Alarms",
                "kind": "cost",
                "formula": f"{ALARMS} * 1 * unit('EUR/case')",
            },
            {"name": "Hours", "kind": "non-monetary", "formula": HOURS, "unit": "h/year"},
            {"name": "Per free one", "kind": "non-monetary", "formula": "visits / free"},
        ],
        "running_cost": {"value": 2000, "unit": "EUR/year"},
    },
}


def runs(name: str, recall: float, fpr: float, p95: float, **more: Any) -> list[RunRecord]:
    """Return two seeds of a model, around the given values."""
    return [
        run(
            f"{name}-{seed}",
            {"recall": recall + step, "fpr": fpr + step / 10, "p95": p95},
            params={"model": name, "seed": str(seed)},
            **more,
        )
        for seed, step in ((1, -0.01), (2, 0.01))
    ]


RUNS = (
    *runs("new", 0.9, 0.06, 40.0),
    *runs("old", 0.8, 0.06, 20.0, tags={"role": "today"}),
    *runs("quick", 0.86, 0.04, 10.0),
    *runs("cheap", 0.7, 0.02, 10.0),
)
MEASURED = {"new": (0.9, 0.06), "old": (0.8, 0.06), "quick": (0.86, 0.04), "cheap": (0.7, 0.02)}
STATED = {"visits": 1000.0, "gain": 50.0, "free": 0.02, "fee": 4.0}


def worth(side: str, running: float = 2000.0, **moved: float) -> float:
    """Return what Python makes of the outcomes; `recall` and `fpr` move what was measured."""
    recall, fpr = MEASURED[side]
    values = {**STATED, "recall": recall, "fpr": fpr, **moved}
    found = 0.0
    for text, sign in ((FOUND, 1), (ALARMS, -1)):
        tree = parse_formula(text)
        given = {one: values[one.names[0]] for one in inputs_of(tree)}
        assert all(isinstance(one, Input) for one in given)
        found += sign * float(evaluate(tree, given))
    return found - (0.0 if side == "old" else running)


def written(
    folder: Path,
    locale: Locale = ENGLISH,
    records: Sequence[RunRecord] = RUNS,
    settings: Mapping[str, Any] = SETTINGS,
) -> Path:
    """Write a page with the panel, as a build in that locale does."""
    with written_in(locale):
        analysed = analyse(tables(*records), Settings.model_validate(settings))
        view = Book.of(analysed, {}, title="Visits").view
        what_if = Section("impact-what-if", "What if", section.build(view))
    page = blocks.Page(
        *("impact.html", "impact.html", "The impact", (what_if,)),
        scripts=("numbers", "address", "impact"),
    )
    numbers = "" if locale is ENGLISH else numbers_for_scripts(locale)
    site = SiteInfo("Visits", (), version="0", sources="tests", numbers=numbers)
    assets().write(folder)
    path = folder / page.path
    path.write_text(HtmlRenderer(load_theme(), site, assets()).page(page), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> str:
    return written(tmp_path_factory.mktemp("impact")).as_uri()


def slider(page: Page, label: str) -> Locator:
    return page.get_by_role("slider", name=label, exact=True)


def field(page: Page, label: str, *, exact: bool = True) -> Locator:
    return page.get_by_role("textbox", name=label, exact=exact)


def result(page: Page) -> float:
    return float(page.locator(".what-if-worth").get_attribute("value") or "")


def row(page: Page, table: str, title: str) -> list[str]:
    found = page.locator(f".what-if-{table} tbody tr").filter(has_text=title)
    texts = found.get_by_role("cell").all_inner_texts()
    return [" ".join(text.split()) for text in texts]


def test_a_slider_moved_by_keyboard_changes_the_result_at_once(page: Page, site: str) -> None:
    page.goto(site)
    # 1000 * 0.9 * 50 - 1000 * (0.06 - 0.02) * 8 - 2000 = 42,680; the baseline 40,000 - 320.
    assert result(page) == pytest.approx(42_680 - 39_680, rel=1e-12)
    expect(page.locator(".what-if-worth")).to_have_text("EUR\u00a0+3,000")
    visits = slider(page, "Visits")
    visits.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    assert visits.get_attribute("aria-valuetext") == "1015\u00a0case/year"
    moved = worth("new", visits=1015) - worth("old", visits=1015)
    assert result(page) == pytest.approx(moved, rel=1e-12)
    assert field(page, "Visits case/year").input_value() == "1015"
    # 1015 * 0.9 * 50 = 45,675 and 1015 * 0.8 * 50 = 40,600
    assert row(page, "outcomes", "Found") == ["45,700", "40,600", "+5,080"]
    # 1015 * (0.06 - 0.02) * 8 = 324.8, which counts against both
    assert row(page, "outcomes", "Alarms") == ["−325", "−325", "0"]
    # 1015 * 0.1 * 50 - 2000 = 3075
    expect(page.locator(".what-if output")).to_contain_text("worth EUR\u00a03,080 a year more")
    slider(page, "Recall").focus()
    page.keyboard.press("End")
    assert result(page) == pytest.approx(
        worth("new", visits=1015, recall=1.0) - worth("old", visits=1015), rel=1e-12
    )
    slider(page, "Running the model").focus()
    page.keyboard.press("Home")
    assert result(page) == pytest.approx(
        worth("new", 1000, visits=1015, recall=1.0) - worth("old", visits=1015), rel=1e-12
    )


def test_a_screen_reader_hears_the_result_once_the_slider_rests(page: Page, site: str) -> None:
    page.goto(site)
    heard = page.evaluate(
        """() => {
          const output = document.querySelector(".what-if output");
          const slider = document.querySelector(".what-if input[type=range]");
          const heard = [];
          for (let value = 800; value <= 1100; value += 5) {
            slider.value = value;
            slider.dispatchEvent(new Event("input", { bubbles: true }));
            heard.push(output.textContent);
          }
          return heard;
        }"""
    )
    assert set(heard) == {""}
    # 1100 * 0.1 * 50 - 2000
    expect(page.locator(".what-if output")).to_contain_text("worth EUR\u00a03,500 a year more")


def test_any_number_can_be_typed_and_the_address_keeps_it_until_reset(
    page: Page, site: str
) -> None:
    page.goto(site)
    visits, free = field(page, "Visits case/year"), field(page, "Free %")
    visits.fill("2,500.5")
    free.fill("4.125")
    expected = worth("new", visits=2500.5, free=0.04125) - worth("old", visits=2500.5, free=0.04125)
    assert result(page) == pytest.approx(expected, rel=1e-12)
    assert slider(page, "Visits").input_value() == "1200"
    # 2500.5 * 0.06 * 0.5 = 75.015 hours
    assert row(page, "outcomes", "Hours h a year") == ["75", "75", "0"]
    free.press("Enter")
    assert free.input_value() == "4.125"
    link = page.get_by_role("link", name="Link to these numbers").get_attribute("href") or ""
    assert parse_qs(urlsplit(link).query) == {"visits": ["2500.5"], "free": ["4.125"]}
    for _ in range(40):
        if urlsplit(page.url).query:
            break
        page.wait_for_timeout(25)
    assert parse_qs(urlsplit(page.url).query) == {"visits": ["2500.5"], "free": ["4.125"]}
    page.reload()
    assert result(page) == pytest.approx(expected, rel=1e-12)
    assert field(page, "Visits case/year").input_value() == "2500.5"
    page.get_by_role("button", name="Reset").click()
    assert result(page) == pytest.approx(3000, rel=1e-12)
    assert urlsplit(page.url).query == ""
    assert field(page, "Visits case/year").input_value() == "1000"


def test_what_is_no_number_changes_nothing(page: Page, site: str) -> None:
    hostile = "&".join(
        (
            *("visits=NaN", "gain=1e999", "free=0x10", "fee=", "__proto__=1", "constructor=5"),
            *("running-cost=Infinity", "metric%3Afpr=%3Cimg%20src%3Dx%3E", "toString=2"),
        )
    )
    page.goto(f"{site}?{hostile}")
    assert result(page) == pytest.approx(3000, rel=1e-12)
    page.goto(f"{site}?metric%3Arecall=140&visits=-5")  # nothing is above all or below none
    assert field(page, "Recall %").input_value() == "100.0"
    assert result(page) == pytest.approx(-2000, rel=1e-12)
    page.goto(site)
    visits = field(page, "Visits case/year")
    visits.fill("many")
    visits.press("Tab")
    assert visits.get_attribute("aria-invalid") == "true"
    assert result(page) == pytest.approx(3000, rel=1e-12)
    field(page, "Free %").fill("0")  # by which an outcome is divided
    assert row(page, "outcomes", "Per free one") == ["–", "–", "–"]
    assert result(page) == pytest.approx(worth("new", free=0) - worth("old", free=0), rel=1e-12)
    field(page, "Free %").fill("2")
    visits.fill("1100")
    visits.press("Tab")
    assert visits.get_attribute("aria-invalid") is None
    field(page, "Fee").fill("-1")  # the root of what is below zero; from the field it is clipped
    assert result(page) == pytest.approx(worth("new", visits=1100, fee=0) - 1100 * 40, rel=1e-12)
    assert page.title() == "The impact · Visits"


def test_requirements_are_held_against_their_moved_thresholds(page: Page, site: str) -> None:
    page.goto(site)
    best = page.locator(".what-if-best")
    assert row(page, "requirements", "Finds them") == ["Met 90.0 %", "Missed 80.0 %"]
    assert row(page, "requirements", "Is quick") == ["Met 40 ms", "Met 20 ms"]
    assert row(page, "requirements", "No more alarms") == ["Met 6.0 %", "Met 6.0 %"]
    # new: 42,680; quick: 43,000 - 160 - 2000 = 40,840; old and cheap find too few.
    expect(best).to_contain_text("2 of the 4 known configurations meet all these thresholds.")
    expect(best).to_contain_text("Of these new is worth most: EUR\u00a03,000 a year more")
    field(page, "latency at most ms", exact=False).fill("39")
    assert row(page, "requirements", "Is quick") == ["Missed 40 ms", "Met 20 ms"]
    expect(best).to_have_text(
        "One of the 4 known configurations meets all these thresholds: quick."
    )
    field(page, "Finds them: recall at least %").fill("99.5")
    expect(best).to_have_text("None of the 4 known configurations meets all these thresholds.")
    page.get_by_role("button", name="Reset").click()
    field(page, "Recall %").fill("80")
    assert row(page, "requirements", "Finds them") == ["Missed 80.0 %", "Missed 80.0 %"]


def test_it_fits_is_for_all_and_prints_the_table(new_page: NewPage, site: str) -> None:
    page = new_page(viewport={"width": 360, "height": 800}, color_scheme="light")
    page.goto(f"{site}?visits=1100")
    panel = page.locator(".what-if")
    assert panel.locator("img").count() == 0
    assert HOSTILE in panel.inner_text()
    page.evaluate(AXE)
    options = {"preload": False, "include": [".section-impact-what-if"]}
    options["resultTypes"] = ["violations"]
    schemes: tuple[tuple[Literal["light", "dark"], int], ...]
    schemes = (("light", 360), ("dark", 360), ("light", 1440))
    for scheme, width in schemes:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        found = page.evaluate("({include, ...o}) => axe.run({include}, o)", options)
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found["violations"]] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    start = panel.locator(".what-if-start table")
    assert not start.is_visible()
    page.emulate_media(media="print")
    assert start.is_visible()
    assert not slider(page, "Visits").is_visible()


def test_the_rounding_of_a_mean_is_no_gain(page: Page, tmp_path: Path) -> None:
    measured = {"recall": 0.1, "fpr": 0.5, "p95": 10.0}
    new = [run(f"new-{n}", measured, params={"model": "new", "seed": str(n)}) for n in range(3)]
    old = run("old", measured, params={"model": "old"}, tags={"role": "today"})
    page.goto(written(tmp_path, records=[*new, old]).as_uri())
    # The mean of three times 0.1 is the next number above 0.1; nothing else is left between them.
    running = field(page, "Running the model", exact=False)
    running.fill("0")
    running.press("Enter")
    expect(page.locator(".what-if output")).to_contain_text("worth as much as the baseline")
    assert result(page) == 0
    assert row(page, "outcomes", "Found") == ["5,000", "5,000", "0"]


def test_without_anything_priced_there_is_no_sum(page: Page, tmp_path: Path) -> None:
    model = {**SETTINGS["impact"], "outcomes": SETTINGS["impact"]["outcomes"][2:]}
    del model["running_cost"]
    page.goto(written(tmp_path, settings={**SETTINGS, "impact": model}).as_uri())
    told = page.locator(".what-if-result")
    expect(told).not_to_contain_text("EUR")
    expect(told).not_to_contain_text("worth")
    expect(told).not_to_contain_text("Together")
    assert row(page, "outcomes", "Hours h a year") == ["30", "30", "0"]
    expect(page.locator(".what-if-best")).to_have_text(
        "2 of the 4 known configurations meet all these thresholds."
    )
    visits = field(page, "Visits case/year")
    visits.fill("5033333")
    visits.press("Enter")
    assert visits.input_value() == "5,033,333"
    # 5,033,333 * 0.06 * 0.5 = 151,000
    assert row(page, "outcomes", "Hours h a year") == ["151,000", "151,000", "0"]


def test_names_keep_to_their_own_writing_direction(page: Page, site: str) -> None:
    page.goto(site)
    expect(page.locator(".what-if-words bdi")).to_have_text("new")
    expect(page.locator(".what-if-best bdi")).to_have_text("new")
    expect(page.locator(".what-if-outcomes th bdi").first).to_contain_text("Found")


def test_without_scripts_the_computed_table_stands(new_page: NewPage, site: str) -> None:
    page = new_page(java_script_enabled=False)
    page.goto(f"{site}?visits=1100")
    table = page.locator(".what-if-start table")
    assert table.is_visible()
    assert not slider(page, "Visits").is_visible()
    cells = table.locator("tr", has_text="Together").locator("td").all_inner_texts()
    assert cells[-1].startswith("EUR\u00a0+3,000")


def test_numbers_are_written_and_read_as_the_reader_writes_them(page: Page, tmp_path: Path) -> None:
    page.goto(written(tmp_path, locale_named("de")).as_uri())
    expect(page.locator(".what-if-worth")).to_have_text("+3.000\u00a0€")
    assert field(page, "Visits case/year").input_value() == "1.000"
    field(page, "Visits case/year").fill("1.100,5")
    field(page, "Free %").fill("2,25")
    moved = {"visits": 1100.5, "free": 0.0225}
    assert result(page) == pytest.approx(worth("new", **moved) - worth("old", **moved), rel=1e-12)
    expect(page.locator(".what-if output")).to_contain_text("a year more than the baseline")
    link = page.get_by_role("link", name="Link to these numbers").get_attribute("href") or ""
    assert parse_qs(urlsplit(link).query) == {"visits": ["1100.5"], "free": ["2.25"]}
