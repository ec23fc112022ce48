"""Configuration: what was done in a step of the project that no log tells."""

from __future__ import annotations

import datetime

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part

__all__ = ["StatedStep"]


class StatedStep(Part, frozen=True):
    """What somebody says of a step of the project."""

    step: int = Field(ge=1, le=9, description="Number of the step, from 1 to 9.")
    says: str = Field(min_length=1, description="What was done, in a sentence.")
    owner: str = Field(min_length=1, description="Who says so.")
    date: datetime.date = Field(description="When it was done, as in 2026-11-02.")
    done: bool = Field(default=False, description="Whether that completes the step.")
    link: str = Field(default="", description="Where to read on: an address on the web.")

    @model_validator(mode="after")
    def _link_is_an_address(self) -> StatedStep:
        if self.link and not self.link.startswith(("https://", "http://")):
            raise PydanticCustomError(
                "config-link",
                "has a link that is no address on the web.",
                {"hint": "Write one that begins with https://."},
            )
        return self
