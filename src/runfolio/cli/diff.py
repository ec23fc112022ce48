"""``report diff``: two revisions, two runs or two built sites against each other."""

from __future__ import annotations

from pathlib import Path

import click

from runfolio.cli.screen.options import config_option

__all__ = ["command"]


@click.command("diff")
@click.argument("before", metavar="A")
@click.argument("after", required=False, metavar="[B]")
@click.option("--json", "form", flag_value="json", help="Print one JSON object, unrounded.")
@click.option("--markdown", "form", flag_value="markdown", help="Print Markdown for a comment.")
@click.option("--csv", "form", flag_value="csv", help="Print CSV, unrounded.")
@config_option
@click.option(
    "--source",
    metavar="PATH",
    help="Repository, bundle or logs in which A and B are.  [default: the current folder]",
)
@click.option(
    "--fail-on", type=click.Choice(["worse"]), help="Exit with 1 if any metric got worse."
)
@click.pass_context
def command(
    ctx: click.Context,
    before: str,
    after: str | None,
    form: str | None,
    config: Path | None,
    source: str | None,
    fail_on: str | None,
) -> None:
    """Compare two revisions, runs or built sites.

    A and B are two revisions of a git repository (also as A..B, or A...B for what B changed
    since it left A), two runs by id or name, or two folders with a site. Without B, A is
    compared with the files that are there now.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.diff import shown
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.model.locale import locale_named, written_in
    from runfolio.views.diff_text import diff_text

    # What programs read is the same in every country.
    locale = "en" if form in ("json", "csv") else None
    request = pipeline.DiffRequest(before, after, source, config, locale)
    with shown_progress(quiet=form is not None) as progress:
        compared = pipeline.diff(request, progress)
    with written_in(locale_named(compared.locale)):
        text = diff_text(compared)
        if form is None:
            shown(text, compared.problems)
        else:
            from runfolio.render import diff_files

            writers = {
                "json": diff_files.diff_json,
                "markdown": diff_files.diff_markdown,
                "csv": diff_files.diff_csv,
            }
            click.echo(writers[form](compared, text), nl=False)
    if fail_on and compared.is_worse:
        ctx.exit(1)
