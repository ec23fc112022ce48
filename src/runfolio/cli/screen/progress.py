"""Progress of a build: a bar on a terminal, plain lines elsewhere, on stderr."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

    from runfolio.pipeline import Progress

__all__ = ["shown_progress"]


@contextmanager
def shown_progress(*, quiet: bool) -> Iterator[Progress | None]:
    """Give the pipeline something to report to; what it draws is gone at the end.

    Parameters
    ----------
    quiet : bool
        Whether to show nothing.
    """
    if quiet:
        yield None
    elif not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _Lines()
    else:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
        from rich.progress import Progress as RichProgress

        with RichProgress(
            TextColumn("{task.description}", markup=False),
            BarColumn(30, complete_style="cyan", finished_style="cyan", pulse_style="cyan"),
            MofNCompleteColumn(),
            console=Console(stderr=True),
            transient=True,
        ) as bars:
            yield _Bar(bars)


class _Lines:
    """One line for each stage."""

    def stage(self, name: str, total: int | None = None) -> None:
        click.echo(f"{clean(name)}{f' ({total:,})' if total else ''} …", err=True)

    def advance(self, count: int = 1) -> None:
        pass


class _Bar:
    """One bar, begun anew for each stage."""

    def __init__(self, bars: RichProgress) -> None:
        self._bars = bars
        self._task = bars.add_task("", total=None)

    def stage(self, name: str, total: int | None = None) -> None:
        self._bars.remove_task(self._task)
        self._task = self._bars.add_task(clean(name), total=total)

    def advance(self, count: int = 1) -> None:
        self._bars.advance(self._task, count)
