"""``report build``: run logs become a site."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from runfolio.cli.screen.options import (
    anonymize_option,
    as_of_option,
    asked_password,
    audience_option,
    config_option,
    locale_option,
    protect_option,
    sources_argument,
)

__all__ = ["command"]


@click.command("build")
@sources_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the site goes.  [default: site; none with --single-file alone]",
)
@click.option(
    "--single-file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the report as one HTML file instead; with -o, beside the site.",
)
@click.option(
    "--archive",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the site with all that it is made of as one zip, too, which can be built again.",
)
@click.option("--no-run-pages", is_flag=True, help="Leave out the page of each run.")
@config_option
@click.option("--theme", metavar="NAME", help="A theme, by name or folder.")
@click.option("--strict", is_flag=True, help="Fail if anything in the input is wrong.")
@click.option(
    "--compare",
    metavar="RANGE",
    help="Add a page on what a branch changes: main..HEAD, or main for the same.",
)
@audience_option
@anonymize_option
@protect_option
@as_of_option("The day of the report.")
@locale_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
@click.option("--json", is_flag=True, help="Print the result as one JSON object.")
@click.option("--open", "show", is_flag=True, help="Open the site in the browser.")
def command(
    sources: tuple[str, ...],
    output: Path | None,
    single_file: Path | None,
    archive: Path | None,
    no_run_pages: bool,
    config: Path | None,
    theme: str | None,
    strict: bool,
    compare: str | None,
    audience: str | None,
    anonymize: bool,
    protect: bool,
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

    if output is None and (single_file is None or archive is not None):
        output = Path("site")
    request = pipeline.Request(
        sources,
        output,
        config=config,
        theme=theme,
        strict=strict,
        compare=compare,
        as_of=as_of,
        locale=locale,
        audience=audience,
        anonymize=anonymize,
        single_file=single_file,
        archive=archive,
        run_pages=not no_run_pages,
        password=asked_password() if protect else "",
    )
    run(pipeline.build, request, quiet=quiet, json=json)
    if show:
        import webbrowser

        first = output / "index.html" if output is not None else single_file
        assert first is not None
        webbrowser.open(first.absolute().as_uri())
