"""Configuration: what the keys of ``report.yaml`` are made of."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, WithJsonSchema, model_validator

__all__ = [
    "AsLogged",
    "Part",
    "Texts",
    "number_is",
    "one_or_more",
    "switch",
    "text_is",
]

AsLogged = Annotated[str, WithJsonSchema({"type": ["string", "number", "boolean"]})]
"""Text that may look like a number: it is compared as it was written."""


def one_or_more(value: Any) -> Any:
    """Take one item alone for a list of it."""
    return [value] if isinstance(value, str | dict) else value


Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(one_or_more, json_schema_input_type=str | tuple[str, ...]),
]
"""Texts, or one alone."""


def switch(value: Any) -> Any:
    """Take true and false for the words that YAML makes them of."""
    return {"true": "on", "false": "off"}.get(str(value).lower(), value)


def text_is(key: str) -> Any:
    """Let plain text stand for a mapping with the one key `key`."""
    return lambda value: {key: value} if isinstance(value, str) else value


def number_is(key: str) -> Any:
    """Let a number stand for a mapping with the one key `key`."""
    return lambda value: (
        value if isinstance(value, dict | BaseModel) or value is None else {key: value}
    )


class Part(BaseModel, frozen=True, extra="forbid"):
    """A mapping of the configuration; keys that it does not know are mistakes."""

    @model_validator(mode="before")
    @classmethod
    def _nothing_is_the_default(cls, data: Any) -> Any:
        """Take ``key:`` with nothing after it as if the key were not there."""
        if data is None:
            return {}
        if not isinstance(data, dict):
            return data
        return {k: v for k, v in data.items() if v is not None or k not in cls.model_fields}
