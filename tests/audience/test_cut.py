"""What an audience does not see is in no table and no setting, and no number changes for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from full_tables import NAMES, VALUES, everything, full_settings, full_tables
from runfolio.analysis.analysed import analyse
from runfolio.audience.cut import cut
from runfolio.audience.hidden import Cut
from runfolio.config import AudienceSettings, Settings
from runfolio.errors import UsageError
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

WHOLE, SETTINGS = full_tables(), full_settings()


def seen(told: Tables, settings: Settings | None = None, **chosen: Any) -> Cut:
    """Return what is left where kinds are hidden by patterns."""
    audience = AudienceSettings.model_validate({"hide": chosen})
    return cut(told, settings or Settings(), audience, "partners")


def left_in(found: Cut) -> str:
    problems = tuple(p for p in found.tables.problems if p.slug != "audience-pattern-unused")
    return everything((replace(found.tables, problems=problems), found.settings))


@pytest.mark.parametrize("kind", NAMES)
def test_a_hidden_name_and_its_value_are_nowhere(kind: str) -> None:
    assert NAMES[kind] in everything((WHOLE, SETTINGS)), "it is planted"
    found = seen(WHOLE, SETTINGS, **{kind: NAMES[kind]})
    told = left_in(found)
    assert NAMES[kind] not in told
    assert VALUES.get(kind, NAMES[kind]) not in told
    assert getattr(found.tables.not_shown, kind) == 1
    assert NAMES[kind] not in everything(analyse(found.tables, found.settings))


@given(st.sets(st.sampled_from(sorted(NAMES)), min_size=1))
def test_what_is_hidden_goes_and_all_else_stays(kinds: set[str]) -> None:
    found = seen(WHOLE, SETTINGS, **{kind: NAMES[kind] for kind in kinds})
    told = left_in(found)
    for kind in kinds:
        assert NAMES[kind] not in told
        assert VALUES.get(kind, NAMES[kind]) not in told
    needs = {
        "requirements": {"metrics"},
        "outcomes": {"metrics"},
        "experiments": {"runs"},
        "runs": {"experiments"},
    }
    for kind in NAMES.keys() - kinds:
        if not needs.get(kind, set()) & kinds:
            assert NAMES[kind] in told, kind
    assert len(found.tables.curves.offsets) == len(found.tables.metrics) + 1


def test_all_at_once_leaves_nothing_of_any() -> None:
    found = seen(WHOLE, SETTINGS, **NAMES)
    assert "zq" not in left_in(found).lower().replace(NOT_SHOWN, "")


def test_what_alone_is_shown_hides_the_rest() -> None:
    audience = AudienceSettings.model_validate(
        {"show": {"metrics": "RECALL", "tags": "stage", "params": "*"}}
    )
    found = cut(WHOLE, SETTINGS, audience, "partners")
    told = left_in(found)
    assert set(found.tables.metrics["metric"]) == {"recall"}
    assert NAMES["metrics"] not in told
    assert NAMES["tags"] not in told
    assert NAMES["params"] in told


def test_curves_stay_those_of_their_metrics() -> None:
    told = tables(
        run("a", {"x": [1, 2, 3], "y": [4, 5]}),
        run("b", {"w": [6, 7], "x": [8, 9, 10, 11]}),
    )
    found = seen(told, metrics=["w", "y"]).tables
    assert [
        (r, m, found.curves.of(i)[1].tolist())
        for i, (r, m) in enumerate(found.metrics[["run", "metric"]].itertuples(index=False))
    ] == [("a", "x", [1, 2, 3]), ("b", "x", [8, 9, 10, 11])]
    left = seen(told, runs="a").tables
    assert left.curves.of(1)[1].tolist() == [8, 9, 10, 11]


def test_configurations_that_differ_in_hidden_params_alone_stay_apart() -> None:
    told = tables(
        *(
            run(
                f"{depth}-{seed}",
                {"loss": float(seed)},
                params={"lr": "1", "depth": depth, "same": "9", "seed": seed},
                started=number,
            )
            for number, (depth, seed) in enumerate(
                (depth, seed) for depth in ("7", "3") for seed in ("1", "2", "3")
            )
        )
    )
    found = seen(told, params=["depth", "same"])
    params = found.tables.params
    own = params[params["param"] == NOT_SHOWN].set_index("run")["value"]
    assert own.to_dict() == {f"{d}-{s}": "A" if d == "7" else "B" for d in "73" for s in "123"}
    whole, part = analyse(told, Settings()), analyse(found.tables, found.settings)
    assert [c.runs for c in part.configurations] == [c.runs for c in whole.configurations]
    assert found.tables.not_shown.params == 2


def test_params_that_never_vary_just_go() -> None:
    told = tables(*(run(name, {"m": 1.0}, params={"a": "1", "b": name}) for name in "xy"))
    assert set(seen(told, params="a").tables.params["param"]) == {"b"}
    # Unless they are all there is: runs without params would be configurations of their own.
    alone = tables(*(run(name, {"m": 1.0}, params={"a": "1"}) for name in "xy"))
    found = seen(alone, params="a").tables
    assert len(analyse(found, Settings()).configurations) == 1


def test_a_hidden_seed_still_pairs_runs() -> None:
    told = tables(
        *(
            run(f"r{number}", {"m": 1.0}, params={"lr": lr, "seed": seed}, started=number)
            for number, (lr, seed) in enumerate((lr, s) for lr in "12" for s in ("4711", "815"))
        )
    )
    found = seen(told, params="seed")
    assert found.tables.runs["seed"].tolist() == ["1", "2", "1", "2"]
    assert "4711" not in left_in(found)
    assert len(analyse(found.tables, found.settings).configurations) == 2


def test_a_hidden_param_by_which_runs_are_paired_still_pairs_them() -> None:
    settings = Settings.model_validate({"replicates": {"pair_by": "fold", "ignore": ["fold"]}})
    told = tables(
        *(
            run(f"{lr}-{fold}", {"m": 1.0}, params={"lr": lr, "fold": fold}, started=number)
            for number, (lr, fold) in enumerate((lr, f) for lr in "12" for f in ("f-one", "f-two"))
        )
    )
    whole = analyse(told, settings)
    found = seen(told, settings, params="fold")
    part = analyse(found.tables, found.settings)
    assert [c.runs for c in part.configurations] == [c.runs for c in whole.configurations]
    assert part.terms.partners == {"1-f-one": "1", "1-f-two": "2", "2-f-one": "1", "2-f-two": "2"}


@pytest.mark.parametrize("kind", ["params", "tags"])
def test_runs_that_were_measured_differently_are_still_not_compared(kind: str) -> None:
    told = tables(
        *(
            run(
                f"{split}-{seed}",
                {"val/acc": 0.1 * seed},
                params={"lr": split, **({"eval_split": split} if kind == "params" else {})},
                tags={"eval_split": split} if kind == "tags" else {},
            )
            for split in ("first", "second")
            for seed in (1, 2, 3)
        )
    )
    settings = Settings.model_validate(
        {"objective": {"metric": "val/acc", "goal": "maximize"}, "baseline": "first-1"}
    )
    whole = analyse(told, settings)
    found = seen(told, settings, **{kind: "eval_split"})
    part = analyse(found.tables, found.settings)
    for a in (whole, part):
        [one] = a.against_baseline.values()
        assert one.outcome == "not comparable"
    assert "eval_split" not in everything(found.tables)


def test_runs_whose_hidden_loss_diverged_are_still_left_out() -> None:
    told = tables(
        *(run(n, {"acc": 1.0, "loss": float(n == "a")}, params={"n": n}) for n in "ab"),
        run("c", {"acc": 2.0, "loss": [1.0, float("nan")]}, params={"n": "c"}),
    )
    found = seen(told, metrics="loss")
    assert analyse(found.tables, Settings()).left_out.diverged == ("c",)


def test_a_baseline_that_hidden_things_name_is_still_the_baseline() -> None:
    told = tables(
        *(
            run(name, {"acc": 0.5}, params={"lr": name}, tags={"who": who})
            for name, who in (("one", "baseline"), ("two", "other"))
        )
    )
    for settings in (
        Settings(),  # which takes what is tagged as it
        Settings.model_validate({"baseline": {"tags": {"who": "baseline"}}}),
        Settings.model_validate({"baseline": {"params": {"lr": "one"}}}),
    ):
        found = seen(told, settings, tags="who", params="lr")
        base = analyse(found.tables, found.settings).baseline
        assert base is not None
        assert base.runs == ("one",)


def test_runs_go_by_how_they_ended_and_with_all_that_belongs_to_them() -> None:
    told = tables(
        run("good", {"m": 1.0}, parent="bad", params={"a": "1"}),
        run("bad", {"m": 2.0}, "only-bad", status="failed", params={"a": "2"}, tags={"t": "x"}),
    )
    found = seen(told, runs="failed").tables
    assert list(found.runs.index) == ["good"]
    assert found.runs["parent"].tolist() == [""]
    for frame in (found.params, found.metrics, found.tags, found.datasets, found.versions):
        assert "bad" not in everything(frame)
    assert found.sources[0].runs == 1


def test_how_many_configurations_were_tried_is_not_forgotten() -> None:
    told = tables(
        *(
            run(f"{lr}-{seed}", {"acc": float(lr)}, params={"lr": lr, "seed": seed})
            for lr in ("1", "2", "3", "4")
            for seed in ("1", "2")
        ),
        run("lost", {"acc": 9.0}, params={"lr": "5"}, status="failed"),
    )
    settings = Settings.model_validate({"objective": {"metric": "acc", "goal": "maximize"}})
    found = seen(told, settings, runs=["3-*", "4-*", "2-1", "lost"])
    assert found.tables.not_shown.configurations == 2
    assert found.tables.not_shown.runs == 6
    champion = analyse(found.tables, found.settings).champion_why
    assert champion == "best of 2 configurations (2 more are not shown)"


def test_data_that_tell_runs_apart_leave_a_letter() -> None:
    told = tables(
        *(run(f"{d}{n}", {"m": 1.0}, d, params={"a": "1"}) for d in ("v1", "v2") for n in "12")
    )
    found = seen(told, data="cases").tables
    assert found.datasets[["name", "digest"]].drop_duplicates().to_numpy().tolist() == [
        [NOT_SHOWN, "A"],
        [NOT_SHOWN, "B"],
    ]
    assert len(analyse(found, Settings()).configurations) == 2
    same = tables(*(run(n, {"m": 1.0}, "v1", params={"a": "1"}) for n in "12"))
    assert seen(same, data="cases").tables.datasets.empty


def test_requirements_and_outcomes_that_need_what_is_hidden_go_too() -> None:
    found = seen(WHOLE, SETTINGS, metrics=NAMES["metrics"], data=NAMES["data"])
    assert [one.name for one in found.settings.requirements] == ["Enough", "Shown by a file"]
    assert found.settings.impact is not None
    assert [one.name for one in found.settings.impact.outcomes] == ["Found"]
    assert set(found.settings.impact.quantities) == {"cases"}
    assert found.tables.not_shown.requirements == 2


def test_a_requirement_that_asks_for_a_hidden_artifact_is_judged_as_it_is() -> None:
    settings = Settings.model_validate(
        {
            "objective": {"metric": "acc", "goal": "maximize"},
            "requirements": [
                {"name": "Explained", "evidence": {"artifact": "shown_by*"}},
                {"name": "Reviewed", "evidence": {"artifact": "review*"}},
            ],
        }
    )
    told = tables(
        run("a", {"acc": 2.0}, params={"p": "1"}, artifacts=("shown_by.png", "b.txt")),
        run("b", {"acc": 1.0}, params={"p": "2"}, artifacts=("b.txt",)),
    )
    found = seen(told, settings, artifacts="*")
    judged = [
        [(g.configuration, g.requirement.name, g.outcome) for g in analyse(*both).gates]
        for both in ((told, settings), (found.tables, found.settings))
    ]
    assert judged[0] == judged[1]
    assert {outcome for _, _, outcome in judged[1]} == {"met", "not evaluated"}
    text = everything((found.tables, found.settings))
    assert not any(name in text for name in ("shown_by", "review*", "b.txt"))


def test_texts_that_quote_what_is_hidden_are_rewritten() -> None:
    notes = "With secretvalue9 and x_secretvalue9y, SecretValue9\u00ad."
    told = tables(
        run("a", {"m": 1.0}, notes=notes, params={"p": "1"}),
        run("secretvalue9", {"m": 1.0}, params={"p": "2"}),
    )
    found = seen(told, runs="secretvalue9")
    assert found.tables.runs["notes"].tolist() == [
        f"With {NOT_SHOWN} and x_secretvalue9y, {NOT_SHOWN}\u00ad."
    ]
    assert {one.text: one.rule for one in found.hidden}["secretvalue9"] == (
        "hide: runs: secretvalue9"
    )


def test_only_what_tells_something_is_searched_for() -> None:
    told = tables(
        run("a", {"m": 1.0}, params={"depth": "12", "path": "data/secret-place", "lr": "0.1"}),
        run("b", {"m": 1.0}, params={"depth": "13", "path": "shared-value", "lr": "shared-value"}),
    )
    found = {one.text for one in seen(told, params=["depth", "path"]).hidden}
    assert "data/secret-place" in found
    assert "path=data/secret-place" in found
    # Short numbers, words of the report itself, and what is shown all the same tell nothing.
    assert not found & {"12", "depth", "path", "shared-value"}


def test_a_pattern_that_fits_nothing_is_told() -> None:
    [problem] = seen(tables(run("a", {"m": 1.0})), params="secert*", runs="failed").tables.problems
    assert problem.slug == "audience-pattern-unused"
    assert "hide: params" in problem.message
    assert "'secert*'" in problem.message


def test_an_audience_that_sees_no_run_is_refused() -> None:
    with pytest.raises(UsageError, match="sees no run"):
        seen(tables(run("a", {"m": 1.0})), runs="*")


def test_the_team_itself_is_no_outside_audience() -> None:
    told = tables(run("a", {"m": 1.0}, params={"p": "1"}))
    audience = AudienceSettings.model_validate({"hide": {"params": "p"}})
    assert not cut(told, Settings(), audience, "internal").tables.not_shown.is_outside
    whole = cut(told, Settings(), AudienceSettings(), "partners").tables
    assert whole.not_shown.is_outside
    assert np.array_equal(whole.curves.values, told.curves.values)


def test_what_shown_runs_say_in_the_same_words_stays() -> None:
    told = tables(
        run("a", {"f1": 0.5}, notes="Sweep of learning rates", command="python train.py --fast"),
        run("b", {"f1": 0.75}, notes="Sweep of learning rates", command="python train.py --fast"),
        run("c", {"f1": 0.25}, notes="The walrus one, given up", command="python walrus.py"),
    )
    left = seen(told, Settings(), runs=["a", "c"]).tables
    assert left.runs["notes"]["b"] == "Sweep of learning rates"
    assert left.commands == {"b": "python train.py --fast"}
    assert "walrus" in everything(told)
    assert "walrus" not in everything(left)


def test_a_name_is_hidden_as_people_write_it() -> None:
    params = {"train.walrus_rate": "0.5", "b.tusk_size": "4", "c.tusk_size": "4"}
    told = tables(run("a", {"f1": 0.5}, params=params, notes="walrus_rate helps, tusk_size not"))
    left = seen(told, Settings(), params=["train.*", "b.*"])
    assert left.tables.runs["notes"]["a"] == f"{NOT_SHOWN} helps, tusk_size not"
