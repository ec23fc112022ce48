"""``report publish``: the site goes where an audience reads it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from runfolio.cli.screen.options import (
    as_of_option,
    asked_password,
    config_option,
    locale_option,
    protect_option,
    sources_argument,
)

__all__ = ["command"]


@click.command("publish")
@sources_argument
@config_option
@click.option(
    "--audience",
    metavar="NAME",
    help="Who it is for, as report.yaml names them.  [default: deliver.pages.audience]",
)
@click.option("--anonymize", is_flag=True, help="Let pseudonyms stand for names.")
@click.option(
    "--branch", metavar="NAME", help="The branch.  [default: deliver.pages.branch, else gh-pages]"
)
@click.option(
    "--remote", metavar="NAME", help="The remote.  [default: deliver.pages.remote, else origin]"
)
@click.option(
    "--subdir",
    metavar="NAME",
    default="",
    help="Publish into a folder beside the main report, such as pr-12 or a branch's name.",
)
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar="N",
    help="Keep the N newest reports that have a folder; others go.",
)
@click.option(
    "--prune", is_flag=True, help="Take away reports of branches that the remote no longer has."
)
@click.option(
    "--remove",
    multiple=True,
    metavar="NAME",
    help="Publish nothing, but take away the report in this folder. Can be repeated.",
)
@click.option("--cname", metavar="HOST", default="", help="The host name that serves the pages.")
@click.option(
    "--to",
    metavar="URL",
    default="",
    help="A store instead of a branch: s3://bucket/folder, gs://…, az://…",
)
@click.option(
    "--site",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Publish this site instead of building one.",
)
@click.option(
    "--url", metavar="URL", default="", help="Where it will be read.  [default: deliver.url]"
)
@click.option("--theme", metavar="NAME", help="A theme, by name or folder.")
@click.option(
    "--compare",
    metavar="RANGE",
    help="Add a page on what a branch changes: main..HEAD, or main for the same.",
)
@as_of_option("The day of the report.")
@locale_option
@protect_option
@click.option("--public-ok", is_flag=True, help="Publish even the report for the team itself.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--quiet", is_flag=True, help="Print nothing but the address, and errors.")
@click.option("--json", is_flag=True, help="Print the result as one JSON object.")
def command(
    sources: tuple[str, ...],
    config: Path | None,
    audience: str | None,
    anonymize: bool,
    branch: str | None,
    remote: str | None,
    subdir: str,
    keep: int | None,
    prune: bool,
    remove: tuple[str, ...],
    cname: str,
    to: str,
    site: Path | None,
    url: str,
    theme: str | None,
    compare: str | None,
    as_of: date | None,
    locale: str | None,
    protect: bool,
    public_ok: bool,
    dry_run: bool,
    quiet: bool,
    json: bool,
) -> None:
    """Publish the site for an audience.

    SOURCE is as in `report build`. The site becomes one commit on a branch from which GitHub,
    GitLab and others serve pages; where nothing changed there is none. Your clone is not
    touched, nothing is forced, and what others put on the branch stays. Anyone may read such
    pages, so the audience has to be named.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.cli.screen.published import published_as_json, shown_published
    from runfolio.cli.screen.run import errors_told

    request = pipeline.Request(
        sources,
        config=config,
        theme=theme,
        compare=compare,
        as_of=as_of,
        locale=locale,
        audience=audience,
        anonymize=anonymize,
        password=asked_password() if protect else "",
        url=url,
    )
    wish = pipeline.PublishWish(
        remote=remote or "",
        branch=branch or "",
        folder=subdir,
        to=to,
        site=site,
        url=url,
        cname=cname,
        keep=keep,
        prune=prune,
        remove=remove,
        dry_run=dry_run,
        public_ok=public_ok,
    )
    with errors_told(json=json), shown_progress(quiet=quiet or json) as progress:
        published = pipeline.publish(request, wish, progress)
    if json:
        click.echo(published_as_json(published))
    else:
        shown_published(published, quiet=quiet)
