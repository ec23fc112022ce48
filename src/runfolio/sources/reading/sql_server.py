"""Stage 1b: a database on a server, in a transaction that cannot write.

In: a place with a database's URL. Out: its tables and rows, as `SqlDatabase` has them. A
password that the URL does not hold comes from ``$RUNFOLIO_DB_PASSWORD``, or where the
database's own programs have it from (``$PGPASSWORD``, ``~/.pgpass``; ``$MYSQL_PWD``).
Nothing of the URL but host and database is ever told.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sql_database import Row
from runfolio.storage.base import Place

__all__ = ["ServerDatabase", "open_server", "reason_of", "report_server_error", "url_of"]

_CONNECT_SECONDS = 10
_QUERY_SECONDS = 300
_BATCH = 10_000
_REASONS = (
    # In the words of PostgreSQL and psycopg, and by the numbers of MySQL's errors. Nothing of
    # the error's own text is told: it names the user, and there is no telling what else.
    (
        r"password authentication failed|no password supplied|\(1045\b",
        "it refused the user or the password",
    ),
    (r"database .* does not exist|\(1049\b", "there is no database of that name"),
    (r"permission denied|\(1044\b|\(1142\b", "that user may not read it"),
    (r"pg_hba\.conf|SSL|\(3159\b", "it refuses such connections from here, or without SSL"),
    (r"statement timeout|\(3024\b|\(1969\b", "a query took too long"),
    (
        r"refused|resolve|translate host|timed? ?out|unreachable|No route|\(2003\b|\(2013\b",
        "the server does not answer",
    ),
)


def url_of(place: Place) -> str | None:
    """Return the URL of a place that is a database on a server, else None."""
    url = getattr(place.storage, "database_url", None)
    return url if isinstance(url, str) else None


class ServerDatabase:
    """A connection in a transaction that only reads; a `SqlDatabase`.

    Parameters
    ----------
    connection : sqlalchemy.Connection
    """

    portion = 400  # asking costs a journey to the server

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._columns: dict[str, frozenset[str]] = {}

    @property
    def backend(self) -> str:
        """``postgresql`` or ``mysql``."""
        return str(self._connection.dialect.name)

    def columns(self, table: str) -> frozenset[str]:
        from sqlalchemy import inspect
        from sqlalchemy.exc import NoSuchTableError

        if table not in self._columns:
            try:
                found = inspect(self._connection).get_columns(table)
            except NoSuchTableError:
                found = []
            self._columns[table] = frozenset(column["name"] for column in found)
        return self._columns[table]

    def pick(self, table: str, column: str, otherwise: str = "NULL") -> str:
        return f"{table}.{column}" if column in self.columns(table) else otherwise

    def indexed(self, table: str, column: str) -> bool:
        from sqlalchemy import inspect

        inspector = inspect(self._connection)
        keys = [index["column_names"] for index in inspector.get_indexes(table)]
        keys.append(inspector.get_pk_constraint(table)["constrained_columns"])
        return any(key[:1] == [column] for key in keys)

    def raw(self, column: str) -> str:
        return column

    def as_logged(self, table: str, *columns: str) -> str:
        return ", ".join(f"{table}.{column}" for column in columns)

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        return map(tuple, self._connection.exec_driver_sql(_marked(query), tuple(values)))

    def rows_of(
        self, query: str, ids: Sequence[Any], damaged: Callable[[Any, Exception], None]
    ) -> Iterator[Row]:
        return self.rows(query.format(ids=",".join("?" * len(ids))), ids)

    def batches(
        self, query: str, values: Sequence[Any], damaged: Callable[[Exception], None]
    ) -> Iterator[Sequence[Row]]:
        # The server keeps the rows and hands them over in pieces: memory stays bounded.
        with self._connection.exec_driver_sql(
            _marked(query), tuple(values), execution_options={"stream_results": True}
        ) as result:
            yield from result.partitions(_BATCH)

    def names(self, query: str) -> list[str]:
        """Return the columns of a query that someone else wrote."""
        with self._connection.execute(_as_written(f"SELECT * FROM ({query}) own LIMIT 0")) as found:
            return list(found.keys())

    def portions(self, query: str, size: int) -> Iterator[Sequence[Row]]:
        """Yield the rows of a query that someone else wrote, `size` at a time."""
        streaming = self._connection.execution_options(stream_results=True)
        with streaming.execute(_as_written(query)) as found:
            yield from found.partitions(size)


@contextmanager
def open_server(place: Place) -> Iterator[ServerDatabase]:
    """Connect to a database for reading.

    Raises
    ------
    sqlalchemy.exc.SQLAlchemyError
        If it cannot be reached, or there is no such database.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.engine import make_url
    from sqlalchemy.pool import NullPool

    url = _with_password(make_url(url_of(place) or ""))
    is_postgresql = url.get_backend_name() == "postgresql"
    limits: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
    if not is_postgresql:
        limits["read_timeout"] = _QUERY_SECONDS
    engine = create_engine(url, poolclass=NullPool, connect_args=limits, hide_parameters=True)
    with engine.connect() as connection:
        if is_postgresql:
            connection = connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = '{_QUERY_SECONDS}s'")
        else:
            connection.exec_driver_sql(
                "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
            )
            connection.rollback()  # it holds from the next transaction on
        yield ServerDatabase(connection)


def report_server_error(findings: Findings, error: Exception) -> None:
    """Add the problem of a database that cannot be read."""
    findings.add(
        "database-unreachable",
        f"The database cannot be read ({reason_of(error)}); it was left out.",
        "Check the URL and the password, and that the server is up and can be reached from here.",
        "error",
    )


def reason_of(error: Exception) -> str:
    """Return why a database cannot be read, without anything that the error names."""
    text = str(getattr(error, "orig", None) or error)
    kind = type(getattr(error, "orig", None) or error).__name__
    return next((why for pattern, why in _REASONS if re.search(pattern, text)), kind)


def _with_password(url: Any) -> Any:
    """Return a `sqlalchemy.URL` with the password from the environment, if it has none."""
    if url.password is None:
        names = ["RUNFOLIO_DB_PASSWORD"]
        if url.get_backend_name() == "mysql":
            names.append("MYSQL_PWD")
        password = next((os.environ[name] for name in names if os.environ.get(name)), None)
        if password is not None:
            return url.set(password=password)
    return url


def _as_written(query: str) -> Any:
    """Return a query in which nothing stands for a value."""
    from sqlalchemy import text

    return text(query.replace(":", "\\:"))


def _marked(query: str) -> str:
    """Return a query with its values marked as both drivers have it."""
    return query.replace("?", "%s")
