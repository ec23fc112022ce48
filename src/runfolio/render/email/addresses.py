"""Stage 5: one address for each recipient, or an error that says what is wrong with it.

In: text that a person or report.yaml gave. Out: an `Address`. Whatever could make two recipients
of one, or a header of its own, is refused: a message must go to nobody who was not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email import policy
from email.headerregistry import Address as HeaderAddress

from runfolio.errors import UsageError
from runfolio.render.text import visible

__all__ = ["Address", "addresses_of", "one_line", "parsed_address"]

# RFC 5322, 3.2.3, and the letters beyond ASCII of RFC 6531. Quoted local parts are refused:
# hardly anybody has one, and they can hold anything.
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_DOMAIN = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
    r"(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
_BREAKS = re.compile("[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_TURNS = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LONGEST_LOCAL = 64


@dataclass(frozen=True, slots=True)
class Address:
    """Somebody's address.

    Parameters
    ----------
    name : str
        As it is shown, or empty.
    local : str
        Before the ``@``.
    domain : str
        After it, in ASCII: an international name as its A-label (RFC 5890).
    """

    name: str
    local: str
    domain: str

    @property
    def mailbox(self) -> str:
        """The address alone, as servers take it."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can take it."""
        return not self.local.isascii()

    @property
    def in_header(self) -> HeaderAddress:
        """The same for the header of a message."""
        return HeaderAddress(self.name, self.local, self.domain)

    def __str__(self) -> str:
        return f"{self.name} <{self.mailbox}>" if self.name else self.mailbox


def addresses_of(texts: Iterable[str], what: str) -> tuple[Address, ...]:
    """Return an address for each text, each mailbox once.

    Parameters
    ----------
    texts : iterable of str
    what : str
        Says whose address it is, such as ``The recipient``.

    Raises
    ------
    UsageError
    """
    found: dict[tuple[str, str], Address] = {}
    for text in texts:
        address = parsed_address(text, what)
        found.setdefault((address.local, address.domain), address)
    return tuple(found.values())


def parsed_address(text: str, what: str) -> Address:
    """Return the one address that `text` holds, with or without a name.

    Raises
    ------
    UsageError
        If it holds none, several, or anything that does not belong into an address.
    """
    shown = visible(_BREAKS.sub("␊", text))[:120]
    if _BREAKS.search(text) or any(ord(sign) < 32 or ord(sign) == 127 for sign in text):
        raise _refused(
            what, shown, "has a line break or a control character in it. Give one address alone."
        )
    name, mailbox = _split(text.strip(), what, shown)
    if _TURNS.search(text):
        raise _refused(what, shown, "holds a character that cannot be seen. Type it anew.")
    local, at, domain = mailbox.rpartition("@")
    if not at:
        raise _refused(what, shown, "is no address: it has no @. Write it as name@example.org.")
    if not _LOCAL.fullmatch(local) or len(local.encode()) > _LONGEST_LOCAL:
        raise _refused(
            *(what, shown),
            "has something before the @ that no common mail server takes. Check its spelling.",
        )
    return Address(name, local, _ascii_domain(domain, what, shown))


def _split(text: str, what: str, shown: str) -> tuple[str, str]:
    """Return the name and the mailbox in a text."""
    try:
        header = policy.SMTP.header_factory("To", text)
        found = header.addresses
        groups = [group.display_name for group in header.groups if group.display_name is not None]
    except Exception:  # the parser of the standard library fails in many ways on odd texts
        found, groups = (), []
    outside = re.sub(r'"(?:[^"\\]|\\.)*"', "", text)
    if len(found) > 1 or groups or "," in outside or ";" in outside:
        raise _refused(
            *(what, shown),
            "holds a comma or a semicolon, so it could be several addresses. Give each on its "
            "own (--to a@example.org --to b@example.org), and put a name with a comma into quotes: "
            '"Doe, Jane" <jane@example.org>.',
        )
    bare = re.fullmatch(r"\s*<?\s*([^\s<>\"()]+@[^\s<>\"()]+)\s*>?\s*", text)
    if bare:
        return "", bare.group(1)
    named = re.fullmatch(r"(.*?)\s*<\s*([^\s<>\"()]+)\s*>\s*", text)
    if named is None or "<" in named.group(1).replace('"', ""):
        raise _refused(
            *(what, shown), "is no address. Write name@example.org or Name <name@example.org>."
        )
    name = named.group(1).strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name, named.group(2)


def _ascii_domain(domain: str, what: str, shown: str) -> str:
    if not domain.isascii():
        try:
            import idna
        except ImportError as error:
            raise UsageError(
                f"{what} {shown!r} has letters beyond ASCII after the @. For these, install "
                "idna: pip install 'runfolio[email]'.",
                "email-extra-missing",
            ) from error
        try:
            domain = idna.encode(domain, uts46=True).decode("ascii")
        except idna.IDNAError as error:
            raise _refused(
                what, shown, f"has no valid domain after the @ ({error}). Check its spelling."
            ) from error
    if not _DOMAIN.fullmatch(domain.lower()):
        raise _refused(what, shown, "has no valid domain after the @. Check its spelling.")
    return domain.lower()


def _refused(what: str, shown: str, why: str) -> UsageError:
    return UsageError(f"{what} {shown!r} {why}", "email-address")


def one_line(text: str, what: str) -> str:
    """Return a text for a header; one that could end the header is refused.

    Raises
    ------
    UsageError
    """
    if _BREAKS.search(text) or any(ord(sign) < 32 for sign in text if sign != "\t"):
        raise UsageError(
            f"{what} has a line break or a control character in it. Write it on one line.",
            "email-header",
        )
    return text.strip()
