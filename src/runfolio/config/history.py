"""Configuration: what of a git repository is reported."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, Field

from runfolio.config.parts import Part, Texts, switch

__all__ = [
    "History",
    "HistorySettings",
]


class HistorySettings(Part, frozen=True):
    """What of a git repository's history is reported."""

    follow: Annotated[
        Literal["on", "off", "auto"],
        BeforeValidator(switch, json_schema_input_type=bool | Literal["on", "off", "auto"]),
    ] = Field(
        default="auto",
        description="`auto` follows sources that are the top of a repository; `on` also the "
        "repository that a source lies in.",
    )
    paths: Texts = Field(
        default=(),
        description="Files of metrics to follow, also as patterns; without it they are found.",
    )
    params: Texts = Field(
        default=(),
        description="Files of params to follow, also as patterns; without it they are found.",
    )
    branch: str | None = Field(
        default=None, description="The branch to follow; without it, the current one."
    )
    since: str | None = Field(
        default=None, description="Follow only the commits after this revision, such as a tag."
    )
    tags: str = Field(default="*", description="Pattern of the tags that are shown as marks.")
    first_parent: bool = Field(
        default=True,
        description="Whether a merge counts as one commit; false follows what it brought in, too.",
    )
    authors: bool = Field(default=False, description="Whether the authors of commits are shown.")


History = Annotated[
    HistorySettings,
    BeforeValidator(
        lambda value: value if isinstance(value, dict | BaseModel) else {"follow": value},
        json_schema_input_type=bool | Literal["on", "off", "auto"] | HistorySettings,
    ),
]
