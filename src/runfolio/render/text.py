"""Stage 5: text out of logs is made fit to be shown.

In: any string. Out: one that no browser, XML reader or chart library stumbles over, with
what was replaced still visible.
"""

from __future__ import annotations

import re

__all__ = ["safe_title", "visible"]

# What XML 1.0 and HTML have no place for: C0 and C1 control characters, surrogates without
# their other half, noncharacters. One class below U+10000 is what makes the search fast.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")

# Vega looks titles up in an object: these names find what every object inherits.
_INHERITED = frozenset(
    (
        "__defineGetter__",
        "__defineSetter__",
        "__lookupGetter__",
        "__lookupSetter__",
        "__proto__",
        "constructor",
        "hasOwnProperty",
        "isPrototypeOf",
        "propertyIsEnumerable",
        "toLocaleString",
        "toString",
        "valueOf",
    )
)
_BREAKS = re.compile("[\\s\u2028\u2029]+")


def visible(text: str) -> str:
    r"""Replace what cannot be shown by visible symbols.

    Control characters become their pictures (U+2400 and up), all else U+FFFD.

    Examples
    --------
    >>> visible("a\x00b")
    'a␀b'
    """
    return _UNFIT.sub(_picture, text)


def safe_title(text: str) -> str:
    """Return `text` as Vega can take it as the title of a chart or an axis.

    Vega reads titles as parts of expressions: line breaks and backslashes end them early,
    and names that every JavaScript object inherits are taken for functions.
    """
    line = _BREAKS.sub(" ", visible(text)).replace("\\", "\u29f5").strip()
    return "\u200b" + line if line in _INHERITED else line


def _picture(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
