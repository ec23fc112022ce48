"""Sentences: what the headline says for each outcome, and how counts and lists are written."""

from __future__ import annotations

import math
import re

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.model.records import RunRecord
from runfolio.views.book import Book
from runfolio.views.roles import load_roles
from runfolio.views.words import count_of, headline, listed, number_word, opening


def analysed(*runs: RunRecord, **settings: object) -> Analysed:
    return analyse(tables(*runs), Settings.model_validate(settings))


def seeded(
    model: str, values: list[float], metric: str = "val/recall", data: str = ""
) -> list[RunRecord]:
    return [
        run(f"{model}-seed{i}", {metric: value}, data, params={"model": model, "seed": str(i)})
        for i, value in enumerate(values)
    ]


GOOD = seeded("forest", [0.95, 0.96, 0.955])
POOR = seeded("logistic", [0.90, 0.91, 0.905])


def test_a_baseline_that_nothing_beats() -> None:
    a = analysed(*GOOD, *POOR, baseline="forest-seed0")
    assert headline(a) == "forest, the baseline, is still the best by val/recall"
    assert opening(a) == "The one other measured alike has no better mean."


def test_a_champion_named_by_hand_that_is_worse() -> None:
    a = analysed(*GOOD, *POOR, baseline="forest-seed0", champion="logistic-seed0")
    assert headline(a) == "logistic is worse than forest by val/recall"
    assert "put the loss between" in opening(a)


def test_nothing_to_compare_with() -> None:
    a = analysed(*GOOD, baseline="forest-seed0")
    assert headline(a) == "forest is the only configuration so far"
    assert "nothing to compare it with" in opening(a)


def test_without_a_baseline_the_best_is_told_and_that_nothing_says_more() -> None:
    a = analysed(*GOOD, *POOR)
    assert headline(a) == "forest shows the best val/recall: 0.9550"
    assert "mean of three runs" in opening(a)
    assert "No baseline is named" in opening(a)


def test_a_single_configuration_without_a_baseline() -> None:
    assert headline(analysed(run("only", {"acc": 0.5}))) == "only reaches 0.5000 acc"


def test_one_run_each_without_a_baseline_is_no_finding() -> None:
    a = analysed(run("a", {"acc": 0.5}), run("b", {"acc": 0.6}))
    assert "One run each cannot tell a difference from noise" in opening(a)


def test_no_run_that_can_be_compared() -> None:
    a = analysed(run("a", {"loss": math.nan}), run("b", {"loss": math.inf}))
    assert headline(a) == "2\u00a0runs, and none that can be compared by loss"
    assert "No finished run has a finite value" in opening(a)


def test_a_metric_of_which_nobody_knows_what_is_better() -> None:
    a = analysed(run("a", {"zorp": 1.0}), run("b", {"zorp": 2.0}))
    assert headline(a) == "2\u00a0runs with 1\u00a0metric, not ranked yet"
    assert "report.yaml" in opening(a)


@pytest.mark.parametrize(
    ("new", "old", "words"),
    [
        ([0.95, 0.96, 0.955], [0.90, 0.91, 0.905], "put the gain between"),
        ([0.80, 0.95, 0.99], [0.94, 0.985, 0.79], "which includes none at all"),
        ([0.95], [0.90], "one run each"),
        ([0.95, 0.96], [0.90], "one run on one side"),
        ([0.95, 0.95], [0.90, 0.90], "no spread"),
    ],
)
def test_every_opening_says_how_sure_it_is(new: list[float], old: list[float], words: str) -> None:
    runs = [*seeded("new", new), *seeded("old", old)]
    assert words in opening(analysed(*runs, baseline="old-seed0"))


