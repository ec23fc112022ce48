"""A comparison on the terminal: the finding first, then tables.

In: `DiffText`. Out: text on stdout, as wide as the terminal.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean, count

if TYPE_CHECKING:
    from rich.console import Console

    from runfolio.model.problems import Problem
    from runfolio.views.diff_text import DiffText, OtherRow, PartText

__all__ = ["shown"]

MOST_ROWS = 40
"""Metrics shown, from which on those that are the same are counted only."""
MOST_PARTS = 10
WIDE = 100
"""Columns from which on a change is also told as a share."""
_STYLES = {"good": "green", "bad": "red", "unsure": "yellow", "none": ""}


def shown(text: DiffText, problems: Sequence[Problem]) -> None:
    """Print a comparison."""
    from rich.console import Console

    no_colour = bool(os.environ.get("NO_COLOR")) or None
    console = Console(highlight=False, markup=False, emoji=False, no_color=no_colour)
    click.echo(click.style(clean(text.finding), bold=True))
    click.echo(click.style(clean(text.between), dim=True))
    for note in text.notes:
        click.echo(click.style(clean(note), dim=True))
    for part in text.parts[:MOST_PARTS]:
        _part(console, part)
    if len(text.parts) > MOST_PARTS:
        rest = count(len(text.parts) - MOST_PARTS, "more run")
        click.echo(f"\nAnd {rest} that differ: --json and --csv have all of them.")
    if problems:
        click.echo("")
        for problem in problems[:MOST_PARTS]:
            click.echo(clean(str(problem)))
        if len(problems) > MOST_PARTS:
            click.echo(f"And {count(len(problems) - MOST_PARTS, 'more problem')}.")


def _part(console: Console, part: PartText) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if part.title:
        click.echo("")
        click.echo(click.style(f"{clean(part.title)}: ", bold=True) + clean(part.finding))
    rows = part.metrics
    if len(rows) > MOST_ROWS:
        rows = tuple(row for row in rows if row.verdict.text != "Same")
    if rows:
        table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
        table.add_column("Metric", overflow="fold")
        wide = console.width >= WIDE
        for name in ("Before", "After", "Change"):
            table.add_column(name, justify="right", no_wrap=True)
        table.add_column("Verdict", no_wrap=wide)
        for row in rows:
            verdict = Text(f"{row.sign} {row.verdict.text}", style=_STYLES[row.verdict.tone])
            change = f"{row.change} {row.relative}" if wide else row.change
            cells = (row.label, row.before or "none", row.after or "none", change)
            table.add_row(*(Text(clean(cell)) for cell in cells), verdict)
        click.echo("")
        console.print(table)
    if len(rows) < len(part.metrics):
        click.echo(f"{count(len(part.metrics) - len(rows), 'more metric')}: the same.")
    _others(console, "Param", part.params)
    _others(console, "Data", part.data)
    if part.basis:
        click.echo("")
        console.print(Text(clean(part.basis), style="dim"))


def _others(console: Console, what: str, rows: Sequence[OtherRow]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    if not rows:
        return
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
    for name in (what, "Before", "After"):
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*(Text(clean(cell)) for cell in (row.name, row.before, row.after)))
    click.echo("")
    console.print(table)
