"""Stage 2b: the way through all tables and settings that meets every text once.

Two kinds of text are left alone. Words of the program's own (``finished``, ``maximize``) mean
something to it, and tell nothing of anybody. And what settings say of reading, of the look and
of delivery is obeyed, not shown.
"""

from __future__ import annotations

import datetime
import re
import types
import typing
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from runfolio.audience.distinct import Distinct, DistinctTexts
from runfolio.audience.new_texts import Texts
from runfolio.config import Settings
from runfolio.config.parts import Part
from runfolio.model.tables import Tables

__all__ = ["At", "Walk"]

_OWN_WORDS = frozenset(
    {
        *("runs.status", "runs.format", "runs.slug", "checks.status", "checks.format"),
        *("experiments.goal", "facts.goal", "models.kind", "images.media_type"),
        *("SourceTotal.format", "Problem.slug", "ExperimentNote.outcome", "RecordedGate.outcome"),
        *("DataCheck.kind", "DataCheck.format", "ThemeSettings.extends"),
        *("ImpactSettings.currency", "Quantity.unit", "Outcome.unit", "Monitored.window"),
        *("DataSet.delimiter", "DataSet.encoding", "NotShown.audience"),
    }
)
"""Columns and fields whose words the program itself gave, or has to understand."""
_OWN_KEYS = frozenset(
    {"ExperimentNote.parts", "ExperimentNote.lines", "ImpactSettings.quantities", "QualityRule."}
)
"""Mappings whose keys are such words; formulas use the names of quantities."""
_NOT_SHOWN = frozenset(
    {"audiences", "deliver", "sources", "locale", "theme", "roles", "previous", "history"}
)
"""Settings that say what is read, how it looks and where it goes."""
_FORMULAS = frozenset({"Outcome.formula"})
_NAMES = frozenset({"label", "name", "param", "tag", "metric", "path"})
"""Columns of names: of two that differ each stays itself, so that no row is taken for another."""
_NAME_LISTS = frozenset({"Confusion.labels"})
_QUOTED = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")
_NO_TEXT = (bool, int, float, complex, bytes, type(None), datetime.date, datetime.timedelta)


At = Mapping[str, Callable[[str], str]]
"""What is written in certain fields and columns, such as ``Selector.run`` and ``runs.name``."""


