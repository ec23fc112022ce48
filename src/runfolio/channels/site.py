"""The channel for everyone with a browser: the site in a folder.

In: a `Report`. Out: its pages and data files, searched for what the audience must not see and
swapped in whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path

from runfolio.model.problems import Problem
from runfolio.render.preview import preview_png
from runfolio.render.site import write_site
from runfolio.report import Report

__all__ = ["put_site"]

PREVIEW = "preview.png"
"""Path of the image that stands for the site where its address is shared."""


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
    info = report.info
    data: Iterator[tuple[str, str | bytes]] = report.data_files()
    if (image := _preview(report)) is not None:
        info, data = replace(info, image=PREVIEW), chain([(PREVIEW, image)], data)
    written = write_site(
        output,
        theme=report.theme,
        info=info,
        specs=report.specs,
        pages=report.pages,
        run_pages=report.further_pages(),
        embeds=report.embeds(),
        data=data,
        inputs=inputs,
        advance=advance,
        inspect=report.watch,
        audience=report.audience.name,
    )
    return written.problems


def _preview(report: Report) -> bytes | None:
    """Draw the image, where the address is known at which the site will be read."""
    if not report.info.url or not report.book.shown.page(PREVIEW):
        return None
    return preview_png(report.info.title, report.pages[0], report.theme.tokens["light"])
