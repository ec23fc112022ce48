"""From runs to a verdict: what is compared with what, and what is said of it."""

from __future__ import annotations

import math

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.model.records import ExperimentRecord, ModelRecord, RunRecord
from runfolio.views.words import headline, opening


def analysed(*runs: RunRecord, **settings: object) -> Analysed:
    return analyse(tables(*runs), Settings.model_validate(settings))


def seeded(
    name: str, values: list[float], metric: str = "val/recall", **more: object
) -> list[RunRecord]:
    params = dict(more.pop("params", {"model": name}))  # type: ignore[call-overload]
    return [
        run(f"{name}-seed{i}", {metric: v}, params={**params, "seed": str(i)}, **more)  # type: ignore[arg-type]
        for i, v in enumerate(values)
    ]


OLD = [0.90, 0.91, 0.89, 0.90, 0.905]
NEW = [0.95, 0.96, 0.955, 0.95, 0.945]


def test_seed_replicates_are_one_configuration_with_their_common_name() -> None:
    a = analysed(*seeded("forest", NEW), *seeded("logistic", OLD))
    assert [(c.label, c.n) for c in a.configurations] == [("forest", 5), ("logistic", 5)]
    assert [s.configuration.label for s in a.standings] == ["forest", "logistic"]
    assert a.standings[0].estimate.value == pytest.approx(0.952)


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (["rules", "rules", "rules"], "rules"),  # told apart by their ids
        (["scaffold-seed1", "scaffold-seed2", "scaffold-seed3"], "scaffold"),
        (["models-a", "models-b", "models-c"], "models"),
        (["net s1", "net s2", "net s3"], "net"),
        (["tree (fold 1)", "tree (fold 2)", "tree (fold 3)"], "tree"),
    ],
)
def test_the_common_name_is_the_teams_own(names: list[str], label: str) -> None:
    runs = [
        run(f"id-{i}", {"acc": 0.9 + i / 100}, name=name, params={"lr": "1", "seed": str(i)})
        for i, name in enumerate(names)
    ]
    (configuration,) = analysed(*runs).configurations
    assert configuration.label == label


def test_a_clear_gain_is_called_better_with_its_interval() -> None:
    a = analysed(*seeded("forest", NEW), *seeded("logistic", OLD), baseline="logistic-seed0")
    assert a.comparison is not None
    assert a.comparison.outcome == "better"
    assert headline(a) == "forest raises val/recall by 0.0510 over logistic"
    assert "Five runs each put the gain between" in opening(a)
    assert "95\u00a0% interval" in opening(a)


def test_one_run_per_side_cannot_tell_a_difference_from_noise() -> None:
    a = analysed(*seeded("forest", [0.99]), *seeded("logistic", [0.5]), baseline="logistic-seed0")
    assert a.comparison is not None
    assert a.comparison.outcome == "too few runs"
    assert "too few runs" in headline(a)
    assert "one run each" in opening(a)
    assert "noise" in opening(a)


def test_overlapping_runs_are_not_distinguishable() -> None:
    a = analysed(
        *seeded("forest", [0.90, 0.95, 0.85]), *seeded("logistic", [0.89, 0.94, 0.86]),
        baseline={"params": {"model": "logistic"}},
    )  # fmt: skip
    assert a.comparison is not None
    assert a.comparison.outcome == "not distinguishable"
    assert "cannot be told apart" in headline(a)


def test_less_is_better_for_a_loss() -> None:
    a = analysed(
        *seeded("new", [0.1, 0.11, 0.12], "val/loss"),
        *seeded("old", [0.5, 0.52, 0.51], "val/loss"),
        baseline="old-seed1",
    )  # fmt: skip
    assert a.comparison is not None
    assert a.comparison.outcome == "better"
    assert a.comparison.difference is not None
    assert a.comparison.difference.value == pytest.approx(-0.4)
    assert headline(a).startswith("new lowers val/loss by 0.4000")


def test_runs_on_other_data_are_not_comparable() -> None:
    a = analysed(
        *seeded("forest", NEW, data="v2"), *seeded("logistic", OLD, data="v1"),
        baseline={"params": {"model": "logistic"}},
    )  # fmt: skip
    assert a.comparison is not None
    assert a.comparison.outcome == "not comparable"
    assert "cases v2" in a.comparison.reason
    assert "cannot be compared" in headline(a)


def test_the_champion_is_taken_from_the_baselines_data_where_it_can_be() -> None:
    a = analysed(
        *seeded("huge", [0.999, 0.999, 0.998], data="v1"),
        *seeded("forest", NEW, data="v2"), *seeded("logistic", OLD, data="v2"),
        baseline={"params": {"model": "logistic"}},
    )  # fmt: skip
    assert a.champion is not None
    assert a.champion.label == "forest"


