"""Stage 1b: what a reader asks of a SQL database, whichever it is.

In: queries in the SQL that SQLite, PostgreSQL and MySQL have in common, with ``?`` where a
value goes. (MySQL has the word ``key`` for its own: name such a column with its table.)
Out: rows. What a schema does not have yet is asked of the database itself, never concluded
from a version number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

__all__ = ["Row", "SqlDatabase"]

Row = tuple[Any, ...]


class SqlDatabase(Protocol):
    """An open database that is only read."""

    @property
    def portion(self) -> int:
        """Ids to give to one query for many rows each; one where damage may lose all of them."""
        ...

    def columns(self, table: str) -> frozenset[str]:
        """Return the names of a table's columns; none if there is no such table."""
        ...

    def pick(self, table: str, column: str, otherwise: str = "NULL") -> str:
        """Return the column for use in a query, or an expression where there is none."""
        ...

    def indexed(self, table: str, column: str) -> bool:
        """Tell whether rows with one value of `column` are found without a full scan."""
        ...

    def raw(self, column: str) -> str:
        """Return a column of text in the form that is read fastest: as str or bytes."""
        ...

    def as_logged(self, table: str, *columns: str) -> str:
        """Return what to order by for the order in which rows were added.

        Parameters
        ----------
        table : str
            Its name in the query.
        *columns : str
            Those that come nearest to it where the database itself does not keep the order.
        """
        ...

    def rows(self, query: str, values: Sequence[Any] = ()) -> Iterator[Row]:
        """Return an iterator over a query's rows, which are read as it goes on."""
        ...

    def rows_of(
        self, query: str, ids: Sequence[Any], damaged: Callable[[Any, Exception], None]
    ) -> Iterator[Row]:
        """Yield the rows of some ids, without those in damaged parts.

        Parameters
        ----------
        query : str
            With ``{ids}`` where the list of ids goes.
        ids : sequence
            Some hundred at most.
        damaged : callable
            Called with each id whose rows cannot be read.
        """
        ...

    def batches(
        self, query: str, values: Sequence[Any], damaged: Callable[[Exception], None]
    ) -> Iterator[Sequence[Row]]:
        """Yield a query's rows, many at a time and never all of them, as far as it goes.

        Parameters
        ----------
        query : str
        values : sequence
        damaged : callable
            Called where it goes no further.
        """
        ...
