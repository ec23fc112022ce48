"""Configuration: the look."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from runfolio.config.parts import AsLogged, Part, text_is

__all__ = [
    "Theme",
    "ThemeSettings",
]


class ThemeSettings(Part, frozen=True, extra="allow"):
    """A theme and the tokens that are changed in it."""

    __pydantic_extra__: dict[str, AsLogged] = Field(init=False)

    extends: str = Field(default="default", description="Name of a theme, or the folder of one.")

    @property
    def tokens(self) -> dict[str, str]:
        """The theme's tokens that are set here, by name."""
        return dict(self.__pydantic_extra__)


Theme = Annotated[
    ThemeSettings, BeforeValidator(text_is("extends"), json_schema_input_type=str | ThemeSettings)
]
