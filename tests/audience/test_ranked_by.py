"""An audience that does not see the metric that decides would be told of another champion."""

from __future__ import annotations

from typing import Any

import pytest

from builders import run, tables
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
