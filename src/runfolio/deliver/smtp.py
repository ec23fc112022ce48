"""Stage 6: a message is handed to a mail server.

In: the message as bytes, its sender and recipients, and where the server is. Out: a `Receipt` for
each recipient. The connection is encrypted and the server's certificate checked, unless told
otherwise. What the server puts off is tried again; but never once the whole message was on its
way and no answer came: then nobody knows whether it was sent, and that is what is said.
"""

from __future__ import annotations

import re
import smtplib
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from runfolio.deliver.smtp_connection import answer, connected, hidden
from runfolio.deliver.smtp_server import PASSWORD, USER, SmtpServer
from runfolio.errors import DeliveryError

__all__ = ["WAITS", "Outcome", "Receipt", "send"]

WAITS = (2.0, 10.0, 30.0)
"""Seconds before each further try."""

_ON_THE_WAY = 600.0
"""Seconds for the whole message, and for the answer to it (RFC 5321, 4.5.3.2.6): a slow line and a
server that looks for spam take their time, and who gives up early never knows whether it was sent.
"""

Outcome = Literal["sent", "refused", "not sent", "not known"]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of the message to one recipient.

    Parameters
    ----------
    recipient : str
    outcome : {"sent", "refused", "not sent", "not known"}
        Sent: the server took it on. Refused: it will not have it. Not sent: it put it off until
        the tries were used up, or could not be reached. Not known: the connection was lost before
        the server said whether it has it.
    words : str
        What the server said, or what went wrong.
    tries : int
    """

    recipient: str
    outcome: Outcome
    words: str
    tries: int


@dataclass(slots=True)
class _Sending:
    """What is still to do, and what is done."""

    waiting: list[str]
    on_the_way: tuple[str, ...] = ()
    words: dict[str, str] = field(default_factory=dict)
    done: dict[str, tuple[Outcome, str, int]] = field(default_factory=dict)

    def end(self, recipients: Iterable[str], outcome: Outcome, words: str, tries: int) -> None:
        for one in recipients:
            self.done[one] = (outcome, words, tries)
        self.waiting = [one for one in self.waiting if one not in self.done]

    def put_off(self, recipients: Iterable[str], words: str) -> None:
        self.words.update(dict.fromkeys(recipients, words))


def send(
    server: SmtpServer,
    sender: str,
    recipients: Sequence[str],
    message: bytes,
    *,
    utf8: bool = False,
    waits: Sequence[float] = WAITS,
    wait: Callable[[float], None] = time.sleep,
) -> tuple[Receipt, ...]:
    """Send a message, and tell of each recipient what became of it.

    Parameters
    ----------
    server : SmtpServer
    sender : str
        Address that the message comes from, and that reports of failure go to.
    recipients : sequence of str
        Addresses.
    message : bytes
        With CRLF at the end of each line.
    utf8 : bool
        Whether an address has letters beyond ASCII before its @.
    waits : sequence of float
        Seconds before each further try; their number limits the tries.
    wait : callable
        Waits so many seconds.

    Raises
    ------
    DeliveryError
        If nothing was sent to anybody, for a reason that no further try changes: no encryption,
        a certificate that cannot be trusted, a wrong password, a sender that is refused.
    """
    sending = _Sending(list(recipients))
    tries = 0
    for pause in (0.0, *waits):
        try:
            if pause:
                wait(pause)
            tries += 1
            with connected(server) as smtp:
                _check(server, smtp, message, utf8)
                _transaction(server, smtp, sender, message, sending, tries, utf8)
        except DeliveryError as error:
            if not sending.done:
                raise
            # Some have it already: what became of each is told, not one error for all.
            sending.put_off(sending.waiting, error.message)
            break
        except KeyboardInterrupt:
            # What is known by now is told; it would be lost otherwise.
            on_the_way = [one for one in sending.on_the_way if one in sending.waiting]
            sending.end(on_the_way, "not known", "It was interrupted on its way", tries)
            sending.put_off(sending.waiting, "It was interrupted")
            break
        except (smtplib.SMTPException, OSError) as error:
            # Nothing of the message was on its way (`_transaction`), so it may be tried again.
            sending.put_off(sending.waiting, _told(server, error))
        if not sending.waiting:
            break
    for one in list(sending.waiting):
        sending.end([one], "not sent", sending.words.get(one, ""), tries)
    return tuple(Receipt(one, *sending.done[one]) for one in dict.fromkeys(recipients))


def _check(server: SmtpServer, smtp: smtplib.SMTP, message: bytes, utf8: bool) -> None:
    """Raise what the server could not take anyway."""
    limit = smtp.esmtp_features.get("size", "")
    if limit.isdigit() and 0 < int(limit) < len(message):
        raise DeliveryError(
            f"The message has {_megabytes(len(message))}, and {server.shown} takes at most "
            f"{_megabytes(int(limit))}. Send it without an attachment, or name the address of the "
            "published report under deliver.url.",
            "smtp-too-large",
        )
    if utf8 and not smtp.has_extn("smtputf8"):
        raise DeliveryError(
            f"{server.shown} takes no address with letters beyond ASCII before the @ (SMTPUTF8). "
            "Use another address of this person, or another server.",
            "smtp-no-utf8",
        )


def _transaction(
    server: SmtpServer,
    smtp: smtplib.SMTP,
    sender: str,
    message: bytes,
    sending: _Sending,
    tries: int,
    utf8: bool,
) -> None:
    """Hand the message over once, to all who still wait for it."""

    def said(code: int, words: bytes) -> str:
        return answer(server, code, words)

    options = ["SMTPUTF8", "BODY=8BITMIME"] if utf8 else []
    if smtp.has_extn("size"):
        options.append(f"SIZE={len(message)}")
    code, words = smtp.mail(sender, options)
    if 400 <= code < 500:
        sending.put_off(sending.waiting, said(code, words))
        return
    if code == 530:
        raise DeliveryError(
            f"{server.shown} asks for a name and password: {said(code, words)}. Put the name into "
            f"the address (smtp://name@{server.host}) or the environment ({USER}), the password "
            f"into the environment ({PASSWORD}) or the keyring.",
            "smtp-login-needed",
        )
    if code != 250:
        raise DeliveryError(
            f"{server.shown} does not take messages from {sender}: {said(code, words)}. Set "
            "--from, or deliver.email.from, to an address that this account may use.",
            "smtp-sender-refused",
        )
    accepted = []
    for one in list(sending.waiting):
        code, words = smtp.rcpt(one)
        if code in (250, 251):
            accepted.append(one)
        elif 400 <= code < 500:
            sending.put_off([one], said(code, words))
        else:
            sending.end([one], "refused", said(code, words), tries)
    if not accepted:
        return
    code, words = smtp.docmd("DATA")
    asked_for_it = code == 354
    if asked_for_it:
        sending.on_the_way = tuple(accepted)
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(_ON_THE_WAY)
            smtp.send(_stuffed(message))
            code, words = smtp.getreply()
        except (smtplib.SMTPException, OSError) as error:
            lost = "The connection was lost while the message was on its way"
            sending.end(accepted, "not known", f"{lost} ({_told(server, error)})", tries)
            return
    if 400 <= code < 500:
        # An answer that says no: the server does not have it, so it may be sent again.
        sending.put_off(accepted, said(code, words))
        sending.on_the_way = ()
    elif 500 <= code < 600 or not asked_for_it:
        sending.end(accepted, "refused", said(code, words), tries)
    elif 200 <= code < 300:
        sending.end(accepted, "sent", said(code, words), tries)
    else:
        odd = f"It was on its way, and the answer says neither yes nor no: {said(code, words)}"
        sending.end(accepted, "not known", odd, tries)


def _stuffed(message: bytes) -> bytes:
    """Return the message as it goes over the line: a dot alone would end it (RFC 5321, 4.5.2)."""
    whole = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", whole) + b".\r\n"


def _told(server: SmtpServer, error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        return answer(server, error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return "it did not answer in time"
    return hidden(server, str(getattr(error, "strerror", None) or error or type(error).__name__))


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.1f} MB"
