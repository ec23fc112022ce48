"""``report comment``: the report as a comment on a pull request."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.options import (
    anonymize_option,
    as_of_option,
    config_option,
    locale_option,
    sources_argument,
)

if TYPE_CHECKING:
    from runfolio.channels.comment import Comment
    from runfolio.deliver.comments import Posted
    from runfolio.pipeline import CommentWish

__all__ = ["command"]


@click.command("comment")
@sources_argument
@click.option("--github", is_flag=True, help="Post it with $GITHUB_TOKEN, from GitHub Actions.")
@click.option("--gitlab", is_flag=True, help="Post it with $GITLAB_TOKEN, from GitLab CI.")
@click.option(
    "--summary",
    is_flag=True,
    help="Append it to the summary of the GitHub Actions job; --github does, too.",
)
@click.option(
    "--compare",
    metavar="RANGE",
    help="Tell what a branch changes, too: main..HEAD, or main for the same.",
)
@click.option(
    "--audience",
    metavar="NAME",
    help="Who reads it.  [default: deliver.comment.audience, else internal]",
)
@anonymize_option
@click.option(
    "--flavour",
    type=click.Choice(["github", "gitlab"]),
    help="The host whose limits it keeps.  [default: where it is posted, else github]",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write it to a file instead of printing it.",
)
@click.option("--url", metavar="URL", help="Where the site is, for links.  [default: deliver.url]")
@click.option(
    "--key",
    default="report",
    show_default=True,
    metavar="KEY",
    help="Finds the comment again beside those of other reports in one repository.",
)
@click.option(
    "--number",
    type=click.IntRange(1),
    metavar="N",
    help="The pull request.  [default: the one that the job runs for]",
)
@click.option("--dry-run", is_flag=True, help="Look for the comment, and post nothing.")
@config_option
@as_of_option("The day of the report.")
@locale_option
def command(
    sources: tuple[str, ...],
    github: bool,
    gitlab: bool,
    summary: bool,
    compare: str | None,
    audience: str | None,
    anonymize: bool,
    flavour: str | None,
    output: Path | None,
    url: str | None,
    key: str,
    number: int | None,
    dry_run: bool,
    config: Path | None,
    as_of: date | None,
    locale: str | None,
) -> None:
    """Print the report as a comment on a pull request, in Markdown; or post it.

    SOURCE is as in `report build`. What got worse and what is asked but not met comes first, and
    stays when the comment is shortened to what the host takes. A comment that is there already is
    updated in place. A requirement that is missed does not change the exit code: `report gate`
    does that.
    """
    import os

    from runfolio import pipeline

    if github and gitlab:
        raise click.UsageError("--github and --gitlab are two places; run the command for each.")
    host = "github" if github else "gitlab" if gitlab else ""
    wish = pipeline.CommentWish(
        flavour=flavour or host or "github",
        key=_key(key),
        url=_url(url or ""),
        job_summary=summary or (github and bool(os.environ.get("GITHUB_STEP_SUMMARY"))),
        host=host,
        number=number,
        dry_run=dry_run,
    )
    request = pipeline.Request(
        sources,
        config=config,
        compare=compare,
        as_of=as_of,
        locale=locale,
        audience=audience,
        anonymize=anonymize,
    )
    made = pipeline.comment(request, wish)
    # First, so that it is not lost if it cannot be posted.
    _tell(made, output)
    _say(made, wish, pipeline.deliver_comment(made, wish))


def _tell(made: Comment, output: Path | None) -> None:
    from runfolio import pipeline
    from runfolio.errors import OutputError

    try:
        if output is not None:
            pipeline.write_comment(made, output)
    except OutputError:
        click.echo(made.text, nl=False)
        raise
    if output is None:
        click.echo(made.text, nl=False)


def _say(made: Comment, wish: CommentWish, done: Posted | None) -> None:
    from runfolio.cli.screen.text import clean, count

    if done is None:
        return
    verbs = ("Would post", "Would update") if wish.dry_run else ("Posted", "Updated")
    told = f"{verbs[0]} a new comment" if done.is_new else f"{verbs[1]} the comment"
    click.echo(clean(f"{told}{f': {done.address}' if done.address else '.'}"), err=True)
    if done.others:
        click.echo(
            f"It is the oldest: {count(done.others, 'further comment')} of ours with the same key "
            "stayed as they were, and can be deleted.",
            err=True,
        )
    for note in done.notes:
        advice = " Name who it is for with --audience." if made.is_internal else ""
        click.echo(f"{note}{advice}", err=True)


def _key(key: str) -> str:
    from runfolio.render.comment import KEY

    if not KEY.fullmatch(key):
        raise click.UsageError(
            "--key takes up to 60 letters, digits, '.', '_' and single '-'; it begins with a "
            "letter or digit."
        )
    return key


def _url(url: str) -> str:
    import re

    if url and not re.fullmatch(r"https?://[^\s<>\"']+", url):
        raise click.UsageError("--url takes an address such as https://example.org/report/.")
    return url
