"""Stage 2: what a team wrote about an experiment: what it asked, did, found and decided.

In: Markdown with headings such as ``## Hypothesis``. Out: its parts by name. Where it was
written (a file, report.yaml, a tracker) makes no difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "OUTCOMES",
    "PARTS",
    "Direction",
    "Expectation",
    "ExperimentNote",
    "RunConditions",
    "Written",
    "outcome_of",
    "parts_of",
]

PARTS = ("question", "hypothesis", "method", "data", "result", "conclusion", "decision")
"""The parts of a write-up, in the order in which they are read."""

OUTCOMES = ("confirmed", "refuted", "open")
"""What a team may say that came of an experiment."""

Direction = Literal["better", "worse", "higher", "lower", "unchanged"]

_NAMES = {
    "question": ("question", "questions", "research question", "motivation", "goal", "aim"),
    "hypothesis": ("hypothesis", "hypotheses", "prediction", "expectation"),
    "method": ("method", "methods", "setup", "set-up", "approach", "design", "procedure"),
    "data": ("data", "dataset", "datasets", "data set", "data sets"),
    "result": ("result", "results", "finding", "findings", "observations"),
    "conclusion": ("conclusion", "conclusions", "interpretation", "learnings", "summary"),
    "decision": ("decision", "decisions", "next step", "next steps", "action", "actions"),
    "outcome": ("outcome", "verdict"),
}
_PART_OF = {name: part for part, names in _NAMES.items() for name in names}
_OUTCOME_OF = {
    **{word: word for word in OUTCOMES},
    **dict.fromkeys(("supported", "accepted", "verified", "true"), "confirmed"),
    **dict.fromkeys(("rejected", "disproved", "not confirmed", "false"), "refuted"),
    **dict.fromkeys(("inconclusive", "undecided", "unclear"), "open"),
}
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_LONGEST_HEADING = 200


@dataclass(frozen=True, slots=True)
class RunConditions:
    """Which runs are meant: all that is named must hold, as in report.yaml's ``baseline``."""

    run: str | None = None
    experiment: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Expectation:
    """A prediction that the runs can be held against.

    Parameters
    ----------
    metric : str
        As logged, or as the report labels it.
    direction : Direction or ""
        Which way the metric should differ from the baseline's.
    at_least, at_most : float or None
        In the metric's logged unit.
    of : {"difference", "value"}
        Whether these bound the difference from the baseline or the metric itself.
    """

    metric: str
    direction: Direction | Literal[""] = ""
    at_least: float | None = None
    at_most: float | None = None
    of: Literal["difference", "value"] = "difference"


@dataclass(frozen=True, slots=True)
class ExperimentNote:
    """A write-up.

    Parameters
    ----------
    place : str
        The file it stands in.
    title : str
    experiments : tuple of str
        Names of the logged experiments that it is about.
    runs : tuple of RunConditions
        The runs it is about; of those experiments, where any are named.
    metric : str
        What it is judged by; empty for the project's objective.
    baseline, candidate : RunConditions or None
        What is compared; None for the project's baseline and the best of its configurations.
    status : str
        ``planned``, ``running``, ``done``, ``stopped`` or empty.
    owner : str
    date : str
        ``2026-10-05``, or empty.
    outcome : str
        One of `OUTCOMES`, or empty where the team did not say.
    parts : mapping of str to str
        Markdown by name, of `PARTS`; only those with a text.
    text : str
        Markdown that belongs to none of them.
    expects : tuple of Expectation
    lines : mapping of str to int
        The line of each key of the front matter, counted from 1.
    """

    place: str
    title: str = ""
    experiments: tuple[str, ...] = ()
    runs: tuple[RunConditions, ...] = ()
    metric: str = ""
    baseline: RunConditions | None = None
    candidate: RunConditions | None = None
    status: str = ""
    owner: str = ""
    date: str = ""
    outcome: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    expects: tuple[Expectation, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)

    def at(self, key: str) -> str:
        """Return where a key stands: the file and, where it is known, the line."""
        return f"{self.place}:{self.lines[key]}" if key in self.lines else self.place


@dataclass(frozen=True, slots=True)
class Written:
    """Markdown taken apart: a title, the parts, what came of it, and all the rest."""

    title: str = ""
    parts: Mapping[str, str] = field(default_factory=dict)
    outcome: str = ""
    text: str = ""


def outcome_of(word: str) -> str:
    """Return which of `OUTCOMES` a word means; empty for any other.

    Examples
    --------
    >>> outcome_of("Rejected"), outcome_of("maybe")
    ('refuted', '')
    """
    return _OUTCOME_OF.get(" ".join(word.lower().split()).strip(" .*_"), "")


def parts_of(markdown: str) -> Written:
    r"""Take a write-up apart by its headings.

    A heading that names a part begins it; headings below that one belong to it. Whatever else
    there is stays together as it stands. A first heading of the first level that names no part
    is the title.

    Examples
    --------
    >>> written = parts_of("# Weights\n## Hypothesis\nMore is caught.\n## Costs\nNone.")
    >>> written.title, dict(written.parts), written.text
    ('Weights', {'hypothesis': 'More is caught.'}, '## Costs\nNone.')
    """
    title, part, depth = "", "", 0
    found: dict[str, list[str]] = {}
    for lines, level, heading in _headed(markdown):
        name = _PART_OF.get(heading.lower().strip(" :*_"), "") if level else ""
        if name:
            part, depth, lines = name, level, lines[_marks(lines) :]
        elif level and (not part or level <= depth):
            part = ""
            if level == 1 and not title and not any(map(_text, found.values())):
                title, lines = heading, lines[_marks(lines) :]
        own = found.setdefault(part, [])
        own += ["", *lines] if own and own[-1].strip() else lines
    texts = {name: text for name, lines in found.items() if (text := _text(lines))}
    told = texts.pop("outcome", "")
    outcome = outcome_of(told)
    rest = texts.pop("", "")
    if told and not outcome:  # more than a word: it is a conclusion
        texts["conclusion"] = "\n\n".join(filter(None, (texts.get("conclusion", ""), told)))
    return Written(title, {p: texts[p] for p in PARTS if p in texts}, outcome, rest)


def _headed(markdown: str) -> Iterator[tuple[list[str], int, str]]:
    """Yield the lines from one heading to the next, with the heading's level and text."""
    lines = markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    block: list[str] = []
    level, heading, fence = 0, "", ""
    for number, line in enumerate(lines):
        fenced = _FENCE.match(line)
        if fenced and not fence:
            fence = fenced[1]
        elif fenced and fenced[1].startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        below = lines[number + 1] if number + 1 < len(lines) else ""
        new = (0, "") if fence or fenced else _heading(line, below)
        if new[0]:
            yield block, level, heading
            block, (level, heading) = [], new
        block.append(line)
    yield block, level, heading


def _heading(line: str, below: str) -> tuple[int, str]:
    """Return the level and the text of a heading, or of a part's name with a line below it."""
    found = _HEADING.fullmatch(line[:_LONGEST_HEADING])
    if found and len(line) <= _LONGEST_HEADING:
        return len(found[1]), found[2].strip()
    underlined = len(line) <= _LONGEST_HEADING and _UNDERLINE.fullmatch(below[:_LONGEST_HEADING])
    if underlined and line.strip().lower() in _PART_OF:
        return (1 if "=" in below else 2), line.strip()
    return 0, ""


def _marks(lines: list[str]) -> int:
    """Return how many lines the heading itself takes."""
    return 1 if _HEADING.fullmatch(lines[0]) else 2


def _text(lines: list[str]) -> str:
    return "\n".join(lines).strip("\n \t")
