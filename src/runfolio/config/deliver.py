"""Configuration: where a site goes, and to whom."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from runfolio.config.audiences import INTERNAL
from runfolio.config.parts import Part, Texts

__all__ = ["CommentSettings", "DeliverSettings", "EmailSettings", "PagesSettings"]


class PagesSettings(Part, frozen=True):
    """A branch from which a host serves pages."""

    audience: str | None = Field(
        default=None, description="Who it is for. Pages are public: it has to be named."
    )
    branch: str = Field(default="gh-pages", min_length=1, description="The branch.")
    remote: str = Field(default="origin", min_length=1, description="The remote that has it.")


class EmailSettings(Part, frozen=True):
    """A message with a summary."""

    audience: str | None = Field(default=None, description="Who it is for.")
    role: str = Field(default="business-stakeholder", description="The role whose page it tells.")
    to: Texts = Field(default=(), description="Recipients.")
    from_: str = Field(default="", alias="from", description="The sender.")
    subject: str = Field(default="", description="The subject; without it, the finding.")
    smtp: str = Field(
        default="",
        description="The server that sends it, as `smtp://host:587` (STARTTLS) or `smtps://host`. "
        "Name and password come from the environment or the keyring.",
    )
    attach: Literal["none", "single-file", "pdf"] = Field(
        default="none", description="What goes with it."
    )

    @field_validator("smtp")
    @classmethod
    def _without_password(cls, url: str) -> str:
        try:
            is_given = urlsplit(url).password is not None
        except ValueError:
            return url  # told where it is used
        if is_given:
            raise PydanticCustomError(
                "config-smtp-password",
                "holds a password, and a file is read by many.",
                {
                    "hint": "Take it out and change it; put the new one into the environment "
                    "(RUNFOLIO_SMTP_PASSWORD) or the keyring."
                },
            )
        return url


class CommentSettings(Part, frozen=True):
    """A comment on a pull request."""

    audience: str = Field(default=INTERNAL, description="Who it is for.")


class DeliverSettings(Part, frozen=True):
    """Where a site goes."""

    url: str = Field(
        default="",
        pattern=r"^(https?://[^\s<>\"']+)?$",
        description="The address at which the site will be read; messages, comments and previews "
        "link to it.",
    )
    embed: Texts = Field(
        default=tuple(
            f"index.html#{section}"
            for section in ("figures", "comparison", "requirements", "scorecard", "leaderboard")
        ),
        description="Sections that get a page of their own, to stand in a frame elsewhere: "
        "`page#section`, or `page#section/chart` for one chart, with `*` and `?`.",
    )
    pages: PagesSettings = Field(default=PagesSettings(), description="A branch for pages.")
    email: EmailSettings = Field(default=EmailSettings(), description="A message.")
    comment: CommentSettings = Field(
        default=CommentSettings(), description="The comment on a pull request."
    )
