"""Configuration: what a better model is worth, as the team writes it down."""

from __future__ import annotations

import keyword
import math
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, number_is
from runfolio.formula import FormulaError, parse_formula, parse_unit
from runfolio.model.records import Goal

__all__ = [
    "Distribution",
    "ImpactSettings",
    "Outcome",
    "OutcomeKind",
    "Period",
    "Quantity",
    "ThresholdSettings",
]

Distribution = Literal["triangular", "pert", "uniform", "normal", "lognormal"]
OutcomeKind = Literal["revenue", "saving", "cost", "non-monetary"]
Period = Literal["day", "week", "month", "quarter", "year"]

_EVEN = 0.02
"""By how much of the range the two sides of a symmetric distribution may differ."""


def _unit(value: str) -> str:
    try:
        _ = parse_unit(value).plain
    except FormulaError as error:
        raise _told(error) from error
    return value


def _formula(value: str) -> str:
    try:
        parse_formula(value)
    except FormulaError as error:
        raise _told(error) from error
    return value


UnitText = Annotated[str, AfterValidator(_unit)]
FormulaText = Annotated[str, AfterValidator(_formula)]


class Quantity(Part, frozen=True):
    """A number that the team states: how many, how often, how dear."""

    value: float = Field(allow_inf_nan=False, description="The value that is expected.")
    range: tuple[float, float] | None = Field(
        default=None,
        description="What is possible, `[low, high]`; without it the value counts as certain.",
    )
    distribution: Distribution = Field(
        default="triangular",
        description="How likely what lies in the range is. `triangular` and `pert`: between low "
        "and high, most likely the value; `uniform`: all alike; `normal` and `lognormal`: nine "
        "times of ten in the range, the value in its middle.",
    )
    unit: UnitText = Field(default="", description="Such as `EUR/case` or `case/year`.")
    label: str = Field(default="", description="As people call it; else the name.")
    explain: str = Field(default="", description="What it is, in one sentence.")
    source: str = Field(default="", description="Where the value comes from.")
    owner: str = Field(default="", description="Who answers for it.")

    @model_validator(mode="after")
    def _is_possible(self) -> Quantity:
        if self.range is None:
            return self
        low, high = self.range
        if not (math.isfinite(low) and math.isfinite(high) and low <= self.value <= high):
            raise _wrong(
                "has a range in which its value does not lie.",
                "Give range: [low, high] with the value between them.",
            )
        if low == high:
            raise _wrong("has a range of no width.", "Leave it out where the value is certain.")
        off = abs(high - self.value - (self.value - low))
        if self.distribution == "normal" and off > _EVEN * (high - low):
            raise _wrong(
                "is said to be normal, but its value is not in the middle of the range.",
                "Use pert or triangular, or lognormal where high is further away.",
            )
        if self.distribution == "lognormal":
            if low <= 0:
                raise _wrong("is said to be lognormal, but can be 0 or less.", "Use pert.")
            up, down = math.log(high / self.value), math.log(self.value / low)
            if abs(up - down) > _EVEN * (up + down):
                middle = math.sqrt(low * high)
                raise _wrong(
                    "is said to be lognormal, but its value is not in the middle of the range.",
                    f"In the middle of that range lies {middle:.4g}, where both ends are the same "
                    "number of times away; or use pert.",
                )
        return self


Stated = Annotated[
    Quantity, BeforeValidator(number_is("value"), json_schema_input_type=float | Quantity)
]
"""A quantity, or its value alone."""


