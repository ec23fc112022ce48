"""What do formulas of the impact use that no run logged?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from runfolio.analysis.metrics import Metric
from runfolio.formula import Input
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem, near_miss

__all__ = ["Absent", "absent_of", "problems_of_absent"]

_MOST_NAMED = 50
"""Metrics that a hint may name."""
_MOST_OUTCOMES = 5


@dataclass(frozen=True, slots=True)
class Absent:
    """Something that is used and was not logged.

    Parameters
    ----------
    what : str
        Such as ``the metric 'val/recall'``.
    why : str
        Such as ``no run logged it``.
    hint, slug : str
    """

    what: str
    why: str
    hint: str
    slug: str


def absent_of(
    inputs: Iterable[Input], metrics: Mapping[str, Metric], classes: Sequence[str]
) -> tuple[Absent, ...]:
    """Return what is absent of a formula's inputs.

    Parameters
    ----------
    inputs : iterable of Input
    metrics : mapping of str to Metric
        All that were logged.
    classes : sequence of str
        Of all confusion matrices that were logged.
    """
    found: list[Absent] = []
    for one in inputs:
        if one.kind == "metric" and one.names[0] not in metrics:
            near = near_miss(one.names[0], list(metrics)[:_MOST_NAMED], "Logged were")
            slug = "impact-metric-not-logged"
            found.append(Absent(f"the metric '{one.names[0]}'", "no run logged it", near, slug))
        elif one.kind in ("share", "cases") and not classes:
            how = "Log one as a file with the columns actual, predicted and count."
            why = "no run logged a confusion matrix"
            found.append(Absent(one.written, why, how, "impact-class-not-logged"))
        elif one.kind in ("share", "cases"):
            found += [
                Absent(
                    f"the class '{name}'",
                    "no confusion matrix has it",
                    near_miss(name, classes, "Classes are"),
                    "impact-class-not-logged",
                )
                for name in one.names
                if name not in classes
            ]
    return tuple(dict.fromkeys(found))


def problems_of_absent(
    place: str, used: Mapping[Absent, Sequence[str]], money: frozenset[str]
) -> list[Problem]:
    """Return a problem for each thing that is absent.

    Parameters
    ----------
    place : str
    used : mapping of Absent to sequence of str
        The names of the outcomes that use it.
    money : frozenset of str
        Names of the outcomes that are money.
    """
    found: list[Problem] = []
    for one, outcomes in used.items():
        names = ", ".join(f"'{name}'" for name in outcomes[:_MOST_OUTCOMES])
        who = (
            f"the outcome {names}"
            if len(outcomes) == 1
            else f"{format_count(len(outcomes))} outcomes ({names}"
            f"{', …' if len(outcomes) > _MOST_OUTCOMES else ''})"
        )
        without = "it" if len(outcomes) == 1 else "them"
        what = (
            f"No total of the impact is told without {without}."
            if money & set(outcomes)
            else f"The impact is told without {without}."
        )
        message = f"{one.what[0].upper()}{one.what[1:]} is used by {who}, and {one.why}. {what}"
        found.append(Problem(place, one.slug, message, one.hint))
    return found
