"""Stage 4: what is said of the quality of data, in words that need no glossary."""

from __future__ import annotations

import math
from collections.abc import Sequence

from runfolio.analysis.quality import Quality, SetQuality
from runfolio.model.numbers import format_count, format_number, localized, with_unit
from runfolio.model.quality import DIMENSIONS, DataCheck, Dimension
from runfolio.views.blocks import Verdict
from runfolio.views.words import count_of, listed, number_word

__all__ = [
    "QUESTIONS",
    "dimensions_of",
    "finding_of",
    "headline_of",
    "known_checks",
    "percent",
    "rule_lines",
    "told_check",
    "verdict_of_check",
]

QUESTIONS: dict[Dimension, str] = {
    "accuracy": "Does the data describe the customer? What is recorded is what is true.",
    "completeness": "Is everything there? No value is missing that somebody needs.",
    "consistency": "Do all places say the same? Nothing contradicts itself or is there twice.",
    "timeliness": "Is it there when it is needed? New records arrive soon and regularly.",
    "other": "What tools checked beside these four, such as whether the data have drifted.",
}
"""What each dimension means: its question, and what a good answer is."""

_NBSP = "\u00a0"


def percent(share: float) -> str:
    """Write a share; one that is not all is never rounded to all, nor one that is some to none."""
    if math.isnan(share):
        return ""
    shown = math.floor(share * 1000 + 1e-9) / 10
    if shown == 0 < share:
        return localized(f"<{_NBSP}0.1{_NBSP}%")
    return with_unit(format_number(shown, digits=0 if shown in (0, 100) else 1), "%")


def verdict_of_check(check: DataCheck) -> Verdict:
    """Return whether a rule is kept, as a word with its tone."""
    if check.status == "not evaluated":
        return Verdict("Not evaluated", "unsure")
    return Verdict("Kept", "good") if check.status == "pass" else Verdict("Broken", "bad")


def told_check(check: DataCheck, examples: int = 0) -> str:
    """Say what was found, in one clause, and at most so many of the rows that break the rule."""
    if check.status == "not evaluated":
        return check.reason
    counts = ""
    if check.rows is not None and check.failed is not None and check.unit != "newest record":
        unit = check.unit[:-1] if check.rows == 1 and check.unit.endswith("s") else check.unit
        counts = (
            f"all {format_count(check.rows)} {unit} keep it"
            if not check.failed and check.rows > 1
            else f"{format_count(check.failed)} of {format_count(check.rows)} {unit} break it"
        )
    elif not check.found and check.share is not None:
        counts = f"{percent(1 - check.share)} of the rows break it"
    shown = f"such as {'; '.join(check.examples[:examples])}" if check.examples[:examples] else ""
    return "; ".join(part for part in (counts, check.found, shown) if part) or check.status


def known_checks(quality: Quality) -> list[DataCheck]:
    """Return the results that were evaluated."""
    return [check for check in quality.checks if check.status != "not evaluated"]


def headline_of(quality: Quality) -> str:
    """Say in one sentence how the data stand, without a full stop."""
    checks, judged = quality.checks, known_checks(quality)
    broken = [check for check in judged if check.status == "fail"]
    if not judged:
        one = len(checks) == 1
        rules = "The one rule" if one else f"None of the {count_of(len(checks), 'rule')}"
        return f"{rules} for the data could {'not ' if one else ''}be evaluated"
    if not broken:
        if len(judged) < len(checks):
            kept = f"{len(judged)} of {count_of(len(checks), 'rule')}"
            return f"{kept} for the data {'is' if len(judged) == 1 else 'are'} kept, " + (
                "the rest could not be evaluated"
            )
        if len(checks) == 1:
            return "The one rule for the data is kept"
        return f"All {count_of(len(checks), 'rule')} for the data are kept"
    sets = listed(list(dict.fromkeys(check.data_set for check in broken)), 3)
    if len(judged) == 1:
        return f"The one rule for the data is broken, in {sets}"
    verb = "is" if len(broken) == 1 else "are"
    return f"{len(broken)} of {count_of(len(judged), 'rule')} for the data {verb} broken, in {sets}"


def rule_lines(quality: Quality) -> tuple[tuple[str, str], ...]:
    """Return how each rule came out and, in one line, what was found; the worst first."""
    return tuple(
        (check.status, f"{check.data_set}, {check.name}: {told_check(check)}")
        for check in quality.checks
    )


def finding_of(own: SetQuality) -> str:
    """Say of one data set what is worst, as a full sentence."""
    name = own.about.name
    if own.about.reason:
        return f"{name} could not be read: it {own.about.reason}."
    broken = [check for check in own.checks if check.status == "fail"]
    unjudged = sum(check.status == "not evaluated" for check in own.checks)
    rest = f" {_unjudged(unjudged)}" if unjudged else ""
    if not broken:
        judged = len(own.checks) - unjudged
        if not judged:
            return f"{name}: none of its rules could be evaluated, which is no pass."
        rules = "its one rule" if judged == 1 else f"all {count_of(judged, 'rule')}"
        return f"{name} keeps {rules}{' that could be evaluated' if unjudged else ''}.{rest}"
    parts = []
    for dimension in own.dimensions:
        names = [check.name for check in dimension.checks if check.status == "fail"]
        if names:
            parts.append(f"{dimension.dimension} ({listed(names, 3)})")
    word = number_word(len(broken)).capitalize()
    rules = "rule is" if len(broken) == 1 else "rules are"
    return f"{word} {rules} broken in {name}: {listed(parts)}.{rest}"


def _unjudged(count: int) -> str:
    verb = "was" if count == 1 else "were"
    return f"{count_of(count, 'rule')} {verb} not evaluated, which is no pass."


def dimensions_of(sets: Sequence[SetQuality]) -> list[Dimension]:
    """Return the dimensions that are shown: the four, and what is beside them if there is some."""
    others = any(own.dimension == "other" for one in sets for own in one.dimensions)
    return [*DIMENSIONS, "other"] if others else [*DIMENSIONS]
