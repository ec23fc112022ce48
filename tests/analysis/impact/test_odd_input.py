"""Whatever was logged and written: an answer or its reason, and never a number that is none."""

from __future__ import annotations

import math
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from impacts import FEW, analysed, seeds, told_of
from runfolio.analysis.impact.result import Impact, Spread

odd = st.sampled_from([0.0, -1.0, 1.0, 0.5, 1e-300, 1e300, -1e300, math.nan, math.inf, -math.inf])
logged = odd | st.floats(0, 1)
sides = st.integers(1, 4).flatmap(
    lambda n: st.lists(st.tuples(logged, logged), min_size=n, max_size=n)
)
FORMULAS = (
    *("eur * metric('recall')", "eur * metric('recall') / metric('fpr')"),
    *("eur * log(metric('fpr'))", "eur * exp(metric('recall') * much)"),
    *("eur * max(0, metric('recall') - much)", "eur if metric('fpr') < 0.5 else 2 * eur"),
    *("eur * metric('recall') ** 9", "eur * sqrt(metric('recall') - metric('fpr'))", "0 * eur"),
)
MUCH: list[dict[str, Any]] = [
    {"value": 0},
    {"value": 1, "range": [0, 1e6]},
    {"value": 3, "range": [1, 9], "distribution": "lognormal"},
    {"value": -5, "range": [-1e3, 1e3], "distribution": "pert"},
]


def spreads(told: Impact) -> list[Spread]:
    found = [spread for side in told.sides for spread in (side.total, *side.outcomes)]
    found += [told.difference] if told.difference is not None else []
    return [*found, *told.outcomes, *(one.worth for one in told.points)]


@FEW
@given(
    sides,
    sides,
    st.sampled_from(FORMULAS),
    st.sampled_from(MUCH),
    st.sampled_from(["saving", "cost", "non-monetary"]),
)
def test_every_number_is_one(
    today: list[tuple[float, float]],
    new: list[tuple[float, float]],
    formula: str,
    much: dict[str, Any],
    kind: str,
) -> None:
    records = [
        seeds(name, {"recall": [a for a, _ in own], "fpr": [b for _, b in own]})
        for name, own in (("today", today), ("new", new))
    ]
    told, problems = told_of(
        analysed(*records),
        {
            "quantities": {"eur": {"value": 100, "range": [50, 150], "unit": "EUR"}, "much": much},
            "outcomes": [
                {"name": "It", "kind": kind, "formula": formula},
                {"name": "Fee", "kind": "revenue", "formula": "eur"},
            ],
            "fixed_cost": 10,
            "horizon": 2.5,
        },
    )
    assert told is not None
    assert all(problem.message and problem.hint for problem in problems)
    for one in spreads(told):
        assert math.isfinite(one.mean) or kind == "non-monetary"
        assert not math.isfinite(one.mean) or one.low <= one.high
    for driver in told.drivers:
        assert math.isfinite(driver.swing)
    for even in told.break_evens:
        assert even.value is None or math.isfinite(even.value)
    assert math.isnan(told.probability) or 0 <= told.probability <= 1
    assert {side.configuration.label for side in told.sides}.isdisjoint(told.untold)
