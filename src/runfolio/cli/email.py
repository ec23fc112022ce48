"""``report email``: a role's page as a message that people read in their mail program."""

from __future__ import annotations

from datetime import date, datetime
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


@click.command("email")
@sources_argument
@config_option
@click.option(
    "--role",
    metavar="NAME",
    help="The role whose page it tells.  [default: deliver.email.role, else business-stakeholder]",
)
@click.option(
    "--to",
    multiple=True,
    metavar="ADDRESS",
    help="A recipient; give it once for each.  [default: deliver.email.to]",
)
@click.option("--from", "sender", metavar="ADDRESS", help="The sender.")
@click.option("--subject", metavar="TEXT", help="The subject.  [default: the finding]")
@audience_option
@anonymize_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The file.  [default: report.eml, or none with --send]",
)
@click.option(
    "--attach",
    type=click.Choice(["none", "single-file", "pdf"]),
    help="What goes with it: the whole report in one file, or the role's page as a PDF.",
)
@click.option("--send", is_flag=True, help="Send it.")
@click.option("--dry-run", is_flag=True, help="Show what would be sent; write and send nothing.")
@click.option(
    "--smtp",
    metavar="URL",
    help="The mail server: smtp://host:587 (STARTTLS) or smtps://host.  [default: "
    "deliver.email.smtp]",
)
@click.option(
    "--smtp-ca",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Certificates that the server's is checked by, instead of the system's.",
)
@click.option(
    "--insecure-smtp", is_flag=True, help="Speak to the server without encryption (smtp:// only)."
)
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S%z"]),
    metavar="DATE",
    help="The message's date.  [default: SOURCE_DATE_EPOCH, else now]",
)
@as_of_option("The day of the report.")
@locale_option
@click.option("--json", is_flag=True, help="Print the result as one JSON object.")
@click.pass_context
def command(
    ctx: click.Context,
    sources: tuple[str, ...],
    config: Path | None,
    role: str | None,
    to: tuple[str, ...],
    sender: str | None,
    subject: str | None,
    audience: str | None,
    anonymize: bool,
    output: Path | None,
    attach: str | None,
    send: bool,
    dry_run: bool,
    smtp: str | None,
    smtp_ca: Path | None,
    insecure_smtp: bool,
    date: datetime | None,
    as_of: date | None,
    locale: str | None,
    json: bool,
) -> None:
    """Write a role's page as an e-mail, or send it.

    SOURCE is as in `report build`. The message is written as a file, report.eml, that a mail
    program opens; with --send it goes to the recipients by the server that --smtp names. Name and
    password of the server come from RUNFOLIO_SMTP_USER and RUNFOLIO_SMTP_PASSWORD, or the
    keyring. The exit code is 0 only if every recipient was sent it.
    """
    from runfolio import pipeline
    from runfolio.cli.screen.emailed import emailed_as_json, shown_emailed
    from runfolio.cli.screen.progress import shown_progress
    from runfolio.cli.screen.run import errors_told
    from runfolio.model.locale import locale_named, written_in

    with errors_told(json=json), shown_progress(quiet=json) as progress:
        request = pipeline.Request(
            sources,
            config=config,
            as_of=as_of,
            locale=locale,
            audience=audience,
            anonymize=anonymize,
        )
        wish = pipeline.EmailWish(
            to=to,
            role=role or "",
            sender=sender or "",
            subject=subject or "",
            attach=attach or "",
            send=send,
            dry_run=dry_run,
            smtp=smtp or "",
            insecure=insecure_smtp,
            ca_file=smtp_ca,
            output=output,
            date=_date(date),
        )
        done = pipeline.email(request, wish, progress)
    if json:
        click.echo(emailed_as_json(done))
    else:
        with written_in(locale_named(done.locale)):
            shown_emailed(done)
    if not done.is_complete:
        ctx.exit(2)


def _date(told: datetime | None) -> datetime:
    """Return the date of the message: as told, as reproducible builds have it, or now."""
    import os
    from datetime import UTC

    from runfolio.errors import UsageError

    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told is not None:
        return told if told.tzinfo else told.replace(tzinfo=UTC)
    if not epoch:
        return datetime.now(UTC)
    try:
        return datetime.fromtimestamp(int(epoch), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(
            "SOURCE_DATE_EPOCH in the environment is no number of seconds. Set it as "
            "reproducible-builds.org says, or take it away.",
            "source-date-epoch",
        ) from error
