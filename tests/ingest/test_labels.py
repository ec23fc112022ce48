"""Whatever runs are called, people can tell them apart, and so can file systems."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from builders import run
from runfolio.ingest.labels import labels, run_order, slugs
from runfolio.model.order import natural

HEX = "4cdd2055930d4eaf94f4733f3e7d1bfb"


def test_a_name_that_says_something_stays() -> None:
    assert labels([run("a", name="forest, 400 trees"), run("b", name=" x1 ")]) == [
        "forest, 400 trees",
        "x1",
    ]


def test_empty_and_numeric_names_are_told_by_experiment_and_params() -> None:
    runs = [
        run("id-1", name="", experiment="sweep", params={"lr": "0.1", "depth": "3"}),
        run("id-2", name="", experiment="sweep", params={"lr": "0.2", "depth": "3"}),
        run("id-3", name="17", experiment="sweep"),
        run("id-4", name="--", experiment="once"),
        run("id-5", name=HEX, experiment="nightly"),
    ]
    assert labels(runs) == ["sweep, lr=0.1", "sweep, lr=0.2", "sweep 17", "once --", "nightly"]
    assert runs[2].name == "17", "the name as logged is kept"


def test_repeated_names_are_told_apart_by_what_differs_and_else_by_the_id() -> None:
    runs = [
        run("aaaaaaaaaa", name="base", params={"model.depth": "3", "seed": "1"}),
        run("bbbbbbbbbb", name="Base", params={"model.depth": "3", "seed": "2"}),
        run("cccccccccc", name="base", params={"model.depth": "3", "seed": "2"}),
    ]
    assert labels(runs) == [
        "base, seed=1",
        "Base, seed=2 (bbbbbbbbbb)",
        "base, seed=2 (cccccccccc)",
    ]
    trials = [run(f"{e}-0", name="trial 0", experiment=e) for e in ("tune", "two objectives")]
    assert labels(trials) == ["tune: trial 0", "two objectives: trial 0"]
    twins = [run(digit * 32, name="x") for digit in "ab"]
    assert labels(twins) == ["x (aaaaaaaa)", "x (bbbbbbbb)"]


def test_of_paths_only_what_they_lead_to_is_told_and_once() -> None:
    runs = [
        run(f"id{n}", name="", experiment="gpt", params={"out": f"./m/{n}/", "run": f"./m/{n}"})
        for n in ("wiki", "reddit")
    ]
    assert labels(runs) == ["gpt, out=wiki", "gpt, out=reddit"]


def test_an_address_does_not_change_when_another_run_comes() -> None:
    one = run("a", name="base", params={"seed": "1"})
    assert slugs([one]) == slugs([one, run("b", name="base", params={"seed": "2"})])[:1]


def test_runs_are_ordered_as_people_count() -> None:
    names = ["exp10", "exp2", "exp", "version_9", "version_10", "checkpoint-10000"]
    ordered = sorted((run(n, name=n) for n in names), key=run_order)
    assert [one.name for one in ordered] == [
        *("checkpoint-10000", "exp", "exp2", "exp10", "version_9", "version_10"),
    ]


@given(st.lists(st.text(max_size=12), min_size=2, max_size=6, unique=True))
def test_names_that_differ_in_case_or_script_never_share_a_file(names: list[str]) -> None:
    runs = [run(name or "empty", name=name) for name in names]
    found = slugs(runs)
    folded = {unicodedata.normalize("NFKC", slug).casefold() for slug in found}
    assert len(folded) == len(names)
    assert all(slug.isascii() for slug in found)


@given(st.lists(st.text(max_size=12)))
def test_any_names_can_be_ordered(names: list[str]) -> None:
    assert len(sorted(names, key=natural)) == len(names)
