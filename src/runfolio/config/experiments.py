"""Configuration: what a team writes about its experiments, in report.yaml or in files.

In: what stands under ``experiments:``, or in the front matter of a file. Out: write-ups.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, Texts, one_or_more
from runfolio.config.runs import Baseline, Selector
from runfolio.model.experiment_notes import (
    OUTCOMES,
    PARTS,
    Direction,
    Expectation,
    ExperimentNote,
    RunConditions,
    outcome_of,
    parts_of,
)
from runfolio.model.problems import near_miss

__all__ = [
    "DEFAULT_FILES",
    "ExpectSettings",
    "Experiments",
    "ExperimentsSettings",
    "NoteSettings",
    "note_of",
]

DEFAULT_FILES = "experiments/*.md"
"""Where write-ups are looked for without being named."""


def _date(value: Any) -> str:
    try:
        return datetime.date.fromisoformat(str(value).strip()[:10]).isoformat()
    except ValueError:
        raise PydanticCustomError(
            "experiment-date", "is no date.", {"hint": "Write year, month and day: 2026-10-05."}
        ) from None


def _outcome(value: Any) -> str:
    found = outcome_of(str(value))
    if not found:
        raise PydanticCustomError(
            "experiment-outcome",
            "is none of the outcomes of an experiment.",
            {"hint": near_miss(str(value), OUTCOMES, "Possible are")},
        )
    return found


class ExpectSettings(Part, frozen=True):
    """A prediction that the runs can bear out or not."""

    metric: str = Field(description="The metric that it is about, as logged or as labelled.")
    direction: Direction | None = Field(
        default=None, description="Which way the metric should differ from the baseline's."
    )
    at_least: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="The difference from the baseline is this or more, in the logged unit.",
    )
    at_most: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="The difference from the baseline is this or less, in the logged unit.",
    )
    of: Literal["difference", "value"] = Field(
        default="difference",
        description="What at_least and at_most bound: the difference, or the metric's own value.",
    )

    @model_validator(mode="after")
    def _can_fail(self) -> ExpectSettings:
        bounds = self.at_least is not None or self.at_most is not None
        if not (bounds or (self.direction and self.of == "difference")):
            raise PydanticCustomError(
                "experiment-expects-nothing",
                "says nothing that the runs could bear out.",
                {"hint": "Give direction: better, at_least: NUMBER or at_most: NUMBER."},
            )
        return self


class NoteSettings(Part, frozen=True):
    """What is written about one experiment: the keys of a file's front matter."""

    title: str = Field(default="", description="Its name, where the logged one is not enough.")
    experiment: Texts = Field(
        default=(), description="Names of the logged experiments that it is about."
    )
    runs: Annotated[
        tuple[Baseline, ...],
        BeforeValidator(
            one_or_more, json_schema_input_type=str | Selector | tuple[str | Selector, ...]
        ),
    ] = Field(
        default=(),
        description="The runs that it is about: names, or conditions like the baseline's; within "
        "`experiment`, where that is given.",
    )
    metric: str = Field(
        default="",
        description="The metric that it is judged by, as logged or as labelled; without it, the "
        "project's objective.",
    )
    baseline: Baseline | None = Field(
        default=None, description="What it is compared with; without it, the project's baseline."
    )
    candidate: Baseline | None = Field(
        default=None, description="The configuration to judge; without it, its best one."
    )
    status: Literal["planned", "running", "done", "stopped"] | None = Field(
        default=None, description="How far it is."
    )
    owner: str = Field(default="", description="Who answers for it: a role or a team.")
    date: Annotated[str, BeforeValidator(_date, json_schema_input_type=str)] = Field(
        default="", description="When it was decided or begun, as 2026-10-05."
    )
    outcome: Annotated[
        str,
        BeforeValidator(_outcome, json_schema_input_type=Literal["confirmed", "refuted", "open"]),
    ] = Field(default="", description="What the team says that came of the hypothesis.")
    expects: Annotated[
        tuple[ExpectSettings, ...],
        BeforeValidator(
            one_or_more, json_schema_input_type=ExpectSettings | tuple[ExpectSettings, ...]
        ),
    ] = Field(default=(), description="Predictions that the runs are held against.")
    question: str = Field(default="", description="What it asks, in Markdown.")
    hypothesis: str = Field(default="", description="What is expected and why, in Markdown.")
    method: str = Field(default="", description="What was done, in Markdown.")
    data: str = Field(default="", description="What data it uses, in Markdown.")
    result: str = Field(
        default="", description="What the figures do not say; the report adds them."
    )
    conclusion: str = Field(default="", description="What follows from it, in Markdown.")
    decision: str = Field(default="", description="What is done because of it, in Markdown.")


class ExperimentsSettings(Part, frozen=True):
    """Where write-ups of experiments are."""

    files: Texts | None = Field(
        default=None,
        description="Markdown files with front matter, also as patterns, relative to this file; "
        f"without it {DEFAULT_FILES}.",
    )
    notes: tuple[NoteSettings, ...] = Field(
        default=(), description="Write-ups, with the keys that the front matter has."
    )


Experiments = Annotated[
    ExperimentsSettings,
    BeforeValidator(
        lambda value: {"files": value} if isinstance(value, str | list | tuple) else value,
        json_schema_input_type=str | tuple[str, ...] | ExperimentsSettings,
    ),
]


def note_of(
    settings: NoteSettings, place: str, markdown: str = "", lines: dict[str, int] | None = None
) -> ExperimentNote:
    """Return the write-up that settings and the Markdown below them make.

    What stands under a heading counts before the key of the same name.
    """
    written = parts_of(markdown)
    keys = {part: str(getattr(settings, part)).strip() for part in PARTS}
    return ExperimentNote(
        place,
        title=settings.title or written.title,
        experiments=settings.experiment,
        runs=tuple(map(_conditions, settings.runs)),
        metric=settings.metric,
        baseline=_conditions(settings.baseline) if settings.baseline else None,
        candidate=_conditions(settings.candidate) if settings.candidate else None,
        status=settings.status or "",
        owner=settings.owner,
        date=settings.date,
        outcome=settings.outcome or written.outcome,
        parts={p: text for p in PARTS if (text := written.parts.get(p, "") or keys[p])},
        text=written.text,
        expects=tuple(
            Expectation(one.metric, one.direction or "", one.at_least, one.at_most, one.of)
            for one in settings.expects
        ),
        lines=lines or {},
    )


def _conditions(selector: Selector) -> RunConditions:
    return RunConditions(
        selector.run, selector.experiment, dict(selector.tags), dict(selector.params)
    )