class Outcome(Part, frozen=True):
    """Something that comes of the model's work, in money or not."""

    name: str = Field(min_length=1, description="What it is, in a few plain words.")
    kind: OutcomeKind = Field(
        description="`revenue` and `saving` count for the model, `cost` against it; "
        "`non-monetary` stands beside the money."
    )
    formula: FormulaText = Field(
        min_length=1,
        description="Computed from quantities by their names, metric('NAME') and, of a confusion "
        "matrix, share('ACTUAL', 'CALLED') and cases('ACTUAL', 'CALLED').",
    )
    unit: UnitText = Field(
        default="",
        description="Unit of what is not money, such as `h/year`; without it, what the formula "
        "gives.",
    )
    goal: Goal | None = Field(
        default=None, description="Of what is not money: whether more of it or less is better."
    )
    explain: str = Field(default="", description="What it means, in one sentence.")
    source: str = Field(default="", description="Where the formula comes from.")
    owner: str = Field(default="", description="Who answers for it.")

    @model_validator(mode="after")
    def _is_money_or_not(self) -> Outcome:
        if self.kind != "non-monetary" and self.goal is not None:
            raise _wrong(
                "is money and has a goal.",
                "Its kind says it: revenue and saving are wanted, cost is not.",
            )
        if self.kind != "non-monetary" and self.unit:
            raise _wrong(
                "is money and has a unit.",
                "Leave it out: money is told in the currency over the period.",
            )
        return self


class ThresholdSettings(Part, frozen=True):
    """From where on a case counts as positive: the curve on which the best place is looked for."""

    curve: str = Field(
        default="", description="Name of the logged curve, or a part of it; else the only one."
    )
    label: str = Field(
        default="", description="The class that is looked for, where several have one."
    )
    true_positive_rate: str | None = Field(
        default=None, description="The metric that is the share of positive cases found."
    )
    false_positive_rate: str | None = Field(
        default=None, description="The metric that is the share of negative cases called positive."
    )
    precision: str | None = Field(
        default=None, description="The metric that is the share of those called positive that are."
    )


class ImpactSettings(Part, frozen=True):
    """What the model's work is worth: quantities, and outcomes computed from them and metrics."""

    currency: str = Field(default="EUR", description="Three letters, such as `EUR`.")
    period: Period = Field(default="year", description="Over which time outcomes are told.")
    quantities: dict[str, Stated] = Field(
        default={}, description="Numbers by the names that formulas use."
    )
    outcomes: tuple[Outcome, ...] = Field(
        default=(), description="What comes of the model's work, each by a formula."
    )
    running_cost: Stated | None = Field(
        default=None,
        description="What another model than the baseline costs more while it runs, such as "
        "`{value: 18000, unit: EUR/year}`.",
    )
    fixed_cost: Stated | None = Field(
        default=None, description="What it costs once to bring another model than the baseline in."
    )
    horizon: float | None = Field(
        default=None, gt=0, le=100, description="Over how many years value and costs are added up."
    )
    discount_rate: float = Field(
        default=0.0,
        ge=0,
        lt=1,
        description="By how much less money counts a year later: 0.05 for five per cent.",
    )
    threshold: ThresholdSettings = Field(
        default=ThresholdSettings(),
        description="Which curve tells what another threshold of the model would be worth.",
    )

    @field_validator("currency")
    @classmethod
    def _is_a_currency(cls, value: str) -> str:
        if not re.fullmatch("[A-Z]{3}", value):
            raise _wrong("is no currency.", "Give its three letters, such as EUR or USD.")
        return value

    @field_validator("quantities")
    @classmethod
    def _can_be_named(cls, value: dict[str, Quantity]) -> dict[str, Quantity]:
        for name in value:
            # Python reads formulas, and takes some characters for their plain forms.
            is_plain = unicodedata.normalize("NFKC", name) == name
            if not name.isidentifier() or keyword.iskeyword(name) or not is_plain:
                raise _wrong(
                    f"has a name that formulas cannot use: '{name[:40]}'.",
                    "Use letters, digits and _, such as cost_missed.",
                )
        return value


def _told(error: FormulaError) -> PydanticCustomError:
    # The message holds what people wrote, which may look like a place to fill: it is filled last.
    return PydanticCustomError(error.slug, "{told}", {"hint": error.hint, "told": error.message})


def _wrong(message: str, hint: str) -> PydanticCustomError:
    return PydanticCustomError("config-impact", message, {"hint": hint})
