"""Metrics of one measure stand side by side, and a unit is taken from a name that has one."""

from __future__ import annotations

import pytest

from builders import run
from runfolio.analysis.analysed import analyse
from runfolio.analysis.families import family_of, family_order
from runfolio.analysis.units import infer_unit
from runfolio.config import MetricSettings, Settings
from runfolio.ingest.assemble import Read, assemble
from runfolio.model.records import MetricFact, Records
from runfolio.views.facts import run_facts


@pytest.mark.parametrize(
    ("metric", "family"),
    [
        *((name, "loss") for name in ("loss", "Loss", "train/loss", "val_loss", "loss_epoch")),
        *(
            (name, "loss")
            for name in ("eval_loss", "validation/loss_step", "test.loss", "loss/val")
        ),
        ("val/f1-macro", "f1 macro"),
        ("epoch", "epoch"),
        ("train", "train"),
        ("trainable_params", "trainable params"),
        ("", ""),
    ],
)
def test_a_family_is_the_name_without_the_data(metric: str, family: str) -> None:
    assert family_of(metric) == family


def test_families_stand_together_training_first_and_numbers_as_people_count() -> None:
    names = ["val/loss", "top10", "acc", "train/loss", "top2", "test/loss", "loss"]
    assert sorted(names, key=family_order) == [
        *("acc", "loss", "train/loss", "val/loss", "test/loss", "top2", "top10"),
    ]


def test_a_runs_page_shows_the_objective_then_its_family() -> None:
    tables = assemble(
        [Read("folder", "x", Records((run("a", dict.fromkeys(NAMES, 0.5)),)))], {"folder": "F"}
    )
    analysed = analyse(tables, Settings.model_validate({"objective": {"metric": "val/loss"}}))
    assert [row.metric for row in run_facts(analysed)["a"].metrics] == [
        *("val/loss", "train/loss", "test/loss", "acc", "train_acc"),
    ]


NAMES = ("acc", "test/loss", "train/loss", "train_acc", "val/loss")


@pytest.mark.parametrize(
    ("metric", "unit"),
    [
        ("latency_ms", "ms"),
        ("latency (ms)", "ms"),
        ("time/epoch_s", "s"),
        ("train_seconds", "s"),
        ("classes_s", ""),
        ("gpu/mem_gb", "GB"),
        ("peak.mib", "MiB"),
        ("cases_per_second", "/s"),
        ("coverage_pct", "%"),
        ("accuracy [%]", "%"),
        ("metrics/mAP50(B)", ""),
        ("ms", ""),
        ("loss", ""),
    ],
)
def test_a_unit_is_taken_from_the_end_of_a_name(metric: str, unit: str) -> None:
    assert infer_unit(metric) == unit


def test_the_configuration_then_the_tracker_then_the_name_tell_the_unit() -> None:
    facts = (MetricFact("fit_ms", "minimize", "us"), MetricFact("size_mb", None, "MiB"))
    values = {"fit_ms": 1.0, "size_mb": 1.0, "wait_ms": 1.0}
    tables = assemble(
        [Read("folder", "x", Records((run("a", values),), metrics=facts))], {"folder": "F"}
    )
    settings = Settings(metrics={"fit_ms": MetricSettings(unit="ns")})
    metrics = analyse(tables, settings).metrics
    assert [(m.name, m.unit) for m in metrics.values()] == [
        ("fit_ms", "ns"),
        ("size_mb", "MiB"),
        ("wait_ms", "ms"),
    ]
    assert (metrics["fit_ms"].goal, metrics["fit_ms"].goal_from) == ("minimize", "the tracker")
