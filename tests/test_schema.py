"""The schema of report.json takes what the format's description says, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest

from runfolio.schema import report_schema

# Written by hand after the description of the format.
DOCUMENT: dict[str, Any] = {
    "format": "runfolio-report",
    "version": 1,
    "title": "Triage",
    "data_as_of": "2026-03-01T12:00:00.000Z",
    "sources": [{"format": "mlflow-files", "location": "mlruns", "runs": 1}],
    "objective": {"metric": "loss", "goal": "minimize", "summary": "last"},
    "configurations": {"baseline": None, "champion": {"label": "a", "runs": ["r1"]}},
    "comparisons": [
        {
            "metric": "loss",
            "verdict": "better",
            "reason": "The interval leaves out zero.",
            "difference": -0.5,
            "low": -0.7,
            "high": -0.3,
            "p": 0.01,
            "together": 1,
            "runs": [3, 3],
            "pairs": 0,
        }
    ],
    "baseline": None,
    "champion": "r1",
    "runs": [
        {
            "id": "r1",
            "name": "",
            "experiment": "E",
            "format": "mlflow-files",
            "source": "mlruns",
            "status": "finished",
            "started": "2026-03-01T11:00:00.000Z",
            "ended": None,
            "parent": None,
            "commit": None,
            "seed": "1",
            "params": {"lr": "0.1"},
            "tags": {},
            "metrics": {
                "loss": {
                    **{"first": "Infinity", "last": "NaN", "last_step": 9},
                    **{"min": 0.5, "min_step": 3, "max": 2, "max_step": 1},
                    **{"mean": 1.5, "count": 10, "nonfinite": 2},
                }
            },
            "datasets": [{"name": "d", "digest": "abc", "context": "training"}],
            "also_in": ["mlflow.db"],
            "page": "runs/r1.html",
        }
    ],
    "checks": [
        {
            **{"suite": "patients", "check": "not_null", "format": "great-expectations"},
            **{"location": "gx/1.json", "status": "fail", "dataset": "patients.csv"},
            **{"column": "age", "observed": "0.2", "expected": "", "share": 0.2, "rows": 50},
            **{"checked": "2026-03-01T12:00:00.000Z", "message": ""},
        }
    ],
    "problems": [
        {
            "slug": "point-broken",
            "severity": "warning",
            "place": "mlruns/x:3",
            "message": "Bad.",
            "hint": "Mend it.",
        }
    ],
}


def errors(document: Any) -> list[str]:
    schema = report_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return [
        error.message for error in jsonschema.Draft202012Validator(schema).iter_errors(document)
    ]


def test_the_described_format_is_valid() -> None:
    assert errors(DOCUMENT) == []
    without_runs = {**DOCUMENT, "runs": [], "problems": [], "objective": None, "data_as_of": None}
    assert errors(without_runs) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("champion"),
        lambda d: d.update(extra=1),
        lambda d: d.update(version=2),
        lambda d: d["objective"].update(goal="up"),
        lambda d: d["runs"][0].update(status="FINISHED"),
        lambda d: d["runs"][0]["params"].update(lr=0.1),
        lambda d: d["runs"][0]["metrics"]["loss"].update(last="nan"),
        lambda d: d["runs"][0]["metrics"]["loss"].update(last=None),
        lambda d: d["runs"][0]["metrics"]["loss"].update(count=1.5),
        lambda d: d["runs"][0].pop("page"),
        lambda d: d["problems"][0].update(slug="Not A Slug"),
    ],
)
def test_anything_else_is_not(change: Callable[[dict[str, Any]], Any]) -> None:
    document = copy.deepcopy(DOCUMENT)
    change(document)
    assert errors(document)
