"""The channel for mailboxes: a role's page of a report as a message, in a file or on its way.

In: settings and wishes, then the `Report`. Out: what was written, and what became of the message
to each recipient. Everything that can be wrong with addresses and the server is told before the
logs are read; everything in the message is searched for what its audience must not see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from runfolio.channels.pdf import pdf_of
from runfolio.channels.single_file import single_file_of
from runfolio.config.deliver import EmailSettings
from runfolio.deliver.one_file import check_place, put_file
from runfolio.deliver.pdf import find_browser
from runfolio.deliver.smtp import Receipt, send
from runfolio.deliver.smtp_server import SmtpServer, server_of
from runfolio.errors import UsageError
from runfolio.model.problems import Problem, near_miss
from runfolio.progress import Clock
from runfolio.render.email.addresses import Address, addresses_of, one_line, parsed_address
from runfolio.render.email.message import MARK, Attachment, message_bytes
from runfolio.render.email.summary import EmailSummary, summary_email
from runfolio.report import Report
from runfolio.request import EmailWish

__all__ = ["EmailPlan", "Emailed", "emailed", "planned"]

DEFAULT_FILE = Path("report.eml")
_A_MESSAGE = "a message that runfolio wrote"


@dataclass(frozen=True, slots=True)
class EmailPlan:
    """A wish with its gaps filled from the configuration, and checked."""

    role: str
    sender: Address | None
    recipients: tuple[Address, ...]
    subject: str
    attach: str
    server: SmtpServer | None
    output: Path | None
    date: datetime
    dry_run: bool


@dataclass(frozen=True, slots=True)
class Emailed:
    """What came of it.

    Parameters
    ----------
    subject : str
    sender : str
        Empty in a draft.
    recipients : tuple of str
    size, html_size, pictures : int
        Bytes of the message and of its HTML, and the number of images.
    attachments : tuple of (str, int)
        Name and size.
    left_out : tuple of str
        Titles of sections that found no room.
    problems : tuple of Problem
        What is to be said of the attachment.
    output : Path or None
        The file that was written.
    server : str
        That it was sent to; empty for none.
    receipts : tuple of Receipt
        What became of it, recipient by recipient; empty where it was not to be sent.
    dry_run : bool
        Whether nothing was written nor sent.
    text : str
        The text part, which a dry run shows.
    locale : str
    """

    subject: str
    sender: str
    recipients: tuple[str, ...]
    size: int
    html_size: int
    pictures: int
    attachments: tuple[tuple[str, int], ...]
    left_out: tuple[str, ...]
    problems: tuple[Problem, ...]
    output: Path | None
    server: str
    receipts: tuple[Receipt, ...]
    dry_run: bool
    text: str
    locale: str

    @property
    def is_complete(self) -> bool:
        """Whether all who were to get it have it."""
        return all(receipt.outcome == "sent" for receipt in self.receipts)


def planned(wish: EmailWish, told: EmailSettings, environment: Mapping[str, str]) -> EmailPlan:
    """Fill a wish from the configuration, and check who writes to whom by which server.

    Raises
    ------
    UsageError, OutputError
    """
    sender_text = wish.sender or told.from_
    sender = parsed_address(sender_text, "The sender") if sender_text.strip() else None
    recipients = addresses_of(wish.to or told.to, "The recipient")
    server = None
    if wish.send:
        url = wish.smtp or told.smtp
        missing = [
            (recipients, "nobody to send it to: give --to, or deliver.email.to", "to"),
            (sender, "no sender: give --from, or deliver.email.from", "from"),
            (url, "no mail server: give --smtp, or deliver.email.smtp", "server"),
        ]
        for value, what, slug in missing:
            if not value:
                raise UsageError(f"There is {what} in report.yaml.", f"email-without-{slug}")
        server = server_of(
            url,
            environment,
            insecure=wish.insecure,
            ca_file=wish.ca_file,
            with_password=not wish.dry_run,
        )
    output = wish.output or (None if wish.send else DEFAULT_FILE)
    if output is not None:
        check_place(output, _is_message, _A_MESSAGE)
    attach = wish.attach or told.attach
    if attach == "pdf":
        find_browser()
    return EmailPlan(
        role=wish.role or told.role,
        sender=sender,
        recipients=recipients,
        subject=one_line(wish.subject or told.subject, "The subject"),
        attach=attach,
        server=server,
        output=output,
        date=wish.date,
        dry_run=wish.dry_run,
    )


def emailed(report: Report, plan: EmailPlan, clock: Clock) -> Emailed:
    """Write the message, and send it where that is wished.

    Raises
    ------
    UsageError, OutputError, DeliveryError, LeakError
    """
    page = next((page for page in report.pages if page.path == f"{plan.role}.html"), None)
    known = list(report.book.roles)
    if page is None and plan.role in known:
        raise UsageError(
            f"The page of the role {plan.role!r} is not shown to this audience. Name another with "
            "--role, or change show and hide of the audience in report.yaml.",
            "role-not-shown",
        )
    if page is None or plan.role not in known:
        hint = near_miss(plan.role, known, "It has")
        raise UsageError(f"The report has no role {plan.role!r}. {hint}", "role-unknown")
    with clock.stage("Writing the message"):
        attachments, problems = _attached(report, plan)
        summary = summary_email(
            page,
            theme=report.theme,
            info=report.info,
            specs=report.specs,
            url=report.settings.deliver.url,
            attached=[(one.holds, one.name, len(one.data)) for one in attachments],
            subject=plan.subject,
        )
        _watch(report, summary, attachments)
        message = message_bytes(
            summary,
            sender=plan.sender,
            recipients=plan.recipients,
            date=plan.date,
            attachments=attachments,
            list_name=report.info.title,
        )
    output = None
    if plan.output is not None and not plan.dry_run:
        put_file(plan.output, message, _is_message, _A_MESSAGE)
        output = plan.output
    receipts: tuple[Receipt, ...] = ()
    if plan.server is not None and plan.sender is not None and not plan.dry_run:
        with clock.stage("Sending"):
            receipts = send(
                plan.server,
                plan.sender.mailbox,
                [one.mailbox for one in plan.recipients],
                message,
                utf8=any(one.needs_utf8 for one in (plan.sender, *plan.recipients)),
            )
    return Emailed(
        subject=summary.subject,
        sender=str(plan.sender or ""),
        recipients=tuple(map(str, plan.recipients)),
        size=len(message),
        html_size=len(summary.html.encode("utf-8")),
        pictures=len(summary.pictures),
        attachments=tuple((one.name, len(one.data)) for one in attachments),
        left_out=summary.left_out,
        problems=problems,
        output=output,
        server=plan.server.shown if plan.server else "",
        receipts=receipts,
        dry_run=plan.dry_run,
        text=summary.text,
        locale=report.settings.locale,
    )


def _attached(report: Report, plan: EmailPlan) -> tuple[list[Attachment], tuple[Problem, ...]]:
    """Make what goes with the message, and tell what is to be said of it."""
    if plan.attach == "none":
        return [], ()
    if plan.attach == "pdf":
        data, problems = pdf_of(report, [plan.role])
        holds = "The page that this tells of"
        return [Attachment("report.pdf", "application/pdf", holds, data)], problems
    html, problems = single_file_of(report)
    data = html.encode("utf-8")
    return [Attachment("report.html", "text/html", "The whole report", data)], problems


def _watch(report: Report, summary: EmailSummary, attachments: Sequence[Attachment]) -> None:
    """Search all that is said; addresses are not: those who read a message may be in its logs."""
    report.watch("report.eml/subject.txt", summary.subject.encode("utf-8"))
    report.watch("report.eml/message.txt", summary.text.encode("utf-8"))
    report.watch("report.eml/message.html", summary.html.encode("utf-8"))
    for number, picture in enumerate(summary.pictures, 1):
        report.watch(f"report.eml/chart-{number}.png", picture.image.data)
    for one in attachments:
        report.watch(f"report.eml/{one.name}", one.data)


def _is_message(beginning: bytes) -> bool:
    return MARK in beginning
