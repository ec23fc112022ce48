"""When were two configurations measured alike, as far as their logs tell?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders import SEEDS, run, tables
from runfolio.analysis.comparability import differences_of, evaluations
from runfolio.analysis.configurations import configurations
from runfolio.analysis.evaluation_names import telling
from runfolio.model.records import DatasetUse, RunRecord

Use = tuple[str, str, str]


def one(name: str, *data: Use, tags: dict[str, str] | None = None, **params: str) -> RunRecord:
    """Return a run that no other is a replicate of."""
    made = run(name, {"recall": 0.9}, params={"model": name, **params}, tags=tags or {})
    return replace(made, datasets=tuple(DatasetUse(*use) for use in data))


def told(*runs: RunRecord, patterns: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return what keeps the first configuration from being compared with the last."""
    found = tables(*runs)
    groups, _ = configurations(found, SEEDS)
    known = evaluations(found, groups, patterns)
    side = {run: known[group.label] for group in groups for run in group.runs}
    return differences_of(side[runs[0].id], side[runs[-1].id])


V1: Use = ("cases", "f5638764a764", "validation")
V2: Use = ("cases", "0109cdea5385", "validation")


def test_the_same_data_and_no_more_said_can_be_compared() -> None:
    assert told(one("new", V1), one("old", V1)) == ()
    assert told(one("new"), one("old")) == ()


def test_other_versions_of_the_data_are_told_with_short_digests() -> None:
    assert told(one("new", V2), one("old", V1)) == (
        "They used different data: cases (0109cdea) against cases (f5638764).",
    )
    assert told(one("new", ("cases", "v2", "")), one("old", ("cases", "v1", ""))) == (
        "They used different data: cases v2 against cases v1.",
    )


def test_another_split_of_the_same_data_is_told() -> None:
    test = ("cases", "f5638764a764", "test")
    assert told(one("new", test), one("old", V1)) == (
        "They used different data: cases (f5638764) as test against "
        "cases (f5638764) as validation.",
    )


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("eval", "evaluation"), ("dev", "Validation"), ("training and validation", "val")],
)
def test_a_split_has_more_than_one_name(ours: str, theirs: str) -> None:
    assert told(one("new", ("c", "v1", ours)), one("old", ("c", "v1", theirs))) == ()


def test_what_both_were_measured_on_counts_where_both_tell_it() -> None:
    more = ("cases", "77aa77aa77aa", "training")
    less = ("cases", "11bb11bb11bb", "training")
    assert told(one("new", more, V1), one("old", less, V1)) == ()
    assert told(one("new", more), one("old", less, V1)) != ()
    assert told(one("new", more, V2), one("old", more, V1)) != ()


def test_a_version_or_use_that_one_side_does_not_tell_is_no_difference() -> None:
    assert told(one("new", ("cases", "", "")), one("old", V1)) == ()
    assert told(one("new", ("cases", "f5638764a764", "input")), one("old", V1)) == ()
    assert told(one("new", ("other", "", "")), one("old", V1)) == (
        "They used different data: other against cases (f5638764).",
    )


def test_data_that_one_side_alone_logged_are_not_known_to_be_the_same() -> None:
    assert told(one("new", V1), one("old")) == (
        "Only the candidate logged its data: cases (f5638764).",
    )
    assert told(one("new"), one("old", V1)) == (
        "Only the baseline logged its data: cases (f5638764).",
    )
    assert told(one("new", V1, ("extra", "v1", "validation")), one("old", V1)) == (
        "They used different data: only the candidate used extra v1.",
    )


def test_what_a_run_made_is_not_what_it_was_measured_on() -> None:
    assert told(one("new", V1, ("model.pkl", "1" * 32, "output")), one("old", V1)) == ()


def test_many_data_are_counted_not_listed() -> None:
    many = [(f"part{n}", "v2", "") for n in range(9)]
    old = [(f"part{n}", "v1", "") for n in range(9)]
    assert told(one("new", *many), one("old", *old)) == (
        "They used different data: part0 v2, part1 v2, part2 v2 and 6 more against "
        "part0 v1, part1 v1, part2 v1 and 6 more.",
    )


