"""Stage 2: names of runs for files and addresses."""

from __future__ import annotations

import hashlib
import re
import unicodedata

__all__ = ["run_slug", "slug_of"]


def slug_of(text: str) -> str:
    """Return lower-case ASCII letters, digits and single hyphens, at most 40 characters.

    Examples
    --------
    >>> slug_of("Größe 2 / neu")
    'groe-2-neu'
    """
    plain = unicodedata.normalize("NFKD", text[:200]).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].rstrip("-") or "run"


def run_slug(text: str, run: str, digits: int = 6) -> str:
    """Return a readable part and a hash of the run's id, which keeps like names apart.

    Parameters
    ----------
    text : str
        What is readable of it.
    run : str
        The run's id.
    digits : int
        How many digits the hash has.
    """
    return f"{slug_of(text)}-{hashlib.sha256(run.encode('utf-8', 'replace')).hexdigest()[:digits]}"
