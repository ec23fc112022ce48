"""``report build``: run logs become a site."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from runfolio.cli.screen.options import (
    as_of_option,
    config_option,
    locale_option,
    sources_argument,
)

__all__ = ["command"]


@click.command("build")
@sources_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("site"),
    show_default=True,
    metavar="DIR",
    help="Where the site goes.",
)
@config_option
@click.option("--theme", metavar="NAME", help="A theme, by name or folder.")
@click.option("--strict", is_flag=True, help="Fail if anything in the input is wrong.")
@click.option(
    "--compare",
    metavar="RANGE",
    help="Add a page on what a branch changes: main..HEAD, or main for the same.",
)
@as_of_option("The day of the report.")
@locale_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--open", "show", is_flag=True, help="Open the site in the browser.")
def command(
    sources: tuple[str, ...],
    output: Path,
    config: Path | None,
    theme: str | None,
    strict: bool,
    compare: str | None,
    as_of: date | None,
    locale: str | None,
    quiet: bool,
    json: bool,
    show: bool,
) -> None:
    """Build the site.

    SOURCE is a folder or file with run logs, or a project's folder. Without one, those
    that report.yaml names are read, else what is found in the current folder.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.run import run

    request = pipeline.Request(sources, output, config, theme, strict, compare, as_of, locale)
    run(pipeline.build, request, quiet=quiet, json=json)
    if show:
        import webbrowser

        webbrowser.open((output / "index.html").absolute().as_uri())
