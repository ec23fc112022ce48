"""Which version is in production, whose figures it has, and what the champion is beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.model_registry import registry_of
from runfolio.analysis.selection import is_in_production
from runfolio.config import Settings
from runfolio.model.history import History
from runfolio.model.recorded import RecordedModel
from runfolio.model.records import ModelRecord, RunRecord

OLD = {1: 0.80, 2: 0.82, 3: 0.81}
NEW = {1: 0.90, 2: 0.92, 3: 0.91}


def runs_of(name: str, values: dict[int, float], **fields: Any) -> list[RunRecord]:
    return [
        run(
            f"{name}-{seed}",
            {"recall": value, "f1": value / 2},
            params={"model": name, "seed": str(seed)},
            **fields,
        )
        for seed, value in values.items()
    ]


def registered(version: str, of: str | None, **fields: Any) -> ModelRecord:
    return ModelRecord("triage", "registered", "mlruns", version, of, **fields)


def found(*models: ModelRecord, settings: dict[str, Any] | None = None, **changes: Any) -> Analysed:
    told = {"objective": {"metric": "recall", "goal": "maximize"}, **(settings or {})}
    made = tables(*runs_of("old", OLD), *runs_of("new", NEW), models=models)
    return analyse(replace(made, **changes), Settings.model_validate(told))


@pytest.mark.parametrize(
    ("stage", "aliases", "in_use"),
    [
        ("Production", (), True),
        ("prod", (), True),
        ("dev, prod", (), True),
        ("Staging", (), False),
        ("", ("production",), True),
        ("", ("Live", "blue"), True),
        ("", ("champion",), True),
        ("champion", (), False),
        ("preproduction", ("prod-candidate",), False),
        ("", (), False),
    ],
)
def test_what_registries_call_production(
    stage: str, aliases: tuple[str, ...], in_use: bool
) -> None:
    assert is_in_production(stage, aliases) is in_use


def test_the_champion_is_set_against_the_version_in_production() -> None:
    a = found(
        registered("1", "old-2", aliases=("production",)), registered("2", "new-1"), settings={}
    )
    registry = a.models.registry
    assert [one.version for one in registry.versions] == ["2", "1"]
    assert registry.in_use is not None
    assert (registry.in_use.version, registry.standing) == ("1", "other")
    # Its figure is that of all three runs of its configuration, not of the one run alone.
    assert registry.in_use.estimate is not None
    assert registry.in_use.estimate.value == pytest.approx(np.mean(list(OLD.values())))
    assert registry.in_use.estimate.n == 3
    first = registry.against[0]
    assert (first.metric, first.outcome) == ("recall", "better")
    assert first.difference is not None
    assert first.difference.value == pytest.approx(0.10)


def test_against_a_baseline_in_production_the_numbers_are_those_of_the_scorecard() -> None:
    a = found(
        registered("1", "old-1", stage="Production"),
        settings={"baseline": {"params": {"model": "old"}}},
    )
    assert set(a.models.registry.against) == set(a.scorecard)


def test_against_one_that_is_not_the_baseline_it_is_compared_anew() -> None:
    middle = runs_of("middle", {1: 0.85, 2: 0.87, 3: 0.86})
    made = tables(
        *(*runs_of("old", OLD), *middle, *runs_of("new", NEW)),
        models=[registered("1", "middle-1", aliases=("prod",))],
    )
    settings = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "baseline": {"params": {"model": "old"}},
    }
    a = analyse(made, Settings.model_validate(settings))
    assert a.comparison is not None
    assert a.comparison.difference is not None
    against = a.models.registry.against[0]
    assert against.difference is not None
    assert a.comparison.difference.value == pytest.approx(0.10)
    assert against.difference.value == pytest.approx(0.05)


def test_the_champion_may_be_in_production_itself() -> None:
    registry = found(registered("7", "new-3", stage="Production")).models.registry
    assert (registry.standing, registry.against) == ("champion", ())


def test_a_version_whose_run_was_not_read_has_no_figure_and_is_not_compared() -> None:
    registry = found(registered("1", "elsewhere", stage="Production")).models.registry
    assert registry.standing == "unknown"
    assert registry.in_use is not None
    assert (registry.in_use.run, registry.in_use.estimate) == ("", None)


def test_of_several_in_production_the_named_model_counts() -> None:
    other = ModelRecord("other", "registered", "mlruns", "9", "old-1", stage="Production")
    versions = (other, registered("1", "new-1", stage="Production"))
    assert found(*versions).models.registry.in_use.name == "triage"  # type: ignore[union-attr]
    named = found(*versions, settings={"model": {"name": "other"}}).models
    assert named.registry.in_use is not None
    assert (named.name, named.registry.in_use.name) == ("other", "other")
    assert [one.name for one in named.registry.production] == ["other", "triage"]


def test_a_tagged_commit_has_the_figure_of_its_run_or_else_of_the_history() -> None:
    commits = pd.DataFrame({"commit": ["a" * 40, "b" * 40, "c" * 40]})
    values = pd.DataFrame(
        {"metric": ["recall", "recall", "f1"], "position": [0, 2, 1], "value": [0.7, 0.9, 0.1]}
    )
    empty = pd.DataFrame()
    history = History("repo", "main", commits, values, empty, empty, ())
    tagged = [
        ModelRecord("net", "registered", "repo", version, commit=letter * 40)
        for version, letter in (("v1.0.0", "a"), ("v1.1.0", "b"), ("v2.0.0", "d"), ("v3.0.0", "e"))
    ]
    at_commit = [run("exp", {"recall": 0.5}, params={"seed": "1", "x": "1"}, commit="d" * 40)]
    a = analyse(tables(*at_commit, models=tagged), Settings())
    assert a.objective is not None
    assert a.objective.metric == "recall"
    tagged_tables = replace(a.tables, histories=(history,))
    registry = registry_of(replace(a, tables=tagged_tables, champion=None))
    figures = {v.version: v.estimate.value if v.estimate else None for v in registry.versions}
    # At b nothing was measured anew: what a had still stood. Of e nothing is known.
    assert figures == {"v3.0.0": None, "v2.0.0": 0.5, "v1.1.0": 0.7, "v1.0.0": 0.7}
    assert {v.version: v.run for v in registry.versions}["v2.0.0"] == "exp"


def test_a_record_of_the_project_may_be_what_is_in_production() -> None:
    record = RecordedModel(
        "triage", 3, "models/triage/v3.yaml", runs=("new-1",), stage="production"
    )
    models = found(recorded=(record,)).models
    assert models.registry.standing == "champion"
    assert models.registry.in_use is not None
    assert models.registry.in_use.is_record


def test_logged_models_are_those_of_runs_that_were_read() -> None:
    logged = [
        ModelRecord(
            "net", "logged", "mlruns", run_id="new-1", model_id="m-1", model_type="sklearn"
        ),
        ModelRecord("net", "logged", "mlruns", run_id="gone", model_id="m-2"),
    ]
    [one] = found(*logged).models.registry.logged
    assert (one.name, one.run, one.kind) == ("net", "new-1", "sklearn")


def test_nothing_is_registered() -> None:
    registry = found().models.registry
    assert (registry.versions, registry.in_use, registry.standing) == ((), None, "none")


def test_a_logged_model_with_aliases_is_a_version_called_by_its_digest() -> None:
    digest = "0123456789abcdef" * 2
    made = ModelRecord(
        *("net", "logged", "wandb"), run_id="old-1", model_id=digest, aliases=("best", "production")
    )
    registry = found(made).models.registry
    assert registry.logged == ()
    [one] = registry.versions
    assert (one.version, one.aliases) == ("01234567", ("best", "production"))
    assert registry.standing == "other"
