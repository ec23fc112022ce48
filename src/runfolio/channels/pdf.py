"""The channel for paper: pages of a report as a PDF.

In: a `Report` and the roles whose pages are wished. Out: the PDF, printed by the browser that is
installed, searched for what the audience must not see and put in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from runfolio.deliver.one_file import check_place, put_file
from runfolio.deliver.pdf import find_browser, print_pdf
from runfolio.errors import UsageError
from runfolio.model.locale import current_locale
from runfolio.model.problems import Problem, near_miss
from runfolio.render.paper import drawn_throughout, paper_document
from runfolio.render.static_charts import draw_charts
from runfolio.report import Report
from runfolio.request import PdfWish
from runfolio.views.blocks import Page
from runfolio.views.words import headline

__all__ = ["Printed", "check_pdf_place", "pdf_of", "put_pdf"]

_WHAT = "a PDF"
_BESIDE_ROLES = ("impact.html", "requirements.html", "methods.html")


@dataclass(frozen=True, slots=True)
class Printed:
    """A PDF that was put in its place.

    Parameters
    ----------
    output : Path
    size : int
        In bytes.
    headline : str
        The finding in one sentence.
    problems : tuple of Problem
        What went wrong with drawing.
    locale : str
        In which its numbers are written.
    """

    output: Path
    size: int
    headline: str
    problems: tuple[Problem, ...]
    locale: str


def pdf_of(report: Report, roles: Sequence[str] = ()) -> tuple[bytes, tuple[Problem, ...]]:
    """Return pages of a report as PDF, and what went wrong with drawing.

    Parameters
    ----------
    report : Report
    roles : sequence of str
        Whose pages are printed, with the methods; without any, the overview, all roles, impact
        and requirements, too.

    Raises
    ------
    UsageError
        If the report has no such role, or no browser is found.
    DeliveryError
        If the browser does not print.
    LeakError
    """
    browser = find_browser()
    pages = drawn_throughout(_printed(report, roles))
    drawings = draw_charts(pages, report.specs, current_locale())
    html = paper_document(
        pages,
        report.data_files(),
        theme=report.theme,
        info=report.info,
        specs=report.specs,
        drawings=drawings,
    )
    # What a browser makes of it can be read less surely than what it gets.
    report.watch("report.html", html.encode("utf-8"))
    problems: tuple[Problem, ...] = ()
    if drawings.message:
        hint = "Update vl-convert-python to get them."
        problems = (
            Problem("the report itself", "charts-not-drawn", drawings.message, hint, "note"),
        )
    return print_pdf(html, browser), problems


def _printed(report: Report, roles: Sequence[str]) -> list[Page]:
    """Return the pages that are printed, in their order."""
    known = list(report.book.roles)
    for role in roles:
        if role not in known:
            hint = near_miss(role, known, "It has")
            raise UsageError(f"The report has no role {role!r}. {hint}", "role-unknown")
    own = [f"{role}.html" for role in dict.fromkeys(roles or known)]
    wanted = [*own, "methods.html"] if roles else ["index.html", *own, *_BESIDE_ROLES]
    by_path = {page.path: page for page in report.pages}
    return [by_path[path] for path in wanted if path in by_path]


def check_pdf_place(path: Path) -> None:
    """Refuse a place, or a machine that cannot print, before the logs are read.

    Raises
    ------
    OutputError, UsageError
    """
    check_place(path, _is_pdf, _WHAT)
    find_browser()


def put_pdf(wish: PdfWish, report: Report) -> Printed:
    """Print a report into a PDF.

    Raises
    ------
    UsageError, OutputError, DeliveryError, LeakError
    """
    data, problems = pdf_of(report, wish.roles)
    report.watch(wish.output.name, data)
    put_file(wish.output, data, _is_pdf, _WHAT)
    told = headline(report.book.view.analysed)
    return Printed(wish.output, len(data), told, problems, current_locale().name)


def _is_pdf(beginning: bytes) -> bool:
    return beginning.startswith(b"%PDF-")
