"""Stage 1d: a table or a query of a SQLite file, or of a database on a server."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from runfolio.checks.base import UnreadableError
from runfolio.checks.batch import Batch, without_missing
from runfolio.model.problems import Problem, near_miss
from runfolio.sources.reading.sql_server import open_server, reason_of, url_of
from runfolio.sources.reading.sqlite_file import is_sqlite, open_database
from runfolio.storage.base import Place, StorageError

if TYPE_CHECKING:
    from runfolio.config import DataSet

_ROWS = 20_000


class _Database(Protocol):
    def names(self, query: str) -> list[str]: ...

    def portions(self, query: str, size: int) -> Iterable[Sequence[tuple[Any, ...]]]: ...


@dataclass(slots=True)
class _Table:
    """An open table or query."""

    database: _Database
    query: str
    is_server: bool
    missing: tuple[str, ...]
    columns: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        sign = "`" if self.is_server and _is_mysql(self.database) else '"'
        wanted = list(columns) or list(self.columns[:1])
        names = ", ".join(sign + name.replace(sign, 2 * sign) + sign for name in wanted)
        first = 1
        with _told():
            for rows in self.database.portions(f"SELECT {names} FROM ({self.query}) own", _ROWS):
                cells = zip(*rows, strict=True)
                own = {
                    name: without_missing(_column(list(values)), self.missing)
                    for name, values in zip(wanted, cells, strict=True)
                }
                yield Batch(own, first, len(rows))
                first += len(rows)


class SqlReader:
    """Reads tables of databases."""

    name = "sqlite"

    def matches(self, path: str) -> bool:
        return "://" in path or path.lower().endswith((".db", ".sqlite", ".sqlite3"))

    @contextmanager
    def open(self, place: Place, told: DataSet) -> Iterator[_Table]:
        is_server = url_of(place) is not None
        with _told():
            opened: AbstractContextManager[Any] = (
                open_server(place) if is_server else _sqlite(place)
            )
            with opened as database:
                query = _query(database, told, is_server)
                names = database.names(query)
                yield _Table(database, query, is_server, told.missing or (), names)


def _sqlite(place: Place) -> AbstractContextManager[Any]:
    if not place.is_file():
        place.head(1)  # says why
    if not is_sqlite(place):
        raise UnreadableError("is no SQLite database")
    return open_database(place, own_queries=True)


def _query(database: _Database, told: DataSet, is_server: bool) -> str:
    if told.query:
        return told.query.strip().rstrip(";")
    if is_server:
        if not told.table:
            raise UnreadableError("is a database", "Say which table or query of it is meant.")
        sign = "`" if _is_mysql(database) else '"'
        return "SELECT * FROM " + ".".join(
            sign + part.replace(sign, 2 * sign) + sign for part in told.table.split(".")
        )
    found = database.portions(
        "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') "
        "AND name NOT LIKE 'sqlite_%' ORDER BY name",
        1000,
    )
    tables = [name for rows in found for (name,) in rows]
    table = told.table or (tables[0] if len(tables) == 1 else "")
    if table not in tables:
        if told.table:
            raise UnreadableError(
                f"has no table '{told.table}'", near_miss(told.table, tables, "Tables")
            )
        raise UnreadableError(
            f"has {len(tables)} tables", f"Say which is meant (table: …): {', '.join(tables[:12])}."
        )
    return 'SELECT * FROM "' + table.replace('"', '""') + '"'


def _is_mysql(database: Any) -> bool:
    return bool(database.backend == "mysql")


@contextmanager
def _told() -> Iterator[None]:
    """Tell of what a database says in words that hold no more than the reason."""
    try:
        yield
    except StorageError as error:
        raise UnreadableError(str(error)) from error
    except sqlite3.Error as error:
        raise UnreadableError(f"cannot be read ({error})", "Check the file and the query.") from (
            error
        )
    except (UnreadableError, GeneratorExit):
        raise
    except Exception as error:
        # SQLAlchemy is no more than an extra, so that its errors cannot be named here.
        if not type(error).__module__.startswith("sqlalchemy."):
            raise
        raise UnreadableError(
            f"cannot be read ({reason_of(error)})",
            "Check the URL, the password and the query, and that the server can be reached.",
        ) from error


def _column(values: list[Any]) -> Any:
    """Return values as a column: of their type where they have one in common, else as text."""
    import pyarrow as pa

    try:
        found = pa.array(values)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError):
        return pa.array([None if v is None else _text(v) for v in values], pa.string())
    if pa.types.is_null(found.type) or pa.types.is_nested(found.type):
        return pa.array([None if v is None else _text(v) for v in values], pa.string())
    if pa.types.is_binary(found.type):
        return pa.array([None if v is None else _text(v) for v in values], pa.string())
    return found


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return repr(value) if isinstance(value, float) else str(value)


reader = SqlReader()
