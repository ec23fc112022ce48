"""Stage 1d: a version of a data set is opened by the reader that its kind of file has."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from runfolio.checks.base import Reader, Stream, UnreadableError
from runfolio.errors import UsageError
from runfolio.registry import find
from runfolio.storage.base import Place

if TYPE_CHECKING:
    from runfolio.config import DataSet

__all__ = ["open_set"]

_NO_ARROW = "pyarrow, which reads data, is not installed"
_INSTALL = "Run: python -m pip install pyarrow"


def open_set(
    place_of: Callable[[str], Place], path: str, told: DataSet
) -> AbstractContextManager[Stream]:
    """Open a version of a data set.

    Raises
    ------
    UnreadableError
    """
    if find_spec("pyarrow") is None:
        raise UnreadableError(f"cannot be read: {_NO_ARROW}", _INSTALL)
    readers: dict[str, Reader] = find("runfolio.checks.readers", "reader")
    found = [
        reader
        for name, reader in readers.items()
        if (told.format == name if told.format else reader.matches(path))
    ]
    if not found:
        raise UnreadableError(
            "is of no kind that is known by its name",
            f"Say what it is (format: {', '.join(sorted(readers))}).",
        )
    try:
        return found[0].open(place_of(path), told)
    except UsageError as error:
        message, _, hint = error.message.partition(". ")
        raise UnreadableError(f"cannot be read: {message}", hint) from error
