"""A build or check from the terminal: progress before, summary or JSON after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.progress import shown_progress
from runfolio.cli.screen.summary import as_json, error_as_json, summary_lines
from runfolio.errors import RunfolioError
from runfolio.model.locale import locale_named, written_in

if TYPE_CHECKING:
    from runfolio.pipeline import Progress, Request, Result

__all__ = ["errors_told", "run"]


@contextmanager
def errors_told(*, json: bool) -> Iterator[None]:
    """Print an error as a JSON object, too, where JSON is what was asked for."""
    try:
        yield
    except RunfolioError as error:
        if json:
            click.echo(error_as_json(error))
        raise


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
    with errors_told(json=json), shown_progress(quiet=quiet) as progress:
        result = action(request, progress)
    if json:
        click.echo(as_json(result))
    elif not quiet:
        with written_in(locale_named(result.locale)):
            for line in summary_lines(result):
                click.echo(line)
    return result
