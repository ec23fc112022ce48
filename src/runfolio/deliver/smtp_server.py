"""Stage 6: which mail server, how it is reached, and as whom.

In: an address such as ``smtp://name@mail.example.org:587`` and the environment. Out: an
`SmtpServer`. The password is never part of the address: addresses stand in files, and in lists of
running programs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

from runfolio.errors import UsageError

__all__ = ["PASSWORD", "USER", "SmtpServer", "server_of"]

USER = "RUNFOLIO_SMTP_USER"
PASSWORD = "RUNFOLIO_SMTP_PASSWORD"
_PORTS = {"smtp": 587, "smtps": 465}
_HOST = re.compile(r"[A-Za-z0-9._:-]{1,253}")
_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """A mail server and who speaks to it.

    Parameters
    ----------
    host : str
    port : int
    security : {"starttls", "tls", "none"}
        Encrypted after the greeting, from the first byte, or not at all.
    user : str
        Empty where the server asks for no name.
    password : str
    ca_file : Path or None
        Certificates that are trusted instead of the system's.
    seconds : float
        Longest wait for an answer.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: Path | None = None
    seconds: float = _SECONDS

    @property
    def shown(self) -> str:
        """Its address, for messages."""
        scheme = "smtps" if self.security == "tls" else "smtp"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{scheme}://{host}:{self.port}"


def server_of(
    url: str,
    environment: Mapping[str, str],
    *,
    insecure: bool = False,
    ca_file: Path | None = None,
    with_password: bool = True,
) -> SmtpServer:
    """Return the server at an address, with name and password from where they are kept.

    Parameters
    ----------
    url : str
        ``smtp://[name@]host[:587]``, encrypted by STARTTLS, or ``smtps://[name@]host[:465]``.
    environment : mapping of str to str
        Where ``RUNFOLIO_SMTP_USER`` and ``RUNFOLIO_SMTP_PASSWORD`` may stand. Without a password
        there the keyring is asked for the one of ``smtp://host`` and the name, where the package
        keyring is installed.
    insecure : bool
        Whether ``smtp://`` goes without encryption.
    ca_file : Path or None
    with_password : bool
        Whether it is to be spoken to; else no password is looked for.

    Raises
    ------
    UsageError
    """
    wrong = "Write smtp://mail.example.org:587 (STARTTLS) or smtps://mail.example.org."
    try:
        if not url.isprintable() or " " in url:
            raise ValueError("more than an address")
        parts = urlsplit(url)
        scheme, host, port = parts.scheme.lower(), parts.hostname or "", parts.port
        given = parts.password is not None
    except ValueError as error:
        raise UsageError(f"The address of the mail server is none. {wrong}", "smtp-url") from error
    if given:
        raise UsageError(
            "There is a password in the address of the mail server, where others can read it. "
            f"Take it out, and put it into the environment ({PASSWORD}) or the keyring; if the "
            "address is in a file that others have, change the password.",
            "smtp-password-in-url",
        )
    if scheme not in _PORTS or not host or parts.path not in ("", "/") or parts.query:
        raise UsageError(f"The address of the mail server is none. {wrong}", "smtp-url")
    if not host.isascii():
        with suppress(UnicodeError):
            host = host.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        raise UsageError(f"The mail server has no valid name. {wrong}", "smtp-url")
    if insecure and scheme == "smtps":
        raise UsageError(
            "smtps:// is encrypted, and --insecure-smtp asks that it is not. Write smtp:// or "
            "leave the option out.",
            "smtp-insecure",
        )
    if ca_file is not None and not ca_file.is_file():
        raise UsageError(f"There is no file {ca_file} with certificates.", "smtp-ca-missing")
    user = unquote(parts.username or "") or environment.get(USER, "")
    password = _password(host, user, environment) if with_password else ""
    security: Literal["starttls", "tls", "none"] = "tls" if scheme == "smtps" else "starttls"
    return SmtpServer(
        *(host, port or _PORTS[scheme], "none" if insecure else security),
        *(user, password, ca_file),
    )


def _password(host: str, user: str, environment: Mapping[str, str]) -> str:
    password = environment.get(PASSWORD, "")
    if user and not password:
        password = _from_keyring(host, user)
    if password and not user:
        raise UsageError(
            f"There is a password for the mail server ({PASSWORD}), but no name. Put it into the "
            f"environment ({USER}) or the address: smtp://name@{host}.",
            "smtp-user-missing",
        )
    if user and not password:
        raise UsageError(
            f"There is no password for {user} at {host}. Put it into the environment "
            f"({PASSWORD}), or into the keyring: pip install 'runfolio[keyring]', then "
            f"keyring set smtp://{host} {user}.",
            "smtp-password-missing",
        )
    return password


def _from_keyring(host: str, user: str) -> str:
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return ""
    try:
        return keyring.get_password(f"smtp://{host}", user) or ""
    except keyring.errors.KeyringError:
        return ""  # locked, or none on this machine: the same as no password
