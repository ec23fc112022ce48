"""Stage 1a: a database on a server, given by its URL.

In: ``postgresql://user:password@host:port/database`` or ``mysql://…``. Out: a place that one
source knows how to read. The URL holds a password: it is handed on, and never shown.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, NoReturn
from urllib.parse import unquote, urlsplit

from runfolio.errors import UsageError
from runfolio.storage.base import READ_LIMIT, Entry, StorageError

__all__ = ["ServerStorage"]

_DRIVERS = {
    "postgresql": "psycopg",
    "postgres": "psycopg",
    "mysql": "pymysql",
    "mariadb": "pymysql",
}
"""What a URL may begin with, and the driver for it, whichever MLflow uses itself."""
_ODD = (
    "A URL among the sources cannot be understood. A database's looks like "
    "postgresql://user:password@host:port/database, where odd characters in the password are "
    "written as %40 (for @), %2F (for /) and the like."
)


@dataclass(frozen=True, slots=True)
class ServerStorage:
    """A database on a server; it has neither files nor folders.

    Parameters
    ----------
    database_url : str
        With the driver's name in it, as SQLAlchemy takes it; may hold a password.
    label : str
        How it is shown to people: without user, password, port and options.
    """

    database_url: str = field(repr=False)
    label: str

    @classmethod
    def at(cls, url: str) -> ServerStorage:
        """Return the storage of a URL.

        Raises
        ------
        UsageError
            If it is no such URL, or what reads it is not installed.
        """
        try:
            parts = urlsplit(url)
            host, database, _ = parts.hostname or "localhost", unquote(parts.path[1:]), parts.port
        except ValueError:
            raise UsageError(_ODD, "source-url") from None
        kind = parts.scheme.partition("+")[0]
        known = _DRIVERS.get(kind)
        if known is None:
            raise UsageError(
                f"A source cannot be read from {parts.scheme}://. Databases are read from "
                "postgresql:// and mysql://, all else from folders and files.",
                "source-url",
            )
        if not database or "/" in database or "@" in database or parts.netloc.count("@") > 1:
            raise UsageError(_ODD, "source-url")
        if not (find_spec("sqlalchemy") and find_spec(known)):
            raise UsageError(
                f"To read {kind}:// databases, run: pip install 'runfolio[sql]'",
                "source-driver-missing",
            )
        name = "postgresql" if known == "psycopg" else "mysql"
        shown = "".join(c if c.isprintable() else "\ufffd" for c in f"{name}://{host}/{database}")
        return cls(f"{name}+{known}://{url.partition('://')[2]}", shown)

    def entries(self, path: str) -> list[Entry]:
        self._refuse()

    def links_out(self, path: str) -> list[str]:
        return []

    def is_folder(self, path: str) -> bool:
        return False

    def is_file(self, path: str) -> bool:
        return False

    def read(self, path: str, limit: int = READ_LIMIT) -> bytes:
        self._refuse()

    def read_tree(
        self, path: str, skip: Container[str] = ()
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        self._refuse()

    def head(self, path: str, size: int) -> bytes:
        self._refuse()

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        self._refuse()

    def stamp(self, path: str) -> str:
        self._refuse()

    def local(self, path: str) -> AbstractContextManager[Path]:
        self._refuse()

    def _refuse(self) -> NoReturn:
        raise StorageError("is a database on a server, not a file")
