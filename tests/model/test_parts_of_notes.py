"""A write-up is taken apart by its headings; nothing that was written gets lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.model.experiment_notes import PARTS, outcome_of, parts_of

LINES = st.sampled_from(
    [
        *("# Title", "## Hypothesis", "### Method", "## Costs", "# Data", "## Decision"),
        *("word", "", "```", "~~~~", "Conclusion", "----------", "    # code", "#none", "* item"),
    ]
)


def test_headings_of_the_usual_names_begin_the_parts() -> None:
    written = parts_of(
        "# Weights\n\nWhy this.\n\n## Hypotheses\nMore is caught.\n\n### Why\nIt sees more.\n"
        "## Results:\nWe saw it.\n# Next steps\nTry it.\n"
    )
    assert written.title == "Weights"
    assert dict(written.parts) == {
        "hypothesis": "More is caught.\n\n### Why\nIt sees more.",
        "result": "We saw it.",
        "decision": "Try it.",
    }
    assert written.text == "Why this."


def test_underlined_headings_count_too() -> None:
    written = parts_of("Hypothesis\n==========\nA\n\nMethod\n------\nB\n\nelse\n----\nC")
    assert dict(written.parts) == {"hypothesis": "A", "method": "B\n\nelse\n----\nC"}


def test_what_looks_like_a_heading_inside_code_is_none() -> None:
    written = parts_of("## Method\n```\n## Conclusion\n```\n## Conclusion\nYes.")
    assert dict(written.parts) == {"method": "```\n## Conclusion\n```", "conclusion": "Yes."}


def test_one_part_in_two_places_is_put_together() -> None:
    assert parts_of("## Method\nA\n## Else\nB\n## Method\nC").parts["method"] == "A\n\nC"


def test_text_without_headings_stays_as_it_is() -> None:
    written = parts_of("Just a note.\nTwo lines.")
    assert (written.title, dict(written.parts), written.text) == (
        "",
        {},
        "Just a note.\nTwo lines.",
    )


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("confirmed", "confirmed"),
        ("**Refuted.**", "refuted"),
        ("REJECTED", "refuted"),
        ("inconclusive", "open"),
        ("it depends", ""),
        ("", ""),
    ],
)
def test_an_outcome_is_one_of_three_or_not_stated(word: str, outcome: str) -> None:
    assert outcome_of(word) == outcome
    assert parts_of(f"## Outcome\n{word}\n").outcome == outcome


def test_an_outcome_of_many_words_is_a_conclusion_and_not_guessed_from() -> None:
    written = parts_of("## Outcome\nConfirmed for large tumours only.")
    assert written.outcome == ""
    assert written.parts["conclusion"] == "Confirmed for large tumours only."


@given(st.lists(LINES, max_size=25).map("\n".join))
def test_every_word_that_was_written_is_kept(markdown: str) -> None:
    written = parts_of(markdown)
    assert set(written.parts) <= set(PARTS)
    kept = "\n".join([written.title, written.text, *written.parts.values()])
    for word in ("word", "item", "#none", "code", "Costs", "Title"):
        before = len(re.findall(re.escape(word), markdown))
        assert kept.count(word) == before
