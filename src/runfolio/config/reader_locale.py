"""Configuration: in whose way numbers, money and dates are written."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator
from pydantic_core import PydanticCustomError

from runfolio.model.locale import UnknownLocaleError, locale_named

__all__ = ["ReaderLocale"]


def _norwegian(value: Any) -> Any:
    """Take YAML's ``no`` for the language that it is."""
    return "no" if value is False else value


def _known(name: str) -> str:
    try:
        return locale_named(name).name
    except UnknownLocaleError as error:
        raise PydanticCustomError(
            "config-unknown-locale", "is no locale that is known.", {"hint": error.hint}
        ) from error


ReaderLocale = Annotated[
    str, BeforeValidator(_norwegian, json_schema_input_type=str), AfterValidator(_known)
]
"""A locale as in BCP 47, such as ``de-CH``."""
