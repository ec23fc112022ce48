"""What is new since the last report."""

from __future__ import annotations

import math

import pytest

from builders import SEEDS, run, tables
from runfolio.analysis.analysed import analyse
from runfolio.analysis.since import LastReport, SinceLast, since_last
from runfolio.config import Settings
from runfolio.model.records import RunRecord

SETTINGS = Settings.model_validate({"objective": {"metric": "recall", "goal": "maximize"}})


def seeded(name: str, values: list[float], **fields: object) -> list[RunRecord]:
    return [
        run(f"{name}-seed{n}", {"recall": v}, params={"model": name, "seed": str(n)}, **fields)  # type: ignore[arg-type]
        for n, v in enumerate(values)
    ]


def since(now: list[RunRecord], before: list[RunRecord], champion: str = "") -> SinceLast:
    old = tables(*before)
    runs = tuple(one.id for one in before if champion and one.id.startswith(champion))
    return since_last(
        analyse(tables(*now), SETTINGS), LastReport(old, champion, runs), seed_params=SEEDS
    )


LOGISTIC = seeded("logistic", [0.90, 0.92])
FOREST = seeded("forest", [0.95, 0.97])


def test_new_runs_and_another_champion_with_its_move() -> None:
    found = since([*LOGISTIC, *FOREST], LOGISTIC, "logistic")
    assert found.new_runs == ("forest-seed0", "forest-seed1")
    assert found.champion_changed
    assert found.champion_before is not None
    assert found.champion_before.label == "logistic"
    assert found.value_before == pytest.approx(0.91)
    assert found.move == pytest.approx(0.05)
    assert found.changes is not None
    assert [d.param for d in found.changes.params] == ["model"]


def test_more_seeds_make_no_other_champion() -> None:
    found = since(seeded("logistic", [0.90, 0.92, 0.97]), LOGISTIC, "logistic")
    assert not found.champion_changed
    assert found.changes is None
    assert found.move == pytest.approx(0.02)  # 0.93 after 0.91


def test_a_champion_that_was_run_again_under_other_ids_is_the_same_one() -> None:
    again = [run(f"again-{n}", {"recall": 0.9}, params={"model": "logistic"}) for n in range(2)]
    found = since(again, LOGISTIC, "logistic")
    assert found.gone_runs == ("logistic-seed0", "logistic-seed1")
    assert not found.champion_changed


def test_values_on_other_data_are_not_set_off_against_each_other() -> None:
    found = since(seeded("forest", [0.99], data="v2"), seeded("logistic", [0.9], data="v1"), "l")
    assert found.champion_changed
    assert math.isnan(found.move)
    assert found.differences == ("They used different data: cases v2 against cases v1.",)


def test_a_report_without_a_champion_or_with_one_whose_runs_it_does_not_hold() -> None:
    assert since(FOREST, LOGISTIC).champion_before is None
    found = since_last(
        analyse(tables(*FOREST), SETTINGS),
        LastReport(tables(*LOGISTIC), "lost", ("nowhere",)),
        SEEDS,
    )
    assert (found.champion_before, found.champion_changed) == (None, False)
    assert math.isnan(found.move)


def test_nothing_is_new() -> None:
    found = since(FOREST, FOREST, "forest")
    assert (found.new_runs, found.gone_runs, found.new_problems) == ((), (), ())
    assert found.move == 0


def asked(at_least: float) -> Settings:
    requirement = {"name": "Catches", "metric": "recall", "at_least": at_least}
    return SETTINGS.model_copy(
        update={
            "requirements": Settings.model_validate({"requirements": [requirement]}).requirements
        }
    )


@pytest.mark.parametrize(
    ("before", "at_least", "flips"),
    [
        ("missed", 0.5, True),  # 0.95 and 0.97: met with confidence
        ("not evaluated", 0.5, True),
        ("met", 0.5, False),
        ("met, not certain", 0.5, False),
        ("met", 0.955, False),  # how certain it is does not count
        ("met", 0.99, True),
        ("missed", 0.99, False),
        ("not evaluated", 0.99, True),
        (None, 0.99, False),
    ],
)
def test_requirements_that_came_to_something_else(
    before: str | None, at_least: float, flips: bool
) -> None:
    gates = {"Gone": "met"} | ({"Catches": before} if before else {})
    last = LastReport(tables(*FOREST), "forest", ("forest-seed0",), gates)
    found = since_last(analyse(tables(*FOREST), asked(at_least)), last, SEEDS)
    assert [flip.gate.requirement.name for flip in found.flipped] == (["Catches"] if flips else [])
    if flips:
        assert (found.flipped[0].before, found.flipped[0].gate.side) == (before, "champion")
