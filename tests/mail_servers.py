"""A mail server of aiosmtpd on the loopback, with a certificate of its own authority.

It keeps what it receives, and fails when and as it is told.
"""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

USER, PASSWORD = "me@example.org", "correct horse"


@dataclass(slots=True)
class Authority:
    """A certificate authority, and a server's certificate by it."""

    ca: Path
    server: ssl.SSLContext

    @classmethod
    def made(cls, folder: Path) -> Authority:
        key, name = ec.generate_private_key(ec.SECP256R1()), _name("Authority of the tests")
        ca = _certificate(name, name, key.public_key(), key, x509.BasicConstraints(True, None))
        own = ec.generate_private_key(ec.SECP256R1())
        server = _certificate(
            *(_name("localhost"), name, own.public_key(), key),
            x509.SubjectAlternativeName([x509.DNSName("localhost")]),
        )
        (folder / "ca.pem").write_bytes(ca.public_bytes(serialization.Encoding.PEM))
        (folder / "server.pem").write_bytes(
            own.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + server.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "server.pem")
        return cls(folder / "ca.pem", context)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _certificate(
    subject: x509.Name, issuer: x509.Name, public: Any, signer: Any, extension: Any
) -> x509.Certificate:
    now = datetime.now(UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(signer, hashes.SHA256())
    )


@dataclass(slots=True)
class Mailbox:
    """What a server received, and what it answers.

    Parameters
    ----------
    answers : dict
        By recipient, or ``DATA``, ``MAIL`` or the empty string for the end of the message: the
        answers of the first times; ``drop`` ends the connection instead.
    """

    port: int = 0
    answers: dict[str, list[str]] = field(default_factory=dict)
    messages: list[tuple[str, tuple[str, ...], bytes]] = field(default_factory=list)
    connections: int = 0
    names: list[str] = field(default_factory=list)
    users: list[str] = field(default_factory=list)

    def answer(self, name: str, otherwise: str = "250 OK") -> str:
        waiting = self.answers.get(name)
        return waiting.pop(0) if waiting else otherwise


class _Handler:
    def __init__(self, box: Mailbox) -> None:
        self.box = box

    async def handle_EHLO(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.box.names.append(hostname)
        return responses

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.box.answer("MAIL")
        if answer.startswith("250"):
            envelope.mail_from = address
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.box.answer(address)
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        answer = self.box.answer("")
        if answer == "drop":
            assert server.transport is not None
            server.transport.abort()  # type: ignore[attr-defined]
            return "250 nobody hears this"
        if answer.startswith("250"):
            content = envelope.original_content
            assert content is not None
            assert envelope.mail_from is not None
            self.box.messages.append((envelope.mail_from, tuple(envelope.rcpt_tos), content))
        return answer


class _Server(SMTP):
    """Answers the command DATA as it is told; `aiosmtpd` has no hook for that."""

    def __init__(self, handler: _Handler, **options: Any) -> None:
        super().__init__(handler, hostname="mail.example.org", **options)
        self.box = handler.box
        self.box.connections += 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        answer = self.box.answer("DATA", "354")
        if answer == "354":
            await super().smtp_DATA(arg)
        elif answer == "drop":
            assert self.transport is not None
            await self.push("354 Go on")
            await self._reader.readline()
            self.transport.abort()  # type: ignore[attr-defined]
        else:
            await self.push(answer)


@contextmanager
def mail_server(
    authority: Authority,
    *,
    tls: str = "starttls",
    login: bool = True,
    **options: Any,
) -> Iterator[Mailbox]:
    """Start a server; it ends with the block.

    Parameters
    ----------
    authority : Authority
    tls : {"starttls", "implicit", "none"}
    login : bool
        Whether it asks for name and password.
    """
    box = Mailbox()
    handler = _Handler(box)

    def authenticate(
        _server: Any, _session: Any, _envelope: Any, kind: str, data: Any
    ) -> AuthResult:
        box.users.append(data.login.decode())
        right = (data.login.decode(), data.password.decode()) == (USER, PASSWORD)
        return AuthResult(success=right, handled=False)

    told = {
        "tls_context": authority.server if tls == "starttls" else None,
        "require_starttls": tls == "starttls",
        "authenticator": authenticate if login else None,
        "auth_required": login,
        # Behind implicit TLS the session is encrypted, which the protocol does not know.
        "auth_require_tls": tls == "starttls",
        "enable_SMTPUTF8": False,
        **options,
    }

    def make() -> _Server:
        with warnings.catch_warnings():
            # A login without encryption that it knows of: behind implicit TLS it is encrypted.
            warnings.filterwarnings("ignore", "Requiring AUTH while not requiring TLS")
            return _Server(handler, **told)

    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def start() -> asyncio.Server:
        context = authority.server if tls == "implicit" else None
        return await loop.create_server(make, "localhost", 0, ssl=context)

    async def stop() -> None:
        server.close()
        waiting = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    box.port = server.sockets[0].getsockname()[1]
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
