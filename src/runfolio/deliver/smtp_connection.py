"""Stage 6: a connection to a mail server that is encrypted and logged in.

In: an `SmtpServer`. Out: a connection of `smtplib`, or an error that says what to change. What the
server says never repeats the password.
"""

from __future__ import annotations

import base64
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from runfolio.deliver.smtp_server import PASSWORD, USER, SmtpServer
from runfolio.errors import DeliveryError, UsageError

__all__ = ["answer", "connected", "hidden"]

_NAME_OF_THIS_MACHINE = "[127.0.0.1]"
"""What the server is told: its real name would stand in every message that is sent."""


@contextmanager
def connected(server: SmtpServer) -> Iterator[smtplib.SMTP]:
    """Connect, encrypt and log in; say goodbye at the end.

    Raises
    ------
    DeliveryError
        If no further try would help.
    smtplib.SMTPException, OSError
        If another might.
    """
    smtp = _opened(server)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            _start_tls(server, smtp)
        _log_in(server, smtp)
        yield smtp
        with suppress(smtplib.SMTPException, OSError):
            smtp.quit()
    finally:
        smtp.close()


def _context(server: SmtpServer) -> ssl.SSLContext:
    """Return what checks certificates: by the system's, or by those of a file alone."""
    try:
        return ssl.create_default_context(cafile=server.ca_file)
    except ssl.SSLError as error:
        raise UsageError(
            f"{server.ca_file} holds no certificates (PEM). Name another file.",
            "smtp-ca-unreadable",
        ) from error


def _opened(server: SmtpServer) -> smtplib.SMTP:
    where = (server.host, server.port, _NAME_OF_THIS_MACHINE)
    try:
        if server.security == "tls":
            return smtplib.SMTP_SSL(*where, timeout=server.seconds, context=_context(server))
        return smtplib.SMTP(*where, timeout=server.seconds)
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(server, error) from error
    except ssl.SSLError as error:
        raise DeliveryError(
            f"{server.shown} does not answer as a server with TLS does. Where it encrypts after "
            "its greeting (STARTTLS, port 587), write smtp://.",
            "smtp-no-tls",
        ) from error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPConnectError as error:
        if error.smtp_code >= 500:
            raise DeliveryError(
                f"{server.shown} takes no messages from here: "
                f"{answer(server, error.smtp_code, error.smtp_error)}. Ask whoever runs it.",
                "smtp-refused",
            ) from error
        raise
    except OSError as error:
        why = "no answer in time" if isinstance(error, TimeoutError) else error.strerror or error
        raise DeliveryError(
            f"{server.shown} cannot be reached ({why}), so nothing was sent. Check its name and "
            "port, and whether this machine may speak to it.",
            "smtp-unreachable",
        ) from error


def _start_tls(server: SmtpServer, smtp: smtplib.SMTP) -> None:
    if not smtp.has_extn("starttls"):
        raise DeliveryError(
            f"{server.shown} offers no encryption (STARTTLS), so nothing was sent. Use smtps:// "
            "or another port; where the server stands in your own network and you trust it, add "
            "--insecure-smtp.",
            "smtp-no-tls",
        )
    try:
        smtp.starttls(context=_context(server))
    except ssl.SSLCertVerificationError as error:
        raise _untrusted(server, error) from error
    smtp.ehlo()


def _untrusted(server: SmtpServer, error: ssl.SSLCertVerificationError) -> DeliveryError:
    return DeliveryError(
        f"The certificate of {server.shown} cannot be trusted ({error.verify_message}), so nothing "
        "was sent. Check the name of the server; if it has a certificate of your own authority, "
        "name that authority's file with --smtp-ca or SSL_CERT_FILE.",
        "smtp-certificate",
    )


def _log_in(server: SmtpServer, smtp: smtplib.SMTP) -> None:
    if not server.user:
        return
    words: bytes | str
    try:
        if server.user.isascii() and server.password.isascii():
            smtp.login(server.user, server.password)
            return
        # The standard library knows ASCII only; RFC 4616 says UTF-8.
        told = base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode("ascii")
        code, words = smtp.docmd("AUTH", f"PLAIN {told}")
        if code == 235:
            return
    except smtplib.SMTPNotSupportedError as error:
        raise DeliveryError(
            f"{server.shown} asks for no name and password. Take the name out of the address and "
            f"{USER} out of the environment.",
            "smtp-no-login",
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        code, words = error.smtp_code, error.smtp_error
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        raise DeliveryError(
            f"{server.shown} has no way to log in that is known here. Ask whoever runs it for "
            "PLAIN or LOGIN.",
            "smtp-no-login",
        ) from error
    if 400 <= code < 500:
        raise smtplib.SMTPResponseException(code, words)
    raise DeliveryError(
        f"{server.shown} does not let {server.user} in: "
        f"{answer(server, code, words)}. Check name and password ({USER}, {PASSWORD} or "
        "the keyring); some servers want a password of its own for programs. Nothing was sent.",
        "smtp-login",
    ) from None


def answer(server: SmtpServer, code: int, words: bytes | str) -> str:
    """Return what a server said, for a message of ours."""
    text = words if isinstance(words, str) else words.decode("utf-8", "replace")
    return f"{code} {hidden(server, text)}"


def hidden(server: SmtpServer, text: str) -> str:
    """Return a text on one line, without the password, however a server might repeat it."""
    # First of all: once blanks are gone or the text is cut, it would no longer be found.
    text = " ".join(_without_password(server, text).split())
    return "".join(sign for sign in text if sign.isprintable())[:300]


def _without_password(server: SmtpServer, text: str) -> str:
    if not server.password:
        return text
    secrets = {
        server.password,
        base64.b64encode(server.password.encode()).decode("ascii"),
        base64.b64encode(f"\0{server.user}\0{server.password}".encode()).decode("ascii"),
    }
    for secret in secrets:
        text = text.replace(secret, "***")
    return text
