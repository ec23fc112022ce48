"""The channel for whoever gets it as an attachment: the whole report as one HTML file.

In: a `Report`. Out: the file, searched for what the audience must not see and put in its place.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from runfolio.deliver.one_file import check_place, put_file
from runfolio.model.locale import current_locale
from runfolio.model.problems import Problem
from runfolio.render.single_file import MARK, single_file, size_problem
from runfolio.render.static_charts import draw_charts
from runfolio.report import Report

__all__ = ["check_single_file_place", "put_html", "put_single_file", "single_file_of"]

_WHAT = "a report in a single file"


def single_file_of(report: Report) -> tuple[str, tuple[Problem, ...]]:
    """Return a report as one HTML document, and what is to be said of it.

    Charts are drawn ahead, for readers without scripts, on the overview and the pages of roles.
    """
    entrances = {"index.html", *(f"{role}.html" for role in report.book.roles)}
    drawn = [page for page in report.pages if page.path in entrances]
    html = single_file(
        chain(report.pages, report.further_pages()),
        report.data_files(),
        theme=report.theme,
        info=report.info,
        specs=report.specs,
        drawings=draw_charts(drawn, report.specs, current_locale()),
    )
    problem = size_problem(html)
    return html, (problem,) if problem else ()


def check_single_file_place(path: Path) -> None:
    """Refuse a place before the logs are read.

    Raises
    ------
    OutputError
    """
    check_place(path, _is_ours, _WHAT)


def put_single_file(path: Path, report: Report) -> tuple[Problem, ...]:
    """Write a report as a single file.

    Raises
    ------
    OutputError, LeakError
    """
    html, problems = single_file_of(report)
    report.watch(path.name, html.encode("utf-8"))
    put_html(path, html)
    return problems


def put_html(path: Path, html: str) -> None:
    """Put a report that is one document in its place.

    Raises
    ------
    OutputError
    """
    put_file(path, html.encode("utf-8"), _is_ours, _WHAT)


def _is_ours(beginning: bytes) -> bool:
    return MARK.encode("ascii") in beginning
