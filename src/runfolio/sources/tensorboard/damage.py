"""Stage 1b: what can be wrong with an event file, in words.

In: what the reader of events met, and at which byte. Out: a problem among the file's findings.
"""

from __future__ import annotations

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings

__all__ = [
    "report_damaged",
    "report_damaged_length",
    "report_failure",
    "report_odd",
    "report_rest",
    "report_too_large",
    "report_too_long",
]

_LFS = b"version https://git-lfs"


def report_damaged(findings: Findings, at: int, error: Exception) -> None:
    """Tell of a record that was left out; the error's message is a clause."""
    findings.add(
        "event-damaged",
        f"The record at byte {at} {error}; it was left out.",
        "Copy the file again, if it was damaged on its way here.",
    )


def report_damaged_length(findings: Findings, at: int, data: bytes) -> None:
    """Tell that the record at `at` has no right length; `data` begins where the file does."""
    if at == 0 and data.startswith(_LFS):
        findings.add(
            "git-lfs-pointer",
            "The file is not here, only what Git LFS keeps in its place; it was left out.",
            "Run `git lfs pull`, and build again.",
            "error",
        )
        return
    findings.add(
        "event-file-damaged",
        f"The length of the record at byte {at} does not fit its checksum, so that nothing "
        "behind it can be found; what stands before it is reported.",
        "Copy the file again, if it was damaged on its way here.",
        "error",
    )


def report_failure(findings: Findings, at: int, error: OSError) -> None:
    """Tell that the file cannot be read on."""
    findings.add(
        "file-unreadable",
        f"The file cannot be read from byte {at} on ({type(error).__name__}); what was read "
        "is reported.",
        "Check the disk, and build again.",
        "error",
    )


def report_rest(findings: Findings, at: int, rest: int) -> None:
    """Tell what stands behind the last whole record, if that is worth telling."""
    if rest:
        findings.add(
            "event-file-cut",
            f"The file ends within the record at byte {at}; that record was left out.",
            "Nothing to do if the run is still going on, or was stopped while it wrote.",
            "note",
        )
    elif at == 0:
        findings.add(
            "event-file-empty",
            "The event file is empty.",
            "Nothing to do if the run was stopped before it logged anything.",
            "note",
        )


def report_too_large(findings: Findings, limit: int) -> None:
    """Tell that a record has more than `limit` bytes."""
    findings.add(
        "event-too-large",
        f"A record is larger than {limit // 1024 // 1024} MB; it was left out.",
        "Log smaller values.",
    )


def report_too_long(findings: Findings, at: int, most: int) -> None:
    """Tell that what comes from byte `at` on is not read."""
    findings.add(
        "history-too-long",
        f"The run logged more than {format_count(most)} points; what comes from byte {at} on was "
        "left out.",
        "Log less often, or split the run.",
    )


def report_odd(findings: Findings, count: int) -> None:
    """Tell that records were not read since they look like none before them."""
    findings.add(
        "events-too-many-kinds",
        f"There are more texts, histograms and the like than there is time for; "
        f"{format_count(count)} records that are no plain scalars were left out.",
        "Log them less often; plain scalars may be as many as you like.",
    )