def test_failed_and_unfinished_runs_are_counted_but_not_compared() -> None:
    a = analysed(
        *seeded("forest", NEW),
        run("crashed", {"val/recall": 1.0}, status="failed", params={"model": "x"}),
        run("ghost", {"val/recall": 1.0}, status="unfinished", params={"model": "y"}),
    )
    assert a.left_out.failed == ("crashed",)
    assert a.left_out.unfinished == ("ghost",)
    assert [s.configuration.label for s in a.standings] == ["forest"]


def test_they_are_compared_where_this_is_asked_for() -> None:
    runs = (
        *seeded("forest", NEW),
        run("crashed", {"val/recall": 1.0}, status="failed", params={"model": "x"}),
        run("ghost", {"val/recall": 0.99}, status="unfinished", params={"model": "y"}),
        run("stopped", {"val/recall": 0.98}, status="killed", params={"model": "z"}),
    )
    a = analysed(*runs, compared={"also": ["failed", "killed"]})
    assert [s.configuration.label for s in a.standings] == ["crashed", "stopped", "forest"]
    assert a.champion is not None
    assert a.champion.label == "crashed"
    assert (a.left_out.failed, a.left_out.killed, a.left_out.unfinished) == ((), (), ("ghost",))


def test_a_diverged_seed_is_told_and_not_averaged() -> None:
    a = analysed(*seeded("forest", [0.9, math.nan, 0.92]))
    assert a.standings[0].diverged == 1
    assert a.standings[0].estimate.n == 2
    assert a.standings[0].estimate.value == pytest.approx(0.91)


def test_a_seed_whose_loss_diverged_belongs_to_its_configuration() -> None:
    runs = [
        run(f"forest-{i}", {"acc": 0.9 + i / 100, "loss": loss}, params={"seed": str(i), "m": "x"})
        for i, loss in enumerate((0.1, math.nan, 0.2))
    ]
    lost = run("other", {"acc": 0.5, "loss": math.inf}, params={"m": "y"})
    a = analysed(*runs, lost)
    (standing,) = a.standings
    assert standing.configuration.diverged == ("forest-1",)
    assert (standing.diverged, standing.estimate.n, a.diverged) == (1, 2, 2)


def test_configurations_of_which_no_run_is_finite_count_as_diverged_too() -> None:
    a = analysed(*seeded("forest", [0.9, 0.92]), *seeded("logistic", [math.nan, math.inf]))
    assert (len(a.standings), a.diverged) == (1, 2)


def test_of_equal_means_the_baseline_stays_the_champion() -> None:
    same, poor = [0.9, 0.8], [0.1, 0.2]
    runs = [*seeded("alpha", same), *seeded("beta", same), *seeded("gamma", poor)]
    a = analysed(*runs, baseline={"params": {"model": "beta"}})
    assert a.champion is a.baseline
    assert headline(a) == "No configuration beats beta, the baseline, by val/recall"
    told = opening(a)
    assert told.startswith("None of the two others measured alike has a better mean; one has the")
    assert headline(analysed(*runs)) == "alpha and one other share the best val/recall: 0.8500"


def test_where_no_run_has_finished_unfinished_ones_are_compared() -> None:
    a = analysed(
        run("a", {"acc": 0.5}, status="unfinished"), run("b", {"acc": 0.6}, status="unfinished")
    )
    assert [s.configuration.label for s in a.standings] == ["b", "a"]


def test_the_baseline_is_what_the_team_calls_so() -> None:
    tagged = analysed(*seeded("old", OLD, tags={"role": "baseline"}), *seeded("new", NEW))
    named = analysed(*seeded("my-baseline", OLD), *seeded("new", NEW))
    registered = analyse(
        tables(
            *seeded("old", OLD), *seeded("new", NEW),
            models=[ModelRecord("m", "registered", "", "2", "old-seed3", aliases=("production",))],
        ),
        Settings(),
    )  # fmt: skip
    chosen = [a.baseline.label for a in (tagged, named, registered) if a.baseline]
    assert chosen == ["old", "my-baseline", "old"]


def test_a_selector_that_matches_nothing_is_a_problem_not_a_silence() -> None:
    a = analysed(*seeded("forest", NEW), baseline={"tags": {"role": "nobody"}})
    assert a.baseline is None
    assert [p.slug for p in a.problems] == ["baseline-not-found"]


def test_an_objective_that_nobody_logged_is_a_problem_with_what_was_logged() -> None:
    a = analysed(*seeded("forest", NEW), objective={"metric": "val/recal"})
    assert a.objective is None
    assert [p.slug for p in a.problems] == ["objective-not-logged"]
    assert "val/recall" in a.problems[0].hint


