"""What runs say of an experiment: the same numbers as on all other pages, and no guesses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.analysis.process import Experiment
from runfolio.config import Settings
from runfolio.config.front_matter import read_note
from runfolio.model.experiment_notes import Expectation, ExperimentNote
from runfolio.model.records import ExperimentRecord, RunRecord

OLD = (0.70, 0.72, 0.71, 0.69, 0.73)
NEW = (0.80, 0.83, 0.81, 0.80, 0.82)
MORE = (0.79, 0.82, 0.82, 0.79, 0.81)


def runs_of(
    model: str, values: Sequence[float], experiment: str = "first", **fields: Any
) -> list[RunRecord]:
    return [
        run(
            f"{experiment}-{model}-{seed}",
            {"val/recall": value, "val/fpr": 0.1 + seed / 100 + (model != "old") * 0.05},
            params={"model": model, "seed": str(seed)},
            tags={"role": "baseline"} if model == "old" else {"role": "trial"},
            experiment=experiment,
            **fields,
        )
        for seed, value in enumerate(values)
    ]


FULL = [*runs_of("old", OLD), *runs_of("new", NEW), *runs_of("more", MORE)]


def analysed(
    *notes: str | ExperimentNote,
    runs: Sequence[RunRecord] = FULL,
    experiments: Sequence[ExperimentRecord] = (),
    **settings: object,
) -> Analysed:
    read = [
        note if isinstance(note, ExperimentNote) else read_note(note.encode(), f"notes/{i}.md")[0]
        for i, note in enumerate(notes)
    ]
    found = replace(tables(*runs, experiments=experiments), experiment_notes=tuple(read))
    return analyse(found, Settings.model_validate(settings))


def only(*notes: str, **given: Any) -> Experiment:
    [one] = analysed(*notes, **given).experiments
    return one


def problems(a: Analysed) -> list[tuple[str, str]]:
    return [(p.place, p.slug) for p in a.problems if p.slug.startswith("experiment")]


def front(**keys: str) -> str:
    lines = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\nexperiment: first\n{lines}---\n"


# The result


def test_the_best_configuration_against_the_baseline_as_on_all_other_pages() -> None:
    a = analysed(front(outcome="confirmed"))
    [one] = a.experiments
    found = one.result
    assert found.candidate is not None
    assert found.baseline is not None
    assert found.candidate.configuration is a.champion
    assert found.baseline.configuration is a.baseline
    assert found.comparison is a.comparison is a.scorecard[0]
    assert found.picked_from == 2
    assert one.note.outcome == "confirmed"


def test_a_candidate_and_a_baseline_that_are_named() -> None:
    one = only(front(candidate="{params: {model: more}}", baseline="{params: {model: new}}"))
    c = one.result.comparison
    assert c is not None
    assert c.difference is not None
    expected = stats.ttest_rel(MORE, NEW)
    assert c.difference.value == pytest.approx(np.mean(MORE) - np.mean(NEW))
    assert c.p == pytest.approx(expected.pvalue)
    assert one.result.picked_from == 0


def test_another_metric_than_the_objective() -> None:
    one = only(front(metric="val/fpr"))
    assert one.result.metric is not None
    assert one.result.metric.name == "val/fpr"
    c = one.result.comparison
    assert c is not None
    assert c.metric == "val/fpr"
    assert c.difference is not None
    assert c.difference.value == pytest.approx(0.05)


def test_other_data_than_the_baseline_s_are_not_compared() -> None:
    other = [*runs_of("old", OLD, data="v2"), *runs_of("new", NEW, "second", data="v1")]
    a = analysed(runs=other)
    second = next(e for e in a.experiments if e.name == "second")
    assert second.result.comparison is not None
    assert second.result.comparison.outcome == "not comparable"
    assert second.data == (("cases v1", 5),)


def test_an_experiment_that_holds_only_the_baseline_has_nothing_to_compare() -> None:
    one = only(runs=runs_of("old", OLD))
    assert one.result.candidate is None
    assert one.result.comparison is None


def test_without_runs_and_without_metrics() -> None:
    a = analysed("---\ntitle: Later\nstatus: planned\n---\n", runs=[run("one", {})])
    assert [e.name for e in a.experiments] == ["trial", "Later"]
    assert all(e.result.comparison is None for e in a.experiments)
    assert problems(a) == []


# Which runs


def test_every_logged_experiment_is_told_of_once_even_if_nobody_wrote_about_it() -> None:
    a = analysed(front(), runs=[*FULL, *runs_of("new", NEW, "second")])
    assert sorted(e.name for e in a.experiments) == ["first", "second"]


def test_conditions_pick_runs_within_the_experiment() -> None:
    a = analysed(front(title="Trial", runs="{tags: {role: trial}}"))
    by_name = {e.name: e for e in a.experiments}
    assert len(by_name["Trial"].runs) == 10
    assert len(by_name["first"].runs) == 15


@pytest.mark.parametrize("place", ["notes/first.md", "notes/FIRST.md"])
def test_a_file_called_like_the_experiment_is_about_it(place: str) -> None:
    note = read_note(b"## Hypothesis\nIt is.\n", place)[0]
    one = only(note)  # type: ignore[arg-type]
    assert one.name == "first"
    assert one.note.parts["hypothesis"] == "It is."


def test_an_unknown_name_is_told_with_the_near_miss_and_its_line() -> None:
    a = analysed("---\ntitle: Mine\nexperiment: frist\n---\n## Method\nM\n")
    [problem] = [p for p in a.problems if p.slug == "experiment-unknown"]
    assert problem.place == "notes/0.md:3"
    assert "'first'" in problem.hint
    mine = next(e for e in a.experiments if e.name == "Mine")
    assert mine.runs == ()
    assert mine.note.parts == {"method": "M"}


def test_a_write_up_of_nothing_is_told() -> None:
    assert problems(analysed("Just words.")) == [("notes/0.md", "experiment-without-runs")]


def test_conditions_that_no_run_meets_are_told() -> None:
    a = analysed(front(runs="{tags: {role: none}}"))
    assert problems(a) == [("notes/0.md:3", "experiment-runs-none")]


def test_two_files_for_one_experiment_first_counts_gaps_are_filled() -> None:
    first = front(outcome="open") + "## Method\nOne way.\n"
    second = front(outcome="refuted", owner="team") + "## Method\nAnother.\n## Decision\nStop.\n"
    a = analysed(first, second)
    [one] = a.experiments
    assert one.note.outcome == "open"
    assert one.note.owner == "team"
    assert one.note.parts == {"method": "One way.", "decision": "Stop."}
    [problem] = [p for p in a.problems if p.slug == "experiment-twice"]
    assert problem.place == "notes/1.md:2"
    assert "notes/0.md" in problem.message
    assert "method, outcome" in problem.message


def test_the_tracker_s_note_fills_what_the_file_leaves_out() -> None:
    notes = "## Hypothesis\nLogged.\n## Conclusion\nIt holds."
    record = ExperimentRecord("first", "logs", notes=notes)
    one = only(front() + "## Hypothesis\nWritten.\n", experiments=[record])
    assert one.note.parts == {"hypothesis": "Written.", "conclusion": "It holds."}


def test_a_conclusion_is_never_read_as_an_outcome() -> None:
    record = ExperimentRecord("first", "logs", notes="## Conclusion\nConfirmed, clearly.")
    assert only(experiments=[record]).note.outcome == ""


def test_addresses_are_unique() -> None:
    names = ["A b", "a-b", "a b 2", "é", "è", "日本"]
    a = analysed(runs=[run(f"r{i}", {"loss": 1.0}, experiment=n) for i, n in enumerate(names)])
    anchors = [e.anchor for e in a.experiments]
    assert len(set(anchors)) == len(names)
    assert all(anchor.isascii() for anchor in anchors)


@pytest.mark.parametrize("side", ["baseline", "candidate"])
def test_a_side_that_is_not_found_or_is_several_is_told(side: str) -> None:
    a = analysed(front(**{side: "{params: {model: none}}"}))
    assert problems(a) == [("notes/0.md:3", f"experiment-{side}-not-found")]
    assert a.experiments[0].result.comparison is None
    several = analysed(front(**{side: "{tags: {role: trial}}"}))
    assert problems(several) == [("notes/0.md:3", f"experiment-{side}-ambiguous")]


@pytest.mark.parametrize("key", ["metric", "expects"])
def test_an_unknown_metric_is_told_with_the_near_miss(key: str) -> None:
    value = "val/recal" if key == "metric" else "{metric: val/recal, at_least: 1}"
    a = analysed(front(**{key: value}))
    [problem] = [p for p in a.problems if p.slug == "experiment-metric-unknown"]
    assert (problem.place, "'val/recall'" in problem.hint) == ("notes/0.md:3", True)


# Predictions


@pytest.mark.parametrize(
    ("expects", "borne"),
    [
        ("{metric: val/recall, direction: better}", "borne out"),
        ("{metric: val/recall, direction: higher}", "borne out"),
        ("{metric: val/recall, direction: worse}", "not borne out"),
        ("{metric: val/recall, direction: lower}", "not borne out"),
        ("{metric: val/recall, direction: unchanged}", "not borne out"),
        ("{metric: val/recall, at_least: 0.05}", "borne out"),
        ("{metric: val/recall, at_least: 0.2}", "not borne out"),
        ("{metric: val/recall, at_least: 0.1}", "open"),
        ("{metric: val/recall, at_most: 0.2}", "borne out"),
        ("{metric: val/recall, at_most: 0.05}", "not borne out"),
        ("{metric: val/recall, at_least: 0.7, of: value}", "borne out"),
        ("{metric: val/recall, at_least: 0.9, of: value}", "not borne out"),
        ("[{metric: val/recall, direction: better}, {metric: val/recall, at_least: 1}]",
         "not borne out"),
        ("[{metric: val/recall, direction: better}, {metric: val/recal, at_least: 0}]", "open"),
    ],
)  # fmt: skip
def test_what_the_runs_say_of_a_prediction(expects: str, borne: str) -> None:
    # new - old: 0.10, 0.11, 0.10, 0.11, 0.09, so about 0.102 with an interval of ± 0.010.
    assert only(front(expects=expects)).borne == borne


def test_without_a_prediction_nothing_is_said() -> None:
    assert only(front(outcome="confirmed")).borne is None


@pytest.mark.parametrize("expects", ["direction: better", "at_least: 0.01", "at_most: 0.5"])
def test_one_run_each_leaves_a_prediction_open(expects: str) -> None:
    few = [*runs_of("old", OLD[:1]), *runs_of("new", NEW[:1])]
    one = only(front(expects=f"{{metric: val/recall, {expects}}}"), runs=few)
    assert one.borne == "open"


def test_a_prediction_of_a_planned_experiment_is_open() -> None:
    a = analysed("---\nstatus: planned\nexpects: {metric: val/recall, direction: better}\n---\n")
    planned = next(e for e in a.experiments if not e.runs)
    assert planned.borne == "open"
    assert "no runs" in planned.predictions[0].reason


def test_the_best_of_several_must_be_further_beyond_a_bound_than_one_that_is_named() -> None:
    old = (0.50, 0.52, 0.51, 0.49, 0.53)
    gains = (0.045, 0.010, 0.060, 0.015, 0.055)
    best = [a + b for a, b in zip(old, gains, strict=True)]
    crowd = [runs_of(f"m{i}", [v + 0.01 for v in old]) for i in range(6)]
    runs = [*runs_of("old", old), *runs_of("best", best), *(r for one in crowd for r in one)]
    p = stats.ttest_1samp(gains, 0.005, alternative="greater").pvalue
    assert p < 0.025 < 7 * p, "the example shows the difference"
    expects = "{metric: val/recall, at_least: 0.005}"
    assert only(front(expects=expects), runs=runs).borne == "open"
    named = only(front(expects=expects, candidate="{params: {model: best}}"), runs=runs)
    assert named.borne == "borne out"


values = st.lists(st.floats(-1, 1).map(lambda v: round(v, 3)), min_size=3, max_size=6)


@given(values, values, st.floats(-2, 2), st.floats(0, 1))
def test_a_harder_bound_is_never_borne_out_where_an_easier_one_is_not(
    old: list[float], new: list[float], bound: float, more: float
) -> None:
    def borne(at_least: float) -> str | None:
        notes = ExperimentNote(
            "x.md", experiments=("first",), expects=(Expectation("score", at_least=at_least),)
        )
        a = analysed(
            notes,
            runs=[
                run(f"{m}{i}", {"score": v}, params={"model": m, "seed": str(i)},
                    tags={"role": "baseline"} if m == "old" else {}, experiment="first")
                for m, own in (("old", old), ("new", new))
                for i, v in enumerate(own)
            ],
            objective={"metric": "score", "goal": "maximize"},
        )  # fmt: skip
        return a.experiments[0].borne

    order: Mapping[str | None, int] = {"not borne out": 0, "open": 1, "borne out": 2}
    assert order[borne(bound + more)] <= order[borne(bound)]
