"""Configuration: what is told apart by its name must have a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.config.mistakes import line_of
from runfolio.config.settings import Settings

__all__ = ["repeated_names"]


def repeated_names(settings: Settings, marked: Marked) -> list[Mistake]:
    """Return each requirement and checklist whose name an earlier one has, with its line."""
    mistakes = []
    first: dict[tuple[str, str], Where] = {}
    for key, name, where in _named(settings):
        if (key, name) not in first:
            first[key, name] = where
            continue
        shown = f"{key} → #{int(where[1]) + 1}"
        earlier = line_of(first[key, name], marked)
        message = f"'{shown}' is called {name!r}, as is another in line {earlier}."
        hint = (
            "Give each a name of its own, by which reports tell what became of it."
            if key == "requirements"
            else "Name a checklist once, with all answers."
        )
        mistakes.append(Mistake(line_of(where, marked), "config-repeated-name", message, hint))
    return mistakes


def _named(settings: Settings) -> Iterator[tuple[str, str, Where]]:
    for number, one in enumerate(settings.requirements):
        yield "requirements", one.name, ("requirements", number, "name")
    for number, use in enumerate(settings.compliance):
        yield "compliance", use.checklist, ("compliance", number, "checklist")
