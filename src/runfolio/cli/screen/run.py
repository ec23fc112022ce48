"""A build or check from the terminal: progress before, summary or JSON after."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.progress import shown_progress
from runfolio.cli.screen.summary import as_json, error_as_json, summary_lines
from runfolio.errors import RunfolioError

if TYPE_CHECKING:
    from runfolio.pipeline import Progress, Request, Result

__all__ = ["run"]


def run(
    action: Callable[[Request, Progress | None], Result],
    request: Request,
    *,
    quiet: bool,
    json: bool,
) -> Result:
    """Do `action`, tell how it goes and what came of it.

    Parameters
    ----------
    action : callable
        `runfolio.pipeline.build` or `runfolio.pipeline.check`.
    request : Request
    quiet : bool
        Whether to print nothing but errors.
    json : bool
        Whether to print one JSON object instead of words, also where it fails.
    """
    try:
        with shown_progress(quiet=quiet) as progress:
            result = action(request, progress)
    except RunfolioError as error:
        if json:
            click.echo(error_as_json(error))
        raise
    if json:
        click.echo(as_json(result))
    elif not quiet:
        for line in summary_lines(result):
            click.echo(line)
    return result
