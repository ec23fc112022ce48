"""What `report email` says at its end: to whom it went, and what became of it.

In: `Emailed`. Out: text on stdout, or one JSON object.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean, count
from runfolio.model.numbers import format_count

if TYPE_CHECKING:
    from runfolio.channels.email import Emailed

__all__ = ["emailed_as_json", "shown_emailed"]

_SIGNS = {"sent": "✓", "refused": "✗", "not sent": "✗", "not known": "?"}
_COLOURS = {"sent": "green", "refused": "red", "not sent": "red", "not known": "yellow"}


def shown_emailed(done: Emailed) -> None:
    """Print what was written or sent, and to whom."""
    if done.dry_run:
        click.echo(click.style("Nothing was written and nothing sent (--dry-run).", bold=True))
    elif done.receipts:
        sent = sum(receipt.outcome == "sent" for receipt in done.receipts)
        whole = sent == len(done.receipts)
        told = "Sent" if whole else f"Sent to {sent} of {count(len(done.receipts), 'recipient')}"
        click.echo(click.style(told, bold=True, fg=None if whole else "red"))
    if done.output is not None:
        draft = "" if done.sender else " It has no sender yet: a mail program opens it as a draft."
        click.echo(f"Wrote {click.format_filename(done.output)}.{draft}")
    click.echo(f"  Subject  {clean(done.subject)}")
    if done.sender:
        click.echo(f"  From     {clean(done.sender)}")
    if not done.receipts:
        for number, recipient in enumerate(done.recipients):
            click.echo(f"  {'To' if not number else '':9}{clean(recipient)}")
    if done.server:
        click.echo(f"  Server   {clean(done.server)}")
    click.echo(f"  Size     {_sizes(done)}")
    for name, size in done.attachments:
        click.echo(f"  With     {clean(name)} ({_kilobytes(size)})")
    if done.left_out:
        click.echo(f"  Only in the report: {clean('; '.join(done.left_out))}")
    for problem in done.problems:
        click.echo(clean(f"{problem.message} {problem.hint}"), err=True)
    for receipt in done.receipts:
        sign = click.style(_SIGNS[receipt.outcome], fg=_COLOURS[receipt.outcome])
        tries = f", {count(receipt.tries, 'try')}" if receipt.tries > 1 else ""
        tries = tries.replace("trys", "tries")
        words = "" if receipt.outcome == "sent" else f": {clean(receipt.words)}"
        click.echo(f"  {sign} {clean(receipt.recipient)}: {receipt.outcome}{words}{tries}")
    if any(receipt.outcome == "not known" for receipt in done.receipts):
        click.echo("Ask these people whether they have it before you send it again.")
    if done.dry_run:
        click.echo(f"\n{done.text}", nl=False)


def emailed_as_json(done: Emailed) -> str:
    """Return what was done as one JSON object on one line (ASCII).

    ``ok``, ``subject``, ``from``, ``to``, ``bytes``, ``html_bytes``, ``pictures``,
    ``attachments`` (``name``, ``bytes``), ``left_out``, ``problems`` (``slug``, ``message``,
    ``hint``), ``output``, ``server``, ``dry_run`` and ``receipts`` (``recipient``, ``outcome``,
    ``words``, ``tries``).
    """
    return json.dumps(
        {
            "format": "runfolio-result",
            "version": 1,
            "ok": done.is_complete,
            "exit_code": 0 if done.is_complete else 2,
            "subject": done.subject,
            "from": done.sender,
            "to": list(done.recipients),
            "bytes": done.size,
            "html_bytes": done.html_size,
            "pictures": done.pictures,
            "attachments": [{"name": name, "bytes": size} for name, size in done.attachments],
            "left_out": list(done.left_out),
            "problems": [
                {"slug": one.slug, "message": one.message, "hint": one.hint}
                for one in done.problems
            ],
            "output": str(done.output) if done.output is not None else None,
            "server": done.server or None,
            "dry_run": done.dry_run,
            "receipts": [
                {
                    "recipient": receipt.recipient,
                    "outcome": receipt.outcome,
                    "words": receipt.words,
                    "tries": receipt.tries,
                }
                for receipt in done.receipts
            ],
        }
    )


def _sizes(done: Emailed) -> str:
    pictures = f", {count(done.pictures, 'chart')}" if done.pictures else ""
    return f"{_kilobytes(done.size)} (HTML {_kilobytes(done.html_size)}{pictures})"


def _kilobytes(size: int) -> str:
    return f"{format_count(max(1, round(size / 1_000)))} KB"