def test_the_trackers_primary_metric_is_honoured() -> None:
    runs = [run("a", {"acc": 0.9, "weird": 3.0}), run("b", {"acc": 0.8, "weird": 1.0})]
    experiment = ExperimentRecord("trial", "logs", "", "weird", False)
    a = analyse(tables(*runs, experiments=[experiment]), Settings())
    assert a.objective is not None
    assert (a.objective.metric, a.objective.goal) == ("weird", "minimize")
    assert a.standings[0].configuration.label == "b"


def test_held_out_results_come_before_training_and_costs() -> None:
    names = ["train/accuracy", "val/accuracy", "train_seconds", "val/loss"]
    a = analysed(*(run(f"r{i}", dict.fromkeys(names, 0.1 * i)) for i in range(1, 4)))
    assert a.objective is not None
    assert a.objective.metric == "val/accuracy"


@pytest.mark.parametrize(("rule", "best"), [("last", "late"), ("best", "peak"), ("max", "peak")])
def test_the_summary_rule_decides_which_number_a_run_shows(rule: str, best: str) -> None:
    a = analysed(
        run("late", {"acc": [0.1, 0.2, 0.8]}), run("peak", {"acc": [0.1, 0.9, 0.3]}),
        objective={"metric": "acc", "summary": rule},
    )  # fmt: skip
    assert a.standings[0].configuration.label == best


def test_a_share_is_shown_in_per_cent_and_its_difference_in_points() -> None:
    a = analysed(
        *seeded("forest", NEW), *seeded("logistic", OLD), baseline="logistic-seed0",
        metrics={"val/recall": {"label": "Recall", "unit": "%"}},
    )  # fmt: skip
    metric = a.metrics["val/recall"]
    assert metric.value(0.9643) == "96.4\u00a0%"
    assert metric.delta(-0.021) == "−2.1\u00a0points"
    assert headline(a) == "forest raises recall by 5.1\u00a0points over logistic"


def test_numbers_that_are_already_per_cent_are_not_scaled_again() -> None:
    a = analysed(run("a", {"acc": 96.4}), metrics={"acc": {"unit": "%"}})
    assert a.metrics["acc"].value(96.4) == "96.4\u00a0%"


def test_runs_without_metrics_give_an_honest_sentence() -> None:
    a = analysed(run("a"), run("b"))
    assert "no metric was logged" in headline(a)
    assert a.standings == ()


def test_the_example_run_of_a_configuration_is_the_one_nearest_its_mean() -> None:
    a = analysed(*seeded("forest", [0.80, 0.90, 0.99]))
    assert a.champion_run == "forest-seed1"


def test_the_value_counts_where_another_metric_was_best() -> None:
    runs = [
        run(f"{name}-{seed}", {"acc": curve, "val/loss": loss}, params={"model": name})
        for name, curve in (("new", [0.5, 0.9, 0.6]), ("old", [0.5, 0.7, 0.8]))
        for seed, loss in enumerate(([3.0, 1.0, 2.0], [3.0, 1.0, 2.0]))
    ]
    told = {"objective": {"metric": "acc", "summary": {"best_by": "val/loss"}}}
    found = analyse(tables(*runs), Settings.model_validate(told))
    assert found.values["acc"] == {"new-0": 0.9, "new-1": 0.9, "old-0": 0.7, "old-1": 0.7}
    last = analyse(tables(*runs), Settings.model_validate({"objective": {"metric": "acc"}}))
    assert last.champion is not None
    assert found.champion is not None
    assert (found.champion.params, last.champion.params) == ({"model": "new"}, {"model": "old"})


def test_the_mean_of_the_last_values_can_count() -> None:
    told = {"objective": {"metric": "acc", "summary": {"mean_of_last": 2}}}
    found = analyse(tables(run("a", {"acc": [0.1, 0.4, 0.8]})), Settings.model_validate(told))
    assert found.values["acc"]["a"] == pytest.approx(0.6)


def test_a_metric_to_go_by_that_nobody_logged_is_a_problem() -> None:
    told = {"objective": {"metric": "acc", "summary": {"best_by": "val/los"}}}
    found = analyse(
        tables(run("a", {"acc": [0.1, 0.4], "val/loss": [1.0, 2.0]})), Settings.model_validate(told)
    )
    assert found.values["acc"]["a"] == 0.4
    (problem,) = [p for p in found.problems if p.slug == "summary-not-logged"]
    assert "val/loss" in problem.hint


def test_seeds_in_groups_of_params_tell_replicates_apart() -> None:
    runs = [
        run(f"a{seed}", {"acc": [0.5]}, params={"model": "a", "trainer/seed": str(seed)})
        for seed in range(3)
    ]
    found = analyse(tables(*runs), Settings())
    assert [c.n for c in found.configurations] == [3]
    assert found.tables.runs["seed"].tolist() == ["0", "1", "2"]
