"""A site for readers of another country: its tables, its charts and what its scripts write."""

from __future__ import annotations

import math
import random
from pathlib import Path
from typing import Any

import pytest
from babel.numbers import format_decimal
from playwright.sync_api import Page, expect

import runfolio
from cost_runs import COSTS, write_costs
from runfolio.model import money, numbers
from runfolio.model.locale import locale_named, written_in
from runfolio.render.html import numbers_for_scripts

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "themes" / "default" / "static" / "numbers.js"


@pytest.fixture(scope="session")
def german(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of six runs in the German way of writing."""
    folder = write_costs(tmp_path_factory.mktemp("german"), "locale: de")
    runfolio.build(folder, output=folder / "site")
    return folder / "site"


def test_the_run_table_shows_sorts_and_finds_german_numbers(page: Page, german: Path) -> None:
    page.goto((german / "runs.html").as_uri())
    page.get_by_role("columnheader", name="cost").get_by_role("button").click()
    costs = sorted(cost for costs in COSTS.values() for cost in costs)
    shown = page.locator("tbody td").filter(has_text="kWh").all_inner_texts()
    assert shown == [f"{format_decimal(cost, locale='de')}\u00a0kWh" for cost in costs]
    assert shown[0] == "1.234\u00a0kWh"
    shares = page.locator("tbody td").filter(has_text="%").all_inner_texts()
    # 1234 / 5000 = 0.2468
    assert shares[0] == "24,7\u00a0%"
    find = page.get_by_label("Find runs")
    for typed, found in {
        "cost < 1.240,6": 2,
        "cost < 1240.6": 2,  # as it is in the log
        "cost >= 2.311 kWh": 3,
        "recall < 0,25": 2,  # the smallest are 0.2468, 0.248 and 0.2502
        "recall < 24,9 %": 2,
        "2.345": 1,
        "rate = 0,125": 6,
        "rate = 0.125": 6,
        "wide = 1.125": 6,  # params stand there as they were logged: no thousand
        "wide < 1.5": 6,
        "wide < 1,1": 0,
        "cost < 1,5": 0,
    }.items():
        find.fill(typed)
        expected = "6 runs" if found == 6 else f"{found} of 6 runs"
        expect(page.get_by_role("status")).to_have_text(expected)


def test_charts_and_their_tables_have_german_numbers(page: Page, german: Path) -> None:
    run = next((german / "runs").glob("tuned-0*.html"))
    page.goto(run.as_uri())
    figure = page.locator("figure.chart").first
    figure.scroll_into_view_if_needed()
    labels = figure.locator(".role-axis-label text")
    expect(labels.first).to_be_attached()
    assert {"1.500", "2.000"} & set(labels.all_text_contents())
    figure.get_by_text("Show the numbers").click()
    expect(figure.locator("tbody tr").last.locator("td").last).to_have_text("1.234")


def test_the_charts_drawn_ahead_have_german_numbers(german: Path) -> None:
    drawn = [html for path in german.glob("*.html") if "<svg" in (html := path.read_text("utf-8"))]
    text = "".join(drawn)
    assert ">1.400</text>" in text or ">1.500</text>" in text or ">2.000</text>" in text
    assert ">1,500</text>" not in text
    assert ">2,000</text>" not in text


def test_the_opening_sentence_has_german_numbers(page: Page, german: Path) -> None:
    page.goto((german / "index.html").as_uri())
    assert page.locator("html").get_attribute("lang") == "en"
    # (2345 + 2395 + 2311) / 3 - (1234 + 1240 + 1251) / 3 = 2350.33 - 1241.67 = 1108.67
    assert "lowers cost by 1.109\u00a0kWh" in page.locator("main").inner_text()


@pytest.mark.parametrize("name", ["en", "de", "fr", "en-IN", "sv", "tr"])
def test_scripts_write_as_the_pages_do(page: Page, name: str) -> None:
    locale = locale_named(name)
    told = numbers_for_scripts(locale)
    page.evaluate("(told) => { if (told) document.documentElement.dataset.numbers = told }", told)
    page.evaluate(SCRIPT.read_text("utf-8"))
    draw = random.Random(5)
    values = [0.0, 1.0, -1.5, 1234.0, 1234.5, 12345.6, 1e24, -1e-9, 999950.0, math.nan, -math.inf]
    values += [math.copysign(10 ** draw.uniform(-12, 17), draw.uniform(-1, 2)) for _ in range(150)]
    values += [round(draw.uniform(-2e6, 2e6)) + 0.5 for _ in range(50)]
    halves = [draw.choice((0, 1e-4, 0.02, 0.3, 3)) * abs(value) for value in values]
    with written_in(locale):
        style = money.money_style("EUR")
        wanted: list[list[Any]] = []
        for value, half in zip(values, halves, strict=True):
            ends = (value - half, value + half)
            wanted.append(
                [
                    numbers.format_number(value),
                    numbers.format_number(value, 100, 1),
                    numbers.format_percent(value, 2),
                    money.format_money(value, "EUR", ends),
                    money.format_estimate(value, ends, signed=True),
                    money.format_money_range(*ends, "EUR", signed=True),
                ]
            )
    shown = page.evaluate(
        """([values, halves, style]) => values.map((value, i) => {
            const n = window.runfolio.numbers;
            const ends = [value - halves[i], value + halves[i]];
            return [
                n.formatNumber(value, 1, null), n.formatNumber(value, 100, 1),
                n.formatPercent(value, 2), n.formatMoney(value, style, ends),
                n.formatMoney(value, null, ends, true), n.formatMoneyRange(...ends, style, true),
            ];
        })""",
        [values, halves, style.for_scripts()],
    )
    assert dict(zip(values, shown, strict=True)) == dict(zip(values, wanted, strict=True))
    # There are no groups before an exponent.
    assert page.evaluate("() => window.runfolio.numbers.parse('2.500e-3')") == 0.0025
    # What is shown is read as what it shows: the same text again.
    again = page.evaluate(
        """(texts) => texts.map((text) => {
            const { parse, formatNumber } = window.runfolio.numbers;
            return formatNumber(parse(text), 1, null);
        })""",
        [row[0] for row in wanted if "∞" not in row[0]],
    )
    assert again == [row[0] for row in wanted if "∞" not in row[0]]
