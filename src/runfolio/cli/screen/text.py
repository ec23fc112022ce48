"""Text for terminals: whatever a run is called, it cannot move the cursor or hide words.

In: text from logs and messages. Out: the same with control characters spelled out.
"""

from __future__ import annotations

import os

import click

from runfolio.errors import ConfigError, RunfolioError
from runfolio.model.grid import plain
from runfolio.model.numbers import format_count

__all__ = ["clean", "count", "tell_error"]


def clean(text: str, *, lines: bool = False) -> str:
    """Return `text` with every character that is not plain text spelled out.

    Parameters
    ----------
    text : str
    lines : bool
        Whether line breaks are kept.
    """
    return "\n".join(map(plain, text.split("\n"))) if lines else plain(text)


def count(number: int, noun: str) -> str:
    """Return such as ``1 run``, ``1,200 runs``."""
    return f"{format_count(number)} {noun}{'' if number == 1 else 's'}"


def tell_error(error: RunfolioError) -> None:
    """Print an error to stderr: what, where, what to do, and its slug."""
    colour = False if os.environ.get("NO_COLOR") else None
    start = click.style("Error:", fg="red", bold=True)
    if not isinstance(error, ConfigError):
        click.echo(f"{start} {clean(str(error), lines=True)}", err=True, color=colour)
        return
    total = count(len(error.problems), "mistake")
    click.echo(f"{start} {total} in the configuration", err=True, color=colour)
    for problem in error.problems:
        place = click.style(clean(problem.place), bold=True)
        told = clean(f"{problem.message} {problem.hint}")
        click.echo(f"  {place}: {told} [{problem.slug}]", err=True, color=colour)
