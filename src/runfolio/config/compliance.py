"""Configuration: checklists of law and privacy, and what the team answers to them."""

from __future__ import annotations

import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, text_is

__all__ = ["ChecklistUse", "Checklists", "ItemAnswer"]


class ItemAnswer(Part, frozen=True):
    """What the team answers to one item of a checklist."""

    done: bool = Field(default=False, description="Whether it is done.")
    not_applicable: str | None = Field(
        default=None, min_length=1, description="Why the item does not concern this project."
    )
    evidence: str | None = Field(
        default=None,
        min_length=1,
        description="What shows it: pattern of a file beside report.yaml, or a link.",
    )
    owner: str = Field(default="", description="Who answers for it.")
    date: datetime.date | None = Field(default=None, description="When it was done or looked at.")
    note: str = Field(default="", description="Anything a reader should know.")

    @model_validator(mode="after")
    def _is_one_answer(self) -> ItemAnswer:
        if self.done and self.not_applicable:
            raise PydanticCustomError(
                "config-checklist-answer",
                "is done, and does not apply.",
                {"hint": "Keep one of done and not_applicable."},
            )
        return self


class ChecklistUse(Part, frozen=True):
    """A checklist, and the answers to its items."""

    checklist: str = Field(
        min_length=1,
        description="Name of a checklist that comes with the report (`report list checklists`), "
        "or the path of a file like those.",
    )
    items: dict[str, ItemAnswer] = Field(
        default={}, description="The answers, by the item's name in the checklist."
    )


Checklists = Annotated[
    tuple[
        Annotated[
            ChecklistUse,
            BeforeValidator(text_is("checklist"), json_schema_input_type=str | ChecklistUse),
        ],
        ...,
    ],
    BeforeValidator(lambda value: [value] if isinstance(value, str | dict) else value),
]
