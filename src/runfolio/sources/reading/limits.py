"""Stage 1b: how many names one run may have, in every format.

In: names with values, as many as somebody put into a file. Out: as many as a report can show;
how many were left out is told. A name that holds a number or a time is made anew each time it
is logged, and some millions of them would take all memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeVar

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, flatten, text_of

__all__ = ["MOST_NAMES", "bounded", "bounded_params", "tell_names"]

MOST_NAMES = 10_000
"""Metrics of one run at most, and params."""

_T = TypeVar("_T")


def bounded(
    pairs: Iterable[tuple[str, _T]], what: Literal["metrics", "params"], findings: Findings
) -> dict[str, _T]:
    """Return values by name, without those behind the last name that there is room for."""
    found: dict[str, _T] = {}
    left_out = 0
    for name, value in pairs:
        if len(found) < MOST_NAMES or name in found:
            found[name] = value
        else:
            left_out += 1
    if left_out:
        tell_names(findings, what, left_out)
    return found


def bounded_params(tree: dict[str, Tree], findings: Findings) -> dict[str, str]:
    """Return nested values as params: keys joined with ``.``, values as text.

    Raises
    ------
    ParseError
        If it is nested too deeply.
    """
    return {
        name: text_of(value) for name, value in bounded(flatten(tree), "params", findings).items()
    }


def tell_names(
    findings: Findings, what: Literal["metrics", "params"], left_out: int, most: int = MOST_NAMES
) -> None:
    """Tell that some values were left out since there are too many names."""
    findings.add(
        f"too-many-{what}",
        f"There are more than {format_count(most)} {what}; {format_count(left_out)} values of "
        "others were left out.",
        f"Do not put numbers or times into the names of {what}.",
    )
