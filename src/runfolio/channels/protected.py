"""The channel for those who know a password: the report as a single file, encrypted.

In: a `Report` and a password. Out: a page that opens the report in the reader's browser. What
an audience must not see is taken out all the same: a password is handed on, and tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from runfolio.channels.single_file import put_html, single_file_of
from runfolio.deliver.encryption import ITERATIONS, password_problem, seal
from runfolio.errors import UsageError
from runfolio.model.problems import Problem
from runfolio.render.output import SiteWriter
from runfolio.render.protected import policy_of, protected_page
from runfolio.report import Report

__all__ = ["check_password", "protected_html", "put_protected_file", "put_protected_site"]


def check_password(password: str, archive: Path | None) -> None:
    """Refuse a password that protects little, and an archive, which would hold it all openly.

    Raises
    ------
    UsageError
    """
    if told := password_problem(password):
        raise UsageError(told, "password-short")
    if archive is not None:
        raise UsageError(
            "An archive is not encrypted: whoever has it can read the report without the password. "
            "Leave out --archive, or make it in a command of its own.",
            "archive-unprotected",
        )


def protected_html(report: Report, password: str) -> tuple[str, tuple[Problem, ...]]:
    """Return the page, and what is to be said of the report in it.

    Raises
    ------
    LeakError
        The report is searched before it is encrypted.
    UsageError
        If the password is too short, or the library is missing.
    """
    html, problems = single_file_of(report)
    report.watch("index.html", html.encode("utf-8"))
    sealed = seal(html, password)
    page = protected_page(
        report.theme,
        policy_of(html),
        salt=sealed.salt,
        nonce=sealed.nonce,
        data=sealed.data,
        rounds=ITERATIONS,
    )
    return page, problems


def put_protected_file(path: Path, report: Report, password: str) -> tuple[Problem, ...]:
    """Write a protected report as a single file.

    Raises
    ------
    OutputError, LeakError, UsageError
    """
    html, problems = protected_html(report, password)
    put_html(path, html)
    return problems


def put_protected_site(
    output: Path, report: Report, password: str, inputs: Sequence[Path]
) -> tuple[Problem, ...]:
    """Put a site of this one page in place of the previous one.

    Raises
    ------
    OutputError, LeakError, UsageError
    """
    html, problems = protected_html(report, password)
    with SiteWriter(output, inputs, audience=report.audience.name) as site:
        site.write("index.html", html)
        site.write("robots.txt", "User-agent: *\nDisallow: /\n", is_shared=True)
        site.commit()
    return problems
