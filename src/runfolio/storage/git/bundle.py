"""Stage 1a: a repository in one file, as `git bundle create` makes them.

In: the file. Out: a repository of our own with its objects, branches and tags, removed when
the process ends. The format: git's manual, gitformat-bundle.
"""

from __future__ import annotations

import os
import re
import shlex
from functools import cache
from pathlib import Path

from runfolio.storage.git.command import RepositoryError, closed, reason, run
from runfolio.storage.git.shadow import kept_until_exit

__all__ = ["is_bundle", "unpacked"]

_SIGNATURES = (b"# v2 git bundle\n", b"# v3 git bundle\n")
_SHA256 = b"\n@object-format=sha256\n"
_NAME = re.compile(
    rb"refs/(?!.*(?:\.\.|//|/\.|@\{|\.lock(?:/|$)))[^\x00-\x20\x7f~^:?*\[\\]+(?<![./])"
)
"""What git takes for the name of a branch or tag (git-check-ref-format)."""
_SECONDS = 3600


def is_bundle(path: Path) -> bool:
    """Tell whether a file is a bundle, by its first line."""
    try:
        with path.open("rb") as file:
            return file.read(16) in _SIGNATURES
    except OSError:
        return False


def unpacked(path: Path) -> tuple[str, str]:
    """Unpack a bundle, once per process and state of the file.

    Returns
    -------
    str
        The git folder.
    str
        ``sha1`` or ``sha256``.

    Raises
    ------
    RepositoryError
        If it is damaged, or holds only what is new since another bundle.
    """
    about = path.stat()
    return _unpacked(path, (about.st_size, about.st_mtime_ns, about.st_ino, os.getpid()))


@cache
def _unpacked(path: Path, _state: tuple[int, ...]) -> tuple[str, str]:
    with path.open("rb") as file:
        start = file.read(4096)
    object_format = "sha256" if _SHA256 in start else "sha1"
    folder = kept_until_exit()
    make = ("init", "--quiet", "--bare", "--template=", f"--object-format={object_format}")
    run([*make, str(folder)], closed(folder))
    unpack = (f"--git-dir={folder}", "bundle", "unbundle", str(path))
    done = run(unpack, closed(folder), seconds=_SECONDS)
    if done.returncode != 0:
        if b"prerequisite" in done.stderr:
            raise RepositoryError(
                f"{path.name} holds only what is new since an earlier state of its repository. "
                f"Make one that holds everything: git bundle create {shlex.quote(path.name)} --all",
                "git-bundle",
            )
        raise RepositoryError(
            f"{path.name} is no whole git bundle: {reason(done.stderr)}. Make it anew: "
            f"git bundle create {shlex.quote(path.name)} --all",
            "git-bundle",
        )
    heads = dict(line.split(b" ", 1)[::-1] for line in done.stdout.splitlines() if b" " in line)
    refs = {name: commit for name, commit in heads.items() if _NAME.fullmatch(name)}
    lines = [b"%s %s\n" % (commit, name) for name, commit in sorted(refs.items())]
    (folder / "packed-refs").write_bytes(b"".join(lines))
    (folder / "HEAD").write_bytes(_head(refs, heads.get(b"HEAD")))
    return str(folder), object_format


def _head(refs: dict[bytes, bytes], head: bytes | None) -> bytes:
    """Return what HEAD holds: a bundle tells the commit that it was, not the branch."""
    branches = sorted(name for name in refs if name.startswith(b"refs/heads/"))
    usual = [name for name in (b"refs/heads/main", b"refs/heads/master") if name in refs]
    for name in usual + branches:
        if head is None or refs[name] == head:
            return b"ref: %s\n" % name
    return b"%s\n" % head if head else b"ref: refs/heads/main\n"
