"""``report pdf``: the report on paper."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from runfolio.cli.screen.options import (
    anonymize_option,
    as_of_option,
    audience_option,
    config_option,
    locale_option,
    sources_argument,
)

__all__ = ["command"]


@click.command("pdf")
@sources_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("report.pdf"),
    show_default=True,
    metavar="FILE",
    help="Where the PDF goes.",
)
@click.option(
    "--role",
    "roles",
    multiple=True,
    metavar="NAME",
    help="Whose page is printed, with the methods; give it once for each.  [default: the overview, "
    "all roles, impact, requirements and methods]",
)
@config_option
@click.option("--theme", metavar="NAME", help="A theme, by name or folder.")
@audience_option
@anonymize_option
@as_of_option("The day of the report.")
@locale_option
@click.option("--quiet", is_flag=True, help="Print nothing but errors.")
def command(
    sources: tuple[str, ...],
    output: Path,
    roles: tuple[str, ...],
    config: Path | None,
    theme: str | None,
    audience: str | None,
    anonymize: bool,
    as_of: date | None,
    locale: str | None,
    quiet: bool,
) -> None:
    """Print the report into a PDF.

    It is printed by Chromium, Chrome or Edge, which is looked for on the PATH and in the usual
    places; RUNFOLIO_CHROMIUM names another one. It reaches no network.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.cli.screen.text import clean
    from runfolio.model.locale import locale_named, written_in
    from runfolio.model.numbers import localized

    request = pipeline.Request(
        sources,
        config=config,
        theme=theme,
        as_of=as_of,
        locale=locale,
        audience=audience,
        anonymize=anonymize,
    )
    with shown_progress(quiet=quiet) as progress:
        printed = pipeline.pdf(request, pipeline.PdfWish(output, roles), progress)
    if quiet:
        return
    with written_in(locale_named(printed.locale)):
        size = localized(f"{printed.size / 1e6:.1f}")
        click.echo(click.style(clean(printed.headline), bold=True))
        for problem in printed.problems:
            click.echo(f"{clean(problem.message)}", err=True)
        click.echo("")
        head = click.style("PDF  ", bold=True)
        where = click.style(clean(str(printed.output)), fg="green")
        click.echo(f"{head} {where}   {click.style(f'{size} MB', dim=True)}")
