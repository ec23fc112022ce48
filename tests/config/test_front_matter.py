"""The front matter of a write-up: what is right in it is kept, what is wrong is told by line."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.config import Settings
from runfolio.config.experiments import note_of
from runfolio.config.front_matter import read_note
from runfolio.model.experiment_notes import Expectation, RunConditions

FULL = b"""---
title: Weights
experiment: [Weighing, Weighing again]
runs: {tags: {role: trial}}
metric: trial/recall
baseline: {params: {C: 1.0}}
candidate: challenger
owner: data scientist
status: done
date: 2026-10-08
outcome: Confirmed
expects:
  - {metric: val/recall, at_least: +0.05}
  - {metric: val/fpr, direction: lower}
  - {metric: latency, at_most: 50, of: value}
question: Is it better?
---
# Ignored title

## Hypothesis
It is.
"""


def told(data: bytes) -> list[tuple[str, str]]:
    """Place and slug of every problem."""
    return [(p.place, p.slug) for p in read_note(data, "x.md")[1]]


def test_everything_in_a_file() -> None:
    note, problems = read_note(FULL, "experiments/x.md")
    assert problems == ()
    assert note.title == "Weights"
    assert note.experiments == ("Weighing", "Weighing again")
    assert note.runs == (RunConditions(tags={"role": "trial"}),)
    assert note.metric == "trial/recall"
    assert note.baseline == RunConditions(params={"C": "1.0"})
    assert note.candidate == RunConditions(run="challenger")
    assert (note.owner, note.status, note.date) == ("data scientist", "done", "2026-10-08")
    assert note.outcome == "confirmed"
    assert note.expects == (
        Expectation("val/recall", at_least=0.05),
        Expectation("val/fpr", "lower"),
        Expectation("latency", at_most=50.0, of="value"),
    )
    assert dict(note.parts) == {"question": "Is it better?", "hypothesis": "It is."}
    assert note.at("outcome") == "experiments/x.md:11"


def test_the_same_in_report_yaml() -> None:
    settings = Settings.model_validate(
        {"experiments": {"notes": [{"experiment": "A", "hypothesis": "It is.", "outcome": "open"}]}}
    )
    [one] = settings.experiments.notes
    note = note_of(one, "report.yaml")
    assert (note.experiments, note.outcome) == (("A",), "open")
    assert note.parts == {"hypothesis": "It is."}


@pytest.mark.parametrize("value", ["notes/*.md", ["notes/*.md", "more.md"]])
def test_patterns_stand_alone_in_report_yaml(value: object) -> None:
    files = Settings.model_validate({"experiments": value}).experiments.files
    assert files == (("notes/*.md",) if isinstance(value, str) else ("notes/*.md", "more.md"))


def test_without_front_matter_the_text_is_read() -> None:
    note, problems = read_note(b"# Weights\n## Method\nRan it.\n", "x.md")
    assert problems == ()
    assert (note.title, note.parts) == ("Weights", {"method": "Ran it."})


@pytest.mark.parametrize(
    ("line", "slug", "hint"),
    [
        (b"outcme: open", "experiment-unknown-key", "outcome"),
        (b"outcome: confirmt", "experiment-outcome", "confirmed"),
        (b"date: next week", "experiment-date", "2026-10-05"),
        (b"status: ready", "experiment-unknown-value", "running"),
        (b"expects: {metric: val/recall}", "experiment-expects-nothing", "at_least"),
        (b"expects: {metric: a, at_least: lots}", "experiment-wrong-type", "number"),
        (b"runs: {}", "experiment-empty-selector", "tags"),
        (b"owner: &a [*a, *a]", "experiment-alias", "out"),
        (b"owner: !!python/object:os.system x", "experiment-tag", "Remove"),
        (b"owner: [a", "experiment-syntax", "indentation"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_the_rest_is_kept(
    line: bytes, slug: str, hint: str
) -> None:
    data = b"---\nexperiment: A\n" + line + b"\n---\n## Method\nRan it.\n"
    note, problems = read_note(data, "x.md")
    found = {p.slug: p for p in problems}
    assert slug in found
    assert found[slug].place == "x.md:3" or slug == "experiment-syntax"
    assert hint in f"{found[slug].message} {found[slug].hint}"
    assert note.experiments == ("A",)
    assert note.parts == {"method": "Ran it."}


def test_front_matter_without_an_end_stops_where_the_text_begins() -> None:
    note, problems = read_note(
        b"---\nexperiment: A\noutcome: open\n# Title\n## Method\nM\n", "x.md"
    )
    assert [(p.place, p.slug) for p in problems] == [("x.md:1", "experiment-front-matter")]
    assert (note.experiments, note.outcome, note.parts) == (("A",), "open", {"method": "M"})


def test_text_that_is_not_utf8_is_read_with_replacements() -> None:
    note, problems = read_note(b"---\nexperiment: A\n---\n## Method\nna\xefve\n", "x.md")
    assert [(p.place, p.slug) for p in problems] == [("x.md:5", "experiment-encoding")]
    assert note.parts["method"] == "na\ufffdve"


def test_an_alias_bomb_is_refused() -> None:
    lines = [b"a: &a [x, x, x, x, x, x, x, x, x, x]"]
    names = [b"a", *(b"a%d" % i for i in range(60))]
    lines += [
        b"%s: &%s [%s]" % (new, new, b", ".join([b"*" + old] * 9)) for old, new in pairwise(names)
    ]
    note, problems = read_note(b"---\nexperiment: A\n" + b"\n".join(lines) + b"\n---\n", "x.md")
    assert note.experiments == ("A",)
    assert {p.slug for p in problems} >= {"experiment-alias", "experiment-more"}
    assert len(problems) == 11


@given(st.binary(max_size=200), st.booleans())
def test_no_bytes_are_too_odd(data: bytes, front: bool) -> None:
    note, problems = read_note(b"---\n" + data if front else data, "x.md")
    assert note.place == "x.md"
    assert all(p.place.startswith("x.md") and p.hint for p in problems)
