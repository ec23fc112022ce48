"""The page of the impact, and what each reader is told of it on theirs."""

from __future__ import annotations

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import jsonschema
import pytest

from impact_cases import (
    COST_MISSED,
    FOREST,
    OUTCOMES,
    RECALL,
    TREE,
    analysed,
    impact_of_case,
    model,
    outcome,
    pages,
    payback,
    runs,
    side,
    threshold,
)
from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import BreakEven, Driver, Impact, OnePoint, Spread
from runfolio.config import Quantity
from runfolio.render.impact_json import impact_json
from runfolio.render.markdown_text import page_markdown
from runfolio.render.report_json import report_json
from runfolio.schema import report_schema
from runfolio.views.blocks import Chart, Page, Table
from runfolio.views.facts import run_facts
from runfolio.views.impact_production import production_callout, production_hedge

A = analysed()
FULL = impact_of_case(A, threshold=threshold(), payback=payback(), flattery=150_000.0)
FULL = replace(FULL, model=model(fixed_cost=Quantity(value=500_000, unit="EUR"), horizon=5.0))
MADE = pages(A, FULL)
SECTIONS = [
    *("impact-verdict", "impact-what-if", "impact-outcomes", "impact-scenarios"),
    *("impact-drivers", "impact-break-even", "impact-points", "impact-threshold"),
    *("impact-configurations", "impact-pareto", "impact-assumptions", "impact-model"),
]


def text(page: Page) -> str:
    return page_markdown(page).replace("\u00a0", " ")


def blocks(page: Page, section: str) -> tuple[Any, ...]:
    [found] = [one for one in page.sections if one.key == section]
    return found.blocks


def table(page: Page, section: str, number: int = 0) -> Table:
    found = [
        table
        for block in blocks(page, section)
        for table in (block, getattr(block, "table", None))
        if isinstance(table, Table)
    ]
    return found[number]


def column(shown: Table, label: str) -> list[str]:
    place = [one.label for one in shown.columns].index(label)
    cells = [row.cells[place] for row in shown.rows]
    return [(c.verdict.text if c.verdict else c.text).replace("\u00a0", " ") for c in cells]


def chart(page: Page, section: str) -> Chart:
    found = next(block for block in blocks(page, section) if isinstance(block, Chart))
    assert isinstance(found, Chart)
    return found


def shown(impact: Impact, a: Analysed = A) -> Page:
    return pages(a, impact)["impact.html"]


def test_the_page_has_every_section_and_every_row_its_columns() -> None:
    page = MADE["impact.html"]
    assert [section.key for section in page.sections] == SECTIONS
    for made in MADE.values():
        for section in made.sections:
            for block in section.blocks:
                found = block if isinstance(block, Table) else getattr(block, "table", None)
                if isinstance(found, Table):
                    assert {len(row.cells) for row in found.rows} <= {len(found.columns)}


def test_every_section_links_to_its_rule() -> None:
    for section in MADE["impact.html"].sections:
        one = replace(MADE["impact.html"], sections=(section,), lede=())
        assert "methods.html#" in page_markdown(one), section.key
    methods = page_markdown(MADE["methods.html"])
    for title in ("What a configuration is worth", "Break-even", "Pay-back", "One more point"):
        assert title in methods


def test_without_a_model_of_the_impact_there_is_no_page_and_one_line_says_so() -> None:
    made = pages(A, None)
    assert "impact.html" not in made
    stakeholder = text(made["business-stakeholder.html"])
    assert stakeholder.count("impact: in report.yaml, which says what the model's work") == 1
    assert stakeholder.startswith("# forest raises recall by 45.0 points over tree")
    assert "impact" not in text(made["methods.html"]).casefold().split()


def test_money_is_signed_as_it_counts_and_adds_up() -> None:
    money = table(MADE["impact.html"], "impact-outcomes")
    assert column(money, "Outcome") == [
        *("Missed cases avoided", "Examinations", "Running cost", "Together"),
    ]
    # 3,068,000 saved less 50,000 of examinations less 18,000 of running it make 3,000,000.
    assert column(money, "Champion") == [
        *("EUR 3,070,000", "EUR −50,000", "EUR −18,000", "EUR 3,000,000"),
    ]
    # The baseline runs already: its running costs nothing more.
    assert column(money, "Baseline")[2] == ""
    # Examinations cost 60,000 less, which counts for it.
    assert column(money, "Difference")[1] == "EUR +60,000"
    assert column(money, "Nine times of ten")[1] == "EUR +30,000 to +90,000"
    assert column(money, "Verdict") == ["Better", "Better", "", "Better"]
    other = table(MADE["impact.html"], "impact-outcomes", 1)
    assert column(other, "Difference") == ["−300 h a year"]
    assert column(other, "Verdict") == ["Better"]  # fewer hours are wanted


