"""Stage 1b: the ``meta.yaml`` files of an MLflow file store.

In: a file. Out: its keys with values as text, or a problem. Nearly all of them are flat,
and splitting lines is many times faster than any YAML reader; what is not flat goes to one.
"""

from __future__ import annotations

from runfolio.model.problems import Problem
from runfolio.sources.base import problem
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_yaml
from runfolio.storage.base import Place, StorageError

__all__ = ["META", "Meta", "parse_meta", "read_meta", "text"]

META = "meta.yaml"
Meta = dict[str, Tree]

_NULLS = frozenset({"null", "~", "Null", "NULL"})
_NOT_PLAIN = frozenset("\"'[]{}&*!|>%@`#,?-=")


def read_meta(folder: Place, problems: list[Problem], what: str) -> Meta | None:
    """Return the keys of a folder's ``meta.yaml``; None, and a problem, if it has none.

    Parameters
    ----------
    folder : Place
    problems : list of Problem
        Added to.
    what : str
        What the file is about, for the message: ``experiment``, ``model`` …
    """
    place = folder / META
    try:
        # MLflow writes it in place: one that is empty now may be complete a moment later.
        return parse_meta(place.read() or place.read())
    except (StorageError, ParseError) as error:
        problems.append(meta_problem(place, what, str(error)))
        return None


def meta_problem(place: Place, what: str, reason: str) -> Problem:
    """Return the problem of a ``meta.yaml`` that cannot be read."""
    return problem(
        place,
        "mlflow-meta-unreadable",
        f"The file that describes the {what} {reason}.",
        f"Restore it from a backup, or remove the {what}'s folder.",
        "error",
    )


def parse_meta(data: bytes) -> Meta:
    """Return the keys of a ``meta.yaml``.

    Raises
    ------
    ParseError
        If it is empty, or no YAML mapping.
    """
    content, _ = decode(data)
    if not content.strip():
        raise ParseError("is empty")
    flat = _flat(content)
    if flat is not None:
        return flat
    tree = parse_yaml(content)
    if not isinstance(tree, dict):
        raise ParseError("holds no keys with values")
    return tree


def text(meta: Meta, key: str) -> str | None:
    """Return the value of a key where it is text."""
    value = meta.get(key)
    return value if isinstance(value, str) else None


def _flat(content: str) -> Meta | None:
    """Read lines of ``key: value``, also one level deeper; None if there is anything else."""
    found: Meta = {}
    above = ""
    inner: Meta | None = None  # what lies below that key
    for line in content.split("\n"):
        name, colon, value = line.partition(": ")
        if not colon:
            if not line.strip():
                continue
            name, colon, value = line.partition(":")
            if not colon or value:
                return None
        value = value.strip()
        into = found
        if name[:2] == "  ":
            if inner is None:
                return None
            into, name = inner, name[2:]
        if not (name.isidentifier() or name.replace(".", "_").isidentifier()):
            return None
        if not value or value in _NULLS:
            into[name] = None
        elif value[0] not in _NOT_PLAIN:
            if ": " in value or " #" in value or value[-1] == ":":
                return None
            into[name] = value
        elif value[0] == "'":
            if len(value) < 2 or value[-1] != "'" or value.count("'") % 2:
                return None  # goes on in the next line
            into[name] = value[1:-1].replace("''", "'")
        elif value == "[]":
            into[name] = []
        elif value == "{}":
            into[name] = {}
        else:
            return None
        if into is found:
            above, inner = name, None if value else {}
        else:
            found[above] = inner
    return found
