"""What ``report.json`` says of the impact."""

from __future__ import annotations

from impacts import NEW, TODAY, TRIAGE, analysed, seeds, told_of
from runfolio.render.impact_json import impact_json


def test_a_cost_that_cannot_be_used_is_told_apart_from_outcomes() -> None:
    sides = analysed(seeds("today", TODAY), seeds("new", NEW))
    told, _ = told_of(sides, {**TRIAGE, "fixed_cost": {"value": 1_000, "unit": "h"}})
    assert told is not None
    found = impact_json(told)
    assert found["left_out"] == []
    (lost,) = found["costs_left_out"]
    assert lost["cost"] == "fixed_cost"
    assert lost["reason"].startswith("The fixed cost")
    assert found["fixed_cost"] is None
    pessimistic, expected, optimistic = (one["total"] for one in found["scenarios"])
    difference = found["difference"]
    assert pessimistic == difference["low"]
    assert expected == difference["expected"]
    assert optimistic == difference["high"]
