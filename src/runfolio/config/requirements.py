"""Configuration: what the business asks of the model, and who has looked after what is asked."""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.metrics import Tolerance
from runfolio.config.parts import Part, number_is, text_is

__all__ = ["Evidence", "Kind", "Requirement", "Waiver"]

Kind = Literal[
    "accuracy",
    "latency",
    "throughput",
    "transparency",
    "privacy",
    "security",
    "compliance",
    "cost",
    "fairness",
    "other",
]


class Waiver(Part, frozen=True):
    """A requirement is let off for a while: by whom, until when and why."""

    until: datetime.date = Field(description="The last day on which it holds, as in 2026-12-31.")
    by: str = Field(min_length=1, description="Who answers for it.")
    reason: str = Field(min_length=1, description="Why it is let off.")


class Evidence(Part, frozen=True):
    """What shows that a requirement is met which no metric measures: one of the first four."""

    artifact: str | None = Field(
        default=None,
        min_length=1,
        description="Pattern of an artifact of the run, such as `explanations/*`.",
    )
    file: str | None = Field(
        default=None,
        min_length=1,
        description="Pattern of a file beside report.yaml that is not empty, such as "
        "`MODEL_CARD.md`; `**` stands for any folders.",
    )
    check: str | None = Field(
        default=None,
        min_length=1,
        description="Pattern of a check of data that must pass, by its name or `suite/name`.",
    )
    statement: str | None = Field(
        default=None,
        min_length=1,
        description="What was looked at and found, in words; with `by` and `date`.",
    )
    by: str = Field(default="", description="Who says so.")
    date: datetime.date | None = Field(default=None, description="When that was.")

    @model_validator(mode="after")
    def _is_one_kind(self) -> Evidence:
        given = (self.artifact, self.file, self.check, self.statement)
        if sum(told is not None for told in given) != 1:
            raise PydanticCustomError(
                "config-evidence",
                "names no evidence, or several kinds of it.",
                {"hint": "Give one of artifact, file, check and statement."},
            )
        words = (self.statement, self.by)
        if self.statement is not None and not (self.date and all(w and w.strip() for w in words)):
            raise PydanticCustomError(
                "config-evidence",
                "is a statement that nobody answers for.",
                {"hint": "Say by whom and on what date: `by: …, date: 2026-11-02`."},
            )
        return self


class Requirement(Part, frozen=True):
    """What is asked of the model: a threshold of a metric, or evidence of something else."""

    name: str = Field(min_length=1, description="What is asked, in a few plain words.")
    kind: Kind = Field(default="other", description="What it is about.")
    metric: str | None = Field(default=None, description="The metric that measures it.")
    at_least: float | None = Field(
        default=None, allow_inf_nan=False, description="The smallest value that will do."
    )
    at_most: float | None = Field(
        default=None, allow_inf_nan=False, description="The largest value that will do."
    )
    no_worse_than: Literal["baseline"] | None = Field(
        default=None, description="`baseline`: the metric must not be worse than the baseline's."
    )
    unit: str = Field(
        default="",
        description="Unit of the threshold, such as `ms`; without it, the metric's logged unit.",
    )
    tolerance: Annotated[
        Tolerance,
        BeforeValidator(number_is("absolute"), json_schema_input_type=float | Tolerance),
    ] = Field(
        default=Tolerance(),
        description="By how much the threshold may be missed: a number in its unit, or "
        "`relative` and `absolute`.",
    )
    evidence: Annotated[
        Evidence | None,
        BeforeValidator(text_is("file"), json_schema_input_type=str | Evidence | None),
    ] = Field(
        default=None,
        description="For what no metric measures: the file, artifact, check or statement that "
        "shows it.",
    )
    severity: Literal["must", "should"] = Field(
        default="must", description="`must` stops a release where it is not met; `should` warns."
    )
    owner: str = Field(default="", description="The role that answers for it.")
    source: str = Field(default="", description="Where it was written down.")
    why: str = Field(default="", description="What it protects, in one sentence.")
    waiver: Waiver | None = Field(default=None, description="That it is let off for a while.")

    @model_validator(mode="after")
    def _can_be_judged(self) -> Requirement:
        bounds = [b for b in (self.at_least, self.at_most, self.no_worse_than) if b is not None]
        if (self.metric is None) == (self.evidence is None):
            raise PydanticCustomError(
                "config-requirement",
                "can be judged by nothing, or by two things.",
                {"hint": "Give either a metric with a threshold, or evidence."},
            )
        if self.metric is not None and not bounds:
            raise PydanticCustomError(
                "config-requirement",
                "has a metric but no threshold.",
                {"hint": "Give at_least, at_most or no_worse_than: baseline."},
            )
        if self.evidence is not None and bounds:
            raise PydanticCustomError(
                "config-requirement",
                "has a threshold but no metric.",
                {"hint": "Name the metric that it is a threshold of."},
            )
        if self.no_worse_than is not None and len(bounds) > 1:
            raise PydanticCustomError(
                "config-requirement",
                "has a threshold and is compared with the baseline, too.",
                {"hint": "Write two requirements."},
            )
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise PydanticCustomError(
                "config-requirement",
                "asks for more than it allows.",
                {"hint": "at_least must not be above at_most."},
            )
        return self