def test_the_luck_of_the_pick_stands_below_the_figures() -> None:
    told = text(replace(MADE["impact.html"], sections=MADE["impact.html"].sections[:1]))
    assert "about EUR 150,000 a year of the difference may be the luck of that pick" in told


def test_what_nobody_says_which_way_is_better_has_no_verdict() -> None:
    outcomes = (*OUTCOMES[:2], outcome("Hours of work", "non-monetary", "cases_a_day"))
    page = shown(replace(FULL, model=model(outcomes=outcomes)))
    assert column(table(page, "impact-outcomes", 1), "Verdict") == [""]


def test_pay_back_is_told_with_its_certainty() -> None:
    told = text(MADE["impact.html"])
    # 0.7 years are 8.4 months.
    assert (
        "**after about 8 months** Over 5 years EUR +4,000,000 (EUR +1,000,000 to +7,000,000)"
        in told
    )
    assert "back in that time in 93 % of the draws" in told
    never = text(shown(replace(FULL, payback=payback(None, 0.2))))
    assert "**not within 5 years**" in never
    assert "EUR 500,000 once, which is only in the pay-back" in told


def test_the_drivers_name_what_the_uncertainty_comes_from() -> None:
    page = MADE["impact.html"]
    drawn = chart(page, "impact-drivers")
    assert drawn.title == "The answer depends most on “Cost of a missed case”"
    assert drawn.data["f0"][:4] == ["Cost of a missed case"] * 2 + ["Recall"] * 2
    # In millions, from the expected value to both ends, and a mark at nothing.
    assert drawn.data["f1"] == [0.81, 1.7, 1.199, 1.201, 0.0]
    assert set(drawn.data["f2"][:4]) == {1.2}
    assert "No likely value of one input alone turns the answer round." in text(page)
    cost = {"input": COST_MISSED, "low": 1.0, "high": 2.0}
    recall = {"input": RECALL, "low": 0.9, "high": 0.99}
    both = replace(
        FULL,
        drivers=(
            Driver(**cost, at_low=-20.0, at_high=2.4e6),  # type: ignore[arg-type]
            Driver(**recall, at_low=2.1e6, at_high=3e5),  # type: ignore[arg-type]
        ),
    )
    told = text(shown(both))
    assert "depends most on “Cost of a missed case” and “Recall”" in told
    # 2,400,020² / (2,400,020² + 1,800,000²) = 0.64
    assert "would take away about 64 % of the uncertainty" in told
    assert "Likely values of “Cost of a missed case” alone can turn gain into loss." in told


def test_break_even_is_said_in_words() -> None:
    told = table(MADE["impact.html"], "impact-break-even")
    assert column(told, "In words") == [
        "Worth more as long as “Recall” is above 94.5 %.",
        "Worth more as long as “Cost of a missed case” is above EUR 1,900 per case.",
    ]
    assert column(told, "By itself") == ["Can turn it", "Not by likely values"]
    assert "The champion is worth more as long as “Recall” is above 94.5 %." in text(
        MADE["impact.html"]
    )
    cost = {"input": COST_MISSED, "now": 41_000, "within_range": False}
    page = shown(
        replace(
            FULL,
            break_evens=(
                BreakEven(**cost, value=None, sides="always"),  # type: ignore[arg-type]
                BreakEven(**cost, value=None, sides="never"),  # type: ignore[arg-type]
                BreakEven(**cost, value=99_000, sides="below"),  # type: ignore[arg-type]
            ),
        )
    )
    assert column(table(page, "impact-break-even"), "In words") == [
        "Worth more as long as “Cost of a missed case” is below EUR 99,000 per case.",
        *("Worth more whatever it is.", "Worth no more whatever it is."),
    ]
    assert "No likely value of one input alone makes champion" in text(page)


def test_one_more_point_is_a_hundredth_of_a_share_and_else_one_of_the_unit() -> None:
    page = MADE["impact.html"]
    assert "1 point more of recall brings about EUR 24,000 a year." in text(page)
    assert column(table(page, "impact-points"), "One more is") == ["1 point"]
    plain = analysed(asked={"metrics": {"recall": {"goal": "maximize"}}})
    assert plain.metrics["recall"].unit == ""
    assert "0.01 more of recall brings" in text(shown(impact_of_case(plain), plain))
    slow = OnePoint(RECALL, Spread(-500.0, -700.0, -300.0))
    assert "1 point more of recall costs about EUR 500" in text(
        shown(replace(FULL, points=(slow,)))
    )


