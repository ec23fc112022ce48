"""Configuration: what production logs, and what is expected of it there."""

from __future__ import annotations

import math
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, Texts, one_or_more, text_is
from runfolio.config.runs import Selector

__all__ = [
    "Forecast",
    "Monitored",
    "Monitoring",
    "ProductionMetric",
]

Offline = Literal["deployed", "champion", "baseline"]

_HOURS = {"h": 1, "d": 24, "w": 168}
_SPAN = re.compile(r"(\d{1,4})\s*([hdw])")


def _number(value: Any) -> Any:
    """Take text that is a number for it: all that a file holds is text."""
    try:
        number = float(value) if isinstance(value, str) else math.nan
    except ValueError:
        return value
    return number if math.isfinite(number) else value


def _forecast(value: Any) -> Any:
    value = _number(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return {"value": value}
    return {"offline": value} if isinstance(value, str) else value


Given = Annotated[Annotated[float, Field(allow_inf_nan=False)] | str, BeforeValidator(_number)]
"""A number, or the name of a column."""


class Forecast(Part, frozen=True):
    """What a metric was expected to be in production."""

    offline: Offline | None = Field(
        default=None,
        description="The value that runs measured: of the `deployed` version (by the logged "
        "version and the model registry), of the `champion` or of the `baseline`.",
    )
    metric: str | None = Field(
        default=None,
        description="The metric of the runs that `offline` means; without it, the one that the "
        "column is.",
    )
    value: Given | None = Field(
        default=None, description="The forecast: a number, or the column that holds it."
    )
    low: Given | None = Field(
        default=None, description="Lower end of its interval: a number or a column."
    )
    high: Given | None = Field(
        default=None, description="Upper end of its interval: a number or a column."
    )

    @model_validator(mode="after")
    def _is_one(self) -> Forecast:
        if (self.offline is None) == (self.value is None):
            raise PydanticCustomError(
                "config-forecast",
                "names no forecast, or two.",
                {"hint": "Give offline: deployed, champion or baseline, or else value."},
            )
        return self


class ProductionMetric(Part, frozen=True):
    """A column with a metric that production logs."""

    metric: str | None = Field(
        default=None,
        description="Its name in the runs, such as `val/recall`; without it, the column's.",
    )
    count: str | None = Field(
        default=None,
        description="The column with the number of cases behind each value; without it, the "
        "column of the same name with `_n` behind it, if there is one.",
    )
    at_least: float | None = Field(
        default=None, allow_inf_nan=False, description="Service level: no less than this."
    )
    at_most: float | None = Field(
        default=None, allow_inf_nan=False, description="Service level: no more than this."
    )
    forecast: Annotated[
        Forecast | None,
        BeforeValidator(_forecast, json_schema_input_type=float | Offline | Forecast | None),
    ] = Field(
        default=None,
        description="What was expected: a number, `deployed`, `champion` or `baseline` for their "
        "value in the runs, or a mapping.",
    )


def _named(value: Any) -> Any:
    """Take a list of columns for a mapping that says nothing more about them."""
    if isinstance(value, str):
        return {value: {}}
    if isinstance(value, list | tuple) and all(isinstance(name, str) for name in value):
        return {name: {} for name in value}
    return value


class Monitored(Part, frozen=True):
    """One log of a model in production."""

    path: str | None = Field(
        default=None,
        min_length=1,
        description="CSV file or JSON lines, relative to this file and below its folder.",
    )
    runs: Selector | None = Field(
        default=None,
        description="Runs that log production in place of a file; they are not compared.",
    )
    time: str | None = Field(
        default=None,
        description="The column with the time: ISO 8601 or seconds since 1970, in UTC; without it, "
        "one called timestamp, time, date or day.",
    )
    version: str | None = Field(
        default=None,
        description="The column (of runs, the tag) with the version of the model; without it, "
        "model_version, if there is one.",
    )
    metrics: Annotated[
        dict[str, ProductionMetric],
        BeforeValidator(
            _named,
            json_schema_input_type=str | tuple[str, ...] | dict[str, ProductionMetric],
        ),
    ] = Field(
        default={},
        description="Columns with metrics; without any, all columns of numbers that are named "
        "nowhere else.",
    )
    inputs: Texts = Field(
        default=(),
        description="Columns with what the model was given, a case a row; also as patterns.",
    )
    outputs: Texts = Field(
        default=(), description="Columns with what the model answered; also as patterns."
    )
    reference: str | None = Field(
        default=None,
        description="What inputs and outputs are compared with: a name of data.sets, or a file "
        "with the same columns, such as the training data.",
    )
    window: str = Field(
        default="14d", description="How far back “now” reaches: hours, days or weeks, as 14d."
    )
    alert_after: int = Field(
        default=3, ge=1, le=100, description="Points in a row that start an alert, or end it."
    )
    least: int = Field(
        default=30, ge=1, description="Cases below which a share is not judged: too few."
    )

    @property
    def hours(self) -> int:
        """The window in hours."""
        found = _SPAN.fullmatch(self.window.strip())
        return int(found[1]) * _HOURS[found[2]] if found else 0

    @model_validator(mode="after")
    def _is_one_log(self) -> Monitored:
        if (self.path is None) == (self.runs is None):
            raise PydanticCustomError(
                "config-monitoring",
                "names no log, or two.",
                {"hint": "Give the path of a file, or runs with conditions such as tags."},
            )
        if self.hours < 1:
            raise PydanticCustomError(
                "config-monitoring",
                "has a window that is no span of time.",
                {"hint": "Write hours, days or weeks, such as 12h, 14d or 4w."},
            )
        if (self.inputs or self.outputs) and self.reference is None:
            raise PydanticCustomError(
                "config-monitoring",
                "names inputs or outputs, but nothing to compare them with.",
                {"hint": "Give a reference: a name of data.sets or a file with these columns."},
            )
        return self


Monitoring = Annotated[
    tuple[
        Annotated[
            Monitored,
            BeforeValidator(text_is("path"), json_schema_input_type=str | Monitored),
        ],
        ...,
    ],
    BeforeValidator(
        lambda value: [value] if isinstance(value, BaseModel) else one_or_more(value),
        json_schema_input_type=str | Monitored | tuple[str | Monitored, ...],
    ),
]
