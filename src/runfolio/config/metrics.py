"""Configuration: metrics, and which of them decides."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, number_is, text_is
from runfolio.model.records import Goal

__all__ = [
    "MetricSettings",
    "Objective",
    "SimpleSummary",
    "SummaryOf",
    "Tolerance",
]

SimpleSummary = Literal["last", "first", "best", "min", "max", "mean"]


class SummaryOf(Part, frozen=True):
    """The rule by which a series becomes one number: one of its keys."""

    rule: SimpleSummary | None = Field(
        default=None, description="A rule in one word; `best` follows the goal."
    )
    best_by: str | None = Field(
        default=None,
        description="The value at the step where this metric was at its best, such as `val/loss`.",
    )
    mean_of_last: int | None = Field(
        default=None, ge=1, le=100, description="The mean of that many last values."
    )

    @model_validator(mode="after")
    def _is_one_rule(self) -> SummaryOf:
        if sum(told is not None for told in (self.rule, self.best_by, self.mean_of_last)) != 1:
            raise PydanticCustomError(
                "config-summary",
                "is no rule.",
                {"hint": "Give a word such as best, best_by: METRIC or mean_of_last: NUMBER."},
            )
        return self


class Objective(Part, frozen=True):
    """What the runs are ranked by."""

    metric: str | None = Field(
        default=None,
        description="The metric to rank by; without it the report chooses one and says so.",
    )
    goal: Goal | None = Field(
        default=None,
        description="Which direction is better; without it, told from the metric's name.",
    )
    summary: Annotated[
        SummaryOf,
        BeforeValidator(text_is("rule"), json_schema_input_type=SimpleSummary | SummaryOf),
    ] = Field(
        default=SummaryOf(rule="last"),
        description="Which value of a run's series counts: `best` follows the goal; `best_by` is "
        "the value where another metric was best, `mean_of_last` the mean of the last values.",
    )


class Tolerance(Part, frozen=True):
    """The smallest difference that matters: both parts count, where both are given."""

    absolute: float = Field(
        default=0.0, ge=0, allow_inf_nan=False, description="In the metric's logged unit."
    )
    relative: float = Field(
        default=0.0,
        ge=0,
        allow_inf_nan=False,
        description="As a share of the value that is compared with.",
    )

    def of(self, value: float) -> float:
        """Return the smallest difference from a value that matters."""
        return max(self.absolute, self.relative * abs(value))


class MetricSettings(Part, frozen=True):
    """What the logs cannot say about a metric."""

    label: str | None = Field(default=None, description="Name shown to people.")
    unit: str = Field(default="", description="Unit of the values, such as `ms` or `%`.")
    goal: Goal | None = Field(default=None, description="Which direction is better.")
    explain: str = Field(default="", description="One sentence that says what the metric tells.")
    tolerance: Annotated[
        Tolerance,
        BeforeValidator(number_is("absolute"), json_schema_input_type=float | Tolerance),
    ] = Field(
        default=Tolerance(),
        description="Smaller differences do not matter: a number in the metric's unit, or "
        "`relative` and `absolute`.",
    )
