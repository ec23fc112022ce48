"""The way from the source of the data to the model."""

from __future__ import annotations

from typing import Any

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.analysis.lineage import STAGES, Lineage
from runfolio.config import Settings
from runfolio.model.features import DataColumn, FeatureList
from runfolio.model.records import DatasetUse, ModelRecord, RunRecord

CASES = DatasetUse("cases", "0123456789abcdef", "training", 569, "v2", source="train.py")
FEATURES = FeatureList("artifact", "features.txt", (DataColumn("age"), DataColumn("sex")), 2)


def lineage(*runs: RunRecord, models: tuple[ModelRecord, ...] = ()) -> Lineage | None:
    told = {"objective": {"metric": "acc"}, "baseline": {"tags": {"role": "baseline"}}}
    return analyse(tables(*runs, models=models), Settings.model_validate(told)).lineage


def pair(**champion: Any) -> tuple[RunRecord, RunRecord]:
    own: dict[str, Any] = {"params": {"m": "new"}, "commit": "abcdef0123", **champion}
    return (
        run("old", {"acc": 0.5}, params={"m": "old"}, tags={"role": "baseline"}, datasets=(CASES,)),
        run("new", {"acc": 0.9}, **own),
    )


def test_every_stage_that_is_logged_is_there() -> None:
    model = ModelRecord("triage", "registered", "mlruns", "2", "new", aliases=("challenger",))
    found = lineage(*pair(datasets=(CASES,), features=(FEATURES,)), models=(model,))
    assert found is not None
    champion, baseline = found.lanes
    assert (champion.whose, baseline.whose) == ("champion", "baseline")
    assert [node.names if node else None for node in champion.nodes] == [
        *(("train.py",), ("cases v2",), ("2 features",), ("new",), ("triage 2",)),
    ]
    training, last = champion.node("training"), champion.node("model")
    assert training is not None
    assert training.details == ("1 run", "code at abcdef01")
    assert last is not None
    assert last.details == ("challenger",)
    assert champion.node("data") == baseline.node("data")


def test_a_version_that_a_tag_registers_at_the_runs_commit_is_its_model() -> None:
    model = ModelRecord("triage", "registered", "repo", "v1.0.0", commit="abcdef0123")
    found = lineage(*pair(features=(FEATURES,)), models=(model,))
    assert found is not None
    node = found.lanes[0].node("model")
    assert node is not None
    assert (node.names, node.is_registered) == (("triage v1.0.0",), True)


def test_what_is_not_logged_is_a_gap_and_not_left_out() -> None:
    found = lineage(*pair(features=(FEATURES,)))
    assert found is not None
    champion = found.lanes[0]
    assert len(champion.nodes) == len(STAGES)
    assert champion.node("data") is None
    assert champion.node("source") is None
    assert champion.node("model") is None


def test_without_data_and_features_there_is_none() -> None:
    assert lineage(run("a", {"acc": 0.5}), run("b", {"acc": 0.6})) is None


def test_champion_and_baseline_that_are_one_have_one_way() -> None:
    found = lineage(run("a", {"acc": 0.5}, tags={"role": "baseline"}, datasets=(CASES,)))
    assert found is not None
    assert len(found.lanes) == 1
