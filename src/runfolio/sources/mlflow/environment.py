"""Stage 1b: what a model that MLflow logged was made with.

In: the folder of a model. Out: the versions of Python and of the libraries that it needs.

::

    requirements.txt   a library with its version a line
    python_env.yaml    the version of Python, and how libraries are built
"""

from __future__ import annotations

import re

from runfolio.sources.reading.requirements import pinned, python_version
from runfolio.storage.base import Place, StorageError

__all__ = ["environment_of"]

_MOST_BYTES = 256 * 1024
_PYTHON = re.compile(r"^python:\s*(\S+)\s*$", re.MULTILINE)


def environment_of(model: Place) -> dict[str, str]:
    """Return versions by name; nothing where the model does not tell them."""
    python = _PYTHON.search(_text(model / "python_env.yaml"))
    libraries = pinned(_text(model / "requirements.txt").splitlines())
    return {**(python_version(python[1]) if python else {}), **libraries}


def _text(file: Place) -> str:
    try:
        return file.head(_MOST_BYTES).decode("utf-8", "replace")
    except StorageError:
        return ""  # a model need not say it
