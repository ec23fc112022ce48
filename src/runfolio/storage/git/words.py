"""Stage 1a: what git and a remote say when they refuse, as one clause without secrets."""

from __future__ import annotations

import re

from runfolio.storage.git.command import reason

__all__ = ["refusal", "without_credentials"]

_CREDENTIALS = re.compile(r"(?<=://)(?:[^/\s:]*:[^\s]*|[^/\s]*)@")
"""Up to the last ``@``: a password that nobody encoded may hold one, or a slash."""
_REJECTED = re.compile(r"^!\t[^\t]*\t\[[a-z ]+\] \((.*)\)$", re.MULTILINE)
"""As `git push --porcelain` writes it."""
_NOISE = re.compile(r"\x1b\[[0-9;]*[A-Za-z]|[^\x20-\x7e\u00a0-\ud7ff\ue000-\U0010ffff]")
_MOST_LINES = 6
_LONGEST = 600


def without_credentials(text: str) -> str:
    """Return a text with the names and passwords taken out of its addresses."""
    return _CREDENTIALS.sub("", text)


def refusal(output: bytes, complaints: bytes) -> str:
    """Return why git could not fetch or push: its own reason, then what the remote said.

    Parameters
    ----------
    output : bytes
        What `git push --porcelain` wrote; else empty.
    complaints : bytes
        What git wrote to its standard error.
    """
    rejected = _REJECTED.search(output.decode("utf-8", "replace"))
    lines = complaints.decode("utf-8", "replace").splitlines()
    told = [
        _NOISE.sub("", line.removeprefix("remote:")).strip()
        for line in lines
        if line.startswith("remote:")
    ]
    told = [line for line in told if line][:_MOST_LINES]
    ours = b"\n".join(line for line in complaints.splitlines() if not line.startswith(b"remote:"))
    why = rejected.group(1) if rejected else reason(ours)
    said = f"{why} (the remote says: {' '.join(told)})" if told else why
    return without_credentials(said)[:_LONGEST].rstrip(". ")
