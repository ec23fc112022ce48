"""Configuration: what the team states of the model that comes out, for its card and its records."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from runfolio.config.parts import Part, Texts

__all__ = ["ModelSettings"]


def _inside(path: str) -> str:
    """Refuse a folder that is not below the project's."""
    parts = path.replace("\\", "/").split("/")
    if path.startswith(("/", "\\", "~")) or ".." in parts or ":" in path or not path.strip("./\\"):
        raise PydanticCustomError(
            "config-folder-outside",
            "must be a folder below report.yaml.",
            {"hint": "Give a relative path such as models."},
        )
    return path.rstrip("/")


class ModelSettings(Part, frozen=True):
    """What is stated of the model; nothing of it is guessed."""

    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=200,
        description="Name of the model; by default the one that it is registered under.",
    )
    purpose: str | None = Field(default=None, description="What the model is meant for.")
    users: Texts = Field(default=(), description="Who is meant to use it.")
    out_of_scope: Texts = Field(default=(), description="What it must not be used for.")
    limits: Texts = Field(default=(), description="Where it is known to do badly, or untested.")
    ethics: Texts = Field(
        default=(), description="Whom it may harm, and what is done about it: ethical points."
    )
    owner: str | None = Field(
        default=None, description="The team or role that answers for it, not a person's name."
    )
    license: str | None = Field(default=None, description="Under which licence it may be used.")
    records: Annotated[str, AfterValidator(_inside)] = Field(
        default="models",
        description="Folder, below this file, in which `report register` keeps its records.",
    )
