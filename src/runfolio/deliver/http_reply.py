"""Stage 6: one request over HTTP with the standard library, and the reply to it.

In: a method, an address, headers, bytes. Out: a `Reply` of limited size. Redirects are not
followed here, and errors are replies like others.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from runfolio.errors import DeliveryError

__all__ = ["LARGEST", "DroppedError", "Reply", "is_secure", "origin", "reply_to"]

LARGEST = 64 * 1024 * 1024
"""Bytes of a reply: a hundred comments of GitHub have 26 million at most."""
_TIMEOUT = 30.0
_SENDING = (TimeoutError, ConnectionResetError, BrokenPipeError)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a host answered."""

    status: int
    headers: Message
    data: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the content; None where it is no JSON."""
        try:
            return json.loads(self.data)
        except (ValueError, RecursionError):
            return None

    def number(self, header: str) -> int | None:
        """Return a header that holds a number; None where it does not."""
        value = self.headers.get(header, "").strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None


class DroppedError(Exception):
    """There is no answer, or not a whole one; perhaps the host did what it was asked."""

    def __init__(self, message: str, *, perhaps_done: bool = True) -> None:
        super().__init__(message)
        self.perhaps_done = perhaps_done


class _AsTheyAre(urllib.request.HTTPErrorProcessor):
    """Hand every reply on: redirects and errors are for the caller to judge."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response

    https_response = http_response


def reply_to(
    method: str, url: str, headers: Mapping[str, str], data: bytes | None, host: str
) -> Reply:
    """Send a request.

    Parameters
    ----------
    method, url : str
    headers : mapping of str to str
    data : bytes or None
    host : str
        What the host is called in messages.

    Raises
    ------
    DroppedError
        If the host cannot be reached or the connection ends early.
    DeliveryError
        If its certificate is not trusted, or the reply is larger than `LARGEST`.
    """
    handlers: list[Any] = [_AsTheyAre]
    if url.startswith("https:"):
        handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context()))
    else:
        handlers.append(urllib.request.ProxyHandler({}))  # to this machine: past every proxy
    request = urllib.request.Request(url, data, dict(headers), method=method)
    try:
        with urllib.request.build_opener(*handlers).open(request, timeout=_TIMEOUT) as response:
            size = Reply(0, response.headers, b"").number("Content-Length") or 0
            content = response.read(LARGEST + 1) if size <= LARGEST else b""
            if size > LARGEST or len(content) > LARGEST:
                raise DeliveryError(
                    f"{host} answered {method} {urlsplit(url).path} with more than "
                    f"{LARGEST // 2**20} MiB, which is not read.",
                    "host-says-too-much",
                )
            if len(content) < size:
                raise DroppedError(f"{host} broke off in its answer.")
            return Reply(response.status, response.headers, content)
    except urllib.error.URLError as error:
        reason = error.reason
        if isinstance(reason, ssl.SSLCertVerificationError):
            raise DeliveryError(
                f"The certificate of {origin(url)} is not trusted: {reason.verify_message}. "
                "$SSL_CERT_FILE names a file with further certificates.",
                "host-certificate",
            ) from None
        told = f"{origin(url)} cannot be reached: {reason}."
        raise DroppedError(told, perhaps_done=isinstance(reason, _SENDING)) from None
    except (OSError, http.client.HTTPException) as error:
        told = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        raise DroppedError(f"The connection to {origin(url)} broke: {told}.") from None


def is_secure(url: str) -> bool:
    """Tell whether what is sent to an address cannot be read on the way."""
    try:
        parts = urlsplit(url)
        if parts.port == 0:
            return False
    except ValueError:
        return False
    if parts.scheme == "https" and parts.hostname:
        return True
    return parts.scheme == "http" and _is_this_machine(parts.hostname or "")


def origin(url: str) -> str:
    """Return scheme, host and port; whatever else an address holds is not shown."""
    try:
        parts = urlsplit(url)
        given = parts.port
    except ValueError:
        return "what is no address"
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    usual = {"https": 443, "http": 80}.get(parts.scheme)
    port = "" if given in (None, usual) else f":{given}"
    return f"{parts.scheme}://{host}{port}"


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
