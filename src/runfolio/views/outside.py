"""Stage 4: what changes for an audience other than the team itself.

It is told how much of the input could not be read, but neither where nor what: that speaks of
folders and names that are nobody's business but the team's.
"""

from __future__ import annotations

from dataclasses import replace

from runfolio.analysis.analysed import Analysed
from runfolio.model.not_shown import NotShown
from runfolio.model.problems import Problem
from runfolio.views.words import count_of, listed

__all__ = ["as_outside", "left_out"]

_OF_THE_CUT = "audience-"
"""How problems begin that tell the team, and nobody else, how the cut went."""
_MESSAGES = {
    "error": "Something of the input could not be read.",
    "warning": "Something of the input was read in part.",
    "note": "Something about the input is worth knowing to the team.",
}


def as_outside(a: Analysed) -> Analysed:
    """Return what was analysed without places and words of problems, for an outside audience."""
    if not a.tables.not_shown.is_outside:
        return a
    told = tuple(
        Problem("the input", p.slug, _MESSAGES[p.severity], "", p.severity)
        for p in a.problems
        if not p.slug.startswith(_OF_THE_CUT)
    )
    since = a.since and replace(a.since, new_problems=())
    branch = a.branch and replace(a.branch, problems=())
    return replace(a, problems=told, since=since, branch=branch)


def left_out(told: NotShown) -> str:
    """Say in a sentence or two what was left out, in counts; empty for the whole report."""
    counts = (
        (told.runs, "run", ""),
        (told.experiments, "experiment", ""),
        (told.metrics, "metric", ""),
        (told.params, "param", ""),
        (told.tags, "tag", ""),
        (told.artifacts, "artifact", ""),
        (told.data, "data set", ""),
        (told.requirements, "requirement", ""),
        (told.outcomes, "outcome of the impact", "outcomes of the impact"),
    )
    parts = [count_of(count, one, many) for count, one, many in counts if count]
    if not told.is_outside and not parts:
        return ""
    total = sum(count for count, _, _ in counts)
    what = f"{listed(parts, len(parts))} {'is' if total == 1 else 'are'} not part of it"
    sentences = [
        f"Made for the audience \u201c{told.audience}\u201d"
        + (f": {what}." if parts else "; nothing that was logged is left out.")
    ]
    if told.params or told.data:
        sentences.append(
            "Where they tell configurations apart, letters stand in their place; no number "
            "changes by that."
        )
    if told.runs:
        tried = told.configurations
        were = count_of(tried, "more configuration was", "more configurations were")
        sentences.append(
            f"Comparisons are among the runs that are shown; {were} tried."
            if tried
            else "Comparisons are among the runs that are shown, and no configuration is missing."
        )
    if told.outcomes:
        sentences.append("Totals of the impact are those of the outcomes that are shown.")
    return " ".join(sentences)