def test_params_name_the_data_where_none_were_logged() -> None:
    assert told(one("new", dataset="svhn"), one("old", dataset="cifar10")) == (
        "They used different data: dataset is svhn against cifar10.",
    )
    assert told(one("new", V1, dataset="svhn"), one("old", V1, dataset="cifar10")) == ()
    assert told(one("new", V1, data_version="v1"), one("old", data_version="v1")) == ()


def test_other_ways_to_measure_are_told_by_params_and_tags() -> None:
    assert told(one("new", eval_split="test"), one("old", eval_split="validation")) == (
        "Their metrics were measured in different ways: eval_split is test against validation.",
    )
    new, old = {"evaluation_code": "eval.py 1a2b"}, {"evaluation_code": "eval.py 9f8e"}
    assert told(one("new", tags=new, cv="5"), one("old", tags=old, cv="10")) == (
        "Their metrics were measured in different ways: cv is 5 against 10 and "
        "evaluation_code is eval.py 1a2b against eval.py 9f8e.",
    )


def test_equal_numbers_and_what_one_side_does_not_log_are_no_difference() -> None:
    assert told(one("new", test_size="0.20"), one("old", test_size="0.2")) == ()
    assert told(one("new", test_size="0.2"), one("old")) == ()
    assert told(one("new", tags={"scorer": " "}), one("old", tags={"scorer": "x"})) == ()


def test_replicates_that_were_measured_in_two_ways_are_told() -> None:
    def seeded(seed: str, split: str) -> RunRecord:
        made = one("new", tags={"split": split}, seed=seed)
        return replace(made, id=f"new-{seed}", name=f"new-{seed}")

    old = one("old", tags={"split": "test"})
    assert told(seeded("1", "test"), seeded("2", "dev"), old) == (
        "Their metrics were measured in different ways: split is dev and test against test.",
    )


def test_of_long_values_the_part_that_differs_is_shown() -> None:
    head = "s3://bucket/of/the/team/" + "x" * 200
    (sentence,) = told(one("new", test_set=f"{head}/b.csv"), one("old", test_set=f"{head}/a.csv"))
    assert sentence.endswith("x/b.csv against …" + "x" * 19 + "/a.csv.")
    assert len(sentence) < 160


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("eval_split", "test"), ("evalSplit", "test"), ("eval.split", "test")),
        *(("validation_split", "0.2"), ("test_size", "0.2"), ("data/split", "test")),
        *(("test_set", "v2"), ("val_set", "v2"), ("holdout", "2024"), ("evaluation-version", "2")),
        *(("n_splits", "5"), ("splits", "20"), ("cv", "5"), ("scoring", "f1"), ("scorer", "f1")),
        *(("metric_version", "2"), ("average", "macro"), ("averaging", "Micro")),
    ],
)
def test_names_that_tell_how_a_run_was_measured(name: str, value: str) -> None:
    assert telling()(name, value) == "definition"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        # Of the model and its training: scikit-learn, LightGBM, CatBoost.
        *(("threshold", "0.5"), ("min_samples_split", "2"), ("min_gain_to_split", "0")),
        *(("average", "False"), ("eval_metric", "auc"), ("metric", "auc"), ("criterion", "gini")),
        # How often and how quickly, in Hugging Face's, Lightning's and others' settings.
        *(("eval_steps", "500"), ("eval_batch_size", "8"), ("per_device_eval_batch_size", "8")),
        *(("eval_strategy", "epoch"), ("eval_interval", "100"), ("val_check_interval", "1")),
        # Places, which differ from run to run.
        *(("eval_dir", "out/1"), ("test_results_path", "out/1"), ("fold", "3")),
        *(("learning_rate", "0.1"), ("", "x"), ("δ", "x"), ("invalid_dataset_action", "skip")),
    ],
)
def test_names_that_look_so_and_do_not(name: str, value: str) -> None:
    assert telling()(name, value) == ""


def test_a_project_adds_names_and_takes_some_away() -> None:
    ours, theirs = one("new", cv="5", threshold="0.3"), one("old", cv="10", threshold="0.5")
    assert told(ours, theirs, patterns=("thresh*", "!cv")) == (
        "Their metrics were measured in different ways: threshold is 0.3 against 0.5.",
    )
