"""Stage 1c: rows of production as they were read become a log in the order of time.

In: rows in any order, some of them perhaps twice. Out: `ProductionLog` and problems.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.production import Columns, ProductionLog

__all__ = ["production_log"]

_FEW = 0.5
"""Where less than this share of rows repeats a time, a repeated time is a mistake; where more
does, many cases have one time, and each row counts."""


def production_log(
    entry: int,
    name: str,
    times: NDArray[np.int64],
    columns: Columns,
    versions: tuple[str, ...] = (),
) -> tuple[ProductionLog, tuple[Problem, ...]]:
    """Put a log into order.

    Where only a few times are there twice, the row that was written last counts: a job that
    ran again corrected the first.

    Parameters
    ----------
    entry : int
        Its place in the configuration.
    name : str
        How it is shown.
    times : ndarray of int64, shape (rows,)
        Milliseconds since 1970 in UTC, in the order of the file.
    columns : Columns
    versions : tuple of str
    """
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    problems: tuple[Problem, ...] = ()
    again = np.zeros(len(ordered), np.bool_)
    again[:-1] = ordered[:-1] == ordered[1:]
    repeats = int(again.sum())
    if 0 < repeats < _FEW * len(ordered):
        order = order[~again]
        ordered = times[order]
        rows = f"{format_count(repeats)} times are" if repeats > 1 else "One time is"
        problems = (
            Problem(
                name,
                "production-time-repeated",
                f"{rows} there more than once; the row that stands last counts.",
                "Write one row for each time, or one for each case with its own time.",
            ),
        )
    return (
        ProductionLog(
            entry=entry,
            name=name,
            times=ordered,
            columns=Columns(
                {column: values[order] for column, values in columns.numbers.items()},
                {
                    column: tuple(texts[i] for i in order.tolist())
                    for column, texts in columns.texts.items()
                },
            ),
            versions=tuple(versions[i] for i in order.tolist()) if versions else (),
        ),
        problems,
    )
