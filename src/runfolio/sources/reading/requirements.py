"""Stage 1b: lists of installed packages, as pip and trackers write them.

In: lines such as ``numpy==1.26.4``. Out: versions by name. What is installed from a folder or
an address is left out: it tells of people and machines, not of a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

__all__ = ["MOST_PACKAGES", "pinned", "python_version"]

MOST_PACKAGES = 1_000
"""Packages of one run at most."""
_PIN = re.compile(
    r"\s*([A-Za-z0-9][\w.-]{0,99})(?:\[[\w,. -]*\])?\s*==\s*([\w.!+-]{1,60})\s*(?:[;#].*)?"
)
_VERSION = re.compile(r"\d+(?:\.\d+){1,2}\w*")


def pinned(lines: Iterable[str]) -> dict[str, str]:
    """Return the versions of packages that lines name exactly.

    Names are written as the Python Packaging Authority's "Names and normalization" has it.

    Examples
    --------
    >>> pinned(["Scikit_Learn==1.5.2", "-e git+https://host/x", "torch[cuda]==2.4.0+cu121"])
    {'scikit-learn': '1.5.2', 'torch': '2.4.0+cu121'}
    """
    found: dict[str, str] = {}
    for line in lines:
        if (pin := _PIN.fullmatch(line)) is not None:
            found[re.sub(r"[-_.]+", "-", pin[1]).lower()] = pin[2]
        if len(found) >= MOST_PACKAGES:
            break
    return found


def python_version(text: object) -> dict[str, str]:
    """Return the version of Python in a text such as ``CPython 3.11.2``, as ``python``."""
    found = _VERSION.search(text) if isinstance(text, str) else None
    return {"python": found[0]} if found else {}
