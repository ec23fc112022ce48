"""Stage 5: blocks become Markdown, as GitHub and GitLab draw it.

In: a page, or blocks. Out: text in which whatever came out of logs is text: it makes no heading,
link, table, formula or mention of its own, and is no command to the host.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from runfolio.model.numbers import format_count
from runfolio.render.text import visible
from runfolio.views import blocks as b

__all__ = [
    "MarkdownWriter",
    "cell_text",
    "emphasised",
    "item",
    "page_markdown",
    "paragraph",
    "plain_html",
    "plain_text",
    "rows_table",
    "strong",
    "table_lines",
    "unmarked",
]

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~&!])")
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)")
_BEGINNING = re.compile(r"[-+=/:]")
"""Signs that begin a list or underline a heading. To GitLab a slash begins a command, to GitHub's
runner two colons do."""
_SEEN_BY_HOSTS = re.compile(
    # Hosts look for addresses, mentions, references and emoji in the text that was drawn, so that
    # a backslash in the source does not keep them from it.
    r"@|[#!&~%^$](?=[\w\"])|:(?=//|100:|1234:|(?!\d+:)[\w+-]{1,80}:)|[wW]{3}(?=\.)"
    r"|[gG][hHlL]-(?=\d)|[\[{](?=[-+_\[])"
)
_ESCAPED = re.compile(r"\\(\W|_)")
_JOINER = "\N{WORD JOINER}"
_APART = rf"\g<0>{_JOINER}"
_MOST_ROWS = 200
"""Rows of a table at most."""
_SIGNS = {"good": "✓", "bad": "✗", "unsure": "?", "none": ""}


def plain_text(text: str) -> str:
    """Return text that no reader of Markdown takes for markup, a mention or a new line."""
    words = visible(text).replace("\n", " ").replace("\r", " ")
    told = _MARKUP.sub(r"\\\1", _SEEN_BY_HOSTS.sub(_APART, words))
    # GitHub asks for this around a dollar that begins no formula.
    return told.replace("$", "<span>$</span>")


def plain_html(text: str) -> str:
    """Return text for a place between tags of HTML, where Markdown is not read."""
    words = visible(text).replace("\n", " ").replace("\r", " ")
    return html.escape(_SEEN_BY_HOSTS.sub(_APART, words)).replace("$", "<span>$</span>")


def unmarked(text: str) -> str:
    """Return the words of Markdown that was made here, without what marks them as such."""
    return _ESCAPED.sub(r"\1", text.replace("<span>$</span>", "$").replace(_JOINER, ""))


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
    writer = MarkdownWriter()
    parts = [f"# {plain_text(page.title)}"]
    if page.kicker:
        parts.append(paragraph(emphasised(page.kicker)))
    if page.lede:
        parts.append(writer.line(page.lede))
    for section in page.sections:
        if section.title:
            parts.append(f"## {plain_text(section.title)}")
        parts += writer.blocks(section.blocks)
    return "\n\n".join(part for part in parts if part) + "\n"


def _as_it_is(href: str) -> str:
    return href


@dataclass(frozen=True, slots=True)
class MarkdownWriter:
    """Writes blocks.

    Parameters
    ----------
    address : callable
        Makes an address of one that is relative to the site's root; empty for no link.
    """

    address: Callable[[str], str] = _as_it_is

    def blocks(self, blocks: Sequence[b.Block]) -> Iterator[str]:
        """Write blocks, each as one or more paragraphs."""
        for block in blocks:
            yield from self._block(block)

    def line(self, spans: Sequence[b.Span]) -> str:
        """Write a paragraph."""
        return paragraph(self.inline(spans))

    def inline(self, spans: Sequence[b.Span]) -> str:
        """Write words that stand within a paragraph."""
        return "".join(
            self.link(span.text, span.href)
            if isinstance(span, b.Link)
            else strong(span.text)
            if isinstance(span, b.Strong)
            else plain_text(span)
            for span in spans
        )

    def link(self, text: str, href: str) -> str:
        """Write a link, or its words where there is nowhere to go."""
        there = visible(self.address(href)) if href else ""
        there = there.replace("<", "%3C").replace(">", "%3E").replace("\n", "%0A")
        return f"[{plain_text(text)}](<{there}>)" if there else plain_text(text)

    def figure(self, one: b.KeyFigure) -> str:
        """Write a figure as an item of a list."""
        told = f"{plain_text(one.label)}: {strong(one.value)} {self.inline(one.context)}"
        return item(told).rstrip()

    def _block(self, block: b.Block) -> Iterator[str]:
        if isinstance(block, b.Prose):
            yield self.line(block.spans)
        elif isinstance(block, b.Heading):
            yield f"{'#' * block.level} {plain_text(block.text)}"
        elif isinstance(block, b.Markdown):
            yield visible(block.source)
        elif isinstance(block, b.KeyFigures):
            yield "\n".join(map(self.figure, block.figures))
        elif isinstance(block, b.Table):
            yield from _table(block)
        elif isinstance(block, b.Chart):
            yield paragraph(strong(block.title))
            yield paragraph(plain_text(block.sentence))
            if block.table is not None:
                yield from _table(block.table)
        elif isinstance(block, b.Callout):
            told = paragraph(f"{strong(block.title)} {self.inline(block.spans)}")
            yield f"> {told}".rstrip()
        elif isinstance(block, b.Items):
            yield "\n".join(f"{n}. {self.line(one)}" for n, one in enumerate(block.items, 1))
        elif isinstance(block, b.Doors):
            yield "\n".join(
                item(f"{self.link(door.title, door.href)}: {plain_text(door.text)}")
                for door in block.doors
            )
        elif isinstance(block, b.Definitions):
            yield "\n".join(map(self._definition, block.items))
        elif isinstance(block, b.Gallery):
            yield "\n".join(
                item(self.link(picture.caption or picture.text, picture.path))
                for picture in block.pictures
            )
        elif isinstance(block, b.Flow):
            yield paragraph(plain_text(block.label))
            yield "\n".join(item(f"{strong(s.label)}: {self._nodes(s)}") for s in block.stages)
        elif isinstance(block, b.Details):
            yield paragraph(strong(block.summary))
            yield from self.blocks(block.blocks)
        else:
            yield from _table(block.table)

    def _nodes(self, stage: b.FlowStage) -> str:
        return " / ".join(
            ", ".join((self.link(node.title, node.href), *map(plain_text, node.details)))
            for node in stage.nodes
        )

    def _definition(self, one: b.Definition) -> str:
        return item(f"{strong(one.term)}: {self.link(one.value, one.href)}")


def _table(table: b.Table) -> Iterator[str]:
    yield paragraph(emphasised(table.caption))
    yield rows_table(table.columns, table.rows[:_MOST_ROWS])
    if len(table.rows) > _MOST_ROWS:
        yield f"*And {format_count(len(table.rows) - _MOST_ROWS)} more rows.*"


def rows_table(columns: Sequence[b.Column], rows: Iterable[b.Row]) -> str:
    """Return rows as a table, without a caption."""
    sides = "".join("r" if column.kind == "number" else "l" for column in columns)
    head = [plain_text(column.label) for column in columns]
    told = ([cell_text(cell) for cell in row.cells] for row in rows)
    return "\n".join(table_lines(head, sides, told))


def cell_text(cell: b.Cell) -> str:
    """Return what a cell says as plain text; a verdict has its sign."""
    if cell.verdict is not None:
        return f"{_SIGNS[cell.verdict.tone]}\N{NO-BREAK SPACE}{cell.verdict.text}".strip()
    return cell.text


def strong(text: str) -> str:
    """Return bold words; a blank at an end would leave the signs as they are."""
    return _between("**", text)


def emphasised(text: str) -> str:
    """Return words in italics."""
    return _between("*", text)


def _between(signs: str, text: str) -> str:
    words = text.strip()
    if not words:
        return ""
    before, after = text.partition(words)[::2]
    return f"{plain_text(before)}{signs}{plain_text(words)}{signs}{plain_text(after)}"


def paragraph(text: str) -> str:
    """Return Markdown as a paragraph that begins no list, no code and no command.

    Parameters
    ----------
    text : str
        Markdown on one line.
    """
    text = _NUMBERED.sub(r"\1\\\2", text.lstrip(), count=1)
    return f"\\{text}" if _BEGINNING.match(text) else text


def item(text: str) -> str:
    """Return Markdown on one line as an item of a list."""
    return f"- {paragraph(text)}"
