"""Stage 6: requests to the API of a host, such as GitHub's.

In: a method, an address, JSON. Out: the reply. The token goes to the host it is for and nowhere
else: over HTTPS (plain HTTP only on this machine), never after a redirect to another host, and
never into a message. What passes over is asked again, a few times and not for long.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urljoin

from runfolio.deliver.http_reply import DroppedError, Reply, is_secure, origin, reply_to
from runfolio.errors import DeliveryError, UsageError

__all__ = ["Api", "UncertainError", "token_of"]

_ATTEMPTS = 4
_LONGEST_WAIT = 60
"""Seconds that a host may ask to wait before we ask again."""
_MOST_REDIRECTS = 5
_PASSING = frozenset((429, 502, 503, 504))
_UNSAID = frozenset((502, 503, 504))
"""Of these: after which it is not known whether the host did what it was asked."""
_REDIRECTS = frozenset((301, 302, 307, 308))
_LONGEST_MESSAGE = 300
_LATEST = 253_402_300_799
"""The last second that a date can tell."""


class UncertainError(DeliveryError):
    """It is not known whether the host did what it was asked."""


@dataclass(frozen=True, slots=True)
class Api:
    """The API of a host.

    Parameters
    ----------
    host : str
        What the host is called, such as ``GitHub``.
    base : str
        Address of the API.
    headers : mapping of str to str
        That go with every request, without the token.
    token : str
    token_header, token_prefix : str
        The header that holds the token, and what stands before it there.
    wait : callable
        Waits some seconds.
    """

    host: str
    base: str
    headers: Mapping[str, str]
    token: str = field(repr=False)
    token_header: str = "Authorization"
    token_prefix: str = "Bearer "
    wait: Callable[[float], None] = time.sleep

    def ask(self, method: str, path: str, content: object = None, *, once: bool = False) -> Reply:
        """Send a request, and return the reply to it.

        Parameters
        ----------
        method : str
        path : str
            Below `base`, or a full address of the same host.
        content : object
            Sent as JSON; None for nothing.
        once : bool
            Whether it must not be done twice: then it is sent again only where the host refused
            it.

        Raises
        ------
        DeliveryError
            If the host cannot be reached, keeps being busy, or says too much.
        UncertainError
            Under `once`, if the connection ended before the host answered.
        UsageError
            If the token would travel in the clear.
        """
        url = path if "://" in path else self.base.rstrip("/") + path
        reason = ""
        for attempt in range(_ATTEMPTS):
            pause = 2.0**attempt
            try:
                reply = self._sent(method, url, content)
            except DroppedError as error:
                reason = str(error)
                if once and error.perhaps_done:
                    raise _uncertain(reason) from None
            else:
                if not _passes_over(reply):
                    return reply
                reason = f"{self.host} answered {reply.status}{self.said(reply)}."
                if once and reply.status in _UNSAID:
                    raise _uncertain(reason)
                pause = self._pause(reply, pause)
            if attempt < _ATTEMPTS - 1:
                self.wait(pause)
        raise DeliveryError(
            f"{reason} It was asked {_ATTEMPTS} times. Try again later.", "host-busy"
        )

    def own(self, url: str) -> str:
        """Return an address to which the host sends us.

        Raises
        ------
        DeliveryError
            If it is another host's.
        """
        if origin(url) == origin(self.base):
            return url
        raise DeliveryError(
            f"{self.host} sends this request on to another host, {origin(url)}; the token is not "
            f"given to it. Check the address of the API: {origin(self.base)}.",
            "host-redirects",
        )

    def said(self, reply: Reply) -> str:
        """Return what a host said of an error, as `` (…)``; empty if that is nothing."""
        content = reply.json()
        if not isinstance(content, dict):
            return ""
        told = [content.get(key) for key in ("message", "error", "error_description")]
        errors = content.get("errors")
        told += [
            one.get("message") if isinstance(one, dict) else one
            for one in (errors if isinstance(errors, list) else [])
        ]
        line = " ".join(" ".join(dict.fromkeys(str(one) for one in told if one)).split())
        line = line.replace(self.token, "…")[:_LONGEST_MESSAGE].rstrip(". ")
        return f" ({line})" if line else ""

    def _pause(self, reply: Reply, usual: float) -> float:
        """Return how long to wait, as the host asks; refuse to wait too long."""
        asked = reply.number("Retry-After")
        if asked is None and reply.number("X-RateLimit-Remaining") == 0:
            reset = min(reply.number("X-RateLimit-Reset") or 0, _LATEST)
            until = datetime.fromtimestamp(reset, UTC).strftime("%Y-%m-%d %H:%M UTC")
            raise DeliveryError(
                f"{self.host} takes no more requests with this token before {until}. Try again "
                "then.",
                "host-limit",
            )
        if asked is not None and asked > _LONGEST_WAIT:
            raise DeliveryError(
                f"{self.host} asks to wait {asked} s before it takes another request. Try again "
                "then.",
                "host-limit",
            )
        if asked is None and reply.status in (403, 429):
            return float(_LONGEST_WAIT)  # as GitHub asks of whoever is told no time
        return usual if asked is None else float(asked)

    def _sent(self, method: str, url: str, content: object) -> Reply:
        """Send a request; a redirect within the host is followed, with all that was sent."""
        data = None if content is None else json.dumps(content).encode()
        headers = {**self.headers, self.token_header: self.token_prefix + self.token}
        if data is not None:
            headers["Content-Type"] = "application/json"
        for _ in range(_MOST_REDIRECTS):
            if not is_secure(url):
                raise UsageError(
                    f"The address of {self.host}'s API must begin with https://, not as "
                    f"{origin(url)}: else the token could be read on the way.",
                    "api-not-secure",
                )
            reply = reply_to(method, url, headers, data, self.host)
            target = reply.headers.get("Location", "")
            if reply.status not in _REDIRECTS or not target:
                return reply
            url = self.own(_joined(url, target))
        raise DeliveryError(f"{self.host} sends this request in circles.", "host-redirects")


def _joined(url: str, target: str) -> str:
    """Return the address that a redirect leads to; what can be none is handed on as it is."""
    written = quote(target, safe="%:/?#[]@!$&'()*+,;=~")
    try:
        return urljoin(url, written)
    except ValueError:
        return written


def token_of(environment: Mapping[str, str], name: str, advice: str) -> str:
    """Return the token in a variable of the environment.

    Raises
    ------
    UsageError
        If there is none, or what is there can be none; it is not shown.
    """
    token = environment.get(name, "").strip()
    if not token:
        raise UsageError(f"${name} is not set. {advice}", "token-missing")
    if not token.isascii() or not token.isprintable() or " " in token:
        raise UsageError(
            f"${name} holds no token: there are blanks or signs in it that no token has. {advice}",
            "token-unusable",
        )
    return token


def _uncertain(reason: str) -> UncertainError:
    told = "Whether it was done is not known: look before you try again."
    return UncertainError(f"{reason} {told}", "host-dropped")


def _passes_over(reply: Reply) -> bool:
    """Tell whether a refusal is one for now, such as a limit of requests."""
    if reply.status != 403:
        return reply.status in _PASSING
    if reply.headers.get("Retry-After") or reply.number("X-RateLimit-Remaining") == 0:
        return True
    return b"rate limit" in reply.data[:2_000].lower()
