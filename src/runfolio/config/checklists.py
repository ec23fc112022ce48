"""Configuration: a checklist as a file, those that come with the report and a project's own.

In: the bytes of a file. Out: a `Checklist`, or every mistake in the file with its line.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from importlib.resources import files

from pydantic import Field, ValidationError

from runfolio.config.marked_yaml import Mistake, parse
from runfolio.config.mistakes import line_of, tell
from runfolio.config.parts import Part
from runfolio.model.checklists import Checklist, ChecklistItem
from runfolio.model.problems import Problem

__all__ = ["built_in_checklists", "read_checklist"]

_MOST_ITEMS = 500
_MOST_MISTAKES = 20
"""Mistakes told of one file; more come from a file that is no checklist."""


class _Item(Part, frozen=True):
    name: str = Field(min_length=1)
    asks: str = Field(min_length=1)
    reference: str = ""


class _File(Part, frozen=True):
    title: str = Field(min_length=1)
    about: str = ""
    source: str = ""
    items: tuple[_Item, ...]


@cache
def built_in_checklists() -> dict[str, bytes]:
    """Return the files of the checklists that come with the report, by name."""
    return {
        item.name.removesuffix(".yaml"): item.read_bytes()
        for item in sorted(files("runfolio.checklists").iterdir(), key=lambda item: item.name)
        if item.name.endswith(".yaml")
    }


def read_checklist(
    data: bytes, name: str, place: str
) -> tuple[Checklist | None, tuple[Problem, ...]]:
    """Read a checklist.

    Parameters
    ----------
    data : bytes
    name : str
        As the configuration names it.
    place : str
        How the file is shown.

    Returns
    -------
    checklist : Checklist or None
        None where anything in it is wrong: a question that is lost would pass for answered.
    problems : tuple of Problem
        Each with the line in the file.
    """
    marked = parse(data)
    mistakes = list(marked.mistakes)
    told = _File(title=name, items=())
    if mistakes:
        pass  # of a file that is not read to its end, nothing else can be said
    elif isinstance(marked.value, dict):
        try:
            told = _File.model_validate(marked.value)
        except ValidationError as error:
            mistakes += tell(error.errors(), _File, marked, "a checklist")
    else:
        hint = "Write title and items; each item with name and asks."
        mistakes.append(Mistake(1, "config-wrong-type", "The file must hold a checklist.", hint))
    if not mistakes and not 0 < len(told.items) <= _MOST_ITEMS:
        message = f"A checklist has 1 to {_MOST_ITEMS} items, not {len(told.items)}."
        line = line_of(("items",), marked)
        mistakes.append(Mistake(line, "config-items", message, "Split it, or write some."))
    first: dict[str, int] = {}
    for number, item in enumerate(told.items):
        line = line_of(("items", number, "name"), marked)
        if item.name in first:
            message = f"The item {item.name!r} is there already, in line {first[item.name]}."
            mistakes.append(Mistake(line, "config-repeated-name", message, "Rename one of them."))
        first.setdefault(item.name, line)
    problems = tuple(
        replace(m, message=f"{m.message} The checklist is not shown.").told(
            place, "error", "checklist"
        )
        for m in sorted(mistakes, key=lambda mistake: mistake.line)[:_MOST_MISTAKES]
    )
    items = tuple(ChecklistItem(i.name, i.asks.strip(), i.reference.strip()) for i in told.items)
    about = (told.title.strip(), told.about.strip(), told.source.strip())
    return (None if mistakes else Checklist(name, *about, items)), problems
