"""Stage 1b: files with one JSON object per line, read line by line.

In: a place. Out: its objects. A line that is none costs no other; the last one may be cut off,
as that of a file that is still being written is.
"""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.sources.reading.documents import line_unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json
from runfolio.storage.base import Place

__all__ = ["json_objects"]

_LONGEST_LINE = 16 * 1024 * 1024


def json_objects(place: Place, findings: Findings) -> Iterator[tuple[int, dict[str, Tree]]]:
    """Yield the objects of a file with one per line, with the number of the line.

    Lines that are none are told. No more than one line is in memory.
    """
    try:
        with place.open() as file:
            number = 0
            while line := file.readline(_LONGEST_LINE):
                number += 1
                if line.isspace():
                    continue
                try:
                    tree = parse_json(decode(line)[0])
                    if not isinstance(tree, dict):
                        raise ParseError("is no object of names and values")
                except ParseError as error:
                    line_unreadable(findings, error, number, cut=not line.endswith(b"\n"))
                else:
                    yield number, tree
    except OSError as error:
        findings.add(
            "file-unreadable",
            f"The file {error}; what comes behind was left out.",
            "Correct the file, or remove it.",
            "error",
        )
