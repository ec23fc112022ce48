"""Folders that are made once, whichever of the processes that run tests needs them first."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

__all__ = ["made_once"]


def made_once(
    folders: pytest.TempPathFactory, name: str, words: str, make: Callable[[Path], object]
) -> Path:
    """Return a folder of this session that `make` filled; nobody may write into it.

    Parameters
    ----------
    folders : TempPathFactory
    name : str
        How the folder's name begins.
    words : str
        What it is made of: other words, another folder.
    make : callable
        Called with the empty folder, unless another process of this session did.
    """
    base = folders.getbasetemp()
    # Each process that runs tests has a folder of its own in the session's.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    out = shared / f"{name}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
    done = out.with_suffix(".done")
    with open(out.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(out, ignore_errors=True)
            out.mkdir()
            make(out)
            done.touch()
    return out
