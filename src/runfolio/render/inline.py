"""Stage 5: scripts and styles that stand in a page itself, each allowed by its hash."""

from __future__ import annotations

import base64
import hashlib
import re

from runfolio.render.text import visible

__all__ = ["hash_of", "inline"]

_ENDS_EARLY = re.compile(r"</(?:script|style)|<!--", re.IGNORECASE)


def inline(text: str) -> str:
    """Return text as the browser reads it from between two tags, so that its hash is right.

    Raises
    ------
    ValueError
        If it would end before its end.
    """
    told = visible(text.replace("\r\n", "\n").replace("\r", "\n"))
    found = _ENDS_EARLY.search(told)
    if found:
        raise ValueError(f"{found.group()} inside a script or style would end it")
    return told


def hash_of(text: str) -> str:
    """Return what names a script or style in a content security policy."""
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"'sha256-{digest}'"
