"""Stage 6: the address at which a host serves the pages of a branch.

Sources: GitHub's documentation, "GitHub Pages sites"; GitLab's, "GitLab Pages default domain
names". What a host of one's own serves is not known.
"""

from __future__ import annotations

import re

__all__ = ["pages_address"]

_REMOTE = re.compile(
    r"(?:[a-z+]+://(?:[^@/]*@)?|(?:[^@/]*@)?(?=[^/]+:))(?P<host>[^/:]+)(?::\d+)?[/:](?P<path>.+)",
    re.IGNORECASE,
)


def pages_address(remote: str, cname: str = "") -> str:
    """Return the address, with a slash at its end; empty if it is not known.

    Parameters
    ----------
    remote : str
        Address of the repository, as git has it.
    cname : str
        Content of the branch's file ``CNAME``; empty for none.

    Examples
    --------
    >>> pages_address("git@github.com:Lab/triage.git")
    'https://lab.github.io/triage/'
    """
    if cname.strip():
        return f"https://{cname.split()[0]}/"
    found = _REMOTE.fullmatch(remote.strip())
    if found is None:
        return ""
    host, path = found["host"].lower(), found["path"].strip("/").removesuffix(".git")
    owner, _, rest = path.partition("/")
    domain = {"github.com": "github.io", "gitlab.com": "gitlab.io"}.get(host)
    if domain is None or not rest:
        return ""
    start = f"{owner.lower()}.{domain}"
    return f"https://{start}/" if rest.lower() == start else f"https://{start}/{rest}/"
