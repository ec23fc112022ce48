"""Stage 6: the summary of a job of GitHub Actions: a file to which steps append Markdown.

Source: GitHub's documentation, "Workflow commands for GitHub Actions: adding a job summary": a
step has 1 MiB; of what has more, nothing is shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from runfolio.errors import OutputError, UsageError

__all__ = ["append_to_job_summary", "has_job_summary", "room_in_job_summary"]

_NAME = "GITHUB_STEP_SUMMARY"
_LARGEST = 1024 * 1024


def has_job_summary(environment: Mapping[str, str]) -> bool:
    """Tell whether there is a summary to append to."""
    return bool(environment.get(_NAME))


def room_in_job_summary(environment: Mapping[str, str]) -> int:
    """Return how many bytes the summary still takes.

    Raises
    ------
    UsageError
        If there is none to append to.
    """
    if not has_job_summary(environment):
        raise UsageError(
            f"${_NAME} names no file: --summary works in GitHub Actions.", "no-job-summary"
        )
    try:
        there = Path(environment[_NAME]).stat().st_size
    except OSError:
        there = 0
    return max(0, _LARGEST - there - 2)


def append_to_job_summary(environment: Mapping[str, str], text: str) -> None:
    """Append Markdown to the summary.

    Raises
    ------
    OutputError
        If it cannot be written, or is more than the summary takes.
    """
    data = text.encode("utf-8", "backslashreplace")
    if len(data) > room_in_job_summary(environment):
        raise OutputError(
            "The job's summary on GitHub is full: a step has 1 MiB. Print the report in a step of "
            "its own.",
            "job-summary-full",
        )
    try:
        with Path(environment[_NAME]).open("ab") as file:
            # Behind what an earlier command of the step wrote, and apart from it.
            file.write((b"\n" if file.tell() else b"") + data)
    except OSError as error:
        raise OutputError(
            f"${_NAME} cannot be written: {error.strerror or error}. Check the runner's disk.",
            "job-summary-not-writable",
        ) from error
