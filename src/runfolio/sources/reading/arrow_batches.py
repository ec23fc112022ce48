"""Stage 1b: the rows of Parquet and Feather files, as they are decoded.

In: a file as a stream. Out: some rows at a time, by column. A few bytes of such a file may stand
for any number of rows, or repeat a long text in each of them; so it is looked at what comes out
before it is decoded, and no more is read than there is memory for. Formats: Apache Parquet 2.10
(2023), and Apache Arrow's columnar format 1.4 (2024), of whose metadata the few fields that tell
sizes are read here.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import Struct, error
from typing import Any, BinaryIO

from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, text_of

__all__ = ["ARROW_ENDINGS", "SAFE_PYARROW", "arrow_rows", "is_safe"]

ARROW_ENDINGS = ("parquet", "feather", "arrow")
SAFE_PYARROW = 15
"""Before it, types that a file defines were unpickled."""

MOST_BYTES = 128 * 1024 * 1024
"""Bytes that are decoded of one file, and characters of its cells that are kept."""
MOST_ITEMS = 1_000_000
"""Values in the lists and structures of one column and batch."""

_DECODED = f"{MOST_BYTES // 1024 // 1024} MB when it is decoded"
_INDEX_BYTES = 8 * 1024 * 1024
_INDEX = f"{_INDEX_BYTES // 1024 // 1024} MB of names and types"
_ROWS = 1024
_AT_ONCE = 32 * 1024 * 1024
_DICTIONARY = 2  # the kind of a message
_MAGIC = b"ARROW1\0\0"
_INT32, _UINT32, _UINT16, _INT64 = (Struct(code).unpack_from for code in ("<i", "<I", "<H", "<q"))


class _TooLargeError(Exception):
    """There is no memory for the rest of a file; the message says what it holds."""


def is_safe() -> bool:
    """Tell whether there is a pyarrow that untrusted files may be read with."""
    try:
        import pyarrow
    except ImportError:
        return False
    return int(pyarrow.__version__.partition(".")[0]) >= SAFE_PYARROW


def arrow_rows(
    file: BinaryIO, ending: str, most_cells: int, findings: Findings
) -> Iterator[tuple[int, dict[str, list[Tree]]]]:
    """Yield how many rows come next, and their cells by column.

    Parameters
    ----------
    file : BinaryIO
    ending : {"parquet", "feather", "arrow"}
    most_cells : int
        Of a batch no more rows are decoded than have as many cells, and one more.
    findings : Findings
        Told of what is left out since it is too large.

    Raises
    ------
    ParseError
        If it is not of its format.
    """
    import pyarrow as pa

    left = MOST_BYTES
    left_out: set[str] = set()
    batches = _parquet(file, most_cells, left_out) if ending == "parquet" else _feather(file)
    try:
        for batch in batches:
            batch = batch.slice(0, most_cells // max(1, batch.num_columns) + 1)
            batch.validate(full=True)
            columns: dict[str, list[Tree]] = {}
            for name, column in zip(batch.schema.names, batch.columns, strict=True):
                if name.startswith("__index_level_"):
                    continue
                left -= column.nbytes
                if left < 0:
                    raise _TooLargeError(_DECODED)
                if _items(column) > MOST_ITEMS:
                    left_out.add(name)
                    continue
                columns[name] = _cells(column)
                left -= sum(len(cell) for cell in columns[name] if isinstance(cell, str))
            if left < 0:
                raise _TooLargeError(_DECODED)
            yield batch.num_rows, columns
    except (pa.ArrowException, OSError, ValueError, OverflowError, error) as damage:
        raise ParseError("is damaged or of another format") from damage
    except _TooLargeError as too_much:
        findings.add(
            "table-too-large",
            f"The table holds more than {too_much}; the rows from there on were left out.",
            "Keep the columns that matter, or split the table.",
        )
    for name in sorted(left_out):
        findings.add(
            "column-too-large",
            f"The column {name!r} holds too many values in its lists, or values of a type that "
            "is not read; it was left out.",
            "Keep one number or text per row.",
        )


def _parquet(file: BinaryIO, most_cells: int, left_out: set[str]) -> Iterator[Any]:
    from pyarrow.parquet import ParquetFile, read_metadata

    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    if _INDEX_BYTES < _UINT32(file.read(4))[0] < size:
        raise _TooLargeError(_INDEX)
    metadata = read_metadata(file)
    schema = metadata.schema
    # Of a text that many rows have, one copy is in memory.
    texts = [
        schema.column(at).path
        for at in range(metadata.num_columns)
        if schema.column(at).physical_type == "BYTE_ARRAY" and "." not in schema.column(at).path
    ]
    groups: list[int] = []
    rows = decoded = 0
    for at in range(metadata.num_row_groups):
        group = metadata.row_group(at)
        rows, decoded = rows + group.num_rows, decoded + group.total_byte_size
        groups.append(at)
        if decoded > MOST_BYTES or rows * metadata.num_columns > most_cells:
            break
    if decoded > MOST_BYTES:
        groups.pop()
    at_once = _ROWS
    for at in range(metadata.num_columns):
        about = schema.column(at)
        chunks = [metadata.row_group(group).column(at) for group in groups]
        longest = max((chunk.total_uncompressed_size for chunk in chunks), default=0)
        if about.max_repetition_level:
            items = sum(chunk.num_values for chunk in chunks)
            is_text = about.physical_type.endswith("BYTE_ARRAY")
            if items > MOST_ITEMS or (is_text and items * longest > MOST_BYTES):
                left_out.add(about.path.partition(".")[0])
        elif about.physical_type.endswith("BYTE_ARRAY") and about.path not in texts:
            at_once = min(at_once, _AT_ONCE // max(1, longest))
    parquet = ParquetFile(file, pre_buffer=False, read_dictionary=texts)
    names = [name for name in parquet.schema_arrow.names if name not in left_out]
    at_once = max(1, min(at_once, most_cells // max(1, metadata.num_columns) + 1))
    if groups:
        yield from parquet.iter_batches(at_once, row_groups=groups, columns=names)
    if decoded > MOST_BYTES:
        raise _TooLargeError(_DECODED)


def _feather(file: BinaryIO) -> Iterator[Any]:
    """Yield the batches of a file, up to the first that is too large when it is decoded."""
    from pyarrow import ipc

    if file.seek(0, 2) > MOST_BYTES:
        raise _TooLargeError(_DECODED)
    file.seek(0)
    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("no file of Arrow's")
    left, batches = MOST_BYTES, 0
    # The file's body is a stream, which is read as such: its index might tell of other places.
    messages = ipc.MessageReader.open_stream(file)
    for message in iter(lambda: next(messages, None), None):
        if message.type != "schema":
            left -= _decoded(message.metadata.to_pybytes(), message.body.to_pybytes())
            batches += message.type == "record batch"
        elif message.metadata.size > _INDEX_BYTES:
            raise _TooLargeError(_INDEX)
        if left < 0:
            batches -= 1
            break
    file.seek(len(_MAGIC))
    reader = ipc.open_stream(file)
    for _ in range(batches):
        yield reader.read_next_batch()
    if left < 0:
        raise _TooLargeError(_DECODED)


def _decoded(message: bytes, body: bytes) -> int:
    """Return how many bytes a message holds when it is decoded, by its FlatBuffers metadata."""
    root = _UINT32(message)[0]
    kind = _field(message, root, 1)
    batch = _table(message, root, 2)
    if kind and message[kind] == _DICTIONARY:
        batch = _table(message, batch, 1)
    buffers = _table(message, batch, 2)
    is_compressed = _field(message, batch, 3) > 0
    size = 0
    for at in range(buffers + 4, buffers + 4 + 16 * _UINT32(message, buffers)[0], 16):
        start, length = _INT64(message, at)[0], _INT64(message, at + 8)[0]
        if is_compressed and length:
            length = max(length, _INT64(body, start)[0])  # -1: as it is
        size += length
    return size


def _field(message: bytes, table: int, number: int) -> int:
    """Return where a field of a FlatBuffers table is; 0 where it has none."""
    about = table - _INT32(message, table)[0]
    place = 4 + 2 * number
    if place >= _UINT16(message, about)[0]:
        return 0
    offset: int = _UINT16(message, about + place)[0]
    return table + offset if offset else 0


def _table(message: bytes, table: int, number: int) -> int:
    """Return where the table or list is that a field points to."""
    at = _field(message, table, number)
    if not at:
        raise ValueError("a part is missing")
    return at + int(_UINT32(message, at)[0])


def _items(column: Any) -> int:
    """Return how many values are in a column's lists; too many for types that are not read."""
    import pyarrow.types as types

    kind = column.type
    if types.is_dictionary(kind):
        inner = column.dictionary
        return _items(inner) if _is_plain(inner.type) else MOST_ITEMS + 1
    if types.is_struct(kind):
        parts = column.flatten()
    elif types.is_map(kind):
        parts = [column.keys, column.items]
    elif types.is_list(kind) or types.is_large_list(kind) or types.is_fixed_size_list(kind):
        parts = [column.flatten()]
    else:
        return 0 if _is_plain(kind) else MOST_ITEMS + 1
    return sum(
        MOST_ITEMS + 1 if types.is_dictionary(part.type) else len(part) + _items(part)
        for part in parts
    )


def _is_plain(kind: Any) -> bool:
    """Tell whether each value of a type has bytes of its own."""
    import pyarrow.types as types

    return bool(
        types.is_primitive(kind)
        or types.is_null(kind)
        or types.is_decimal(kind)
        or any(
            is_such(kind)
            for is_such in (
                *(types.is_string, types.is_large_string, types.is_binary),
                *(types.is_large_binary, types.is_fixed_size_binary),
            )
        )
    )


def _cells(column: Any) -> list[Tree]:
    """Return a column's cells; those of a dictionary share their values."""
    import pyarrow.types as types

    if types.is_dictionary(column.type):
        values = [_plain(value) for value in column.dictionary.to_pylist()]
        return [None if at is None else values[at] for at in column.indices.to_pylist()]
    return [_plain(cell) for cell in column.to_pylist()]


def _plain(value: Any) -> Tree:
    """Return a value as JSON would hold it; lists, dates, decimals and bytes are text."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return text_of(value) if isinstance(value, list | dict) else str(value)
