"""An audience that does not see the metric that decides would be told of another champion."""

from __future__ import annotations

from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.audience.apply import audience_named
from runfolio.audience.hidden import Cut
from runfolio.config import Settings
from runfolio.errors import UsageError

RUNS = tables(
    run("a", {"val/accuracy": 0.75, "val/loss": 0.25}, name="otter"),
    run("b", {"val/accuracy": 0.5, "val/loss": 0.125}, name="walrus"),
)


def seen(**told: Any) -> Cut:
    settings = Settings.model_validate({"audiences": {"board": told}})
    return audience_named(settings, "board").sees(RUNS, settings)


def test_the_metric_that_decides_cannot_be_hidden() -> None:
    with pytest.raises(UsageError, match="'val/accuracy', by which everything is ranked"):
        seen(hide={"metrics": ["*accuracy"]})
    with pytest.raises(UsageError):
        seen(show={"metrics": ["val/loss"]})


def test_others_can_and_so_can_all() -> None:
    left = seen(hide={"metrics": ["val/loss"]}).tables.metrics["metric"]
    assert set(left) == {"val/accuracy"}
    assert not len(seen(hide={"metrics": ["*"]}).tables.metrics)


def test_verdicts_allow_for_the_comparisons_that_are_not_shown() -> None:
    values = {"recall": (0.80, 0.90), "f1": (0.80, 0.88), "precision": (0.70, 0.71)}
    logged = tables(
        *(
            run(
                f"{model}-{seed}",
                {name: both[side] + seed / 100 for name, both in values.items()},
                params={"model": model, "seed": str(seed)},
            )
            for side, model in enumerate(("old", "new"))
            for seed in (1, 2, 3, 5)
        )
    )
    told = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "metrics": {name: {"goal": "maximize"} for name in values},
        "baseline": {"params": {"model": "old"}},
        "replicates": {"pair_by": "fold"},
        "audiences": {"board": {"hide": {"metrics": ["prec*"]}}},
    }
    settings = Settings.model_validate(told)
    whole, cut = (audience_named(settings, name).sees(logged, settings) for name in (None, "board"))
    inside, outside = (
        {c.metric: c for c in analyse(one.tables, one.settings).scorecard} for one in (whole, cut)
    )
    assert set(inside) == {"recall", "f1", "precision"}
    assert set(outside) == {"recall", "f1"}
    assert outside["f1"].together == inside["f1"].together == 2  # beside the objective
    assert outside["f1"].p >= inside["f1"].p
    assert "(1 of them not shown here)" in outside["f1"].reason
