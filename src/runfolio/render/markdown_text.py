"""Stage 5: blocks become Markdown, as GitHub and GitLab draw it.

In: a page. Out: text in which whatever came out of logs is text: it makes no heading, link,
table or mention of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from runfolio.model.numbers import format_count
from runfolio.render.text import visible
from runfolio.views import blocks as b

__all__ = ["page_markdown", "plain_text", "table_lines"]

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_NUMBERED = re.compile(r"(\s*)(\d+)([.)])(?=\s|$)")
_BULLET = re.compile(r"(\s*)([-+=])")
_MOST_ROWS = 200
"""Rows of a table at most."""
_SIGNS = {"good": "✓", "bad": "✗", "unsure": "?", "none": ""}


def plain_text(text: str) -> str:
    """Return text that no reader of Markdown takes for markup, a mention or a new line."""
    words = " ".join(visible(text).split(" ")).replace("\n", " ").replace("\r", " ")
    return _MARKUP.sub(r"\\\1", words).replace("@", "@\N{WORD JOINER}")


def table_lines(head: Sequence[str], sides: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of a table.

    Parameters
    ----------
    head : sequence of str
    sides : str
        ``l`` or ``r`` for each column.
    rows : iterable of sequence of str
        Plain text.
    """
    rules = ["---:" if side == "r" else "---" for side in sides]
    body = [[plain_text(cell) for cell in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (head, rules, *body)]


def page_markdown(page: b.Page) -> str:
    """Return a page as Markdown; its links are relative to the site's root.

    Parameters
    ----------
    page : Page
    """
    parts = [f"# {plain_text(page.title)}"]
    if page.kicker:
        parts.append(f"*{plain_text(page.kicker)}*")
    if page.lede:
        parts.append(_spans(page.lede))
    for section in page.sections:
        if section.title:
            parts.append(f"## {plain_text(section.title)}")
        parts += _blocks(section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _blocks(blocks: Sequence[b.Block]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block)


def _block(block: b.Block) -> Iterator[str]:
    if isinstance(block, b.Prose):
        yield _spans(block.spans)
    elif isinstance(block, b.Heading):
        yield f"{'#' * block.level} {plain_text(block.text)}"
    elif isinstance(block, b.Markdown):
        yield visible(block.source)
    elif isinstance(block, b.KeyFigures):
        yield "\n".join(map(_figure, block.figures))
    elif isinstance(block, b.Table):
        yield from _table(block)
    elif isinstance(block, b.Chart):
        yield f"**{plain_text(block.title)}**"
        yield _line(plain_text(block.sentence))
        if block.table is not None:
            yield from _table(block.table)
    elif isinstance(block, b.Callout):
        told = f"**{plain_text(block.title)}** {_inline(block.spans)}".rstrip()
        yield f"> {told}"
    elif isinstance(block, b.Items):
        yield "\n".join(f"{n}. {_spans(item)}" for n, item in enumerate(block.items, 1))
    elif isinstance(block, b.Doors):
        yield "\n".join(
            f"- {_link(door.title, door.href)}: {plain_text(door.text)}" for door in block.doors
        )
    elif isinstance(block, b.Definitions):
        yield "\n".join(_definition(item) for item in block.items)
    elif isinstance(block, b.Gallery):
        yield "\n".join(
            f"- {_link(picture.caption or picture.text, picture.path)}"
            for picture in block.pictures
        )
    elif isinstance(block, b.Flow):
        yield _line(plain_text(block.label))
        yield "\n".join(f"- **{plain_text(s.label)}**: {_nodes(s)}" for s in block.stages)
    elif isinstance(block, b.Details):
        yield f"**{plain_text(block.summary)}**"
        yield from _blocks(block.blocks)
    else:
        yield from _table(block.table)


def _figure(one: b.KeyFigure) -> str:
    told = f"- {_line(plain_text(one.label))}: **{plain_text(one.value)}** {_inline(one.context)}"
    return told.rstrip()


def _table(table: b.Table) -> Iterator[str]:
    sides = "".join("r" if column.kind == "number" else "l" for column in table.columns)
    head = [plain_text(column.label) for column in table.columns]
    rows = [[_cell(cell) for cell in row.cells] for row in table.rows[:_MOST_ROWS]]
    yield f"*{plain_text(table.caption)}*"
    yield "\n".join(table_lines(head, sides, rows))
    if len(table.rows) > _MOST_ROWS:
        yield f"*And {format_count(len(table.rows) - _MOST_ROWS)} more rows.*"


def _cell(cell: b.Cell) -> str:
    if cell.verdict is not None:
        return f"{_SIGNS[cell.verdict.tone]} {cell.verdict.text}".strip()
    return cell.text


def _nodes(stage: b.FlowStage) -> str:
    return " / ".join(
        ", ".join((_link(node.title, node.href), *map(plain_text, node.details)))
        for node in stage.nodes
    )


def _definition(item: b.Definition) -> str:
    value = _link(item.value, item.href) if item.href else plain_text(item.value)
    return f"- **{plain_text(item.term)}**: {value}"


def _spans(spans: Sequence[b.Span]) -> str:
    return _line(_inline(spans))


def _inline(spans: Sequence[b.Span]) -> str:
    return "".join(
        _link(span.text, span.href)
        if isinstance(span, b.Link)
        else _strong(span.text)
        if isinstance(span, b.Strong)
        else plain_text(span)
        for span in spans
    )


def _strong(text: str) -> str:
    """Return bold words; a blank at an end would leave the signs as they are."""
    words = text.strip()
    if not words:
        return ""
    before, after = text.partition(words)[::2]
    return f"{before}**{plain_text(words)}**{after}"


def _link(text: str, href: str) -> str:
    address = visible(href).replace("<", "%3C").replace(">", "%3E").replace("\n", "%0A")
    return f"[{plain_text(text)}](<{address}>)" if href else plain_text(text)


def _line(text: str) -> str:
    """Return a paragraph that begins no list and underlines no heading."""
    text = _NUMBERED.sub(r"\1\2\\\3", text, count=1) if _NUMBERED.match(text) else text
    return _BULLET.sub(r"\1\\\2", text, count=1) if _BULLET.match(text) else text
