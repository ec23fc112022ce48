"""What is on record of the champion, that it is read back, and that it is the same each time."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from builders import run, tables
from reading import read
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.errors import RefusedError, UsageError
from runfolio.model.records import DatasetUse, RunRecord
from runfolio.register.champion import register_champion
from runfolio.register.record import record_text

SETTINGS: dict[str, Any] = {
    "objective": {"metric": "recall", "goal": "maximize"},
    "baseline": {"params": {"model": "old"}},
    "model": {"name": "triage", "purpose": "Orders the list.", "limits": ["Small sample."]},
}
MISSED = [{"name": "Catches all", "metric": "recall", "at_least": 0.99}]
UNKNOWN = [{"name": "Answers in time", "metric": "latency", "at_most": 50}]


def logged(name: str, seed: int, recall: float, **fields: Any) -> RunRecord:
    made = run(
        f"{name}-{seed}",
        {"recall": recall, "f1": recall},
        params={"model": name, "seed": str(seed)},
        commit="0123456789" * 4,
        command="python train.py",
        environment={"python": "3.11.4", "numpy": "1.26.4"},
        started=1_760_000_000_000 + seed,
        **fields,
    )
    return replace(made, datasets=(DatasetUse("cases", "abc123", "training", 569),))


def found(settings: dict[str, Any] | None = None, extra: int = 0) -> Analysed:
    runs = [logged("old", seed, 0.8 + seed / 100) for seed in range(3)]
    runs += [logged("new", seed, 0.9 + seed / 100) for seed in range(3 + extra)]
    return analyse(tables(*runs), Settings.model_validate({**SETTINGS, **(settings or {})}))


def registered(a: Analysed, project: Path, **options: Any) -> Any:
    return register_champion(a, project, "models", **options)


def again(a: Analysed, project: Path) -> Analysed:
    """Return what the next report sees, with what is on record."""
    records = tuple(
        record
        for home in sorted((project / "models").iterdir())
        for record in read("model-records", home).recorded
    )
    next_tables = replace(a.tables, recorded=records)
    return analyse(next_tables, Settings.model_validate(SETTINGS))


def test_everything_needed_to_make_it_again_is_on_record(tmp_path: Path) -> None:
    done = registered(found(), tmp_path)
    assert (done.version, done.path, done.is_new) == (1, "models/triage/v1.yaml", True)
    text = (tmp_path / done.path).read_text()
    assert text.startswith("format: runfolio-model\n")
    record = yaml.safe_load(text)
    assert (record["name"], record["version"]) == ("triage", 1)
    assert record["configuration"] == "new"
    assert [one["id"] for one in record["runs"]] == ["new-0", "new-1", "new-2"]
    assert record["params"] == {"model": "new"}
    assert record["seeds"] == ["0", "1", "2"]
    assert record["data"] == [
        {"name": "cases", "digest": "abc123", "context": "training", "rows": 569}
    ]
    assert record["code"]["commits"] == ["0123456789" * 4]
    assert record["environment"] == {"python": "3.11.4", "numpy": "1.26.4"}
    assert record["command"] == "python train.py"
    assert record["metrics"]["recall"]["mean"] == pytest.approx(0.91)
    assert record["metrics"]["recall"]["runs"] == 3
    assert record["metrics"]["recall"]["low"] < 0.91 < record["metrics"]["recall"]["high"]
    assert record["against_baseline"]["configuration"] == "old"
    assert record["against_baseline"]["metrics"]["recall"]["difference"] == pytest.approx(0.1)
    assert record["stated"] == {"purpose": "Orders the list.", "limits": ["Small sample."]}
    assert record["missing"] == ["the model itself"]
    assert record["as_of"] == "2025-10-09T08:53:20Z"
    assert "gates" not in record
    assert not record["forced"]


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    a = found({"requirements": MISSED})
    registered(a, tmp_path, force=True)
    [record] = read("model-records", tmp_path / "models" / "triage").recorded
    assert a.models.reproduction is not None
    assert record.fingerprint == a.models.reproduction.fingerprint
    assert record.runs == a.champion.runs  # type: ignore[union-attr]
    recall = next(m for m in record.metrics if m.metric == "recall")
    assert a.champion_standing is not None
    assert (recall.value, recall.low) == (
        a.champion_standing.estimate.value,
        a.champion_standing.estimate.low,
    )
    assert [(gate.name, gate.outcome) for gate in record.gates] == [("Catches all", "missed")]
    assert record.forced
    assert not record.is_newer
    assert record.added == {}


def test_the_same_champion_again_changes_nothing(tmp_path: Path) -> None:
    a = found()
    registered(a, tmp_path)
    before = (tmp_path / "models/triage/v1.yaml").read_bytes()
    done = registered(again(a, tmp_path), tmp_path)
    assert (done.version, done.is_new) == (1, False)
    assert [path.name for path in (tmp_path / "models/triage").iterdir()] == ["v1.yaml"]
    assert (tmp_path / "models/triage/v1.yaml").read_bytes() == before


def test_another_champion_is_the_next_version(tmp_path: Path) -> None:
    registered(found(), tmp_path)
    more = found(extra=1)
    done = registered(again(more, tmp_path), tmp_path)
    assert (done.version, done.is_new) == (2, True)
    a = again(more, tmp_path)
    assert a.models.is_recorded is not None
    assert a.models.is_recorded.version == 2
    assert [one.version for one in a.models.recorded] == [2, 1]


def test_the_same_input_gives_the_same_bytes() -> None:
    assert record_text(found(), "m", 1, forced=False) == record_text(found(), "m", 1, forced=False)


@pytest.mark.parametrize(
    ("requirements", "said"),
    [(MISSED, "Catches all: missed"), (UNKNOWN, "Answers in time: not evaluated")],
)
def test_what_must_be_met_and_is_not_holds_it_back(
    requirements: list[Any], said: str, tmp_path: Path
) -> None:
    a = found({"requirements": requirements})
    with pytest.raises(RefusedError, match="held-back") as refused:
        registered(a, tmp_path)
    assert said in refused.value.message
    assert refused.value.exit_code == 1
    assert list(tmp_path.iterdir()) == []
    done = registered(a, tmp_path, force=True)
    assert [gate.requirement.name for gate in done.held_back_by] == [requirements[0]["name"]]
    assert yaml.safe_load((tmp_path / done.path).read_text())["forced"] is True


@pytest.mark.parametrize(
    "change",
    [
        {"severity": "should"},
        {"waiver": {"until": "2030-01-01", "by": "the board", "reason": "a trial"}},
        {"at_least": 0.5},
    ],
)
def test_what_need_not_be_met_is_waived_or_is_met_does_not(
    change: dict[str, Any], tmp_path: Path
) -> None:
    done = registered(found({"requirements": [{**MISSED[0], **change}]}), tmp_path)
    record = yaml.safe_load((tmp_path / done.path).read_text())
    assert (done.held_back_by, record["forced"]) == ((), False)
    assert len(record["gates"]) == 1


def test_without_a_champion_there_is_nothing_to_register(tmp_path: Path) -> None:
    a = analyse(tables(logged("old", 1, 0.8)), Settings())
    with pytest.raises(UsageError, match="no-champion"):
        registered(replace(a, champion=None), tmp_path)


def test_hostile_names_and_values_stay_what_they_are(tmp_path: Path) -> None:
    hostile = {
        "!!python/object/apply:os.system": "['touch pwned']",
        "a: b\n- c": "*x &y\n---\n...",
        "\u2028\x07": "\x00\x85",
        "nan": ".nan",
        "1e3": "yes",
    }
    made = replace(logged("new", 1, 0.9), params={**hostile, "seed": "1"})
    a = analyse(tables(made), Settings.model_validate({"model": {"name": "../../out\n"}}))
    done = registered(a, tmp_path)
    path = tmp_path / done.path
    assert path.resolve().is_relative_to(tmp_path.resolve() / "models")
    params = yaml.safe_load(path.read_text())["params"]
    assert params == hostile
    [record] = read("model-records", path.parent).recorded
    assert record.name == "../../out\n"
    assert all(math.isfinite(one.value) for one in record.metrics)
