"""Stage 5: texts, images and attachments become one message.

In: what `summary` made, who writes and who reads. Out: the bytes of the message (RFC 5322), the
same for the same input: its id and the boundaries between its parts are hashes of what is in it.
Only the date is not of the input.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, MIMEPart
from email.utils import format_datetime

from runfolio.render.email.addresses import Address
from runfolio.render.email.summary import EmailSummary

__all__ = ["MARK", "Attachment", "message_bytes"]

MARK = b"X-Mailer: runfolio"
"""By what a file is known to be a message of ours; it stands first."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a message.

    Parameters
    ----------
    name : str
    kind : str
        Its media type, such as ``text/html``.
    holds : str
        What is in it, in words.
    data : bytes
    """

    name: str
    kind: str
    holds: str
    data: bytes


def message_bytes(
    summary: EmailSummary,
    *,
    sender: Address | None,
    recipients: Sequence[Address],
    date: datetime,
    attachments: Sequence[Attachment] = (),
    list_name: str = "",
) -> bytes:
    """Return a message as it is written into a file and sent.

    Parameters
    ----------
    summary : EmailSummary
    sender : Address or None
        Without one the message is a draft that a mail program opens for sending.
    recipients : sequence of Address
    date : datetime
        Aware.
    attachments : sequence of Attachment
    list_name : str
        The report's title: filters of mail programs can go by it.
    """
    content = _content(summary, attachments)
    key = hashlib.sha256(content.as_bytes(policy=policy.SMTP))
    message = EmailMessage(policy=_policy(sender, recipients))
    domain = sender.domain if sender else "runfolio.invalid"
    name, _, program = MARK.decode("ascii").partition(": ")
    message[name] = program
    if sender is not None:
        message["From"] = sender.in_header
    else:
        message["X-Unsent"] = "1"
    if recipients:
        message["To"] = [one.in_header for one in recipients]
    message["Subject"] = summary.subject
    message["Date"] = format_datetime(date.astimezone(UTC))
    for name in ("From", "To", "Subject"):
        key.update(str(message.get(name, "")).encode())
    message["Message-ID"] = f"<{key.hexdigest()[:32]}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    # Exchange answers for people who are away, whatever the line above says.
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if list_name and sender is not None:
        message["List-Id"] = f"<{_slug(list_name)}.runfolio.{domain}>"
    for header, value in content.items():
        message[header] = value
    message.set_payload(content.get_payload())
    _set_boundaries(message, key.hexdigest())
    return message.as_bytes()


def _policy(
    sender: Address | None, recipients: Sequence[Address]
) -> policy.EmailPolicy[EmailMessage]:
    people = [*recipients, *([sender] if sender else [])]
    chosen = policy.SMTPUTF8 if any(one.needs_utf8 for one in people) else policy.SMTP
    return chosen.clone(cte_type="7bit")


def _content(summary: EmailSummary, attachments: Sequence[Attachment]) -> EmailMessage:
    """Return the tree of parts: mixed(alternative(text, related(html, images)), attachments)."""
    content = EmailMessage(policy=policy.SMTP)
    content.set_content(summary.text, cte="quoted-printable")
    content.add_alternative(summary.html, subtype="html", cte="quoted-printable")
    html = next(part for part in content.iter_parts() if part.get_content_subtype() == "html")
    assert isinstance(html, MIMEPart)
    for number, picture in enumerate(summary.pictures, 1):
        html.add_related(
            *(picture.image.data, "image", "png"),
            cid=f"<{picture.cid}>",
            filename=f"chart-{number}.png",
            disposition="inline",
        )
    for one in attachments:
        kind, _, subtype = one.kind.partition("/")
        content.add_attachment(one.data, kind, subtype, filename=one.name)
    _set_boundaries(content, hashlib.sha256(summary.text.encode()).hexdigest())
    return content


def _set_boundaries(message: EmailMessage, key: str) -> None:
    parts = [part for part in message.walk() if part.is_multipart()]
    for number, part in enumerate(parts, 1):
        # No line of quoted-printable or base64 begins with this (RFC 2045, 6.7).
        part.set_boundary(f"=_{key[:32]}_{number}")


def _slug(title: str) -> str:
    words = "".join(sign if sign.isascii() and sign.isalnum() else " " for sign in title.lower())
    return "-".join(words.split())[:40].strip("-") or "report"
