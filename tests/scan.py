"""Looks for words in files of any kind, by other means than the product's own leak check.

It does not undo writings and compare, but takes files apart by their own readers (HTML, JSON,
CSV, ZIP, mail, PDF, Parquet) and looks for each word in every text, whatever stands between
its letters; and for what base64 makes of it at each of the three places where it may begin.
"""

from __future__ import annotations

import base64
import csv
import email
import email.policy
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import unquote_plus

import pandas as pd

__all__ = ["Found", "found_in", "texts_of"]

Found = dict[str, set[str]]
"""Words with the places where each was found."""

_BETWEEN = re.compile(r"[\\\s\u00ad\u200b-\u200d\u2060]+")
_DATA_URI = re.compile(r"data:[\w/+.-]*(?:;[\w=-]+)*(;base64)?,([^\"'<>\s)]+)")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')


def found_in(words: Iterable[str], files: Iterable[tuple[str, bytes]]) -> Found:
    """Return which words are in which files."""
    known = {word.casefold() for word in words}
    packed = {form: word for word in known for form in _in_base64(word)}
    found: Found = {}
    for name, data in files:
        for place, text in (("", name), *texts_of(name, data)):
            where = f"{name} {place}".strip()
            bare = _BETWEEN.sub("", text.casefold())
            for word in known:
                if word in bare:
                    found.setdefault(word, set()).add(where)
            for form, word in packed.items():
                if form in text:
                    found.setdefault(word, set()).add(f"{where} (base64)")
    return found


def _in_base64(word: str) -> Iterator[str]:
    """Yield what base64 makes of a word, without the signs that depend on what is beside it."""
    for before in range(3):
        written = base64.b64encode(b"x" * before + word.encode()).decode()
        whole = written[(before * 4 + 2) // 3 : (len(word) + before) * 4 // 3]
        if len(whole) >= 8:
            yield whole


def texts_of(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Yield all texts in a file, each with its place in it."""
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.namelist():
                yield member, member
                if not member.startswith("site/assets/"):  # of every site, and made of no log
                    yield from _below(member, archive.read(member))
    elif data.startswith(b"\x89PNG"):
        yield from _png(data)
    elif data.startswith(b"%PDF"):
        yield from _pdf(data)
    elif data.startswith(b"PAR1"):
        table = pd.read_parquet(io.BytesIO(data))
        yield "columns", " ".join(map(str, table.columns))
        for column in table.columns:
            yield str(column), "\n".join(map(str, table[column].unique()))
    elif name.endswith(".eml"):
        yield "raw", data.decode("utf-8")
        for part in email.message_from_bytes(data, policy=email.policy.default).walk():
            yield "head", "\n".join(f"{key}: {value}" for key, value in part.items())
            content = part.get_payload(decode=True)
            if isinstance(content, bytes):
                yield from _below(part.get_filename() or part.get_content_type(), content)
    else:
        text = data.decode("utf-8", "replace")
        yield "", text
        yield "", unquote_plus(text)
        if "</" in text:
            yield from _html(text)
        elif name.endswith(".json"):
            yield "values", "\n".join(_values(json.loads(text)))
        elif name.endswith(".js"):
            yield "strings", "\n".join(json.loads(one) for one in _strings(text))
        elif name.endswith(".csv"):
            yield "cells", "\n".join(cell for row in csv.reader(io.StringIO(text)) for cell in row)


def _below(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    yield from ((f"{name} {place}".strip(), text) for place, text in texts_of(name, data))


def _strings(text: str) -> Iterator[str]:
    for one in _STRING.findall(text):
        try:
            json.loads(one)
        except ValueError:
            continue
        yield one


def _values(tree: Any) -> Iterator[str]:
    if isinstance(tree, dict):
        for key, value in tree.items():
            yield str(key)
            yield from _values(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _values(value)
    else:
        yield str(tree)


class _Texts(HTMLParser):
    """Gathers text, attributes, comments and the content of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.apart: list[str] = []
        self._in_script = False
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_script = tag == "script"
        self.apart += (value for _, value in attrs if value)

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        (self.apart if self._in_script else self.text).append(data)

    def handle_comment(self, data: str) -> None:
        self.apart.append(data)


def _html(text: str) -> Iterator[tuple[str, str]]:
    page = _Texts(text)
    yield "text", "".join(page.text)
    apart = "\n".join(page.apart)
    yield "attributes and scripts", apart
    yield "strings", "\n".join(json.loads(string) for string in _strings(apart))
    for one in page.apart:
        for packed, content in _DATA_URI.findall(one):
            if packed:
                yield from _below("data:", base64.b64decode(content + "==="))
            else:
                yield from _below("data:", unquote_plus(content).encode())


def _png(data: bytes) -> Iterator[tuple[str, str]]:
    """Yield every chunk as it is and, from wherever it may be packed, unpacked."""
    yield "raw", data.decode("latin-1")
    at = 8
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + length]
        for start in [m.start() for m in re.finditer(b"\x78", body)] if kind != b"IDAT" else ():
            try:
                yield kind.decode(), zlib.decompress(body[start:]).decode("utf-8", "replace")
            except zlib.error:
                continue
        at += length + 12


def _pdf(data: bytes) -> Iterator[tuple[str, str]]:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(data))
    yield "metadata", str(reader.metadata)
    yield "raw", data.decode("latin-1")
    for number, page in enumerate(reader.pages, 1):
        yield f"page {number}", page.extract_text()
