"""The channel for everyone with a browser: the site in a folder.

In: a `Report`. Out: its pages and data files, searched for what the audience must not see and
swapped in whole.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from runfolio.model.problems import Problem
from runfolio.render.site import write_site
from runfolio.report import Report

__all__ = ["put_site"]


def put_site(
    output: Path, report: Report, inputs: Sequence[Path], advance: Callable[[int], None]
) -> tuple[Problem, ...]:
    """Put the site in place of the previous one, and return what went wrong with drawing.

    Parameters
    ----------
    output : Path
    report : Report
    inputs : sequence of Path
        What the report is made from; the site is never written over it.
    advance : callable
        Called with the number of further pages just written.

    Raises
    ------
    OutputError, LeakError
    """
    written = write_site(
        output,
        theme=report.theme,
        info=report.info,
        specs=report.specs,
        pages=report.pages,
        run_pages=report.further_pages(),
        embeds=report.embeds(),
        data=report.data_files(),
        inputs=inputs,
        advance=advance,
        inspect=report.watch,
        audience=report.audience.name,
    )
    return written.problems
