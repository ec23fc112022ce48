"""The JSON Schemas of ``report.json`` and ``regressions.json``, as package data."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

__all__ = ["regressions_schema", "report_schema"]


def report_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``report.json``."""
    return _schema("report")


def regressions_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``regressions.json``."""
    return _schema("regressions")


def _schema(name: str) -> dict[str, Any]:
    text = files(__name__).joinpath(f"{name}.schema.json").read_text(encoding="utf-8")
    schema: dict[str, Any] = json.loads(text)
    return schema
