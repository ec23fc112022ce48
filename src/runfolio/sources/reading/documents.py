"""Stage 1b: whole small files (JSON, YAML, text) of a place, with their problems told.

In: a place and the findings to tell problems to. Out: the content, or None where it cannot
be had; one bad file never loses the others.
"""

from __future__ import annotations

from collections.abc import Callable

from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded_params
from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    decode,
    flatten,
    parse_json,
    parse_yaml,
    text_of,
)
from runfolio.storage.base import READ_LIMIT, Place, StorageError

__all__ = [
    "line_unreadable",
    "params_of",
    "read_json",
    "read_mapping",
    "read_params",
    "read_text",
    "read_yaml",
    "tell_replaced",
    "unreadable",
]


def unreadable(findings: Findings, error: Exception) -> None:
    """Tell that a file was left out; the error's message is a clause such as "is empty"."""
    findings.add(
        "file-unreadable",
        f"The file {error}; it was left out.",
        "Correct the file, or remove it.",
        "error",
    )


def line_unreadable(findings: Findings, error: Exception, line: int, *, cut: bool) -> None:
    """Tell that a line was left out; `cut` where it is the last and has no line end."""
    findings.add(
        "json-line-cut" if cut else "json-line-unreadable",
        "The last line is cut off in its middle; it was left out."
        if cut
        else f"The line {error}; it was left out.",
        "Nothing to do if the run is still going on." if cut else "Correct the line.",
        "note" if cut else "warning",
        line,
    )


def tell_replaced(findings: Findings) -> None:
    """Tell that `decode` replaced some bytes of a file."""
    findings.add(
        "not-utf8",
        "Some bytes are not UTF-8; they are shown as replacement characters.",
        "Save the file as UTF-8.",
        "note",
    )


def read_text(place: Place, findings: Findings, limit: int = READ_LIMIT) -> str | None:
    """Return a file as text; bytes that are not UTF-8 are replaced, and told."""
    try:
        text, replaced = decode(place.read(limit))
    except StorageError as error:
        unreadable(findings, error)
        return None
    if replaced:
        tell_replaced(findings)
    return text


def read_json(
    place: Place, findings: Findings, *, numbers_as_text: bool = False, limit: int = READ_LIMIT
) -> Tree | None:
    """Return a JSON file's content; None also stands for the document ``null``."""
    return _parsed(
        place, findings, lambda text: parse_json(text, numbers_as_text=numbers_as_text), limit
    )


def read_yaml(place: Place, findings: Findings) -> Tree | None:
    """Return a YAML file's content, in which every scalar is text or None."""
    return _parsed(place, findings, parse_yaml, READ_LIMIT)


def read_mapping(
    place: Place, findings: Findings, *, numbers_as_text: bool = False
) -> dict[str, Tree]:
    """Return the mapping in a ``.json`` or else YAML file; an empty one where there is none."""
    if place.name.endswith(".json"):
        tree = read_json(place, findings, numbers_as_text=numbers_as_text)
    else:
        tree = read_yaml(place, findings)
    if tree is None:
        return {}
    try:
        if not isinstance(tree, dict):
            raise ParseError("holds no keys with values")
        for _ in flatten(tree):
            pass  # raises if it is nested too deeply
    except ParseError as error:
        unreadable(findings, error)
        return {}
    return tree


def read_params(place: Place, findings: Findings) -> dict[str, str]:
    """Return the params in a JSON or YAML file, as they are written there."""
    return bounded_params(read_mapping(place, findings, numbers_as_text=True), findings)


def params_of(tree: dict[str, Tree]) -> dict[str, str]:
    """Return nested values as params: keys joined with ``.``, values as text."""
    return {key: text_of(value) for key, value in flatten(tree)}


def _parsed(
    place: Place, findings: Findings, parse: Callable[[str], Tree], limit: int
) -> Tree | None:
    text = read_text(place, findings, limit)
    if text is None:
        return None
    try:
        return parse(text)
    except ParseError as error:
        unreadable(findings, error)
        return None
