"""Stage 1d: Parquet files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runfolio.checks.base import UnreadableError
from runfolio.checks.batch import Batch, without_missing
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.storage.base import Place, StorageError

if TYPE_CHECKING:
    from runfolio.config import DataSet

_ROWS = 65_536


@dataclass(slots=True)
class _Parquet:
    """An open Parquet file."""

    file: Any
    missing: tuple[str, ...]
    columns: Sequence[str]
    problems: list[Problem] = field(default_factory=list)

    def batches(self, columns: Sequence[str]) -> Iterator[Batch]:
        import pyarrow as pa

        first = 1
        try:
            for batch in self.file.iter_batches(_ROWS, columns=list(columns)):
                own = {name: without_missing(batch.column(name), self.missing) for name in columns}
                yield Batch(own, first, batch.num_rows)
                first += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise UnreadableError(f"is damaged from about row {format_count(first)} on") from error


class ParquetReader:
    """Reads Parquet files."""

    name = "parquet"

    def matches(self, path: str) -> bool:
        return path.lower().endswith((".parquet", ".pq"))

    @contextmanager
    def open(self, place: Place, told: DataSet) -> Iterator[_Parquet]:
        import pyarrow as pa
        import pyarrow.parquet as pa_parquet

        try:
            with place.open() as file:
                try:
                    table = pa_parquet.ParquetFile(pa.PythonFile(file, mode="r"))
                except (pa.ArrowException, OSError) as error:
                    raise UnreadableError("is no Parquet file, or damaged") from error
                flat = [
                    name
                    for name, kind in zip(
                        table.schema_arrow.names, table.schema_arrow.types, strict=True
                    )
                    if not pa.types.is_nested(kind)
                ]
                yield _Parquet(table, told.missing or (), flat)
        except StorageError as error:
            raise UnreadableError(str(error)) from error


reader = ParquetReader()
