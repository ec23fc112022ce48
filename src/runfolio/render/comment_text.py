"""Stage 5: a `Summary` as pieces of Markdown, in their order, each in its full and its short forms.

In: a summary, and where the site is. Out: pieces, of which `runfolio.render.comment` takes as much
as there is room for, and ``summary.md`` takes all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from runfolio.model.numbers import format_count
from runfolio.render.judged import Folded, Judged
from runfolio.render.markdown_text import (
    MarkdownWriter,
    cell_text,
    emphasised,
    item,
    paragraph,
    plain_html,
    plain_text,
    rows_table,
    strong,
)
from runfolio.render.pieces import Failures, Piece, Style, address_in
from runfolio.render.summary import OVERVIEW, Summary
from runfolio.views import blocks as b

__all__ = ["pieces"]

_BLANKS = re.compile(r"[ \t\r\n]+")
_LONGEST = 300
"""Characters of a heading."""
_SHORT_HEADING = 90
_SHORT_NAME = 80
_SHORT_VALUE = 40


def pieces(summary: Summary, style: Style) -> Iterator[Piece]:
    """Yield the pieces of a summary in order."""
    writer = MarkdownWriter(lambda href: address_in(style.site, href))
    maker = _Maker(writer, style)
    branch, asked = summary.branch, summary.requirements
    yield maker.heading(summary.title, branch.finding if branch else summary.finding)
    if branch is not None:
        yield from maker.judged(branch, 40, with_title=False)
        if asked is not None:
            yield from maker.judged(asked, 50)
        yield maker.small_heading(summary.finding, OVERVIEW, 38)
    yield maker.text(33, paragraph(emphasised(summary.kicker)))
    yield maker.text(36, writer.line(maker.told(summary.lede)))
    yield maker.figures(summary.figures)
    yield maker.text(37, maker.paragraphs(summary.since))
    if branch is None and asked is not None:
        yield from maker.judged(asked, 50)
    if summary.scorecard is not None:
        yield from maker.judged(summary.scorecard, 30)
    for rank, folded in enumerate(summary.folded, 12):
        yield maker.folded(folded, rank)
    yield maker.findings(summary.findings)
    if summary.problems is not None:
        yield maker.folded(summary.problems, 28)


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes pieces."""

    writer: MarkdownWriter
    style: Style

    def heading(self, title: str, finding: str) -> Piece:
        marks = "#" * self.style.level
        name = self.writer.link(_cut(title, _LONGEST), OVERVIEW)
        told = [": ".join(filter(None, (name, plain_text(_cut(finding, _LONGEST)))))]
        name = self.writer.link(_cut(title, _SHORT_HEADING), OVERVIEW)
        told.append(": ".join(filter(None, (name, plain_text(_cut(finding, _SHORT_HEADING))))))
        told.append(plain_text(_cut(title, _SHORT_HEADING)))
        return Piece(90, tuple(f"{marks} {one}" for one in told))

    def small_heading(self, text: str, href: str, rank: int) -> Piece:
        told = self.writer.link(_cut(text, _LONGEST), href)
        return self.text(rank, f"{'#' * (self.style.level + 1)} {told}" if text else "")

    def text(self, rank: int, text: str) -> Piece:
        return Piece(rank, (text, "") if text else ("",))

    def judged(self, one: Judged, rank: int, *, with_title: bool = True) -> Iterator[Piece]:
        """Yield what came of it, what failed, what else is told, and the rest folded away."""
        if with_title:
            yield self.small_heading(one.title, one.href, 79 if one.failed else rank)
        elif one.title.strip():
            yield self.text(rank - 1, self.writer.link(one.title.strip(), one.href))
        yield self.text(rank, self.writer.line(self.told(one.sentence)))
        yield self.text(rank + 1, self.paragraphs(one.notes))
        if not self.style.folds:  # nor is anything left out
            one = replace(one, told=(*one.told, *one.rest), rest=())
        tables = [rows_table(one.columns, (*one.failed, *one.told))] if one.told else []
        if one.failed:
            failures = Failures(tuple(_lines(one)), one.says)
            tables += [rows_table(one.columns, one.failed), failures.counted(len(one.failed))]
            yield Piece(80, tuple(tables), failures=failures)
        elif tables:
            yield self.text(rank - 10, tables[0])
        if one.rest:
            count = len(one.rest)
            title = f"{format_count(count)}\N{NO-BREAK SPACE}{one.others[count > 1]}"
            yield self._folded(title, rows_table(one.columns, one.rest), 20)
        for number, folded in enumerate(one.folded):
            yield self.folded(folded, 15 - number)

    def figures(self, figures: Sequence[b.KeyFigure]) -> Piece:
        told = [replace(one, context=self.told(one.context)) for one in figures]
        bare = [replace(one, context=()) for one in figures]
        forms = ["\n".join(map(self.writer.figure, some)) for some in (told, bare)]
        return Piece(35, (*forms, "") if figures else ("",))

    def findings(self, findings: Sequence[tuple[str, str, str]]) -> Piece:
        lines = [
            item(f"{self.writer.link(label, path)}: {plain_text(finding)}")
            for label, path, finding in findings
        ]
        return self._folded("What each page finds", "\n".join(lines), 10)

    def folded(self, folded: Folded, rank: int) -> Piece:
        return self._folded(folded.title, self.paragraphs(folded.blocks), rank)

    def paragraphs(self, blocks: Sequence[b.Block]) -> str:
        return "\n\n".join(filter(None, self.writer.blocks(self.plain(blocks))))

    def _folded(self, title: str, body: str, rank: int) -> Piece:
        if not body:
            return Piece(rank, ("",))
        name = _cut(title, _LONGEST)
        text = (
            # What stands between tags is HTML; Markdown begins again behind an empty line.
            f"<details><summary>{plain_html(name)}</summary>\n\n{body}\n\n</details>"
            if self.style.folds
            else f"{'#' * (self.style.level + 1)} {plain_text(name)}\n\n{body}"
        )
        return Piece(rank, (text, ""), name)

    def plain(self, blocks: Sequence[b.Block]) -> tuple[b.Block, ...]:
        """Return blocks without pointers, and without others' own markup."""
        told: list[b.Block] = []
        for block in blocks:
            if isinstance(block, b.Prose):
                if spans := self.told(block.spans):
                    told.append(replace(block, spans=spans))
            elif isinstance(block, b.Callout):
                told.append(replace(block, spans=self.told(block.spans)))
            elif isinstance(block, b.Details):
                told.append(replace(block, blocks=self.plain(block.blocks)))
            elif not isinstance(block, b.Markdown):
                told.append(block)
        return tuple(told)

    def told(self, spans: Sequence[b.Span]) -> tuple[b.Span, ...]:
        """Return spans without links that are sentences of their own and lead nowhere here."""
        told: list[b.Span] = []
        dropped = False
        for place, span in enumerate(spans):
            after = spans[place + 1] if place + 1 < len(spans) else "."
            if isinstance(span, b.Link) and self._is_pointer(span, told, after):
                dropped = True
                continue
            if dropped and isinstance(span, str):
                span = span.removeprefix(".")
                if _is_open(told):
                    span = span.lstrip()
            if span:
                dropped = False
                told.append(span)
        while told and isinstance(last := told[-1], str):
            if last.strip():
                return (*told[:-1], last.rstrip())
            told.pop()
        return tuple(told)

    def _is_pointer(self, link: b.Link, before: Sequence[b.Span], after: b.Span) -> bool:
        """Tell whether a link is left out: to a method, or a sentence that only points."""
        if link.href.startswith("methods.html"):
            return True
        if address_in(self.style.site, link.href) or link.href.startswith("runs"):
            return False
        return _is_open(before) and isinstance(after, str) and after.startswith(".")


def _is_open(spans: Sequence[b.Span]) -> bool:
    """Tell whether a new sentence begins behind spans."""
    return not spans or (isinstance(spans[-1], str) and spans[-1].endswith(" "))


def _lines(one: Judged) -> Iterator[str]:
    """Yield a line for each row that failed: its name, its verdict, and its first values."""
    for row in one.failed:
        name = strong(_cut(row.cells[0].text, _SHORT_NAME) or "(no name)")
        verdict, values = "", []
        for column, cell in zip(one.columns[1:], row.cells[1:], strict=False):
            if cell.verdict is not None and not verdict:
                verdict = plain_text(_cut(cell_text(cell), _SHORT_NAME))
            elif cell.verdict is None and cell.text and len(cell.text) <= _SHORT_VALUE:
                values.append(f"{plain_text(column.label.lower())} {plain_text(cell.text)}")
        more = f" ({', '.join(values)})" if values else ""
        yield item(f"{name}: {verdict}{more}")


def _cut(text: str, longest: int) -> str:
    line = _BLANKS.sub(" ", text).strip()
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
