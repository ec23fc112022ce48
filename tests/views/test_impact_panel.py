"""What the what-if panel starts from: its sliders, their scales, and the table for paper."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.records import RunRecord
from runfolio.render.markdown_text import page_markdown
from runfolio.views import impact_panel
from runfolio.views.blocks import WhatIf
from runfolio.views.book import Book
from runfolio.views.impact_panel import what_if
from runfolio.views.slider_scale import stated_scale
from runfolio.views.view import View

QUANTITIES: dict[str, Any] = {
    "orders": {"value": 900, "range": [600, 1500], "unit": "order/year"},
    "margin": {"value": 8, "unit": "EUR/order"},
    "unused": 3,
}
OUTCOME = {"name": "Sold", "kind": "revenue", "formula": "orders * metric('hits') * margin"}
LATENCY = {"name": "Quick", "metric": "p95", "at_most": 80}


def runs(name: str, hits: float, p95: float, **more: Any) -> list[RunRecord]:
    return [
        run(
            f"{name}-{seed}",
            {"hits": hits, "p95": p95 + seed},
            params={"model": name, "seed": str(seed)},
            **more,
        )
        for seed in (0, 2)
    ]


RUNS = [*runs("new", 0.6, 50.0), *runs("old", 0.5, 40.0, tags={"role": "today"})]


def view_of(records: list[RunRecord] = RUNS, **more: Any) -> View:
    told = {
        "objective": {"metric": "hits", "goal": "maximize"},
        "metrics": {"hits": {"unit": "%"}, "p95": {"unit": "ms"}},
        "baseline": {"tags": {"role": "today"}},
        "impact": {"quantities": QUANTITIES, "outcomes": [OUTCOME]},
        **more,
    }
    analysed = analyse(tables(*records), Settings.model_validate(told))
    return Book.of(analysed, {}, title="Shop").view


def panel(*args: Any, **more: Any) -> WhatIf:
    found = what_if(view_of(*args, **more))
    assert found is not None
    return found


def test_there_is_a_slider_for_all_that_enters_and_for_nothing_else() -> None:
    found = panel(requirements=[LATENCY, {"name": "Told", "evidence": "README.md"}])
    assert [(one.group, one.label, one.unit) for one in found.inputs] == [
        ("quantity", "Orders", "order/year"),
        ("quantity", "Margin", "EUR/order"),
        ("measured", "Hits", "%"),
        ("requirement", "Quick: p95 at most", "ms"),
    ]
    # A triangle from 600 to 1500 with its peak at 900 has the mean 3000 / 3; a quantity without
    # a range goes from half to double.
    assert [(one.value, one.low, one.high) for one in found.inputs] == [
        *((1000, 600, 1500), (8, 4, 16), (60, 0, 100), (80, 40, 160))
    ]
    assert found.inputs[0].origin == "expected 1000"
    assert found.inputs[2].origin == "measured 60.0"
    assert found.inputs[3].origin == "asked for 80"
    # 1000 * 0.6 * 8, 1000 * 0.5 * 8
    totals = [cell.text.replace("\u00a0", " ") for cell in found.table.rows[-1].cells]
    assert totals == ["Together", "EUR 4,800", "EUR 4,000", "EUR +800"]


def test_the_page_of_the_impact_gets_the_scripts_and_text_gets_the_table() -> None:
    book = Book(view_of(), "Shop", "", {})
    [page] = [page for page in book.pages() if page.path == "impact.html"]
    assert page.scripts[0] == "numbers"
    assert "impact" in page.scripts
    assert "What comes of it a year, at the expected values" in page_markdown(page)


def test_a_share_logged_in_per_cent_moves_as_one_logged_as_a_share() -> None:
    in_points = [*runs("new", 60.0, 50.0), *runs("old", 50.0, 40.0, tags={"role": "today"})]
    for records in (RUNS, in_points):
        found = panel(records)
        place = [one.label for one in found.inputs].index("Hits")
        told = found.data["inputs"][place]
        assert told["value"] == pytest.approx(60.0, rel=1e-12)
        assert told["size"] == pytest.approx(0.01, rel=1e-12)
        values = [side["values"][told["at"]] for side in found.data["sides"]]
        assert values == pytest.approx([0.6, 0.5], rel=1e-12)


def test_requirements_of_one_name_have_places_of_their_own_in_the_address() -> None:
    both = {"name": "Fit", "metric": "p95", "at_least": 10, "at_most": 80}
    found = panel(requirements=[both, {**both, "at_most": 90}])
    keys = [one["key"] for one in found.data["inputs"]]
    assert len(set(keys)) == len(keys) == 3 + 4
    assert [one["floor"] for one in found.data["requirements"]] == [True, False, True, False]


def test_a_threshold_in_another_unit_stands_in_the_metrics_own() -> None:
    asked = {"name": "Quick", "metric": "p95", "at_most": 0.08, "unit": "s", "tolerance": 0.001}
    share = {"name": "Sells", "metric": "hits", "at_least": 0.55, "tolerance": {"relative": 0.1}}
    quick, sells = panel(requirements=[asked, share]).data["requirements"]
    assert (quick["absolute"], quick["relative"]) == (pytest.approx(1.0), 0.0)
    assert (sells["absolute"], sells["relative"]) == (0.0, 0.1)
    found = panel(requirements=[asked, share])
    assert [one.value for one in found.inputs[-2:]] == [80, 55]
    assert [side["means"] for side in found.data["sides"]] == [
        [pytest.approx(51.0), pytest.approx(60.0)],
        [pytest.approx(41.0), pytest.approx(50.0)],
    ]


def test_what_cannot_be_told_has_no_panel_and_without_a_baseline_the_champion_stands_alone() -> (
    None
):
    assert what_if(view_of(impact=None)) is None
    lost = {**OUTCOME, "formula": "orders * metric('clicks') * margin"}
    assert what_if(view_of(impact={"quantities": QUANTITIES, "outcomes": [lost]})) is None
    alone = panel(runs("new", 0.6, 50.0), baseline=None)
    assert alone.sides == ("Champion",)
    assert alone.question == "The champion, a year"
    assert alone.data["baseline"] is None


def rows_of(found: WhatIf) -> list[list[str]]:
    return [[cell.text.replace("\u00a0", " ") for cell in row.cells] for row in found.table.rows]


RUNNING: dict[str, Any] = {"value": 500, "unit": "EUR/month"}
EFFORT = ["Effort", "600 order a year", "500 order a year", "+100 order a year"]
HOURS: dict[str, Any] = {
    "name": "Effort",
    "kind": "non-monetary",
    "formula": "orders * metric('hits')",
}


def test_running_it_is_in_the_table_as_it_is_in_the_sum() -> None:
    asked: dict[str, Any] = {
        "quantities": QUANTITIES,
        "outcomes": [HOURS, OUTCOME],
        "running_cost": RUNNING,
    }
    # 500 a month are 6,000 a year; 4,800 - 6,000 = -1,200, and 1,200 + 4,000 less than the old.
    assert rows_of(panel(impact=asked)) == [
        ["Sold", "EUR 4,800", "EUR 4,000", "EUR +800"],
        ["Running the model", "EUR −6,000", "EUR 0", "EUR −6,000"],
        ["Together", "EUR −1,200", "EUR 4,000", "EUR −5,200"],
        EFFORT,
    ]
    named = {**asked, "running_cost": {**RUNNING, "label": "Licence"}}
    assert rows_of(panel(impact=named))[1][0] == "Licence"
    # What runs already costs nothing more.
    itself = panel(impact=asked, baseline={"params": {"model": "new"}})
    assert [row[:2] for row in rows_of(itself)] == [
        *(["Sold", "EUR 4,800"], ["Together", "EUR 4,800"], EFFORT[:2]),
    ]


def test_without_anything_priced_no_sum_is_shown() -> None:
    found = panel(impact={"quantities": QUANTITIES, "outcomes": [HOURS]})
    assert rows_of(found) == [EFFORT]
    assert found.question == ""
    assert "EUR" not in found.amounts
    assert found.data["isPriced"] is False


def test_large_numbers_beside_sliders_have_groups_and_no_exponent() -> None:
    large = {
        **QUANTITIES,
        "orders": {"value": 5_000_000, "range": [4_000_000, 6_100_000], "unit": "order/year"},
        "margin": {"value": 1234.5678, "unit": "EUR/order"},
    }
    orders, margin, *_ = panel(impact={"quantities": large, "outcomes": [OUTCOME]}).inputs
    # (4 + 5 + 6.1) / 3 millions are 5,033,333.3
    assert (orders.text, orders.low_text, orders.high_text) == (
        *("5,033,333", "4,000,000", "6,100,000"),
    )
    assert margin.text == "1,234.5678"


def test_only_the_best_of_very_many_are_computed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(impact_panel, "MOST_SIDES", 3)
    others = [r for i in range(3) for r in runs(f"other{i}", 0.3 + i / 10, 50.0)]
    data = panel([*RUNS, *others]).data
    assert [side["label"] for side in data["sides"]] == ["new", "old", "other2"]
    assert data["known"] == 5


@given(
    value=st.floats(-1e6, 1e6).filter(lambda v: v == 0 or abs(v) > 1e-6),
    below=st.one_of(st.none(), st.floats(0, 1e4)),
    above=st.floats(1e-3, 1e4),
)
def test_a_slider_starts_on_its_way_which_whole_steps_lead(
    value: float, below: float | None, above: float
) -> None:
    span = None if below is None else (value - below, value + above)
    scale = stated_scale(value, span)
    assert scale.least <= scale.low <= value <= scale.high <= scale.most
    steps = (scale.high - scale.low) / scale.step
    assert steps == pytest.approx(round(steps), abs=1e-3)  # of ends that are close together
    assert 30 <= steps <= 300


@pytest.mark.parametrize(
    ("value", "span", "step"),
    [
        # 8000 / 100 = 80 steps, 4 / 0.05 = 80, 8 / 0.1 = 80, (76,000 - 19,000) / 500 = 114
        (24_000.0, (20_000.0, 28_000.0), 100.0),
        (13.0, (11.0, 15.0), 0.05),
        (37.0, (34.0, 42.0), 0.1),
        (38_000.0, None, 500.0),
    ],
)
def test_steps_are_round(value: float, span: tuple[float, float] | None, step: float) -> None:
    assert stated_scale(value, span).step == step
