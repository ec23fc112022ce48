"""Impacts made by hand, in which every amount is chosen and none is computed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.impact.result import (
    RUNNING_COST,
    BreakEven,
    Driver,
    Impact,
    ImpactModel,
    ModelOutcome,
    OnePoint,
    Payback,
    Scenario,
    SideImpact,
    Spread,
    ThresholdChoice,
    ThresholdPoint,
)
from runfolio.config import Quantity, Settings
from runfolio.formula import Input, parse_formula
from runfolio.model.records import RunRecord
from runfolio.views.blocks import Page
from runfolio.views.book import Book
from runfolio.views.roles import load_roles

RECALL = Input("metric", ("recall",))
COST_MISSED = Input("quantity", ("cost_missed",))

QUANTITIES = {
    "cost_missed": Quantity(
        value=38_250,
        range=(25_000, 60_000),
        unit="EUR/case",
        label="Cost of a missed case",
        explain="What later treatment costs more.",
        source="Insurer, 2025",
        owner="product owner",
    ),
    "malignant_share": Quantity(value=1.2, range=(1.0, 1.5), unit="%"),
    "cases_a_day": Quantity(value=13, unit="case/day", source="Desk", owner="desk"),
}


def runs(name: str, *values: float) -> list[RunRecord]:
    return [
        run(
            f"{name}-{n}",
            {"recall": value, "latency_ms": 10.0 if name == "tree" else 20.0},
            params={"model": name, "seed": str(n)},
        )
        for n, value in enumerate(values)
    ]


FOREST = runs("forest", 0.95, 0.96, 0.97)
TREE = runs("tree", 0.50, 0.51, 0.52)

SETTINGS: dict[str, Any] = {
    "objective": {"metric": "recall", "goal": "maximize"},
    "baseline": {"params": {"model": "tree"}},
    "metrics": {
        "recall": {"label": "Recall", "unit": "%", "goal": "maximize"},
        "latency_ms": {"label": "Latency", "unit": "ms", "goal": "minimize"},
    },
    "as_of": "2026-11-30",
}


def outcome(name: str, kind: str, written: str, **more: Any) -> ModelOutcome:
    sign = {"revenue": 1, "saving": 1, "cost": -1, "non-monetary": 0}[kind]
    given: dict[str, Any] = {
        **{"factor": 1.0, "unit": "EUR" if sign else "h/year", "goal": "", "explain": ""},
        **{"source": "", "owner": "", **more},
    }
    return ModelOutcome(
        name=name,
        kind=kind,  # type: ignore[arg-type]
        sign=sign,
        formula=parse_formula(written),
        written=written,
        **given,
    )


OUTCOMES = (
    outcome("Missed cases avoided", "saving", "cost_missed * metric('recall')"),
    outcome("Examinations", "cost", "cost_missed"),
    outcome("Hours of work", "non-monetary", "cases_a_day", goal="minimize"),
)


def model(**changes: Any) -> ImpactModel:
    made = ImpactModel(
        currency="EUR",
        period="year",
        quantities=QUANTITIES,
        outcomes=OUTCOMES,
        running_cost=Quantity(value=18_000, unit="EUR/year"),
        fixed_cost=None,
        horizon=None,
        discount_rate=0.0,
        factors={
            RECALL: 1.0,
            RUNNING_COST: 1.0,
            COST_MISSED: 1.0,
            Input("quantity", ("cases_a_day",)): 1.0,
            Input("quantity", ("malignant_share",)): 0.01,
        },
    )
    return replace(made, **changes)


def side(c: Configuration, mean: float, *, spread: bool = True, **changes: Any) -> SideImpact:
    # Saving less cost less 18,000 for the running: mean = (mean + 68,000) - 50,000 - 18,000.
    made = SideImpact(
        configuration=c,
        outcomes=(
            Spread(mean + 68_000, mean, mean + 100_000),
            Spread(50_000, 40_000, 60_000),
            Spread(900, 800, 1_000),
        ),
        total=Spread(mean, mean - 100_000, mean + 100_000),
        by_run={one: mean + 1000 * n for n, one in enumerate(c.runs)},
        values={RECALL: 0.96},
        has_spread=spread,
    )
    return replace(made, **changes)


def impact_of_case(
    a: Analysed,
    mean: float = 1_200_000,
    low: float = 810_000,
    high: float = 1_700_000,
    probability: float = 0.97,
    **changes: Any,
) -> Impact:
    """Return the impact of a champion that is worth so much more than the baseline."""
    assert a.champion is not None
    champion = side(a.champion, 3_000_000)
    baseline = side(a.baseline, 3_000_000 - mean) if a.baseline is not None else None
    difference = Spread(mean, low, high, has_range=low < high)
    cost = {"input": COST_MISSED}
    recall = {"input": RECALL}
    made = Impact(
        model=model(),
        champion=champion,
        baseline=baseline,
        sides=tuple(one for one in (champion, baseline) if one is not None),
        untold={},
        difference=difference,
        outcomes=(
            Spread(mean, low, high),
            Spread(-60_000, -90_000, -30_000),
            Spread(-300, -400, -200),
        ),
        probability=probability,
        candidates={a.champion.label: (difference, probability)},
        drivers=(
            Driver(**cost, low=27_000, high=55_000, at_low=low, at_high=high),
            Driver(**recall, low=0.94, high=0.98, at_low=mean - 1000, at_high=mean + 1000),
        ),
        break_evens=(
            BreakEven(**cost, now=41_000, value=1_900, sides="above", within_range=False),
            BreakEven(**recall, now=0.96, value=0.945, sides="above", within_range=True),
        ),
        points=(OnePoint(RECALL, Spread(24_000, 15_000, 40_000)),),
        scenarios=(
            Scenario("pessimistic", low, (low, -30_000, -200), {COST_MISSED: 27_500}),
            Scenario("expected", mean, (mean, -60_000, -300), {COST_MISSED: 41_083.3}),
            Scenario("optimistic", high, (high, -90_000, -400), {COST_MISSED: 54_500}),
        ),
        payback=None,
        threshold=None,
        threshold_untold="",
        flattery=0.0,
        is_exact=True,
        draws=20_000,
    )
    return replace(made, **changes)


def threshold(best: float = 3_200_000, now: float = 3_000_000) -> ThresholdChoice:
    points = (
        ThresholdPoint(0.5, 0.0, 0.9, 1_000_000),
        ThresholdPoint(0.96, 0.03, 0.5, now),
        ThresholdPoint(0.98, 0.06, 0.3, best),
        ThresholdPoint(1.0, 1.0, 0.0, -5_000_000),
    )
    top = max(points, key=lambda point: point.total)
    return ThresholdChoice("roc", points, top, points[1], 24_000, 6_000)


def payback(years: float | None = 0.7, within: float = 0.93) -> Payback:
    return Payback(years, within, Spread(4e6, 1e6, 7e6))


def analysed(
    records: list[RunRecord] | None = None, asked: Mapping[str, Any] | None = None
) -> Analysed:
    """Analyse a forest and a tree, with whatever else is asked in report.yaml."""
    told = {**SETTINGS, **(asked or {})}
    return analyse(tables(*(records or [*FOREST, *TREE])), Settings.model_validate(told))


def pages(a: Analysed, impact: Impact | None) -> dict[str, Page]:
    """Return the pages of a report with such an impact."""
    book = Book.of(replace(a, impact=impact), load_roles(), title="Triage")
    return {page.path: page for page in book.pages()}
