"""Stage 1c: where a repository is on the web, told by the address of its remote.

In: the address as git has it, which may hold a password. Out: addresses of its pages, without
one. Only hosts whose pages are known have any; nothing is asked of them.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from runfolio.model.history import Web

__all__ = ["web_of"]

_URL = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)(?:[^/@]*@)?(?P<host>[A-Za-z0-9.-]+)(?::\d+)?/(?P<path>[^?#]+)"
)
_SCP = re.compile(r"(?:[^/@]+@)?(?P<host>[A-Za-z0-9.-]+):(?P<path>[^/?#][^?#]*)")
_PAGES = {
    # Part of the host's name, its page of a commit, and of what lies between two.
    "github": ("commit/{}", "compare/{}...{}"),
    "gitlab": ("-/commit/{}", "-/compare/{}...{}"),
    "bitbucket": ("commits/{}", "branches/compare/{1}..{0}"),
    "codeberg": ("commit/{}", "compare/{}...{}"),
    "gitea": ("commit/{}", "compare/{}...{}"),
}


def web_of(remote: str) -> Web | None:
    """Return the addresses of a repository's pages.

    Parameters
    ----------
    remote : str
        Such as ``https://github.com/owner/name.git`` or ``git@gitlab.com:group/name``.

    Returns
    -------
    Web or None
        None for a host whose pages are not known, and for a folder.
    """
    found = _URL.fullmatch(remote) or (None if "://" in remote else _SCP.fullmatch(remote))
    if found is None or remote.startswith("file:"):
        return None
    host = found["host"].lower().strip(".")
    kind = next((kind for kind in _PAGES if kind in host), None)
    path = found["path"].strip("/").removesuffix(".git").strip("/")
    if kind is None or "/" not in path or ".." in path.split("/") or set(path) & set(":@"):
        return None  # odd, and what looks like a path may hold a password
    base = f"https://{host}/{quote(path, safe='/-_.~').replace('{', '').replace('}', '')}/"
    commit, compare = _PAGES[kind]
    return Web(base + commit, base + compare)