def test_the_best_threshold_stands_beside_the_present_one() -> None:
    page = MADE["impact.html"]
    drawn = chart(page, "impact-threshold")
    assert drawn.title == "With a threshold of 0.3 the champion's work would be worth about " + (
        "EUR\u00a0200,000 a year more"
    )
    rows = list(zip(*(drawn.data[f"f{i}"] for i in range(4)), strict=True))
    # In millions more than now, where it is 3,000,000: 3,200,000 at the best.
    assert [(x, round(y, 9), name) for x, y, kind, name in rows if kind] == [
        *((0.3, 0.2, "Best"), (0.5, 0.0, "Now")),
    ]
    # One in a hundred missed costs 24,000 and a false alarm 6,000: four to one.
    assert "a point missed weighs as much as 4 points of false alarms" in text(page)
    there = replace(FULL, threshold=threshold(2_900_000))
    assert chart(shown(there), "impact-threshold").title == (
        "The champion's threshold is where its work is worth most"
    )
    # What was measured moves the worth by 1,000 to either side: a gain of 900 is none.
    sure = replace(threshold(), gain=Spread(2e5, 1e5, 3e5))
    assert chart(shown(replace(FULL, threshold=sure)), "impact-threshold").title.endswith(
        "would be worth about EUR\u00a0200,000 a year more (likely EUR\u00a0+100,000 to +300,000)"
    )
    unsure = replace(sure, gain=Spread(2e5, -1e5, 5e5))
    assert "may be worth about EUR 200,000 a year more, or no more (likely EUR −100,000" in text(
        shown(replace(FULL, threshold=unsure))
    )
    why = replace(FULL, threshold=None, threshold_untold="No metric is the false positive rate.")
    assert "is not told. No metric is the false positive rate." in text(shown(why))


def test_configurations_are_told_by_their_difference_and_by_what_holds_them_back() -> None:
    asked = {"requirements": [{"name": "Fast", "metric": "latency_ms", "at_most": 15}]}
    held = analysed(asked=asked)
    page = shown(impact_of_case(held), held)
    found = table(page, "impact-configurations")
    assert column(found, "Against the baseline") == ["EUR +1,200,000", ""]
    assert column(found, "Worth more") == ["Yes: 97 %", "Baseline"]
    assert column(found, "May be used") == ["No: Fast", "Yes"]
    assert (
        "forest, the champion, is expected to be worth most of 2 configurations, but it is not "
        "recommended: it does not meet “Fast”, which must be met. Of those that meet what must "
        "be met, tree is expected to be worth most." in text(page)
    )
    assert "It is not recommended, however much it is worth" in text(page)


def test_another_is_called_worth_more_than_the_champion_only_where_that_is_sure() -> None:
    third = analysed([*FOREST, *TREE, *runs("boost", 0.94, 0.95, 0.96)])
    boost = next(c for c in third.configurations if c.label == "boost")
    impact = impact_of_case(third)
    more = side(boost, 3_100_000)
    first = replace(
        impact,
        sides=(more, *impact.sides),
        candidates={"boost": (Spread(1.3e6, 9e5, 1.8e6), 0.98)},
        rivals={"boost": (Spread(1e5, -5e4, 2e5), 0.7)},
        untold={"bench": "It has no recall.", "trial": "It has no recall."},
    )
    told = text(shown(first, third))
    assert "cannot be told apart from the champion: EUR 100,000 a year more, with a" in told
    assert "It is not certain that boost is worth more than forest, the champion" in told
    assert "Not told: bench and trial. It has no recall." in told
    sure = replace(first, rivals={"boost": (Spread(1e5, 5e4, 2e5), 0.97)})
    assert "EUR 100,000 a year more than the champion, which was picked by the" in text(
        shown(sure, third)
    )


def test_what_has_no_source_or_owner_is_said() -> None:
    page = MADE["impact.html"]
    assert (
        "5 numbers are stated by the team and not measured here. Without a source and an owner: "
        "“Malignant share”, “Running cost” and “Bringing it in, once”." in text(page)
    )
    found = table(page, "impact-assumptions")
    assert column(found, "Assumption")[0] == "Cost of a missed case"  # it matters most
    assert column(found, "Value")[:3] == ["EUR 38,250 per case", "1.2 %", "13 cases a day"]
    assert column(found, "Range")[:3] == ["EUR 25,000 to 60,000 per case", "1 to 1.5 %", "certain"]
    # (25,000 + 38,250 + 60,000) / 3 = 41,083
    assert column(found, "On average")[0] == "EUR 41,100 per case"
    assert "the average lies towards that side" in text(page)


