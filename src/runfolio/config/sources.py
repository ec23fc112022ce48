"""Configuration: where the run logs are."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from runfolio.config.parts import Part, text_is

__all__ = [
    "Source",
    "SourceSettings",
]


class SourceSettings(Part, frozen=True):
    """A place to read run logs from."""

    path: str = Field(
        min_length=1,
        description="Folder or file with run logs, relative to this file, or a database's URL.",
    )
    format: str | None = Field(
        default=None, description="Read it as this format only (`report list sources` names them)."
    )
    experiment: str | None = Field(
        default=None, description="Name of the experiment that all runs found there belong to."
    )


Source = Annotated[
    SourceSettings,
    BeforeValidator(text_is("path"), json_schema_input_type=str | SourceSettings),
]
