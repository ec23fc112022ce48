"""Stage 2b: files are opened to the texts that stand in them.

In: the bytes of a file, of whatever kind. Out: its parts, each a text or the bytes of a file in
it: members of archives, texts in images, parts of messages, columns of tables.
"""

from __future__ import annotations

import email
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from email.policy import default
from importlib.util import find_spec

__all__ = ["LARGEST", "TooLargeError", "is_file", "unpacked"]

LARGEST = 256 * 2**20
"""Bytes to which one part may unfold: more is none of what a report holds."""

_PNG = b"\x89PNG\r\n\x1a\n"
_FILES = (
    *(_PNG, b"\x1f\x8b", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-", b"PAR1"),
    *(b"\xff\xd8\xff", b"GIF8", b"RIFF"),
)
"""How files begin that are no texts."""
_MARKS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb\xbf": "utf-8-sig"}
_MESSAGE = re.compile(rb"\A(?:[A-Za-z][A-Za-z-]*:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_DRAWING = re.compile(rb"\b(?:BT|cm|re|begincmap)\s")


class TooLargeError(Exception):
    """A part unfolds to more than can be searched."""


def is_file(data: bytes) -> bool:
    """Whether bytes are an image, an archive or another file that is no text."""
    return data.startswith(_FILES)


def unpacked(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    """Yield the parts of a file, each with its name in it; a text file is one part.

    Raises
    ------
    TooLargeError
    """
    if data.startswith(b"PK"):
        yield from _zip_members(data)
    elif data.startswith(b"\x1f\x8b"):
        yield "", _inflated(data, zlib.MAX_WBITS | 16)
    elif data.startswith(_PNG):
        yield from _png_texts(data)
    elif data.startswith(b"%PDF-"):
        yield from _pdf_texts(data)
    elif data.startswith(b"PAR1"):
        yield from _parquet_texts(data)
    else:
        yield "", _text(data)
        if _MESSAGE.match(data[:65536]) and b"mime-version:" in data[:65536].lower():
            yield from _message_parts(data)


def _text(data: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    return data.decode("utf-8", "replace")


def _inflated(data: bytes, window: int = zlib.MAX_WBITS) -> bytes:
    """Return what was deflated, as far as it can be read."""
    unfolding = zlib.decompressobj(window)
    try:
        found = unfolding.decompress(data, LARGEST)
    except zlib.error:
        return data
    if unfolding.unconsumed_tail:
        raise TooLargeError
    return found + unfolding.unused_data


def _zip_members(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile:
        yield "", data.decode("utf-8", "replace")
        return
    with archive:
        yield "", archive.comment
        for member in archive.infolist():
            if member.file_size > LARGEST:
                raise TooLargeError
            yield member.filename, member.comment + member.extra
            if not member.is_dir():
                yield member.filename, archive.read(member)


def _png_texts(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    """Yield the chunks that are no pixels (PNG, section 11.3.3: tEXt, zTXt and iTXt)."""
    at = len(_PNG)
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        at += length + 12
        name = kind.decode("latin-1")
        if kind == b"IEND":
            break
        if kind in (b"IDAT", b"PLTE"):
            continue
        if kind in (b"tEXt", b"iTXt", b"zTXt"):
            key, _, rest = body.partition(b"\0")
            yield name, key.decode("latin-1")
            if kind == b"zTXt":
                yield name, _inflated(rest[1:]).decode("latin-1")
            elif kind == b"tEXt":
                yield name, rest.decode("latin-1")
            else:
                parts = rest[2:].split(b"\0", 2)
                text = _inflated(parts[-1]) if rest[:1] == b"\1" else parts[-1]
                for part in (*parts[:-1], text):
                    yield name, part.decode("utf-8", "replace")
        else:
            yield name, body.decode("utf-8", "replace")
    yield "", data[at:].decode("utf-8", "replace")


def _pdf_texts(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    """Yield what stands on the pages, and all else in the file.

    Fonts number their letters as they like: without a reader, most words on pages stay unread.
    """
    can_read = find_spec("pypdfium2") is not None
    yield "", _STREAM.sub(b"", data).decode("latin-1")
    for stream in _STREAM.findall(data):
        found = _inflated(stream)
        is_drawing = b"\0" in found[:4096] or _DRAWING.search(found[:4096])
        if not (can_read and is_drawing):
            yield "", found.decode("utf-8", "replace")
    if can_read:
        yield from _pdf_pages(data)


def _pdf_pages(data: bytes) -> Iterator[tuple[str, str]]:
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        with PdfDocument(data) as document:
            yield "metadata", "\n".join(document.get_metadata_dict().values())
            for number in range(len(document)):
                yield f"page {number + 1}", document[number].get_textpage().get_text_range()
    except PdfiumError:
        return  # a damaged file; what could be read of it was


def _parquet_texts(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(io.BytesIO(data))
    except (pa.ArrowException, OSError):
        yield "", data.decode("utf-8", "replace")
        return
    for kind, told in [("schema", table.schema.metadata)]:
        for key, value in (told or {}).items():
            yield kind, key
            yield kind, value
    for field, column in zip(table.schema, table.columns, strict=True):
        yield "schema", field.name
        kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            yield "", "\n".join(filter(None, column.unique().to_pylist()))
        elif pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
            for value in column.unique().to_pylist():
                yield "", value or b""
        elif pa.types.is_nested(kind):
            yield "", "\n".join(map(str, column.to_pylist()))


def _message_parts(data: bytes) -> Iterator[tuple[str, str | bytes]]:
    message = email.message_from_bytes(data, policy=default)
    for part in message.walk():
        for name, value in part.items():
            yield name, str(value)
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            encoding = part.get_content_charset("utf-8")
            name = part.get_filename("") or part.get_content_type()
            if part.get_content_maintype() == "text":
                try:
                    yield name, content.decode(encoding, "replace")
                except LookupError:
                    yield name, content.decode("utf-8", "replace")
            else:
                yield name, content
