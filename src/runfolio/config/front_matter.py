"""Configuration: a write-up in a Markdown file, with keys in front of its text.

In: the file's bytes. Out: the write-up, and every mistake in its front matter with the line;
what is right is kept.
"""

from __future__ import annotations

import re
from dataclasses import replace

from pydantic import ValidationError

from runfolio.config.experiments import NoteSettings, note_of
from runfolio.config.marked_yaml import Marked, Mistake, parse
from runfolio.config.mistakes import tell
from runfolio.model.experiment_notes import ExperimentNote
from runfolio.model.problems import Problem

__all__ = ["read_note"]

_MOST_MISTAKES = 10
"""Mistakes that are told of one file."""

_ENDS = re.compile(rb"(?:---|\.\.\.)[ \t]*")


def read_note(data: bytes, place: str) -> tuple[ExperimentNote, tuple[Problem, ...]]:
    """Read a Markdown file with front matter.

    Parameters
    ----------
    data : bytes
    place : str
        How the file is shown.

    Returns
    -------
    note : ExperimentNote
        With every key that could be read.
    problems : tuple of Problem
        Each with the line in the file.
    """
    front, body, above, mistakes = _split(data.removeprefix(b"\xef\xbb\xbf"))
    settings, lines = NoteSettings(), {}
    if front.strip():
        marked = parse(front)
        mistakes += [replace(mistake, line=mistake.line + above) for mistake in marked.mistakes]
        settings, more = _kept(marked)
        mistakes += [replace(mistake, line=mistake.line + above) for mistake in more]
        lines = {
            str(where[0]): line + above for where, line in marked.lines.items() if len(where) == 1
        }
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, len(data) - len(body) + error.start) + 1
        message = "The file is not UTF-8 text; the characters that are not were replaced."
        mistakes.append(Mistake(line, "experiment-encoding", message, "Save it as UTF-8."))
        text = body.decode(errors="replace")
    mistakes.sort(key=lambda mistake: mistake.line)
    if len(mistakes) > _MOST_MISTAKES:
        message = f"There are {len(mistakes) - _MOST_MISTAKES} more mistakes in the front matter."
        line = mistakes[_MOST_MISTAKES].line
        mistakes[_MOST_MISTAKES:] = [Mistake(line, "config-more", message, "Write it anew.")]
    problems = tuple(mistake.told(place, of="experiment") for mistake in mistakes)
    return note_of(settings, place, text, lines), problems


def _split(data: bytes) -> tuple[bytes, bytes, int, list[Mistake]]:
    """Part the front matter from the text; say how many lines are above it."""
    lines = data.split(b"\n")
    above = next((i for i, line in enumerate(lines) if line.strip()), len(lines))
    if above == len(lines) or lines[above].rstrip() != b"---":
        return b"", data, 0, []
    above += 1
    for end in range(above, len(lines)):
        if _ENDS.fullmatch(lines[end].rstrip(b"\r")):
            return b"\n".join(lines[above:end]), b"\n".join(lines[end + 1 :]), above, []
    # Not closed: it ends where the text begins.
    rest = range(above, len(lines))
    end = next((i for i in rest if not lines[i].strip() or lines[i].startswith(b"#")), len(lines))
    message = "The front matter that starts here has no end."
    hint = "Write a line '---' below its last key."
    mistake = Mistake(above, "experiment-front-matter", message, hint)
    return b"\n".join(lines[above:end]), b"\n".join(lines[end:]), above, [mistake]


def _kept(marked: Marked) -> tuple[NoteSettings, list[Mistake]]:
    """Return the settings without what is wrong in them, and what that is."""
    content = marked.value
    if content is None:
        return NoteSettings(), []
    if not isinstance(content, dict):
        message = "The front matter must hold keys with values."
        hint = "Start with a line such as 'experiment: NAME'."
        return NoteSettings(), [Mistake(1, "config-wrong-type", message, hint)]
    mistakes: list[Mistake] = []
    while True:
        try:
            return NoteSettings.model_validate(content), mistakes
        except ValidationError as error:
            errors = error.errors()
            mistakes += tell(errors, NoteSettings, marked, "the front matter")
            content = {k: v for k, v in content.items() if k not in {e["loc"][0] for e in errors}}
