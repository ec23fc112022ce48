"""Stage 5: a report in a comment on a pull request, a job's summary, and ``summary.md``.

In: a `Summary`. Out: Markdown as GitHub and GitLab draw it, in no more bytes than the host takes.
Where room is short, detail goes first. What got worse and what is asked but not met is shortened
last, to a line each, and then counted: it is never left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from runfolio.model.numbers import format_count
from runfolio.render.comment_text import pieces
from runfolio.render.markdown_text import plain_text
from runfolio.render.pieces import Failures, Piece, Style, address_in
from runfolio.render.summary import OVERVIEW, Summary

__all__ = [
    "FLAVOURS",
    "KEY",
    "LEAST",
    "STEP_SUMMARY",
    "Flavour",
    "comment_markdown",
    "marker",
    "summary_markdown",
]

KEY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._]|-(?!-)){0,59}", re.ASCII)
"""A key: nothing in it ends the marker, which is a comment in HTML."""

LEAST = 4_000
"""Bytes into which everything can be shortened."""
STEP_SUMMARY = 1_000_000
"""Bytes of a job's summary on GitHub: 1,024 KiB for a step, less what others write there."""

_APART = "\n\n"
_NOTE = 600
"""Bytes kept free for saying what was left out."""
_LONGEST_ADDRESS = 500


@dataclass(frozen=True, slots=True)
class Flavour:
    """A host of comments.

    Parameters
    ----------
    name : str
    budget : int
        Bytes that a comment may have. GitHub's API refuses more than 65,536 characters (and, for
        some time, only more than four times as many bytes), GitLab's more than 1,000,000
        characters (``Gitlab::Database::MAX_TEXT_SIZE_LIMIT``); no text has more characters than
        bytes.
    """

    name: str
    budget: int


FLAVOURS = {one.name: one for one in (Flavour("github", 65_536), Flavour("gitlab", 1_000_000))}


def marker(key: str) -> str:
    """Return the line by which a comment is found again; nobody sees it.

    Raises
    ------
    ValueError
        If the key is not of letters, digits, ``.``, ``_`` and ``-``.
    """
    if not KEY.fullmatch(key):
        raise ValueError(f"not a key: {key!r}")
    return f"<!-- runfolio: {key} -->"


def comment_markdown(
    summary: Summary,
    *,
    key: str = "",
    site: str = "",
    budget: int = FLAVOURS["github"].budget,
    version: str = "",
) -> str:
    """Return a report as a comment.

    Parameters
    ----------
    summary : Summary
    key : str
        Of its marker; without it there is none.
    site : str
        Address of the site, to which it links; without it there are no links.
    budget : int
        Bytes of UTF-8 that it may have; at least `LEAST`.
    version : str
        Of runfolio.
    """
    if budget < LEAST:
        raise ValueError(f"a comment needs {LEAST} bytes, not {budget}")
    site = site if len(site.encode()) <= _LONGEST_ADDRESS else ""
    told = [Piece(99, (marker(key),))] if key else []
    told += pieces(summary, Style(site or None))
    told.append(_footer(summary, site, version))
    chosen = [piece.forms[0] for piece in told]
    if _size(chosen) > budget:
        chosen = _shortened(told, budget - _NOTE)
    return _APART.join(filter(None, chosen)) + "\n"


def summary_markdown(summary: Summary, version: str = "") -> str:
    """Return a report as the file ``summary.md`` of its site.

    Parameters
    ----------
    summary : Summary
    version : str
        Of runfolio.
    """
    style = Style("", level=1, folds=False)
    told = [piece.forms[0] for piece in pieces(summary, style)]
    told.append(_footer(summary, "", version).forms[0])
    return _APART.join(filter(None, told)) + "\n"


def _footer(summary: Summary, site: str, version: str) -> Piece:
    parts = [f"[The whole report](<{address_in(site, OVERVIEW)}>)"] if site else []
    if summary.problems is not None:
        wrong = plain_text(summary.problems.title[:80])
        there = address_in(site or None, "problems.html")
        parts.append(f"[{wrong}](<{there}>)" if there else wrong)
    parts.append(f"Made with runfolio {plain_text(version)}".strip())
    return Piece(95, (f"<sub>{' · '.join(parts)}</sub>",))


def _size(texts: Sequence[str]) -> int:
    """Return how many bytes texts take when they are put together."""
    return sum(len(text.encode()) + len(_APART) for text in texts if text) + 1


def _shortened(told: Sequence[Piece], room: int) -> list[str]:
    """Take shorter forms, the least telling pieces first, until all fits; say what is missing."""
    chosen = [piece.forms[0] for piece in told]
    size = _size(chosen)
    for place in sorted(range(len(told)), key=lambda place: told[place].rank):
        piece = told[place]
        for form in piece.forms[1:]:
            if size <= room:
                break
            size += _size([form]) - _size([chosen[place]])
            chosen[place] = form
    if size > room:
        _count_failures(told, chosen, room)
    note = "Shortened to fit."
    left_out = [one.name for one, form in zip(told, chosen, strict=True) if one.name and not form]
    if 0 < len(", ".join(left_out)) < _NOTE // 3:
        note += f" Left out: {', '.join(left_out)}."
    chosen.insert(-1, f"<sub>{plain_text(note)}</sub>")
    return chosen


def _count_failures(told: Sequence[Piece], chosen: list[str], room: int) -> None:
    """Name as much of what failed as fits, and count the rest; all pieces get their share."""
    found = [(n, one.failures) for n, one in enumerate(told) if one.failures is not None]
    for place, failures in found:
        chosen[place] = failures.counted()
    spare = room - _size(chosen)
    found.sort(key=lambda one: _size(one[1].lines))
    for number, (place, failures) in enumerate(found):
        share = spare // (len(found) - number)
        before = _size([chosen[place]])
        chosen[place] = failures.counted(_that_fit(failures, share))
        spare -= _size([chosen[place]]) - before


def _that_fit(failures: Failures, share: int) -> int:
    """Return how many lines fit into some bytes, with the words that say that they are not all."""
    share -= len(f", of which {format_count(len(failures.lines))} named here:\n".encode())
    shown = 0
    for line in failures.lines:
        share -= len(line.encode()) + 1
        if share < 0:
            break
        shown += 1
    return shown
