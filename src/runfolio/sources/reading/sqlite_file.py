"""Stage 1b: a SQLite file of someone else's, opened so that it cannot be changed.

In: a place. Out: its tables and rows, as `SqlDatabase` has them.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runfolio.sources.reading.findings import Findings
from runfolio.storage.base import Place, StorageError

__all__ = ["Database", "is_sqlite", "open_database", "report_error"]

BUSY_SECONDS = 3.0
"""How long to wait for a writer to finish."""

LONGEST_VALUE = 64 * 1024 * 1024
"""Bytes of one value: a computed column may make more of nothing."""

_BATCH = 1000
_MAGIC = b"SQLite format 3\0"
_WRITE_AHEAD = 2
_READING = frozenset(
    {
        *(sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION),
        sqlite3.SQLITE_RECURSIVE,
    }
)
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_DAMAGE = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR})


def is_sqlite(place: Place) -> bool:
    """Tell from the first bytes whether a file is a SQLite database."""
    try:
        return place.head(len(_MAGIC)) == _MAGIC
    except StorageError:
        return False


class Database:
    """A connection that only reads; a `SqlDatabase`.

    Parameters
    ----------
    connection : sqlite3.Connection
    """

    portion = 1  # a damaged page loses the rows of one id

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._columns: dict[str, frozenset[str]] = {}

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns; none if there is no such table."""
        if table not in self._columns:
            rows = self._connection.execute(f"PRAGMA table_info({table})")
            self._columns[table] = frozenset(row[1] for row in rows)
        return self._columns[table]

    def pick(self, table: str, column: str, otherwise: str = "NULL") -> str:
        """Return the column for use in a query, or an expression where there is none."""
        return f"{table}.{column}" if column in self.columns(table) else otherwise

    def indexed(self, table: str, column: str) -> bool:
        """Tell whether rows with one value of `column` are found without a full scan."""
        indexes = self._connection.execute(f"PRAGMA index_list({table})").fetchall()
        return any(
            self._connection.execute(f"PRAGMA index_info({_quoted(index[1])})").fetchone()[2]
            == column
            for index in indexes
        )

    def raw(self, column: str) -> str:
        """Return a column of text as bytes: each text would be decoded on its own."""
        return f"CAST({column} AS BLOB)"

    def as_logged(self, table: str, *columns: str) -> str:
        """Return what to order by for the order in which rows were added, which is kept."""
        return f"{table}.rowid"

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Return an iterator over a query's rows, which are read as it goes on."""
        return self._connection.execute(query, values)

    def rows_of(
        self, query: str, ids: Sequence[Any], damaged: Callable[[Any, Exception], None]
    ) -> Iterator[tuple[Any, ...]]:
        """Yield the rows of some ids, without those in damaged parts of the file.

        Parameters
        ----------
        query : str
            With ``{ids}`` where the list of ids goes.
        ids : sequence
            Some hundred at most.
        damaged : callable
            Called with each id whose rows cannot be read.
        """
        try:
            found = self._connection.execute(
                query.format(ids=",".join("?" * len(ids))), ids
            ).fetchall()
        except sqlite3.DatabaseError as error:
            if not _is(error, _DAMAGE):
                raise
            if len(ids) == 1:
                damaged(ids[0], error)
                return
            half = len(ids) // 2
            yield from self.rows_of(query, ids[:half], damaged)
            yield from self.rows_of(query, ids[half:], damaged)
        else:
            yield from found

    def batches(
        self, query: str, values: Sequence[Any], damaged: Callable[[Exception], None]
    ) -> Iterator[list[tuple[Any, ...]]]:
        """Yield a query's rows, many at a time, up to where the file is damaged."""
        try:
            cursor = self._connection.execute(query, values)
            while batch := cursor.fetchmany(_BATCH):
                yield batch
        except sqlite3.DatabaseError as error:
            damaged(error)

    def names(self, query: str) -> list[str]:
        """Return the columns of a query that someone else wrote."""
        found = self._connection.execute(f"SELECT * FROM ({query}) own LIMIT 0").description
        return [column[0] for column in found or ()]

    def portions(self, query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield the rows of a query that someone else wrote, `size` at a time."""
        cursor = self._connection.execute(query)
        while rows := cursor.fetchmany(size):
            yield rows


@contextmanager
def open_database(
    place: Place, findings: Findings | None = None, *, own_queries: bool = False
) -> Iterator[Database]:
    """Open a database for reading.

    Parameters
    ----------
    place : Place
    findings : Findings, optional
        Told when recent changes may be missing from what is read.
    own_queries : bool
        Whether it is asked what the project wrote, which may read views, and nothing but read.

    Raises
    ------
    sqlite3.Error, StorageError
        If it cannot be opened, or another process has locked it.
    """
    with place.local() as path, closing(_connect(place, path, findings)) as connection:
        # Bytes that are no UTF-8 must not lose the row.
        connection.text_factory = lambda data: data.decode("utf-8", "replace")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE)
        connection.set_authorizer(_judge_own if own_queries else _judge)
        yield Database(connection)


def report_error(findings: Findings, error: Exception) -> None:
    """Add the problem of a database, or some of it, that cannot be read."""
    if isinstance(error, sqlite3.Error) and _is(error, _BUSY):
        findings.add(
            "database-locked",
            "The database is locked by another program; it was left out.",
            "Let that program finish, or close it, and build again.",
            "error",
        )
    else:
        findings.add(
            "database-unreadable",
            f"The database cannot be read any further ({error}); what was read is reported.",
            "Check it with `sqlite3 FILE 'PRAGMA integrity_check'`, or restore it from a backup.",
            "error",
        )


def _connect(place: Place, path: Path, findings: Findings | None) -> sqlite3.Connection:
    uri = f"file:{quote(os.fspath(path))}"
    header = place.head(20)
    log = Path(f"{path}-wal")
    if len(header) == 20 and header[18] == _WRITE_AHEAD and not log.exists():
        # Nobody has it open. Opened as usual, SQLite would write files beside it.
        return sqlite3.connect(f"{uri}?immutable=1", uri=True)
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, timeout=BUSY_SECONDS)
    try:
        connection.execute("SELECT name FROM sqlite_master").fetchall()
    except sqlite3.OperationalError as error:
        connection.close()
        if _is(error, _BUSY):
            raise
        # Its folder cannot be written to, where SQLite keeps track of unfinished changes.
        connection = sqlite3.connect(f"{uri}?immutable=1", uri=True)
        if findings is not None:
            findings.add(
                "database-changes-unread",
                "Changes that its last user had not yet merged into the database's file "
                "cannot be read; they are missing here.",
                "Copy the file with those of the same name beside it (-wal, -journal) into a "
                "folder that can be written to, and build from there.",
            )
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _judge(
    action: int, table: str | None, column: str | None, schema: str | None, view: str | None
) -> int:
    """Refuse what is read by way of a view: no tracker has one, and it may be without an end."""
    return sqlite3.SQLITE_OK if view is None else sqlite3.SQLITE_DENY


def _judge_own(
    action: int, table: str | None, column: str | None, schema: str | None, view: str | None
) -> int:
    """Allow to read, and nothing else: no other file is opened, nothing is set."""
    is_reading = action in _READING and column != "load_extension"
    return sqlite3.SQLITE_OK if is_reading else sqlite3.SQLITE_DENY


def _is(error: sqlite3.Error, codes: frozenset[int]) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