class Walk:
    """One way through all that holds texts; the same object becomes the same new one.

    Parameters
    ----------
    texts : Texts
    at : mapping of str to callable, optional
    distinct : callable, optional
        The distinct texts of a column.
    """

    def __init__(
        self,
        texts: Texts,
        at: At | None = None,
        distinct: Callable[[pd.Series | pd.Index], Distinct] | None = None,
    ) -> None:
        self._texts = texts
        self._at = at or {}
        self._distinct = distinct or DistinctTexts().of
        self._seen: dict[int, Any] = {}

    def of(self, value: Any, place: str) -> Any:
        """Return a value with new texts; the value itself where none of them changes."""
        kind = type(value)
        if kind is str:
            if place in self._at:
                text = self._at[place](value)
            else:
                text = self._formula(value) if place in _FORMULAS else self._texts[value]
            return value if text == value else text
        if kind in _NO_TEXT or isinstance(value, (np.ndarray, *_NO_TEXT)):
            return value
        if id(value) not in self._seen:  # all of them live as long as the tables do
            self._seen[id(value)] = self._within(value, place)
        return self._seen[id(value)]

    def _within(self, value: Any, place: str) -> Any:
        if isinstance(value, pd.DataFrame):
            return self._frame(value, place)
        if isinstance(value, Part):
            return self._settings(value)
        if isinstance(value, Mapping):
            return self._mapping(value, place)
        if isinstance(value, tuple):
            if place in _NAME_LISTS:
                self._texts.keep_apart(value)
            new = [self.of(item, place) for item in value]
            if all(a is b for a, b in zip(new, value, strict=True)):
                return value
            return type(value)(*new) if hasattr(value, "_fields") else tuple(new)
        if isinstance(value, list | set | frozenset):
            items = type(value)(self.of(item, place) for item in value)
            return value if items == value else items
        if is_dataclass(value):
            return self._fields(value)
        return value

    def _fields(self, value: Any) -> Any:
        changed = {}
        kind: type = type(value)
        for name in _fields_with_text(kind):
            old = getattr(value, name)
            new = self.of(old, name if isinstance(value, Tables) else f"{_name(value)}.{name}")
            if new is not old:
                changed[name] = new
        return replace(value, **changed) if changed else value

    def _settings(self, value: Part) -> Part:
        changed = {}
        for name in _fields_with_text(type(value)):
            old = getattr(value, name)
            if (new := self.of(old, f"{_name(value)}.{name}")) is not old:
                changed[name] = new
        more = value.__pydantic_extra__
        if more and (new := self._mapping(more, f"{_name(value)}.")) is not more:
            changed |= new
        return value.model_copy(update=changed) if changed else value

    def _mapping(self, value: Mapping[Any, Any], place: str) -> Mapping[Any, Any]:
        keys = list(value)
        if place not in _OWN_KEYS:
            self._texts.keep_apart(key for key in keys if type(key) is str)
            keys = [self.of(key, place) for key in keys]
        new = [self.of(one, place) for one in value.values()]
        if all(
            a is b and c is d for a, b, c, d in zip(keys, value, new, value.values(), strict=True)
        ):
            return value
        merged: dict[Hashable, Any] = {}
        for key, one in zip(keys, new, strict=True):
            if key in merged and isinstance(merged[key], tuple) and isinstance(one, tuple):
                one = (*merged[key], *one)  # keys of several texts
            merged[key] = one
        return merged

    def _frame(self, frame: pd.DataFrame, place: str) -> pd.DataFrame:
        new = frame
        for name in frame.columns:
            if f"{place}.{name}" in _OWN_WORDS:
                continue
            apart = (name in _NAMES and place != "runs") or name == "label"
            column = self._column(frame[name], f"{place}.{name}", apart=apart)
            if column is not None:
                new = frame.copy(deep=False) if new is frame else new
                new[name] = pd.Series(column, index=frame.index, dtype=frame[name].dtype)
        index = self._column(frame.index, f"{place}.", apart=True)
        if index is not None:
            new = new.set_axis(
                pd.Index(index, dtype=frame.index.dtype, name=frame.index.name), axis=0
            )
        return new

    def _column(self, column: pd.Series | pd.Index, place: str, *, apart: bool) -> list[Any] | None:
        """Return the new values of a column, None if none of its texts changes."""
        if not isinstance(column.dtype, pd.StringDtype) and column.dtype != object:
            return None
        if place in self._at or self._texts.changing is None:
            asked: Iterable[str] = _in_order(column)
        else:
            asked = self._distinct(column).among(*self._texts.changing)
        rewrite = self._at.get(place, self._texts.__getitem__)
        changed = {text: new for text in asked if (new := rewrite(text)) != text}
        if not changed:
            return None
        if apart and place not in self._at:
            self._texts.keep_apart(_in_order(column))
        values = column.to_numpy(dtype=object)
        return [changed.get(v, v) if type(v) is str else v for v in values]

    def _formula(self, formula: str) -> str:
        """Rewrite the names in quotes; the rest is arithmetic."""

        def name(found: re.Match[str]) -> str:
            quote, old = found[0][0], found[0][1:-1]
            new = self._texts[old]
            return f"{quote}{new}{quote}" if quote not in new and "\\" not in new else found[0]

        return _QUOTED.sub(name, formula)


def _in_order(column: pd.Series | pd.Index) -> list[str]:
    """Return the distinct texts of a column as they first appear."""
    if isinstance(column.dtype, pd.StringDtype):
        return [text for text in column.unique().tolist() if type(text) is str]
    return list(dict.fromkeys(v for v in column.to_numpy() if type(v) is str))


@cache
def _fields_with_text(kind: type) -> tuple[str, ...]:
    """Return the fields of a class that may hold texts other than the program's own words."""
    if issubclass(kind, Part):
        told = {name: field.annotation for name, field in kind.model_fields.items()}
    else:
        hints = typing.get_type_hints(kind)
        told = {field.name: hints[field.name] for field in fields(cast("Any", kind))}
    return tuple(
        name
        for name, annotation in told.items()
        if f"{kind.__name__}.{name}" not in _OWN_WORDS
        and not (kind is Settings and name in _NOT_SHOWN)
        and _may_hold_text(annotation)
    )


def _may_hold_text(annotation: Any) -> bool:
    origin = typing.get_origin(annotation)
    if origin is Literal or annotation is Ellipsis or origin is np.ndarray:
        return False
    inner = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _may_hold_text(inner[0])
    if inner and (origin in (typing.Union, types.UnionType) or isinstance(origin, type)):
        return any(map(_may_hold_text, inner))
    return not (isinstance(annotation, type) and issubclass(annotation, _NO_TEXT))


def _name(value: object) -> str:
    return type(value).__name__
