"""Stage 2: what a terminal or a notebook shows of a result, which is no page of a site.

In: text, also out of logs. Out: the same as aligned text or as HTML, with every character that
could hide or do something spelled out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from textwrap import fill
from unicodedata import east_asian_width

__all__ = ["Grid", "as_html", "as_text", "plain"]

WIDTH = 96
"""Columns to which sentences are wrapped."""

# Control characters, marks that change the direction of text, line and paragraph separators,
# and halves of characters, which cannot be encoded.
_UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
# No colours: those of the notebook are kept, be they light or dark. Nor is a dollar TeX.
_FRAME = '<div class="tex2jax_ignore mathjax_ignore">'
_CELL = "padding:.25em .75em .25em 0;vertical-align:top;text-align:"


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of short texts.

    Parameters
    ----------
    caption : str
    head : tuple of str
    rows : tuple of (tuple of str)
    numbers : frozenset of int
        Columns that are set to the right.
    """

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[int] = frozenset()

    def text(self) -> str:
        """Return the table as aligned lines, without its caption."""
        lines = [tuple(plain(cell) for cell in row) for row in (self.head, *self.rows)]
        widths = [max(map(_width, column)) for column in zip(*lines, strict=True)]
        told = ["   ".join(self._set(line, widths)).rstrip() for line in lines]
        return "\n".join((told[0], "─" * (sum(widths) + 3 * len(widths) - 3), *told[1:]))

    def html(self) -> str:
        """Return the table as HTML, its first column as the heads of the rows."""
        head = "".join(self._cell(i, cell, "th", "col") for i, cell in enumerate(self.head))
        rows = "".join(
            f"<tr>{self._cell(0, row[0], 'th', 'row')}"
            + "".join(self._cell(i, cell, "td") for i, cell in enumerate(row[1:], 1))
            + "</tr>"
            for row in self.rows
        )
        return (
            '<table style="border-collapse:collapse;font-variant-numeric:tabular-nums">'
            f'<caption style="text-align:left">{_escaped(self.caption)}</caption>'
            f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )

    def _set(self, line: tuple[str, ...], widths: list[int]) -> Iterable[str]:
        for i, (cell, width) in enumerate(zip(line, widths, strict=True)):
            space = " " * (width - _width(cell))
            yield space + cell if i in self.numbers else cell + space

    def _cell(self, column: int, text: str, tag: str, scope: str = "") -> str:
        of = f' scope="{scope}"' if scope else ""
        side = "right" if column in self.numbers else "left"
        return f'<{tag}{of} style="{_CELL}{side}">{_escaped(text)}</{tag}>'


def plain(text: str) -> str:
    r"""Return `text` in one line with every character that is not plain text spelled out.

    Examples
    --------
    >>> plain("a\x1b[2J")
    'a\\x1b[2J'
    """
    return _UNSAFE.sub(lambda found: ascii(found[0])[1:-1], text)


def as_text(finding: str, grids: Iterable[Grid], notes: Iterable[str]) -> str:
    """Return a finding, tables and notes as text for a terminal."""
    parts = [plain(finding), *(grid.text() for grid in grids if grid.rows)]
    told = "\n".join(fill(plain(note), WIDTH, break_on_hyphens=False) for note in notes)
    return "\n\n".join([*parts, told] if told else parts)


def as_html(finding: str, grids: Iterable[Grid], notes: Iterable[str]) -> str:
    """Return the same as HTML that needs nothing else: no script, style sheet or image."""
    tables = "".join(grid.html() for grid in grids if grid.rows)
    told = "".join(f"<p><small>{_escaped(note)}</small></p>" for note in notes)
    return f"{_FRAME}<p><strong>{_escaped(finding)}</strong></p>{tables}{told}</div>"


def _escaped(text: str) -> str:
    return escape(plain(text))


def _width(text: str) -> int:
    """Return the columns that a text takes; East Asian wide characters take two."""
    return len(text) + sum(east_asian_width(character) in "WF" for character in text)
