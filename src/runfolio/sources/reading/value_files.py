"""Stage 1b: files of values, told by the end of their names.

In: a file's name and text, wherever it came from: a folder, a cache, a revision in git. Out:
trees, params and final metrics.
"""

from __future__ import annotations

import csv
import posixpath
import re
import tomllib

from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    flatten,
    parse_json,
    parse_yaml,
    to_float,
)

__all__ = ["DELIMITERS", "latest_metrics", "param_values", "parse", "suffix_of"]

DELIMITERS = {".csv": ",", ".tsv": "\t"}
"""What stands between the cells of a table, by the end of its name."""
_TOML_LIMIT = 4 * 1024 * 1024
_MOST_DOTS = 16
_DOTTED = re.compile(
    rf"""(?<![\w"'-])(?:(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')[ \t]*+\.[ \t]*+){{{_MOST_DOTS}}}"""
)
"""A key of TOML with many parts, whose number counts twice in the time that it takes."""


def parse(name: str, text: str, *, numbers_as_text: bool = False) -> Tree:
    """Return a file's content by the end of its name; what is neither JSON nor TOML is YAML.

    Raises
    ------
    ParseError
        If it is not of its format, or holds the marks of an unfinished merge.
    """
    _refuse_conflict(text)
    match suffix_of(name):
        case ".json":
            return parse_json(text, numbers_as_text=numbers_as_text)
        case ".toml":
            return _parse_toml(text)
        case _:
            return parse_yaml(text)


def param_values(name: str, text: str) -> dict[str, Tree]:
    """Return the params in a file.

    Raises
    ------
    ParseError
        As for `parse`; also where a file is no such (a Python file, which is not run).
    """
    if suffix_of(name) == ".py":
        raise ParseError("is code, which is not run for its params")
    tree = parse(name, text, numbers_as_text=True)
    if tree is None:
        return {}
    if not isinstance(tree, dict):
        raise ParseError("holds no keys with values")
    return dict(flatten(tree))


def latest_metrics(name: str, text: str, separator: str = ".") -> dict[str, float]:
    """Return the numbers that a file of metrics ends in: its values, or those of its last row.

    Parameters
    ----------
    name : str
    text : str
    separator : str
        Joins nested keys to names.

    Raises
    ------
    ParseError
        As for `parse`; also where it holds no values under names.
    """
    delimiter = DELIMITERS.get(suffix_of(name))
    tree = _last_row(text, delimiter) if delimiter else parse(name, text)
    while isinstance(tree, list) and tree:
        tree = tree[-1]
    if not isinstance(tree, dict):
        number = to_float(tree)
        if number is None:
            raise ParseError("holds no values under names")
        return {posixpath.splitext(posixpath.basename(name))[0]: number}
    found: dict[str, float] = {}
    for key, value in flatten(tree, separator):
        number = to_float(value)
        if number is not None:
            found[key] = number
    return found


def suffix_of(name: str) -> str:
    """Return the end of a file's name, in small letters, with its dot."""
    return posixpath.splitext(name)[1].lower()


def _last_row(text: str, delimiter: str) -> dict[str, Tree]:
    _refuse_conflict(text)
    lines = text.rstrip().splitlines()
    if len(lines) < 2:
        raise ParseError("holds no row below a header")
    try:
        header, row = csv.reader([lines[0], lines[-1]], delimiter=delimiter)
    except (csv.Error, ValueError) as error:
        raise ParseError("holds no row that can be read below its header") from error
    return {name.strip(): cell for name, cell in zip(header, row, strict=False) if name.strip()}


def _refuse_conflict(text: str) -> None:
    at = 0 if text.startswith("<<<<<<<") else text.find("\n<<<<<<<")
    for mark in ("\n=======", "\n>>>>>>>"):
        at = text.find(mark, at) if at >= 0 else at
    if at >= 0:
        raise ParseError("holds the marks of a merge that is not finished")


def _parse_toml(text: str) -> Tree:
    if len(text) > _TOML_LIMIT:
        raise ParseError(f"is larger than {_TOML_LIMIT // 1024 // 1024} MB")
    if _DOTTED.search(text):
        raise ParseError(f"has a key of more than {_MOST_DOTS} parts")
    try:
        return tomllib.loads(text, parse_float=str)
    except RecursionError as error:
        raise ParseError("is nested too deeply") from error
    except ValueError as error:
        raise ParseError("is no valid TOML") from error