def test_the_model_is_told_as_it_was_written() -> None:
    page = MADE["impact.html"]
    assert column(table(page, "impact-model"), "Formula")[0] == "cost_missed * metric('recall')"
    assert "The pay-back looks 5 years ahead, without discounting." in text(page)
    lost = replace(FULL, model=model(left_out={"Hours": "Nobody logged 'hours'."}))
    assert "“Hours” cannot be computed" in text(shown(lost))


def test_where_the_champion_is_the_baseline_the_best_of_the_others_is_named() -> None:
    same = analysed(asked={"baseline": {"params": {"model": "forest"}}})
    impact = replace(
        impact_of_case(same),
        difference=None,
        outcomes=(),
        drivers=(),
        break_evens=(),
        scenarios=(),
        candidates={"tree": (Spread(40_000, -9_000, 90_000), 0.8)},
    )
    told = text(shown(impact, same))
    assert "Of the others tree is expected to be worth most: EUR +40,000 a year" in told
    assert "with a probability of 80 %" in told
    less = replace(impact, candidates={"tree": (Spread(-4.0, -9.0, 9.0), 0.2)})
    assert "None of the other configurations is expected to be worth more." in text(
        shown(less, same)
    )


def test_the_stakeholder_reads_first_what_it_is_worth_and_last_what_to_decide() -> None:
    page = MADE["business-stakeholder.html"]
    assert page.title.startswith("forest is worth about EUR\u00a01,200,000 a year more")
    told = text(page)
    assert "\n\nIt is worth more with a probability of 97 %.\n\n" in told
    assert "Hours of work, against the baseline: **−300 h a year**" in told
    assert "nine times of ten; worth more with a probability of 97 %" in told
    assert "**Decide whether to bring forest into use.** Leaving things as they are" in told
    assert "Even if it comes badly, as one time in twenty, it is worth about EUR 810,000" in told
    assert "Have “Cost of a missed case” checked." in told
    assert "Name who answers for “Malignant share”." in told
    keys = [section.key for section in page.sections]
    assert {"impact-outcomes", "impact-scenarios", "impact-assumptions"} <= set(keys)
    assert "What the inputs are like in each case" not in told


@pytest.mark.parametrize(
    ("difference", "asks", "says"),
    [
        (
            {"mean": 2e5, "low": -1e5, "high": 5e5, "probability": 0.8},
            "Decide whether to bring forest into use now, or to find out more first.",
            "it loses EUR 100,000 a year or more against the baseline. What would settle it most "
            "is to know “Cost of a missed case” better.",
        ),
        (
            {"mean": -2e5, "low": -5e5, "high": 1e5, "probability": 0.3},
            "Keep the baseline for now.",
            "more likely than not that forest is worth less: with a probability of 70 %.",
        ),
        (
            {"mean": -2e5, "low": -5e5, "high": -1e5, "probability": 0.01},
            "Keep the baseline.",
            "forest is expected to be worth about EUR 200,000 a year less.",
        ),
        (
            {"mean": 2e5, "low": 2e5, "high": 2e5, "probability": 1.0},
            "Decide whether the values as stated are sure enough to bring forest into use.",
            "what it costs if they are wrong cannot be told.",
        ),
    ],
)
def test_the_decision_that_is_asked_for_fits_the_finding(
    difference: dict[str, float], asks: str, says: str
) -> None:
    told = text(pages(A, impact_of_case(A, **difference))["business-stakeholder.html"])
    assert f"**{asks}**" in told
    assert says in told


