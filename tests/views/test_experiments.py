"""The experiments page and the log: what was asked, what came out, and what nobody wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.config.front_matter import read_note
from runfolio.model.records import RunRecord
from runfolio.views.blocks import Chart, Heading, Link, Markdown, Page, Prose, Table
from runfolio.views.book import Book
from runfolio.views.experiment_words import first_words
from runfolio.views.facts import run_facts
from runfolio.views.roles import Role, SectionUse
from runfolio.views.sections.experiment_log import section as log
from runfolio.views.view import View

WRITTEN = """---
experiment: weights
owner: data scientist
status: done
date: 2026-10-08
outcome: confirmed
expects: {metric: val/recall, at_least: 0.05}
---
## Question
Is it better?
## Hypothesis
It sees **more**.
## Method
Ran it.
## Conclusion
It is.
## Decision
Try it on site. [Board](https://example.org) agreed.
"""


def runs(experiment: str = "weights", models: Sequence[str] = ("old", "new")) -> list[RunRecord]:
    return [
        run(
            f"{experiment}-{model}-{seed}",
            {"val/recall": (0.7 if model == "old" else 0.9) + seed**2 / 1000},
            params={"model": model, "seed": str(seed)},
            tags={"role": "baseline"} if model == "old" else {},
            experiment=experiment,
            data="v2",
        )
        for model in models
        for seed in range(4)
    ]


def book(*notes: str, given: Sequence[RunRecord] = (), role: Role | None = None) -> Book:
    read = [read_note(note.encode(), f"experiments/{i}.md")[0] for i, note in enumerate(notes)]
    found = replace(tables(*(given or runs())), experiment_notes=tuple(read))
    settings = Settings.model_validate({"metrics": {"val/recall": {"label": "Recall"}}})
    roles = {role.name: role} if role else {}
    return Book.of(analyse(found, settings), roles, title="Triage", seed_params=("seed",))


def page(made: Book, path: str = "experiments.html") -> Page:
    return next(page for page in made.pages() if page.path == path)


def blocks_of(made: Book) -> list[Any]:
    return [b for s in page(made).sections if s.key == "experiments" for b in s.blocks]


def told(blocks: Sequence[Any]) -> str:
    return " ".join(
        span if isinstance(span, str) else span.text
        for block in blocks
        if isinstance(block, Prose)
        for span in block.spans
    )


def table(blocks: Sequence[Any]) -> list[list[str]]:
    [found] = [block for block in blocks if isinstance(block, Table)]
    return [[c.verdict.text if c.verdict else c.text for c in row.cells] for row in found.rows]


def log_of(made: Book, **options: Any) -> tuple[Any, ...]:
    a = made.view.analysed
    return log.build(View(a, runs=run_facts(a), options=options))


def test_the_parts_stand_in_the_order_in_which_they_are_read() -> None:
    blocks = blocks_of(book(WRITTEN))
    headings = [b.text for b in blocks if isinstance(b, Heading)]
    assert headings == [
        *("weights", "Question", "Hypothesis", "Method"),
        *("Data", "Result", "Conclusion", "Decision"),
    ]
    assert "It sees **more**." in [b.source for b in blocks if isinstance(b, Markdown)]


def test_the_result_is_filled_in_with_the_data_the_interval_and_a_link_to_its_rule() -> None:
    blocks = blocks_of(book(WRITTEN))
    text = told(blocks)
    assert "cases v2 in 8" in text.replace("\u00a0", " ")
    assert "The difference is +0.2000 (+0.19" in text
    assert "better" in text
    links = {s.href for b in blocks if isinstance(b, Prose) for s in b.spans if isinstance(s, Link)}
    assert "methods.html#experiment-results" in links
    assert sum(href.startswith("runs/") for href in links) == 2
    assert any(isinstance(b, Chart) for b in blocks)


def test_a_prediction_is_held_against_the_runs() -> None:
    [row] = table(blocks_of(book(WRITTEN)))
    assert row[0] == "Recall"
    assert row[1] == "at least +0.05"
    assert row[3] == "Borne out"


def test_where_team_and_runs_disagree_both_are_said() -> None:
    text = told(blocks_of(book(WRITTEN.replace("at_least: 0.05", "at_least: 0.5"))))
    assert "calls it confirmed, but the runs do not bear out its prediction" in text


def test_what_is_missing_is_said_in_one_line_with_where_it_goes() -> None:
    without = WRITTEN.partition("## Conclusion")[0]
    [line] = [b for b in blocks_of(book(without)) if "Not written down" in told([b])]
    text = told([line])
    assert "conclusion and decision" in text
    assert "experiments/0.md" in text
    assert "Not written down" not in told(blocks_of(book(WRITTEN)))


def test_an_experiment_nobody_wrote_about_still_has_its_result() -> None:
    text = told(blocks_of(book()))
    assert "Nobody wrote down what was asked" in text
    assert "experiments/first.md" in text
    assert "better" in text


@pytest.mark.parametrize("status", ["planned", "running"])
def test_what_is_not_done_need_not_conclude(status: str) -> None:
    text = told(blocks_of(book(f"---\ntitle: Later\nstatus: {status}\n---\n## Question\nWhy?\n")))
    assert "Not written down: hypothesis and method. " in text


def test_a_prediction_before_any_run_is_shown_and_left_open() -> None:
    note = "---\ntitle: Later\nstatus: planned\nexpects: {metric: val/recall, at_least: 0.1}\n---\n"
    blocks = blocks_of(book(note))
    later = blocks[[getattr(b, "text", "") for b in blocks].index("Later") :]
    [row] = table(later)
    assert row == ["Recall", "at least +0.1", "not measured", "Open", "It has no runs yet."]
    assert not [b for b in later if isinstance(b, Prose) and not b.spans]


def test_the_log_has_every_experiment_with_its_outcome_also_negative_ones() -> None:
    second = WRITTEN.replace("experiment: weights", "experiment: sweep").replace(
        "outcome: confirmed", "outcome: refuted"
    )
    given = [*runs(), *runs("sweep", ("more",)), *runs("third", ("other",))]
    made = book(WRITTEN, second, given=given)
    rows = {row[0]: row for row in table(log_of(made))}
    assert {name: row[1] for name, row in rows.items()} == {
        "weights": "Confirmed",
        "sweep": "Refuted",
        "third": "Not stated",
    }
    assert page(made).title == (
        "Three experiments: one confirmed, one refuted and one without a stated outcome"
    )
    assert "Nobody said what came of third, and it is not guessed." in told(log_of(made))


def test_the_log_leads_to_each_experiment() -> None:
    made = book(WRITTEN)
    [found] = [b for b in log_of(made) if isinstance(b, Table)]
    anchors = {b.anchor for b in blocks_of(made) if isinstance(b, Heading) and b.anchor}
    assert {row.cells[0].href.partition("#")[2] for row in found.rows} == anchors
    run_page = next(iter(made.run_pages()))
    about = next(s for s in run_page.sections if s.key == "run-about")
    href = next(d.href for b in about.blocks for d in b.items if d.term == "Experiment")  # type: ignore[union-attr]
    assert href.partition("#")[2] in anchors


def test_the_brief_log_says_what_was_decided_in_plain_text() -> None:
    use = SectionUse("experiment-log", options={"brief": True})
    role = Role("boss", "Boss", "What now?", (use,))
    made = book(WRITTEN, given=[*runs(), *runs("sweep", ("more",))], role=role)
    [section] = page(made, "boss.html").sections
    decided = {row[0]: row[-1] for row in table(section.blocks)}
    assert decided == {"weights": "Try it on site. Board agreed.", "sweep": "not written down"}


def test_the_log_may_be_limited_to_the_last_ones_and_says_so() -> None:
    made = book(WRITTEN, given=[*runs(), *runs("sweep", ("more",))])
    [found] = [b for b in log_of(made, limit=1) if isinstance(b, Table)]
    assert len(found.rows) == 1
    assert found.caption.replace("\u00a0", " ") == "The last 1 of 2 experiments"


def test_without_anything_written_one_experiment_makes_no_log() -> None:
    assert log_of(book()) == ()


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Stop** _now_.\n\nLater.", "Stop now."),
        ("a" * 300, "a" * 160 + " …"),
        ("word " * 60, "word " * 31 + "word …"),
        ("val_loss stays", "val_loss stays"),
        ("", ""),
    ],
)
def test_first_words(markdown: str, words: str) -> None:
    assert first_words(markdown) == words