def test_only_a_difference_with_evidence_is_said_to_be_one() -> None:
    certain = ("raises", "lowers", "beats")
    for new, old in (([0.99], [0.1]), ([0.99, 0.99], [0.1]), ([0.5, 0.9], [0.4, 0.95])):
        runs = [*seeded("new", new), *seeded("old", old)]
        told = headline(analysed(*runs, baseline="old-seed0"))
        assert not any(word in told.split() for word in certain), told


@pytest.mark.parametrize(
    ("items", "written"),
    [
        ([], ""),
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (list("abcdefgh"), "a, b, c, d, e, f and 2 more"),
    ],
)
def test_lists(items: list[str], written: str) -> None:
    assert listed(items) == written


def test_counts() -> None:
    assert count_of(1, "run") == "1\u00a0run"
    assert count_of(0, "run") == "0\u00a0runs"
    assert count_of(1000, "entry", "entries") == "1,000\u00a0entries"
    assert [number_word(n) for n in (0, 1, 12, 13, 1000)] == ["no", "one", "twelve", "13", "1,000"]


UNLIKE = [
    *seeded("alpha", [0.80, 0.81, 0.82], data="v1"),
    *seeded("beta", [0.90, 0.91, 0.92], data="v2"),
]


def test_what_was_measured_on_other_data_is_no_finding() -> None:
    a = analysed(*UNLIKE, baseline="alpha-seed0", champion="beta-seed0")
    assert headline(a) == "beta and alpha cannot be compared yet"
    assert "They used different data" in opening(a)
    assert "includes none" not in opening(a)
    pages = list(Book.of(a, load_roles(), title="t").pages())
    told = "\n".join(map(str, pages))
    assert "Every run of the champion" not in told
    assert "Hedges" not in told.partition("How each number is computed")[0]


def test_the_baseline_is_not_called_the_best_where_nothing_else_was_measured_alike() -> None:
    a = analysed(*UNLIKE, baseline="alpha-seed0", champion="alpha-seed0")
    assert headline(a) == "alpha is both champion and baseline"
    assert "names it as both" in opening(a)


def test_an_interval_that_leaves_out_zero_is_not_said_to_include_it() -> None:
    settings = {"val/recall": {"tolerance": 0.2}}
    a = analysed(*GOOD, *POOR, baseline="logistic-seed0", champion="forest-seed0", metrics=settings)
    assert a.comparison is not None
    assert a.comparison.outcome == "equivalent"
    assert "includes none" not in opening(a)
    assert "does not matter" in opening(a)


def test_a_champion_that_is_not_there_is_told() -> None:
    a = analysed(*GOOD, *POOR, champion="nobody")
    assert headline(a).endswith("the champion that is named was not found")


def test_a_baseline_that_is_not_there_is_told() -> None:
    assert "The baseline that is named is not among the runs" in opening(
        analysed(*GOOD, *POOR, baseline="nobody")
    )


def test_a_small_difference_is_not_shown_as_none() -> None:
    new, old = [0.90004, 0.90005, 0.90006], [0.90001, 0.90003, 0.90002]
    settings = {"val/recall": {"unit": "%"}}
    a = analysed(*seeded("new", new), *seeded("old", old), baseline="old-seed0", metrics=settings)
    assert a.comparison is not None
    assert a.comparison.outcome == "better"
    assert "0.003" in headline(a)
    assert "between 0.0 " not in opening(a)


def test_every_link_to_a_rule_finds_it() -> None:
    for a in (
        analysed(*GOOD, *POOR, baseline="logistic-seed0"),
        analysed(*GOOD, *POOR, *seeded("third", [0.5, 0.6, 0.7])),
        analysed(*UNLIKE, baseline="alpha-seed0", champion="beta-seed0"),
    ):
        pages = {page.path: str(page) for page in Book.of(a, load_roles(), title="t").pages()}
        linked = {
            anchor
            for text in pages.values()
            for anchor in re.findall(r"methods\.html#([\w-]+)", text)
        }
        known = set(re.findall(r"anchor='([\w-]+)'", pages["methods.html"]))
        assert linked <= known
