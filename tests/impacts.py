"""Runs and impact models of which the results can be computed by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import settings

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.impact.result import Impact
from runfolio.analysis.impact.worth import impact_of
from runfolio.config import Settings
from runfolio.formula import Input
from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.model.records import RunRecord

FEW = settings(max_examples=max(settings().max_examples // 4, 1))
"""For properties of whole impacts, of which one example takes a tenth of a second."""

# Over the three seeds: today recall 0.82 and false alarms 0.10, the new model 0.91 and 0.20.
TODAY = {"recall": (0.80, 0.82, 0.84), "fpr": (0.10, 0.10, 0.10)}
NEW = {"recall": (0.90, 0.91, 0.92), "fpr": (0.20, 0.20, 0.20)}

# The share of positives is expected to be (5 + 10 + 18) / 3 = 11 %, the mean of the triangle.
TRIAGE: Mapping[str, Any] = {
    "quantities": {
        "cases": {"value": 1000, "unit": "case/year"},
        "positives": {"value": 10, "range": [5, 18], "unit": "%"},
        "caught": {"value": 500, "unit": "EUR/case"},
        "exam": {"value": 20, "unit": "EUR/case"},
    },
    "outcomes": [
        {
            "name": "Caught in time",
            "kind": "saving",
            "formula": "cases * positives * metric('recall') * caught",
        },
        {
            "name": "Needless examinations",
            "kind": "cost",
            "formula": "cases * (1 - positives) * metric('fpr') * exam",
        },
        {
            "name": "Hours",
            "kind": "non-monetary",
            "goal": "minimize",
            "unit": "h/year",
            "formula": "cases * metric('fpr') * 0.5 * unit('h/case')",
        },
    ],
    "running_cost": {"value": 1000, "unit": "EUR/year"},
}


def quantity(name: str) -> Input:
    return Input("quantity", (name,))


def metric(name: str) -> Input:
    return Input("metric", (name,))


def seeds(
    name: str,
    metrics: Mapping[str, Sequence[float]],
    plots: Sequence[Plot] = (),
    *,
    seeded: bool = True,
    **fields: Any,
) -> list[RunRecord]:
    """Return a run for each seed; without seeds they pair with nothing."""
    (n,) = {len(values) for values in metrics.values()}
    return [
        run(
            f"{name}-{at}",
            {key: float(values[at]) for key, values in metrics.items()},
            params={"model": name, **({"seed": str(at)} if seeded else {})},
            plots=tuple(plots),
            **fields,
        )
        for at in range(n)
    ]


def analysed(*sides: Sequence[RunRecord], **told: Any) -> Analysed:
    """Analyse runs; those of ``today`` are the baseline."""
    records = [record for side in sides for record in side]
    names = {record.params["model"] for record in records}
    given: dict[str, Any] = {"objective": {"metric": "recall", "goal": "maximize"}}
    if "today" in names:
        given["baseline"] = {"params": {"model": "today"}}
    if "new" in names:
        given["champion"] = {"params": {"model": "new"}}
    return analyse(tables(*records), Settings.model_validate({**given, **told}))


def impact(a: Analysed, told: Mapping[str, Any]) -> Impact:
    """Return the impact, which must be told without a problem."""
    found, problems = told_of(a, told)
    assert found is not None
    assert problems == []
    return found


def told_of(a: Analysed, told: Mapping[str, Any]) -> tuple[Impact | None, list[Problem]]:
    return impact_of(a, Settings.model_validate({"impact": told}))


def with_quantities(told: Mapping[str, Any], **quantities: Any) -> dict[str, Any]:
    """Return an impact model with other quantities."""
    return {**told, "quantities": {**told["quantities"], **quantities}}


def worth(formula: str, **quantities: Any) -> dict[str, Any]:
    """Return an impact model of one revenue."""
    return {
        "quantities": {"eur": {"value": 1, "unit": "EUR"}, **quantities},
        "outcomes": [{"name": "Worth", "kind": "revenue", "formula": formula}],
    }
