"""Stage 5: one folder takes the place of another, and nothing is lost if that is cut short.

A build writes into ``.<name>.new-…`` next to the target and holds a lock on it for as
long as it lives; what a killed build left there is swept by the next one. Where the
system can exchange two folders in one step, it does; elsewhere the previous site is
``.<name>.old-…`` for a moment, and the next build puts it back if that moment was the last.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import re
import secrets
import shutil
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

__all__ = ["MARKER", "lock", "new_sibling", "recover", "remove", "swap"]

MARKER = ".runfolio"
"""Name of the file that marks a folder as a site: a site's files are listed in it."""


def new_sibling(target: Path) -> Path:
    """Return a path next to `target` at which a new site can be written."""
    return _sibling(target, "new")


def swap(new: Path, target: Path) -> None:
    """Put `new` in the place of `target`, in one step where the system can."""
    if _exchange(new, target):
        remove(new)
        return
    old = _sibling(target, "old")
    target.rename(old)
    try:
        new.rename(target)
    except BaseException:
        old.rename(target)
        raise
    remove(old)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step; False where the system cannot."""
    at_cwd, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # not Linux, or an old C library
        return False
    return bool(
        rename(at_cwd, os.fsencode(one), at_cwd, os.fsencode(other), ctypes.c_uint(exchange)) == 0
    )


def lock(folder: Path) -> int:
    """Lock a folder for as long as this process lives; -1 where that cannot be."""
    if sys.platform == "win32":
        return -1
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_NOFOLLOW)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle >= 0:
            os.close(handle)
        return -1
    return handle


def recover(target: Path) -> None:
    """Put back a previous site that a killed build left aside, and sweep what it left."""
    name = re.compile(rf"\.{re.escape(target.name)}\.(new|old)-[0-9a-f]{{12}}")
    for entry in sorted(os.scandir(target.parent), key=lambda entry: entry.name):
        left = Path(entry.path)
        match = name.fullmatch(entry.name)
        if not match or not entry.is_dir(follow_symlinks=False):
            continue
        if match[1] == "old" and not os.path.lexists(target):
            left.rename(target)
        elif _is_ours(left) and (handle := lock(left)) >= 0:
            remove(left)
            os.close(handle)


def remove(folder: Path) -> None:
    """Remove a folder of ours, its marker last: what is left of it is known as ours."""
    with contextlib.suppress(OSError):
        for entry in os.scandir(folder):
            if entry.name == MARKER:
                continue
            if entry.is_dir(follow_symlinks=False):
                shutil.rmtree(entry.path, ignore_errors=True)
            else:
                os.unlink(entry.path)
        (folder / MARKER).unlink(missing_ok=True)
        folder.rmdir()


def _is_ours(left: Path) -> bool:
    """Tell whether a folder has our marker, or nothing: a build's first and last moments."""
    return (left / MARKER).is_file() or not os.listdir(left)


def _sibling(target: Path, kind: str) -> Path:
    return target.parent / f".{target.name}.{kind}-{secrets.token_hex(6)}"
