"""Stage 2b: a text as it was before it was written into HTML, JSON, an address, base64 …

In: any text. Out: the same with one kind of writing undone. Only what can hold it is kept: the
lines with the signs of that writing.
"""

from __future__ import annotations

import base64
import binascii
import html
import quopri
import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from runfolio.audience.finding import UNSEEN

__all__ = ["base64_contents", "decoded_texts", "is_text"]

_ESCAPE = re.compile(
    r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    r"|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|([^\w\s]|[_bfnrtv0]))"
)
_BLANKS = dict.fromkeys("bfnrtv0", " ")
_INLINE = re.compile(
    r"</?(?:wbr|b|i|u|s|em|strong|span|mark|a|code|kbd|bdi|bdo|small|sub|sup|tspan|tref)\b[^<>]*>",
    re.IGNORECASE,
)
_TAG = re.compile(r"<(?:!--.*?--|[/!?a-zA-Z][^<>]*)>", re.DOTALL)
_QUOTED_PRINTABLE = re.compile(r"=(?:\r?\n|[0-9A-F]{2})")
_RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
_BROKEN_FROM = 40
_END_OF_LINE = re.compile(rf"[A-Za-z0-9+/]{{{_BROKEN_FROM}}}")
# Base64 of a text has letters of both cases, mostly, and never digits alone.
_PLAIN_WORD = re.compile(r"[a-z/_-]*|[A-Z]?[a-z_-]*|[0-9/+_-]*")
_FROM_URLS = str.maketrans("-_", "+/", "=")
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\t\n\r"))
_ROUNDS = 3
_ONE_PLACE = 16
"""Characters of base64 from which it may begin amid others."""


def decoded_texts(text: str) -> Iterator[str]:
    """Yield what a text becomes when the kinds of writing in it are undone, as often as they are.

    First each kind by itself, since what looks like another may have been meant as it is; then
    all of them, up to three times. Of a long text it is only the lines that change.

    Parameters
    ----------
    text : str
    """
    for sign, decode in _BY_SIGN.items():
        if sign in text:
            yield decode(_lines_with(text, sign))
    bases = {text: None}
    for _ in range(2):
        bases |= dict.fromkeys(other for base in tuple(bases) for other in _otherwise(base))
    for told in bases:
        yield told
        for _ in range(_ROUNDS):
            lines = told.split("\n")
            before = "\n".join([x for x in lines if "&" in x or "\\" in x or "%" in x])
            told = _from_html(_from_address(_from_script(before)))
            if told == before:
                break
            yield told
            yield from _otherwise(told)


def _otherwise(text: str) -> Iterator[str]:
    """Yield a text without what parts its words or lines, where there is such a thing."""
    if "<" in text:
        yield _without_tags(text)
    if _QUOTED_PRINTABLE.search(text):
        yield _from_quoted_printable(text)
    if '""' in text:
        yield _lines_with(text, '""').replace('""', '"')
    if not text.isascii() and UNSEEN.search(text):
        yield UNSEEN.sub("", text)
    if "+" in text:
        yield _lines_with(text, "+").replace("+", " ")


def _lines_with(text: str, sign: str) -> str:
    return "\n".join([line for line in text.split("\n") if sign in line])


def _from_html(text: str) -> str:
    """Undo character references (``&amp;``, ``&#38;``)."""
    return html.unescape(text) if "&" in text else text


def _from_script(text: str) -> str:
    r"""Undo the escapes of JSON and JavaScript (``\u0026``, ``\x26``, ``\/``) and Markdown."""
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _from_address(text: str) -> str:
    """Undo the quoting of addresses (``%26``)."""
    if "%" not in text:
        return text
    return unquote_to_bytes(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _from_quoted_printable(text: str) -> str:
    """Undo the writing of mails (``=26``, and ``=`` at the end of broken lines)."""
    return quopri.decodestring(text.encode("utf-8", "replace")).decode("utf-8", "replace")


def _without_tags(text: str) -> str:
    """Return what is left of HTML and SVG without their tags; those amid words leave no gap."""
    return _TAG.sub(" ", _INLINE.sub("", text))


_BY_SIGN = {"&": _from_html, "\\": _from_script, "%": _from_address}


def base64_contents(text: str, known: set[str]) -> Iterator[bytes]:
    """Yield what stands as base64 in a text, also in the writing of addresses and in lines.

    Where it begins amid other letters is not told: of long ones all four places are tried.

    Parameters
    ----------
    text : str
    known : set of str
        What was decoded before; what is decoded now is added.
    """
    found = [run for run in dict.fromkeys(_RUN.findall(_unbroken(text))) if run not in known]
    known.update(found)
    for run in found:
        if _PLAIN_WORD.fullmatch(run):
            continue
        plain = run.translate(_FROM_URLS)
        for start in range(4 if len(plain) >= _ONE_PLACE else 1):
            part = plain[start:]
            part = part[: len(part) - (len(part) % 4 == 1)]
            try:
                yield base64.b64decode(part + "=" * (-len(part) % 4))
            except (binascii.Error, ValueError):  # pragma: no cover - the run is made of its signs
                continue


def _unbroken(text: str) -> str:
    """Return a text in which base64 that was broken into lines is whole again."""
    lines = text.split("\n")
    ends = [_END_OF_LINE.fullmatch(line.rstrip()[-_BROKEN_FROM:]) is not None for line in lines]
    if not any(ends):
        return text
    parts = (x.strip() if end else f"{x}\n" for x, end in zip(lines, ends, strict=True))
    return "".join(parts)


def is_text(data: bytes) -> bool:
    """Whether bytes may be text: few of them are control characters."""
    return len(data) - len(data.translate(None, _CONTROLS)) <= len(data) // 20


def _character(match: re.Match[str]) -> str:
    if match[5]:
        return _BLANKS.get(match[5], match[5])
    if match[2]:  # two halves of one character
        high, low = int(match[2][:4], 16), int(match[2][6:], 16)
        return chr(0x10000 + ((high - 0xD800) << 10) + low - 0xDC00)
    number = int(match[1] or match[3] or match[4], 16)
    return chr(number) if number <= 0x10FFFF else ""
