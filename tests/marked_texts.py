"""Tables and settings with a mark in every text: what is made for audiences must find it."""

from __future__ import annotations

import datetime
import types
import typing
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from runfolio.config import Settings
from runfolio.config.parts import Part
from runfolio.model.tables import Curves, Tables

__all__ = ["OBEYED", "marked_settings", "marked_tables"]

TEXT_COLUMNS: dict[str, tuple[str, ...]] = {
    # As documented on `Tables` and `History`; the first is the index, where there is one.
    "runs": (
        *("run", "name", "label", "slug", "experiment", "location", "parent", "commit", "seed"),
        *("notes", "also_in"),
    ),
    "params": ("", "run", "param", "value", "old", "new"),
    "tags": ("", "run", "tag", "value"),
    "metrics": ("", "run", "metric"),
    "datasets": ("", "run", "name", "digest", "context"),
    "images": ("", "run", "name"),
    "experiments": ("experiment", "location", "notes", "primary_metric"),
    "facts": ("metric", "unit"),
    "checks": (
        *("", "suite", "check", "location", "dataset", "column", "observed", "expected"),
        "message",
    ),
    "models": (
        *("", "name", "version", "run", "stage", "aliases", "description", "status", "path"),
        *("location", "model_id", "model_type", "commit"),
    ),
    "artifacts": ("", "run", "name"),
    "environment": ("", "run", "name", "value"),
    "versions": ("", "name", "digest", "version", "source"),
    "commits": ("", "commit", "subject", "author", "tags", "files"),
    "values": ("", "metric"),
    "data": ("", "path", "old", "new"),
}
OWN_WORDS = frozenset(
    {
        # What the program itself writes there, or has to understand.
        *("SourceTotal.format", "Problem.slug", "ExperimentNote.outcome", "RecordedGate.outcome"),
        *("DataCheck.kind", "DataCheck.format", "ImpactSettings.currency", "Monitored.window"),
        *("Quantity.unit", "Outcome.unit", "Outcome.formula"),
        *("DataSet.delimiter", "DataSet.encoding", "NotShown.audience"),
    }
)
OWN_KEYS = frozenset({"ExperimentNote.parts", "ExperimentNote.lines", "ImpactSettings.quantities"})
"""Mappings whose keys are such words: parts of a write-up, names that formulas use."""
OBEYED = frozenset(
    {"audiences", "deliver", "sources", "locale", "theme", "roles", "previous", "history"}
)
"""Keys of report.yaml that say what is read, how it looks and where it goes: never shown."""


class _Marked:
    """Makes values of any type, with a text of its own in every place for one."""

    def __init__(self, mark: str, dtype: str) -> None:
        self._mark = mark
        self._dtype = dtype
        self._count = 0

    def of(self, kind: Any, place: str = "") -> Any:
        """Return a value of a type; `place` is the field that it is for."""
        origin, inner = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Annotated:
            return self.of(inner[0], place)
        if origin is Literal:
            return inner[0]
        if origin in (typing.Union, types.UnionType):
            return self.of(next(one for one in inner if one is not type(None)), place)
        if origin is np.ndarray:
            return np.zeros(1)
        if origin is tuple:
            items = (inner[0], inner[0]) if inner[1:] == (Ellipsis,) else inner
            return tuple(self.of(one, place) for one in items)
        if origin in (dict, Mapping):
            keys = [f"key {i}" if place in OWN_KEYS else self.of(inner[0], place) for i in range(2)]
            return {key: self.of(inner[1], place) for key in keys}
        return self._plain(kind, place)

    def _plain(self, kind: Any, place: str) -> Any:
        if kind in (str, Any):
            return "word" if place in OWN_WORDS else self._text()
        if kind is pd.DataFrame:
            return self._frame(place.rpartition(".")[2])
        if kind is Curves:
            return Curves(np.zeros(1, np.int64), np.zeros(0), np.zeros(0))
        if kind is datetime.date:
            return datetime.date(2026, 1, 1)
        if issubclass(kind, Part):
            return self.settings(kind)
        if is_dataclass(kind):
            hints = typing.get_type_hints(kind)
            given = self._given(cast("type", kind), {f.name: hints[f.name] for f in fields(kind)})
            return cast("Any", kind)(**given)
        return kind(1)

    def settings(self, kind: type[Part], without: frozenset[str] = frozenset()) -> Any:
        told = {name: f.annotation for name, f in kind.model_fields.items() if name not in without}
        return kind.model_construct(**self._given(kind, told))

    def _given(self, kind: type, told: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.of(one, f"{kind.__name__}.{name}") for name, one in told.items()}

    def _frame(self, name: str) -> pd.DataFrame:
        index, *columns = TEXT_COLUMNS[name]
        frame = pd.DataFrame({c: pd.Series(self._two(), dtype=self._dtype) for c in columns})
        frame["number"] = [1.5, np.nan]
        if name == "images":
            frame["data"] = [b"\x89PNG", b"\x89PNG"]
        if index:
            frame.index = pd.Index(self._two(), dtype=self._dtype, name=index)
        return frame

    def _two(self) -> list[str]:
        return [self._text(), self._text()]

    def _text(self) -> str:
        self._count += 1
        return f"{self._mark} {self._count}"


def marked_tables(mark: str, dtype: str = "object") -> Tables:
    """Return tables with `mark` in every text that is not a word of the program's own."""
    made: Tables = _Marked(mark, dtype).of(Tables)
    return made


def marked_settings(mark: str) -> Settings:
    """Return settings with `mark` in every text but `OBEYED` and words of the program's own."""
    made: Settings = _Marked(mark, "object").settings(Settings, OBEYED)
    return made
