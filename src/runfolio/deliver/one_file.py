"""Stage 6: a report that is one file is put in its place.

In: bytes and a path. Out: the file, whole or as it was before, whatever happens meanwhile. A file
that holds something else is never replaced.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from runfolio.errors import OutputError

__all__ = ["check_place", "put_file"]

_BEGINNING = 4096
"""Bytes by which a file of ours is known."""


def check_place(path: Path, is_ours: Callable[[bytes], bool], what: str) -> None:
    """Refuse a path at which no report can be put; cheap, so it can be asked first.

    Parameters
    ----------
    path : Path
    is_ours : callable
        Tells from the beginning of a file whether it is a report that may be replaced.
    what : str
        What is put there, as ``a report in a single file``.

    Raises
    ------
    OutputError
    """
    if path.is_symlink():
        raise OutputError(f"{path} is a link. Name the file that it leads to.", "output-is-a-link")
    if path.is_dir():
        raise OutputError(f"{path} is a folder. Name a file in it.", "output-is-a-folder")
    if not path.exists():
        return
    try:
        with path.open("rb") as file:
            beginning = file.read(_BEGINNING)
    except OSError as error:
        raise OutputError(
            f"{path} is there and cannot be read: {error.strerror or error}. Name another file.",
            "output-not-ours",
        ) from error
    if beginning and not is_ours(beginning):
        raise OutputError(
            f"{path} is there and is not {what}, so it is left as it is. Name another file, or "
            "move it away.",
            "output-not-ours",
        )


def put_file(
    path: Path, data: bytes | IO[bytes], is_ours: Callable[[bytes], bool], what: str
) -> None:
    """Put `data` at `path`, in place of an earlier report.

    Parameters
    ----------
    path : Path
    data : bytes or binary file
        A file is copied from its beginning.
    is_ours, what
        As `check_place` takes them.

    Raises
    ------
    OutputError
        If it cannot be; what was there is whole then.
    """
    check_place(path, is_ours, what)
    beside = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with open(handle, "wb") as file:
            if isinstance(data, bytes):
                file.write(data)
            else:
                data.seek(0)
                shutil.copyfileobj(data, file)
            file.flush()
            os.fsync(handle)
        os.chmod(beside, 0o644)
        os.replace(beside, path)
    except OSError as error:
        raise OutputError(
            f"{path} cannot be written: {error.strerror or error}. Make room or permit it, or "
            "name another file.",
            "output-not-writable",
        ) from error
    finally:
        with contextlib.suppress(OSError):
            os.unlink(beside)
