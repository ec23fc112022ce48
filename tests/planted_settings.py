"""The report.yaml of the project in which texts are planted (`planted`), with them in its own."""

from __future__ import annotations

import yaml

from planted_marks import AUDIENCE, HIDDEN

__all__ = ["planted_settings"]


def planted_settings() -> str:
    """Return the report.yaml of the planted project."""
    h = HIDDEN
    hide = {
        "params": ["zqparam*", "zqgroup*"],
        "tags": ["zqtag*"],
        "metrics": ["inner*"],
        "runs": ["zqrun*"],
        "experiments": ["zqexperiment*"],
        "artifacts": ["zqartifact*", "zqimage*", "zqplot*", "segments_by_*"],
        "data": ["zqdata*", "zqset*"],
        "requirements": ["zqrequirement*"],
        "outcomes": ["zqoutcome*"],
    }
    settings = {
        "title": "Planted",
        "description": f"Written by {h['e-mail address']}. In the notes: zyshownnote. "
        f"We set zqparam_rate to {h['value of a param']} after all.",
        "sources": ["mlruns", "boards", "checks", {"path": "work", "experiment": "Work"}],
        "history": {"follow": "on", "authors": True},
        "objective": {"metric": "zyshownmetric", "goal": "maximize"},
        "metrics": {
            h["metric"]: {
                "label": h["label of a metric"],
                "explain": f"The {h['explanation of a metric']} of it.",
                "goal": "maximize",
            }
        },
        "baseline": {"tags": {"role": "baseline"}},
        "experiments": "experiments/*.md",
        "glossary": {"Term": f"As {h['tag']} says."},
        "requirements": [
            {
                "name": h["requirement"],
                "metric": "zyshownmetric",
                "at_least": 0.5,
                "why": f"Since {h['reason of a requirement']} asks.",
                "owner": h["owner of a requirement"],
            },
            {"name": "Good enough", "metric": "zyshownmetric", "at_least": 0.4},
            {"name": "zqrequirementinner", "metric": h["metric"], "at_least": 0.1},
        ],
        "impact": {
            "currency": "EUR",
            "period": "year",
            "quantities": {
                "cases": {"label": "Cases", "value": 10, "range": [8, 12], "unit": "cases/day"},
                "price": {"label": "Price", "value": 3, "range": [2, 4], "unit": "EUR/case"},
            },
            "outcomes": [
                {
                    "name": h["outcome"],
                    "kind": "saving",
                    "formula": "2 * cases * metric('zyshownmetric') * price",
                    "explain": f"Made of {h['explanation of an outcome']} alone.",
                },
                {
                    "name": "Time saved",
                    "kind": "saving",
                    "formula": "cases * metric('zyshownmetric') * price",
                },
            ],
        },
        "data": {
            "sets": {
                h["configured data set"]: {
                    "versions": {"v1": "data/first.csv", "v2": "data/second.csv"},
                    "description": f"Holds {h['description of a data set']}.",
                    "owner": h["owner of a data set"],
                },
                "open": {"path": "data/open.csv", "description": "Open to all."},
            },
            "examples": "show",
            "quality": [
                {
                    "name": h["rule of a data set"],
                    "set": h["configured data set"],
                    "column": h["column of a configured data set"],
                    "one_of": ["other"],
                    "why": f"Because of {h['reason of a rule']}.",
                },
                {"set": "open", "filled": "size"},
            ],
        },
        "model": {
            "name": "planted-model",
            "purpose": f"Follows {h['value of a tag']} and others.",
            "limits": [f"See {h['full path']}train.py on {h['host']}."],
        },
        "monitoring": [
            {
                "path": "production.csv",
                "time": "day",
                "metrics": {
                    "zyshownmetric": {"metric": "zyshownmetric"},
                    "zqproduction": {"metric": h["metric"]},
                },
            }
        ],
        "audiences": {AUDIENCE: {"hide": hide}},
        "deliver": {"url": "https://example.org/report", "email": {"to": ["one@example.org"]}},
    }
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)
