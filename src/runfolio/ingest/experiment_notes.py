"""Stage 1c: the files in which a team writes about its experiments.

In: the project's folder and patterns. Out: write-ups and what was wrong with them. Nothing is
read from outside the folder, and of no file more than `LARGEST`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from runfolio.ingest.file_search import MOST_FOLDERS, FileSearch, leads_out
from runfolio.ingest.private import impersonal
from runfolio.model.experiment_notes import ExperimentNote
from runfolio.model.numbers import format_count
from runfolio.model.order import natural
from runfolio.model.problems import Problem
from runfolio.storage.base import Place, StorageError

__all__ = ["LARGEST", "MOST_FILES", "read_notes", "without_persons_in"]

LARGEST = 256 * 1024
"""Bytes that are read of one file; a page shows less of a text."""

MOST_FILES = 1_000

Parse = Callable[[bytes, str], tuple[ExperimentNote, tuple[Problem, ...]]]


def read_notes(
    folder: Place, patterns: Sequence[str], parse: Parse, *, named: bool = True
) -> tuple[list[ExperimentNote], list[Problem]]:
    """Read the write-ups that patterns name.

    Parameters
    ----------
    folder : Place
        The project's folder.
    patterns : sequence of str
        Files, folders or patterns with ``*``, ``?`` and ``**``, relative to it.
    parse : callable
        Makes a write-up of a file's bytes and of how the file is shown.
    named : bool
        Whether somebody named them; else what is not there is not missed, and a README is the
        folder's own.

    Returns
    -------
    notes : list of ExperimentNote
        By the names of their files.
    problems : list of Problem
    """
    problems: list[Problem] = []
    search = FileSearch(folder, "*.md")
    found: dict[Place, None] = {}
    for pattern in patterns:
        if leads_out(pattern):
            problems.append(
                Problem(
                    "report.yaml",
                    "experiment-files-outside",
                    f"Write-ups are read from the project's folder only, not from {pattern!r}.",
                    "Give a path relative to report.yaml, without '..'.",
                )
            )
            continue
        files = sorted(search.find(pattern), key=lambda place: natural(place.path))
        if not named:
            files = [file for file in files if file.name.lower() != "readme.md"]
        elif not files:
            problems.append(
                Problem(
                    "report.yaml",
                    "experiment-files-none",
                    f"No file matches {pattern!r}, which experiments: names.",
                    "Its path is relative to report.yaml, as in experiments/*.md.",
                )
            )
        found.update(dict.fromkeys(files))
    if len(found) > MOST_FILES or not search.is_whole:
        problems.append(
            Problem(
                "report.yaml",
                "experiment-files-many",
                f"{format_count(len(found))} files are named as write-ups; the first "
                f"{format_count(MOST_FILES)} are read."
                if search.is_whole
                else f"Write-ups were looked for in {format_count(MOST_FOLDERS)} folders; there "
                "are more.",
                "Name only the files that tell of experiments.",
            )
        )
    notes: list[ExperimentNote] = []
    for file in list(found)[:MOST_FILES]:
        note, more = _read(file, parse)
        problems += more
        if note is not None:
            notes.append(without_persons_in(note))
    return notes, problems


def without_persons_in(note: ExperimentNote) -> ExperimentNote:
    """Return a write-up whose texts name no home folder and no e-mail address."""
    return replace(
        note,
        title=impersonal(note.title),
        experiments=tuple(map(impersonal, note.experiments)),
        owner=impersonal(note.owner),
        parts={name: impersonal(text) for name, text in note.parts.items()},
        text=impersonal(note.text),
    )


def _read(file: Place, parse: Parse) -> tuple[ExperimentNote | None, list[Problem]]:
    try:
        data = file.head(LARGEST + 1)
    except StorageError as error:
        hint = "Put a readable Markdown file there."
        problem = Problem(file.shown, "experiment-unreadable", f"The file {error}.", hint, "error")
        return None, [problem]
    problems: list[Problem] = []
    if len(data) > LARGEST:
        data = data[:LARGEST].decode(errors="ignore").encode()  # no half character at the end
        problems.append(
            Problem(
                file.shown,
                "experiment-too-large",
                f"The file is larger than {LARGEST // 1024} KB; the rest of it is not read.",
                "Keep to what a reader wants to know; logs and tables belong elsewhere.",
            )
        )
    if b"\0" in data:
        problem = Problem(
            *(file.shown, "experiment-unreadable", "The file is no text."),
            *("Write it in Markdown.", "error"),
        )
        return None, [problem]
    note, more = parse(data, file.shown)
    return note, [*problems, *more]
