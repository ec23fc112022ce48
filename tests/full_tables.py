"""Tables and settings in which each thing that can be hidden stands in every place it can."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from builders import run
from histories import history
from runfolio.config import Settings
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.experiment_notes import Expectation, ExperimentNote, RunConditions
from runfolio.model.features import DataColumn, FeatureField, FeatureList, FeatureView, Importances
from runfolio.model.plots import Confusion, SegmentValue, rated_curve
from runfolio.model.problems import Problem
from runfolio.model.production import Columns, ProductionLog
from runfolio.model.profile import ColumnProfile, DataProfile
from runfolio.model.quality import CheckedSet, DataCheck, DataQuality
from runfolio.model.recorded import RecordedGate, RecordedMetric, RecordedModel
from runfolio.model.records import (
    CheckRecord,
    DatasetUse,
    ExperimentRecord,
    Image,
    MetricFact,
    ModelRecord,
    Records,
    RunRecord,
)
from runfolio.model.tables import Skipped, Tables

__all__ = ["NAMES", "VALUES", "everything", "full_settings", "full_tables"]

NAMES = {
    "metrics": "zq_metric/rate",
    "params": "zq_param.depth",
    "tags": "zq_tag_team",
    "runs": "zq-run-alpha",
    "experiments": "Zq Experiment Blue",
    "artifacts": "zq_artifact.csv",
    "data": "zq-data-set",
    "requirements": "Zq Requirement Gate",
    "outcomes": "Zq Outcome Gold",
}
"""One name of each kind."""

VALUES = {
    "metrics": "0.8123457",
    "params": "zqParamValue7",
    "tags": "zqTagValue8",
    "runs": "zq run note nine words",
    "data": "zqdigest0123",
}
"""A value that is told of it, and of nothing else."""


def full_settings() -> Settings:
    """Return settings that name each of them, wherever settings can."""
    metric, param, tag = NAMES["metrics"], NAMES["params"], NAMES["tags"]
    data = NAMES["data"]
    return Settings.model_validate(
        {
            "title": f"About {NAMES['runs']} and {NAMES['requirements']}",
            "objective": {"metric": "recall", "goal": "maximize"},
            "metrics": {
                "recall": {"label": "Recall"},
                metric: {"label": "Zq Metric Label", "explain": "It is zq explained."},
            },
            "aliases": {"zq_old_name": metric},
            "glossary": {metric: "zq in other words", "Recall": "What is found."},
            "replicates": {"ignore": ["seed", param]},
            "compared": {"evaluation": [param, tag]},
            "baseline": {"tags": {tag: VALUES["tags"]}},
            "champion": {"params": {param: VALUES["params"]}},
            "requirements": [
                {"name": "Enough", "metric": "recall", "at_least": 0.5},
                {"name": NAMES["requirements"], "metric": metric, "at_least": 0.5},
                {"name": "Shown by a file", "evidence": {"artifact": NAMES["artifacts"]}},
                {"name": "Checked", "evidence": {"check": "zq check of data"}},
            ],
            "impact": {
                "quantities": {"cases": 10, "zq_quantity": 3},
                "outcomes": [
                    {"name": "Found", "kind": "saving", "formula": "cases * metric('recall')"},
                    {
                        "name": NAMES["outcomes"],
                        "kind": "saving",
                        "formula": f"cases * zq_quantity * metric('{metric}')",
                    },
                ],
                "threshold": {"precision": metric},
            },
            "data": {
                "sets": {"cases": "cases.csv", data: {"path": "zq_table.csv"}},
                "quality": [
                    {"set": "cases", "unique": "id"},
                    {"set": data, "unique": "zq_column"},
                    {"set": "cases", "column": "age", "matches": f"{data}.age"},
                    {"metric": metric, "dimension": "accuracy", "at_least": 0.5},
                ],
            },
            "monitoring": [
                {
                    "path": "production.csv",
                    "metrics": {
                        "recall": {},
                        "zq_column": {"metric": metric, "count": "zq_n"},
                        "other": {"forecast": {"offline": "champion", "metric": metric}},
                    },
                },
                {"runs": {"tags": {tag: "zqproduction"}}, "version": tag},
                {"path": "cases.csv", "inputs": "age", "reference": data},
            ],
        }
    )


def full_tables() -> Tables:
    """Return tables in which each of them stands wherever tables can tell it."""
    metric = NAMES["metrics"]
    found = assemble(
        [Read("folder", "logs", _records()), Read("folder", NAMES["runs"], Records((_hidden(),)))],
        {"folder": "Plain folders"},
        ("seed",),
    )
    moved = history(3)
    moved = replace(
        moved,
        values=pd.DataFrame(
            {
                "metric": ["recall", metric, f"a.json:{metric}"],
                "position": [0, 0, 1],
                "value": [0.5, 0.8123457, 0.8123457],
            }
        ),
        params=pd.DataFrame(
            {
                "position": [1, 1],
                "param": ["lr", f"params.yaml:{NAMES['params']}"],
                "old": ["1", "zqParamValue6"],
                "new": ["2", VALUES["params"]],
            }
        ),
        data=pd.DataFrame(
            {"position": [1], "path": ["zq_table.csv"], "old": ["a"], "new": [VALUES["data"]]}
        ),
        files=("metrics.json", "zq_table.csv"),
    )
    times = np.array([1_760_000_000_000, 1_760_086_400_000])
    log = Columns({name: np.array([0.5, 0.6]) for name in ("recall", "zq_column", "zq_n", "other")})
    age = Columns({"age": np.array([50.0, 60.0])})
    return replace(
        found,
        histories=(moved,),
        production=(
            ProductionLog(0, "production.csv", times, log),
            ProductionLog(2, "cases.csv", times, age, reference=age, reference_name=NAMES["data"]),
        ),
        profiles=(
            DataProfile("cases", "", "cases.csv", 2, 1, (ColumnProfile("age", "numbers", 0),)),
            DataProfile(
                *(NAMES["data"], "v1", "zq_table.csv", 2, 1),
                (ColumnProfile("zq_column", "no values", 0),),
                (VALUES["data"],),
            ),
        ),
        quality=DataQuality(
            (CheckedSet("cases", "", "cases.csv"), CheckedSet(NAMES["data"], "", "zq_table.csv")),
            (
                _check("cases", "ids differ"),
                _check(NAMES["data"], "zq ids differ"),
                _check("cases", f"age is that of {NAMES['data']}.age"),
                _check("", f"{metric} is at least 0.5", "metric"),
            ),
        ),
        feature_views=(
            FeatureView("people", (FeatureField("age"),)),
            FeatureView("zq view", (FeatureField("age"),), source=NAMES["data"]),
        ),
        experiment_notes=_notes(),
        problems=(Problem(f"logs/{NAMES['runs']}", "odd", f"{metric} is odd.", "Mend it."),),
        skipped=(Skipped("too large", 1, (f"logs/{NAMES['artifacts']}",)),),
    )


def _records() -> Records:
    metric, data = NAMES["metrics"], NAMES["data"]
    runs: list[RunRecord] = []
    for number, (depth, value) in enumerate((("zqParamValue6", 0.7), (VALUES["params"], 0.8))):
        for seed in ("11", "12"):
            name = f"net-{number}-{seed}"
            team = VALUES["tags"] if number == 0 else "zqTagValue9"
            runs.append(
                run(
                    name,
                    {"recall": [0.1, value + int(seed) / 1000], metric: [0.1, 0.8123457]},
                    started=1_760_000_000_000 + 1000 * len(runs),
                    params={"lr": "0.1", NAMES["params"]: depth, "seed": seed},
                    tags={"stage": "trial", NAMES["tags"]: team},
                    parent=NAMES["runs"],
                    command=f"train.py --{NAMES['params']} {depth}",
                    notes=f"Beside {NAMES['runs']}, with {depth} and {metric}.",
                    datasets=(
                        DatasetUse("cases", "c0ffee"),
                        DatasetUse(
                            *(data, VALUES["data"], "training", 9, "zqv1"),
                            columns=(DataColumn("zq_column"),),
                        ),
                    ),
                    artifacts=("model.pkl", NAMES["artifacts"]),
                    images=(
                        Image("roc.png", 0, "image/png", b"1"),
                        Image(NAMES["artifacts"], 0, "image/png", b"2"),
                    ),
                    plots=_plots(),
                    features=(
                        FeatureList("artifact", NAMES["artifacts"], (DataColumn("age"),)),
                        FeatureList("data columns", data, (DataColumn("age"),)),
                        FeatureList("model signature", "model", (DataColumn("age"),)),
                    ),
                    importances=(
                        Importances("gain", {"age": 1.0}),
                        Importances(NAMES["artifacts"], {"age": 1.0}),
                    ),
                )
            )
    checks = (
        CheckRecord("nightly", "age is there", "gx", "checks", "pass", dataset="cases"),
        CheckRecord("nightly", "zq check of data", "gx", "checks", "pass", dataset=data),
    )
    recorded = RecordedModel(
        *("net", 1, "models/net/v1.yaml"),
        configuration=f"net-0, {NAMES['params']}=zqParamValue6",
        runs=("net-0-11", NAMES["runs"]),
        metrics=(RecordedMetric("recall", 0.7, 0.6, 0.8, 2), RecordedMetric(metric, 1, 1, 1, 2)),
        gates=(RecordedGate("Enough", "met"), RecordedGate(NAMES["requirements"], "met")),
        added={metric: "1", NAMES["params"]: "2", "card": "yes"},
    )
    return Records(
        tuple(runs),
        experiments=(
            ExperimentRecord("trial", "logs", f"Not {NAMES['experiments']}.", metric, True),
            ExperimentRecord(NAMES["experiments"], "logs", "zq notes of an experiment in words"),
        ),
        models=(ModelRecord("net", "registered", "logs", "1", "net-0-11"),),
        metrics=(MetricFact(metric, "maximize", "%"), MetricFact("recall", "maximize")),
        checks=checks,
        recorded=(recorded,),
    )


def _hidden() -> RunRecord:
    """Return the run that is hidden, and alone in the experiment that is."""
    return run(
        NAMES["runs"],
        {"recall": 0.99},
        "zqd1ge5t",
        experiment=NAMES["experiments"],
        location=NAMES["runs"],
        started=1_760_000_900_000,
        notes=VALUES["runs"],
        params={"lr": "zqRunParam5"},
        tags={"stage": "zqRunTag55"},
        command="zq_train.py --all",
        plots=(Confusion("confusion", ("a", "b"), np.eye(2)),),
    )


def _plots() -> tuple[Any, ...]:
    unit = np.array([0.0, 1.0])
    return (
        rated_curve("roc", "roc", "", unit, unit),
        rated_curve("roc", NAMES["artifacts"], "", unit, unit),
        SegmentValue("segments", "recall", "age", "old", 0.5),
        SegmentValue("segments", NAMES["metrics"], "age", "old", 0.8123457),
        Confusion(NAMES["artifacts"], ("a", "b"), np.eye(2)),
    )


def _check(data: str, asks: str, kind: str = "unique") -> DataCheck:
    return DataCheck(asks, kind, "accuracy", data, "pass", asks=asks)


def _notes() -> tuple[ExperimentNote, ...]:
    metric = NAMES["metrics"]
    return (
        ExperimentNote(
            "experiments/a.md",
            "A",
            ("trial", NAMES["experiments"]),
            runs=(RunConditions(params={NAMES["params"]: VALUES["params"]}),),
            baseline=RunConditions(tags={NAMES["tags"]: VALUES["tags"]}),
            candidate=RunConditions(run=NAMES["runs"]),
            parts={"result": f"{NAMES['runs']} has {VALUES['metrics']}."},
            expects=(Expectation("recall", "better"), Expectation(metric, "better")),
        ),
        ExperimentNote("experiments/b.md", "zq note of a metric", ("trial",), metric=metric),
        ExperimentNote("experiments/c.md", "zq note of one", (NAMES["experiments"],)),
    )


def everything(value: object) -> str:
    """Return all that stands in tables, settings and what they hold, as one text."""
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, np.ndarray):
        return repr(value.tolist())
    if isinstance(value, BaseModel):
        return repr(value.model_dump())
    if is_dataclass(value):
        return "\n".join(everything(getattr(value, one.name)) for one in fields(value))
    if isinstance(value, dict):
        return "\n".join(f"{everything(k)}: {everything(v)}" for k, v in value.items())
    if isinstance(value, tuple | list):
        return "\n".join(map(everything, value))
    return str(value)
