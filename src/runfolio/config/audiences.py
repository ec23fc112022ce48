"""Configuration: who a build is for, and what it must not contain."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from runfolio.config.parts import Part, Texts, switch
from runfolio.config.reader_locale import ReaderLocale

__all__ = [
    "INTERNAL",
    "Anonymized",
    "AudienceSettings",
    "Chosen",
    "Redacted",
]

INTERNAL = "internal"
"""The audience of a build that names none: the team itself."""

Switch = Annotated[
    Literal["on", "off"],
    BeforeValidator(switch, json_schema_input_type=bool | Literal["on", "off"]),
]


class Chosen(Part, frozen=True):
    """What is meant, by patterns of names (``*`` and ``?``), whatever the case of letters."""

    pages: Texts = Field(
        default=(), description="Pages and other files of the site, such as `runs/*` or `*.csv`."
    )
    metrics: Texts = Field(default=(), description="Metrics.")
    params: Texts = Field(default=(), description="Params.")
    tags: Texts = Field(default=(), description="Tags.")
    runs: Texts = Field(
        default=(),
        description="Runs, by id or name, or by how they ended: `failed`, `killed`, `unfinished`.",
    )
    experiments: Texts = Field(default=(), description="Experiments, with their runs.")
    artifacts: Texts = Field(
        default=(), description="Artifacts: files, images, and the plots that were logged."
    )
    data: Texts = Field(default=(), description="Data sets.")
    requirements: Texts = Field(default=(), description="Requirements.")
    outcomes: Texts = Field(default=(), description="Outcomes of the impact model.")


class Redacted(Part, frozen=True):
    """What is taken out of all texts."""

    users: Switch = Field(default="on", description="Names of users and of commits' authors.")
    hosts: Switch = Field(default="on", description="Names and addresses of machines.")
    paths: Switch = Field(default="on", description="Full paths of files; their names are kept.")
    emails: Switch = Field(default="on", description="E-mail addresses.")
    remotes: Switch = Field(
        default="on", description="Addresses of repositories, stores and trackers."
    )


class Anonymized(Part, frozen=True):
    """Names that pseudonyms stand for, beside those that logs tell."""

    people: Texts = Field(default=(), description="Names of people.")
    organisations: Texts = Field(default=(), description="Names of organisations.")


def _redacted(value: Any) -> Any:
    """Take ``on`` and ``off`` for all kinds at once."""
    word = switch(value)
    if word in ("on", "off"):
        return dict.fromkeys(Redacted.model_fields, word)
    return value


def _anonymized(value: Any) -> Any:
    """Take ``true`` for pseudonyms of what logs tell, ``false`` for none."""
    if value is None or isinstance(value, dict | Anonymized):
        return value
    return {"on": {}, "off": None}.get(switch(value), value)


class AudienceSettings(Part, frozen=True):
    """Who a build is for: what is in it, and what is not."""

    roles: Texts = Field(default=(), description="Roles whose pages it has; without it, all.")
    show: Chosen = Field(default=Chosen(), description="What alone is shown, kind by kind.")
    hide: Chosen = Field(default=Chosen(), description="What is not shown.")
    redact: Annotated[
        Redacted | None,
        BeforeValidator(
            _redacted, json_schema_input_type=bool | Literal["on", "off"] | Redacted | None
        ),
    ] = Field(
        default=None,
        description="What is taken out of all texts: `on`, `off`, or each kind by itself. Without "
        "it everything, but nothing for the audience `internal`.",
    )
    anonymize: Annotated[
        Anonymized | None,
        BeforeValidator(_anonymized, json_schema_input_type=bool | Anonymized | None),
    ] = Field(
        default=None,
        description="Whether pseudonyms stand for people, organisations, runs and repositories.",
    )
    locale: ReaderLocale | None = Field(
        default=None, description="How numbers, money and dates are written for it."
    )
