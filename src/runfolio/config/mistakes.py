"""Configuration: validation errors are told in plain words, with what was probably meant.

In: the errors of the settings' models and where each value stands. Out: mistakes.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Iterable, Mapping
from typing import Any

from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.model.problems import near_miss

__all__ = ["line_of", "shown_at", "tell"]

MOST = 50
"""Mistakes told of one file; more come from a file that is no configuration."""

_WANTED = {
    "string_type": ("text", "Write one plain value."),
    "dict_type": ("keys with values", "Write 'key: value' lines below it, indented."),
    "model_type": ("keys with values", "Write 'key: value' lines below it, indented."),
    "tuple_type": ("a list", "Write '- value' lines below it, or [value, value]."),
    "bool_type": ("true or false", "Write one of the two."),
    "bool_parsing": ("true or false", "Write one of the two."),
    "float_type": ("a number", "Write one, such as 0.05."),
    "float_parsing": ("a number", "Write one, such as 0.05."),
    "finite_number": ("a finite number", "Write one, such as 0.05."),
    "greater_than_equal": ("a number that is not negative", "Write one, such as 0.05."),
    "greater_than": ("a number above zero", "Write one, such as 3."),
    "int_type": ("a whole number", "Write one, such as 5."),
    "int_parsing": ("a whole number", "Write one, such as 5."),
    "int_from_float": ("a whole number", "Write one, such as 5."),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        ("a date", "Write one, such as 2026-12-31."),
    ),
}
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "less_than_equal": ("le", "at most"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
}
_GIVEN = ((dict, "keys with values"), (list, "a list"), (str, "text"))


def tell(
    errors: Iterable[Mapping[str, Any]], root: Any, marked: Marked, name: str = "report.yaml"
) -> list[Mistake]:
    """Tell validation errors in plain words.

    Parameters
    ----------
    errors : iterable of mapping
        As the models' library gives them: ``type``, ``loc``, ``msg``, ``input``, ``ctx``.
    root : type
        The model that was validated.
    marked : Marked
        The document, for the lines.
    name : str
        What the document is called.
    """
    ordered = sorted(errors, key=lambda error: line_of(tuple(error["loc"]), marked))
    told = [_tell(error, root, marked, name) for error in ordered[:MOST]]
    if len(ordered) > MOST:
        message = f"There are {len(ordered) - MOST} more mistakes."
        told.append(Mistake(told[-1].line, "config-more", message, "Is it really the right file?"))
    return told


def line_of(where: Where, marked: Marked) -> int:
    """Return the line of a value, or of the nearest one around it."""
    for end in range(len(where), -1, -1):
        if where[:end] in marked.lines:
            return marked.lines[where[:end]]
    return 0


def _tell(error: Mapping[str, Any], root: Any, marked: Marked, document: str) -> Mistake:
    where: Where = tuple(error["loc"])
    line = line_of(where, marked)
    kind, name = error["type"], shown_at(where)
    if kind == "extra_forbidden":
        inside = f"'{shown_at(where[:-1])}'" if len(where) > 1 else document
        known = sorted(_model_at(root, where[:-1]).model_fields)
        hint = near_miss(str(where[-1]), known, "Known keys")
        return Mistake(line, "config-unknown-key", f"'{where[-1]}' is no key of {inside}.", hint)
    if kind == "missing":
        inside = f"'{shown_at(where[:-1])}'" if len(where) > 1 else document.capitalize()
        message = f"{inside} lacks the key '{where[-1]}'."
        return Mistake(line, "config-missing-key", message, "Add it.")
    if kind == "literal_error" and isinstance(error["input"], str):
        options = re.findall(r"'([^']*)'", error["ctx"]["expected"])
        message = f"'{name}' cannot be '{_short(error['input'])}'."
        hint = near_miss(error["input"], options, "Possible values")
        return Mistake(line, "config-unknown-value", message, hint)
    if kind == "string_too_short" or error["input"] is None:
        hint = "Write one; text that starts with '#' or holds ': ' needs quotes."
        return Mistake(line, "config-no-value", f"'{name}' has no value.", hint)
    told = error.get("ctx", {})
    if kind in _BOUNDS and told[_BOUNDS[kind][0]] != 0:
        bound, words = _BOUNDS[kind]
        message = f"'{name}' must be {words} {told[bound]}, not '{_short(str(error['input']))}'."
        return Mistake(line, "config-wrong-type", message, "Write such a number.")
    if kind in _WANTED or kind == "literal_error":
        wanted, hint = _WANTED.get(kind, _WANTED["string_type"])
        given = next(
            (words for type_, words in _GIVEN if isinstance(error["input"], type_)),
            f"'{error['input']}'",
        )
        if given == "text" and kind not in ("dict_type", "model_type", "tuple_type"):
            given = f"'{_short(error['input'])}'"
        message = f"'{name}' must be {wanted}, not {given}."
        return Mistake(line, "config-wrong-type", message, hint)
    if "hint" not in told:  # a check of the models' library that has no words of ours
        message = f"'{name}' cannot be '{_short(str(error['input']))}': {error['msg']}."
        return Mistake(line, "config-wrong-type", message, "`report schema` tells what it may be.")
    # A model's own check: it names its slug and says the rest itself.
    return Mistake(line, kind, f"'{name}' {error['msg']}", told["hint"])


def shown_at(where: Where) -> str:
    """Return the place of a value as people read it: ``data → quality → #2``."""
    return " → ".join(f"#{step + 1}" if isinstance(step, int) else step for step in where)


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"


def _model_at(root: Any, where: Where) -> Any:
    """Return the model of the mapping at `where`; names and indices in between are no keys."""
    model = root
    for step in where:
        inner = step in model.model_fields and _model_in(model.model_fields[step].annotation)
        model = inner or model
    return model


def _model_in(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next(filter(None, map(_model_in, typing.get_args(annotation))), None)
