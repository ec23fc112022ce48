"""Stage 1a: which of the user's settings say where remotes are and how one logs in.

In: what git lists of its configuration. Out: these settings, and the variables by which another
repository sees them. All else that a configuration may ask for stays where it is.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable

__all__ = ["remote_settings", "variables_for"]

_SETTINGS = re.compile(
    r"remote\..+\.(?:url|pushurl|proxy|proxyauthmethod|uploadpack|receivepack)|http\..+"
    r"|url\..+\.(?:insteadof|pushinsteadof)|credential\..+|ssh\.variant|protocol\.version"
    r"|core\.(?:sshcommand|gitproxy|askpass)|user\.(?:name|email)",
    re.DOTALL,
)


def remote_settings(listing: bytes) -> list[tuple[str, str]]:
    """Return what says how remotes are reached, of all that `git config --list -z` lists."""
    items = (item.partition("\n") for item in listing.decode("utf-8", "replace").split("\0"))
    return [
        (key, value if line else "true")
        for key, line, value in items
        if _SETTINGS.fullmatch(key) and "\n" not in key
    ]


def variables_for(
    wanted: Iterable[tuple[str, str]], there: Iterable[tuple[str, str]]
) -> dict[str, str]:
    """Return the variables by which git sees settings beside those that it finds by itself.

    Parameters
    ----------
    wanted : iterable of (str, str)
        Key and value, in git's order.
    there : iterable of (str, str)
        Those that it finds, of the user or the system.
    """
    found = Counter(there)
    given = os.environ.get("GIT_CONFIG_COUNT", "")
    count = int(given) if given.isdecimal() else 0
    variables = {}
    for key, value in wanted:
        if found[key, value]:
            found[key, value] -= 1
            continue
        variables[f"GIT_CONFIG_KEY_{count}"] = key
        variables[f"GIT_CONFIG_VALUE_{count}"] = value
        count += 1
    return variables | {"GIT_CONFIG_COUNT": str(count)}
