"""Stage 5: simple blocks become plain text for a window of 78 columns.

In: a page of simple blocks. Out: the text part of a message, the same words as the HTML part.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

from runfolio.render.email.links import plain
from runfolio.render.email.shape import SIGNS, Entry, cell_text, entries, fits_in_columns
from runfolio.render.text import visible
from runfolio.views import blocks as b

__all__ = ["COLUMNS", "plain_text_part"]

COLUMNS = 78


def plain_text_part(page: b.Page, notes: Sequence[str]) -> str:
    """Return a page as text; every line fits `COLUMNS`.

    Parameters
    ----------
    page : Page
        Of simple blocks.
    notes : sequence of str
        What stands below it: where the report is, what was left out.
    """
    parts = [_wrapped(page.title), "=" * COLUMNS, _wrapped(page.kicker)]
    parts.append(_wrapped(_words(page.lede)))
    for section in page.sections:
        if section.title:
            parts.append(_headed(section.title, "-"))
        for block in section.blocks:
            parts += _block(block)
    parts.append("-" * COLUMNS)
    # An address is one word, however long: programs make a link of it.
    parts += ["\n".join(_wrapped(line, whole=True) for line in notes if line)]
    text = "\n\n".join(part for part in parts if part.strip())
    return text.replace(f"\n\n{'=' * COLUMNS}", f"\n{'=' * COLUMNS}", 1) + "\n"


def _block(block: b.Block) -> Iterator[str]:
    if isinstance(block, b.Prose):
        yield _wrapped(_words(block.spans))
    elif isinstance(block, b.Heading):
        yield _headed(block.text, "-") if block.level == 2 else _wrapped(block.text)
    elif isinstance(block, b.Markdown):
        lines = visible(block.source).splitlines()
        yield "\n".join(_wrapped(plain(line)) for line in lines)
    elif isinstance(block, b.KeyFigures):
        for figure in block.figures:
            told = _wrapped(f"{figure.label}: {figure.value}", "  ")
            context = _wrapped(_words(figure.context), "    ")
            yield f"{told}\n{context}" if context else told
    elif isinstance(block, b.Table):
        yield _table(block)
    elif isinstance(block, b.Chart):
        yield _wrapped(f"{plain(block.title)}. {plain(block.sentence)}")
    elif isinstance(block, b.Callout):
        sign = "! " if block.tone in ("bad", "unsure") else "  "
        told = _wrapped(block.title, sign, "  ")
        more = _wrapped(_words(block.spans), "  ")
        yield f"{told}\n{more}" if more else told
    elif isinstance(block, b.Items):
        yield "\n".join(
            _wrapped(_words(item), f"{n:2}. ", "    ") for n, item in enumerate(block.items, 1)
        )


def _words(spans: Sequence[b.Span]) -> str:
    return "".join(span if isinstance(span, str) else span.text for span in spans).strip()


def _headed(title: str, rule: str) -> str:
    told = _wrapped(title)
    return f"{told}\n{rule * min(COLUMNS, max(map(_width, told.splitlines() or [''])))}"


def _table(table: b.Table) -> str:
    lines = [_wrapped(f"{table.caption}:")] if table.caption else []
    columns = [column for column in table.columns if column.kind != "spark"]
    if fits_in_columns(table):
        head = [column.label for column in table.columns]
        rows = [
            head,
            *([_marked(r.cells[0], r.mark), *map(cell_text, r.cells[1:])] for r in table.rows),
        ]
        widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
        # The numbers stay whole; the first column takes what is left.
        widths[0] = min(widths[0], COLUMNS - 2 - sum(widths[1:]) - 2 * len(columns))
        numbers = [column.kind == "number" for column in table.columns]
        for number, row in enumerate(rows):
            lines += _in_columns(row, widths, numbers)
            if not number:
                lines.append("  " + "  ".join("-" * width for width in widths))
        return "\n".join(lines)
    return "\n".join([*lines, *(_entry(one) for one in entries(table))])


def _in_columns(row: Sequence[str], widths: Sequence[int], numbers: Sequence[bool]) -> list[str]:
    first = textwrap.wrap(row[0], widths[0]) or [""]
    cells = [_padded(first[0], widths[0], right=False)]
    cells += map(_padded, row[1:], widths[1:], numbers[1:])
    return [("  " + "  ".join(cells)).rstrip(), *(f"  {line}" for line in first[1:])]


def _padded(text: str, width: int, right: bool) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if right else text + blanks


def _entry(entry: Entry) -> str:
    name = _marked(entry.name, entry.mark)
    verdict = entry.verdict and entry.verdict.verdict
    sign = (SIGNS[verdict.tone] if verdict else "") or "*"
    told = _wrapped(f"{name}: {verdict.text}" if verdict else name, f"  {sign} ", "    ")
    details = "; ".join(
        f"{label}: {cell_text(cell).rstrip('.')}" if label else cell_text(cell)
        for label, cell in entry.details
    )
    return f"{told}\n{_wrapped(details, '    ')}" if details else told


def _marked(cell: b.Cell, mark: b.Mark) -> str:
    text = cell_text(cell)
    return f"{text} ({mark})" if mark and text.lower() != mark else text


def _wrapped(text: str, first: str = "", further: str | None = None, *, whole: bool = False) -> str:
    """Return text in lines of `COLUMNS`; a word that is longer is broken, unless kept `whole`."""
    rest = first if further is None else further
    room = COLUMNS
    if any(unicodedata.east_asian_width(sign) in "WF" for sign in text):
        room = (COLUMNS + len(rest)) // 2  # such signs take two columns
    return "\n".join(
        textwrap.wrap(
            text,
            room,
            initial_indent=first,
            subsequent_indent=rest,
            break_long_words=not whole,
            break_on_hyphens=False,
        )
    )


def _width(text: str) -> int:
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )
