"""Stage 6: records of models as files of the project.

In: the text of a version, by its number. Out: a new file. A file that is there is never written
to: the next number is taken instead, also where two programs register at once.

::

    models/<name>/v1.yaml  v2.yaml …
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from runfolio.errors import OutputError

__all__ = ["folder_name", "write_version"]

_NUMBERED = re.compile(r"v(\d{1,9})\.ya?ml", re.IGNORECASE)
_LONGEST = 80
_RESERVED = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)))
)
"""Names that Windows has for devices."""


def folder_name(name: str) -> str:
    r"""Return the folder of a model: its name where that can be one, else a name like it.

    Names are words out of logs and settings; none of them may lead to another folder.

    Examples
    --------
    >>> folder_name("triage-classifier"), folder_name("../x")
    ('triage-classifier', 'x-d6b96a97')
    """
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-._")[:_LONGEST].rstrip("-._")
    is_device = plain.partition(".")[0].lower() in _RESERVED
    if plain and plain == name and not is_device:
        return plain
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"model-{plain}-{digest}" if is_device else f"{plain or 'model'}-{digest}"


def write_version(
    project: Path, records: str, name: str, text: Callable[[int], str]
) -> tuple[int, Path]:
    """Write the next version of a model, and return its number and its file.

    Parameters
    ----------
    project : Path
        The folder in which all must stay.
    records : str
        The folder of records, relative to it.
    name : str
        The model's.
    text : callable
        Returns the record by the number of its version.

    Raises
    ------
    OutputError
        If the folder leads out of the project, or cannot be written.
    """
    home = project / records / folder_name(name)
    shown = f"{records}/{home.name}"
    if not Path(os.path.realpath(home)).is_relative_to(os.path.realpath(project)):
        raise OutputError(
            f"The folder {shown} is a link that leads out of the project; nothing was written. "
            "Name another one under model: {records: …} in report.yaml.",
            "records-outside",
        )
    try:
        home.mkdir(parents=True, exist_ok=True)
        taken = (_NUMBERED.fullmatch(entry.name) for entry in os.scandir(home))
        number = 1 + max((int(found[1]) for found in taken if found), default=0)
        while not _created(home / f"v{number}.yaml", text(number)):
            number += 1
    except OSError as error:
        raise OutputError(
            f"The record cannot be written to {shown}: {error.strerror or error}.",
            "record-unwritable",
        ) from error
    return number, home / f"v{number}.yaml"


def _created(path: Path, text: str) -> bool:
    """Write a whole new file in one step; False where there is one of the name."""
    handle, temporary = tempfile.mkstemp(prefix=".record-", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(temporary, 0o666 & ~mask)
        return _linked(temporary, path)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(temporary)


def _linked(temporary: str, path: Path) -> bool:
    try:
        os.link(temporary, path)
        return True
    except FileExistsError:
        return False
    except OSError:  # a file system without links: the name is taken first, then filled
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
        except FileExistsError:
            return False
        os.replace(temporary, path)
        return True
