"""Configuration: what is told apart by its name must have a name of its own."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.config.marked_yaml import Marked, Mistake, Where
from runfolio.config.mistakes import line_of, shown_at
from runfolio.config.settings import Settings

__all__ = ["repeated_names"]


_DO = {
    "requirements": "Give each a name of its own, by which reports tell what became of it.",
    "outcomes": "Give each a name of its own, by which reports tell them apart.",
    "compliance": "Name a checklist once, with all answers.",
}


def repeated_names(settings: Settings, marked: Marked) -> list[Mistake]:
    """Return what has the name of an earlier one of its kind, each with its line."""
    mistakes = []
    first: dict[tuple[str, str], Where] = {}
    for key, name, where in _named(settings):
        if (key, name) not in first:
            first[key, name] = where
            continue
        earlier = line_of(first[key, name], marked)
        message = f"'{shown_at(where[:-1])}' is called {name!r}, as is another in line {earlier}."
        mistakes.append(Mistake(line_of(where, marked), "config-repeated-name", message, _DO[key]))
    return mistakes


def _named(settings: Settings) -> Iterator[tuple[str, str, Where]]:
    for number, one in enumerate(settings.requirements):
        yield "requirements", one.name, ("requirements", number, "name")
    for number, outcome in enumerate(settings.impact.outcomes if settings.impact else ()):
        yield "outcomes", outcome.name, ("impact", "outcomes", number, "name")
    for number, use in enumerate(settings.compliance):
        yield "compliance", use.checklist, ("compliance", number, "checklist")
