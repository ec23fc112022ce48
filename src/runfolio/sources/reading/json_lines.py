"""Stage 1b: files with one JSON object per line, read line by line.

In: a place. Out: its objects. A line that is none costs no other; the last one may be cut off,
as that of a file that is still being written is.
"""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.model.numbers import format_count
from runfolio.sources.reading.documents import line_unreadable, tell_replaced, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json
from runfolio.storage.base import Place, StorageError

__all__ = ["json_objects"]

MOST_BYTES = 48 * 1024 * 1024
MOST_LINES = 1_000_000
_LONGEST_LINE = 16 * 1024 * 1024


def json_objects(place: Place, findings: Findings) -> Iterator[tuple[int, dict[str, Tree]]]:
    """Yield the objects of a file with one per line, with the number of the line.

    Lines that are none are told, and where there is no time for more. No more than one line
    is in memory.
    """
    number = size = 0
    replaced = False
    try:
        with place.open() as file:
            while line := file.readline(_LONGEST_LINE):
                number += 1
                size += len(line)
                if number > MOST_LINES or size > MOST_BYTES:
                    _tell_too_long(findings, number)
                    break
                if line.isspace():
                    continue
                try:
                    text, odd = decode(line.rstrip())
                    replaced |= odd
                    tree = parse_json(text)
                    if not isinstance(tree, dict):
                        raise ParseError("is no object of names and values")
                except ParseError as error:
                    line_unreadable(findings, error, number, cut=not line.endswith(b"\n"))
                else:
                    yield number, tree
    except StorageError as error:
        unreadable(findings, error)
    except OSError as error:
        findings.add(
            "file-unreadable",
            f"The file cannot be read on ({error.strerror}); what comes behind was left out.",
            "Check the disk, and build again.",
            "error",
            number + 1,
        )
    if replaced:
        tell_replaced(findings)


def _tell_too_long(findings: Findings, line: int) -> None:
    findings.add(
        "history-too-long",
        f"The file has more than {format_count(MOST_LINES)} lines or {MOST_BYTES // 1024 // 1024} "
        "MB; what comes from here on was left out.",
        "Log less often, or into several files.",
        line=line,
    )
