"""Stage 5: any block becomes one of few and simple kinds, as long as a message allows.

In: blocks, and limits. Out: `Prose`, `Heading`, `Markdown`, `KeyFigures`, `Table`, `Chart`,
`Callout` and `Items` alone. What is left out is counted and told. Warnings and requirements that
are not met stay, however narrow the limits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from runfolio.model.numbers import format_count
from runfolio.render.email.links import Links, plain
from runfolio.render.static_charts import chart_hash
from runfolio.views import blocks as b

__all__ = ["REQUIREMENTS", "Limits", "Simple", "and_more", "clipped", "is_warning", "short_title"]

REQUIREMENTS = "requirements"
LONGEST_CELL = 240
LONGEST_NAME = 80
LONGEST_TITLE = 300
_MOST_MET = 12
"""Requirements that are met and named."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of a page goes into a message.

    Parameters
    ----------
    rows : int
        Of each table; of a list twice as many.
    charts : int
        That are drawn.
    full : int
        Sections that are told in full, beside those that come first, where nothing is to decide.
    sections : int or None
        Of which the finding is told, beside these; None for all.
    names : int or None
        Requirements that are not met are told by name alone, and so many of them; None: in full.
    text : int
        Characters of each text.
    warnings : int
        That are told; of the others only the number.
    """

    rows: int = 6
    charts: int = 2
    full: int = 1
    sections: int | None = None
    names: int | None = None
    text: int = 4_000
    warnings: int = 200


def is_warning(block: b.Block) -> bool:
    """Whether a block warns: these are told in any case."""
    return isinstance(block, b.Callout) and block.tone in ("bad", "unsure")


@dataclass(slots=True)
class Simple:
    """Makes blocks simple, one after another, and counts what the limits are about."""

    limits: Limits
    links: Links
    drawn: frozenset[str]
    charts: int = 0
    warnings: int = 0

    def spans(self, spans: Sequence[b.Span]) -> tuple[b.Span, ...]:
        told = self.links.spans(spans)
        text = "".join(span if isinstance(span, str) else span.text for span in told)
        return told if len(text) <= self.limits.text else (clipped(text, self.limits.text),)

    def blocks(self, section: str, blocks: Iterable[b.Block]) -> Iterator[b.Block]:
        for block in blocks:
            yield from self.block(section, block)

    def block(self, section: str, block: b.Block) -> Iterator[b.Block]:
        spans = self.spans
        if isinstance(block, b.Prose):
            told = spans(block.spans)
            if told:
                yield b.Prose(told, block.style)
        elif isinstance(block, b.Heading):
            yield b.Heading(short_title(block.text), block.level)
        elif isinstance(block, b.Markdown):
            yield b.Markdown(_first_paragraphs(block.source, min(2_000, self.limits.text)))
        elif isinstance(block, b.KeyFigures):
            yield b.KeyFigures(
                tuple(
                    b.KeyFigure(_name(f.label), _name(f.value), spans(f.context), f.mark)
                    for f in block.figures
                )
            )
        elif isinstance(block, b.Chart):
            yield from self.chart(block)
        elif isinstance(block, b.Callout):
            self.warnings += is_warning(block)
            if self.warnings <= self.limits.warnings:
                yield b.Callout(block.tone, short_title(block.title), spans(block.spans))
        elif isinstance(block, b.Items):
            most = max(2 * self.limits.rows, 4)
            yield b.Items(tuple(told for item in block.items[:most] if (told := spans(item))))
            if len(block.items) > most:
                yield b.Prose((f"{and_more(len(block.items) - most, '')}.",), "note")
        elif isinstance(block, b.Definitions):
            names = (b.Column(""), b.Column(""))
            rows = (b.Row((b.Cell(d.term, d.href), b.Cell(d.value))) for d in block.items)
            yield from self.table(section, b.Table("", names, tuple(rows)), "values")
        elif isinstance(block, b.Flow):
            stages = [f"{plain(s.label)}: {_nodes(s)}" for s in block.stages]
            yield b.Prose(spans((block.label,)))
            yield b.Items(tuple(spans((stage,)) for stage in stages))
        elif isinstance(block, b.Gallery):
            number = len(block.pictures)
            pictures = "An image is" if number == 1 else f"{format_count(number)} images are"
            yield b.Prose((f"{pictures} in the report.",), "note")
        elif isinstance(block, b.RunTable):
            yield from self.table(section, block.table, "runs", block.total)
        elif isinstance(block, b.Table | b.Comparator | b.WhatIf):
            table = block if isinstance(block, b.Table) else block.table
            yield from self.table(section, table)
        # Doors lead on to pages that a mailbox does not have; details are unfolded already.

    def draws(self, chart: b.Chart) -> bool:
        """Whether there is an image of the chart, and room for it."""
        return chart_hash(chart) in self.drawn and self.charts < self.limits.charts

    def chart(self, chart: b.Chart) -> Iterator[b.Block]:
        if self.draws(chart):
            self.charts += 1
            yield chart
        else:
            yield b.Prose(
                (b.Strong(short_title(chart.title)), ". ", *self.spans((chart.sentence,)))
            )

    def table(
        self, section: str, table: b.Table, what: str = "", total: int = 0
    ) -> Iterator[b.Block]:
        rows, total = list(table.rows), total or len(table.rows)
        if not rows:
            return
        most = self.limits.rows
        if section == REQUIREMENTS:
            # Another table there says who asked for what, and why: that is for the report.
            if any(_tone(row) is not None for row in rows):
                yield from self.requirements(table)
            return
        yield self.whole(table, rows[:most])
        untold = total - min(most, len(rows))
        if untold > 0:
            yield b.Prose((and_more(untold, what),), "note")

    def whole(self, table: b.Table, rows: Sequence[b.Row]) -> b.Table:
        columns = tuple(b.Column(_name(c.label), c.kind) for c in table.columns)
        return b.Table(short_title(table.caption), columns, tuple(map(self.row, rows)))

    def requirements(self, table: b.Table) -> Iterator[b.Block]:
        """Tell in full what is not met, that which is missed first, and by name what is met."""
        rows = sorted(table.rows, key=lambda row: _tone(row) != "bad")
        unmet = [row for row in rows if _tone(row) in ("bad", "unsure")]
        met = [_name(row.cells[0].text) for row in rows if _tone(row) == "good"]
        others = [row for row in rows if _tone(row) in (None, "none")]
        if self.limits.names is not None:
            yield from self.by_name(unmet, len(rows) - len(unmet))
            return
        if unmet:
            yield self.whole(table, unmet)
        if others:
            yield from self.table("", replace(table, caption="", rows=tuple(others)))
        if met:
            more = len(met) - _MOST_MET
            told = [*met[:_MOST_MET], *([and_more(more, "")] if more > 0 else [])]
            yield b.Prose((b.Strong("Met:"), f" {'; '.join(told)}."))

    def by_name(self, unmet: list[b.Row], others: int) -> Iterator[b.Block]:
        """Tell by name alone what is not met."""
        most = self.limits.names or 0
        items = tuple(
            (_name(row.cells[0].text), ": ", b.Strong(_verdict(row))) for row in unmet[:most]
        )
        if items:
            yield b.Items(items)
        missed = sum(_tone(row) == "bad" for row in unmet[most:])
        if missed:
            yield b.Prose((b.Strong(f"{and_more(missed, 'missed')}."),))
        rest = len(unmet[most:]) - missed
        if rest:
            yield b.Prose((f"{and_more(rest, 'not certain or not evaluated')}.",), "note")
        if others:
            yield b.Prose((f"{and_more(others, 'met')}.",), "note")

    def row(self, row: b.Row) -> b.Row:
        cells = tuple(
            replace(
                cell,
                text=clipped(plain(cell.text), LONGEST_CELL),
                href=self.links.href(cell.href),
                verdict=cell.verdict and replace(cell.verdict, text=_name(cell.verdict.text)),
                hint="",
            )
            for cell in row.cells
        )
        return b.Row(cells, row.mark)


def _tone(row: b.Row) -> b.Tone | None:
    """Return the first verdict of a row: the champion's."""
    return next((cell.verdict.tone for cell in row.cells if cell.verdict), None)


def _verdict(row: b.Row) -> str:
    return next((plain(cell.verdict.text) for cell in row.cells if cell.verdict), "")


def and_more(number: int, what: str) -> str:
    """Say how many are left out; `what` may be empty."""
    words = f"{format_count(number)} more {what}".rstrip()
    return f"… and {words} in the report"


def _nodes(stage: b.FlowStage) -> str:
    return "; ".join(
        plain(" ".join((node.title, *(f"({detail})" for detail in node.details))))
        for node in stage.nodes
    )


def _first_paragraphs(source: str, most: int) -> str:
    if len(source) <= most:
        return source
    kept = source[:most]
    return f"{kept.rpartition(chr(10) * 2)[0] or kept} …"


def short_title(text: str) -> str:
    """Return a title on one line, no longer than a message bears."""
    return clipped(plain(text), LONGEST_TITLE)


def _name(text: str) -> str:
    return clipped(plain(text), LONGEST_NAME)


def clipped(text: str, most: int) -> str:
    """Return at most `most` characters of a text, and a sign that there are more."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