def test_where_nothing_is_money_nothing_is_said_of_money() -> None:
    hours = replace(FULL, model=model(outcomes=OUTCOMES[2:], running_cost=None))
    assert hours.champion is not None
    assert hours.baseline is not None
    none = Spread(0.0, 0.0, 0.0)
    sides = [
        replace(own, outcomes=own.outcomes[2:], total=none, by_run=dict.fromkeys(own.by_run, 0.0))
        for own in (hours.champion, hours.baseline)
    ]
    hours = replace(
        hours,
        **{"champion": sides[0], "baseline": sides[1], "sides": tuple(sides)},  # type: ignore[arg-type]
        difference=none,
        outcomes=FULL.outcomes[2:],
        payback=None,
        points=(),
        drivers=(),
        break_evens=(),
        threshold=None,
        flattery=0.0,
        scenarios=(),
    )
    made = pages(A, hours)
    told = text(made["impact.html"])
    assert told.startswith("# Nothing of what forest changes is priced in money")
    assert "Hours of work, against the baseline: **−300 h a year**" in told
    made_of = replace(made["impact.html"], title="", sections=made["impact.html"].sections[2:3])
    assert "EUR" not in text(made_of)
    assert "Decide whether to bring" not in text(made["business-stakeholder.html"])


def test_nothing_is_decided_by_the_numbers_of_a_starting_model() -> None:
    example = Quantity(value=1, source="Example, to be replaced")
    impact = replace(FULL, model=model(running_cost=example))
    told = text(pages(A, impact)["business-stakeholder.html"])
    assert told.startswith("# By example numbers: forest is worth")
    assert "**Put in your own numbers first.**" in told


def test_what_misses_a_requirement_is_not_decided_by_its_worth() -> None:
    held = analysed(
        asked={"requirements": [{"name": "Fast", "metric": "latency_ms", "at_most": 15}]}
    )
    told = text(pages(held, impact_of_case(held))["business-stakeholder.html"])
    assert "**Decide whether to have “Fast” met.** Until then forest is not recommended" in told
    assert "bring forest into use" not in told


def test_production_that_is_not_as_measured_is_said() -> None:
    level = SimpleNamespace(
        metric=A.metrics["recall"],
        recent=SimpleNamespace(value=0.7),
        forecast=SimpleNamespace(
            outcome="below the forecast",
            expected=SimpleNamespace(kind="offline", who="forest", value=0.96, metric="recall"),
        ),
    )
    watched: Any = SimpleNamespace(logs=(SimpleNamespace(levels=(level,)),))
    off = replace(A, monitoring=watched)
    assert production_hedge(off, FULL) == (
        "In production “Recall” is not as measured, so these figures may not hold."
    )
    told = production_callout(off, FULL)
    assert told is not None
    assert str(told.spans[0]).replace("\u00a0", " ") == (
        "“Recall” is 70.0 % at present; of the champion 96.0 % was measured, and the formulas use "
        "that. "
    )
    # Another metric of the same value is none that the formulas use.
    level.forecast.expected.metric = "accuracy"
    assert production_callout(off, FULL) is None
    level.forecast.expected.metric = "recall"
    level.forecast.outcome = "not distinguishable"
    assert production_callout(off, FULL) is None
    assert production_hedge(A, FULL) == ""


def test_the_other_roles_see_what_they_work_with() -> None:
    assert "impact-outcomes" in [s.key for s in MADE["subject-matter-expert.html"].sections]
    for role in ("data-scientist.html", "ml-engineer.html"):
        told = text(MADE[role])
        assert "1 point more of recall brings about EUR 24,000 a year." in told
        assert "With a threshold of 0.3" in told
    assert "Worth a year, against the baseline: **EUR +1,200,000**" in text(MADE["index.html"])


def test_report_json_holds_it_and_keeps_to_the_schema() -> None:
    a = replace(A, impact=FULL)
    told = json.loads(report_json(a, run_facts(a), "Triage"))
    jsonschema.Draft202012Validator(report_schema()).validate(told)
    impact = told["impact"]
    assert impact["difference"] == {"expected": 1_200_000, "low": 810_000, "high": 1_700_000}
    assert impact["break_evens"][0] == {
        **{"input": "cost_missed", "now": 41_000, "value": 1_900, "worth_more": "above"},
        "within_range": False,
    }
    assert impact["champion"]["measured"] == {"metric('recall')": 0.96}
    nothing: dict[str, Any] = {
        **dict.fromkeys(("champion", "baseline", "difference", "payback", "threshold")),
        **dict.fromkeys(("sides", "outcomes", "drivers", "scenarios"), ()),
        "probability": float("nan"),
    }
    empty = replace(FULL, **nothing, untold={"forest": "No recall."})
    bare = json.loads(report_json(replace(A, impact=empty), run_facts(A), "Triage"))
    jsonschema.Draft202012Validator(report_schema()).validate(bare)
    assert bare["impact"]["probability"] is None
    assert impact_json(empty)["untold"] == [{"configuration": "forest", "reason": "No recall."}]
    assert "impact" not in json.loads(report_json(A, run_facts(A), "Triage"))
