"""Stage 1b: what a validation tool wrote, as text that may be shown.

In: values, names and messages of checks. Out: short text without values of the data, paths,
addresses and credentials. Validation tools quote the data that they judge; a report is no place
for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from runfolio.sources.reading.parsing import Tree, text_of, to_float

__all__ = ["base_name", "pairs", "reason", "seen_in", "short", "table_name"]

_LONGEST = 200
_MOST_ITEMS = 10
_MOST_QUOTES = 20
_LOWER_FIRST = {"min_value": 0, "mostly": 2}
_QUOTED = re.compile(
    r"(?P<column>\bcolumn +)?(?<!\w)(?P<quote>['\"`]).*?(?:(?P=quote)(?!\w)|$)", re.IGNORECASE
)
_ADDRESS = re.compile(
    r"\w+://\S+"
    r"|[\w.+-]+@\w[\w-]*(?:\.\w+)+"
    r"|\b[A-Za-z]:[/\\]\w[^\s,;]*"
    r"|~/[^\s,;]+"
    r"|(?<![\w.\\])(?:/[\w.-]+){2,}"
)


def short(value: Tree) -> str:
    """Return a value of a setting; of a long list or text the beginning."""
    more = ""
    if isinstance(value, list) and len(value) > _MOST_ITEMS:
        more = f" and {len(value) - _MOST_ITEMS} more"
        value = value[:_MOST_ITEMS]
    text = _ADDRESS.sub("…", text_of(value)[: 4 * _LONGEST])
    return (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") + more


def pairs(settings: Mapping[str, Tree]) -> str:
    """Return settings as ``name: value``, without those that are not set."""
    named = sorted(settings.items(), key=lambda pair: (_LOWER_FIRST.get(pair[0], 1), pair[0]))
    return ", ".join(
        f"{short(name)}: {short(value)}"
        for name, value in named
        if value is not None and value is not False
    )


def seen_in(value: Tree) -> str:
    """Return a measured value if it tells of the data as a whole: a number, or true or false."""
    if isinstance(value, bool) or (not isinstance(value, str) and to_float(value) is not None):
        return text_of(value)
    return ""


def table_name(value: Tree) -> str:
    """Return the name of a dataset; of a path or an address the last part."""
    if not isinstance(value, str):
        return ""
    return short(re.split(r"[/\\]", value.partition("?")[0].rstrip("/\\"))[-1])


def base_name(name: str) -> str:
    """Return a file's name without its ending."""
    return name.rpartition(".")[0] or name


def reason(message: Tree, known: Sequence[str] = ()) -> str:
    """Return the first line of an error without what it quotes of the data.

    Quoted names of columns stay, and what is in `known`.
    """
    if not isinstance(message, str):
        return ""

    def hidden(found: re.Match[str]) -> str:
        quoted = found[0][len(found["column"] or "") :]
        return found[0] if found["column"] or quoted[1:-1] in known else f"{quoted[0]}…{quoted[0]}"

    first = message[: 4 * _LONGEST].strip().partition("\n")[0].strip()
    if sum(map(first.count, "'\"`")) > _MOST_QUOTES:
        return short(re.split("['\"`]", first)[0]) + "…"
    return short(_QUOTED.sub(hidden, first))
