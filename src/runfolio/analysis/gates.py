"""Stage 3: does the model meet what is asked of it?

In: the requirements, and what the runs say. Out: each requirement judged for champion, baseline
and candidates. What is missing is never a pass.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.gate import Gate, Side
from runfolio.analysis.gate_evidence import Evidence, by_evidence
from runfolio.analysis.gate_metric import as_written, by_metric, in_logged_unit
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Requirement, Waiver

__all__ = ["MOST_CANDIDATES", "judge", "may_be_released", "of_side", "stops"]

MOST_CANDIDATES = 50
"""Configurations that are judged beside champion and baseline, the best first."""


def judge(
    a: Analysed, requirements: Sequence[Requirement]
) -> tuple[tuple[Gate, ...], tuple[Problem, ...]]:
    """Judge every requirement for champion, baseline and the best other configurations.

    Parameters
    ----------
    a : Analysed
        With the terms of comparison, and `as_of` for waivers.
    requirements : sequence of Requirement

    Returns
    -------
    tuple of Gate
        Champion first, then baseline, then the others in the leaderboard's order.
    tuple of Problem
        Of requirements whose metric nobody logged, and of waivers that do not count any more.
    """
    if not requirements:
        return (), ()
    problems: list[Problem] = []
    usable = [in_logged_unit(one, a, problems) for one in requirements]
    evidence = Evidence.of(a.tables)
    gates = [
        _waived(_judged(one, why, configuration, side, a, evidence), a.as_of)
        for configuration, side in _configurations(a)
        for one, why in usable
    ]
    problems += [_spent(gate, a.as_of) for gate in of_side(gates, "champion") if _is_spent(gate)]
    if a.champion is None:
        problems.append(
            Problem(
                "report.yaml",
                "requirements-without-champion",
                "There is no champion of which the requirements could be judged.",
                "Name the metric that decides (objective:) or the champion itself (champion:).",
            )
        )
    return tuple(gates), tuple(problems)


def _configurations(a: Analysed) -> list[tuple[Configuration, Side]]:
    sides: list[tuple[Configuration, Side]] = []
    if a.champion is not None:
        sides.append((a.champion, "champion"))
    if a.baseline is not None and a.baseline is not a.champion:
        sides.append((a.baseline, "baseline"))
    known = {configuration.label for configuration, _ in sides}
    measured = a.alike if len(a.alike) > 1 else a.standings
    others = [s.configuration for s in measured if s.configuration.label not in known]
    return sides + [(other, "candidate") for other in others[:MOST_CANDIDATES]]


def of_side(gates: Iterable[Gate], side: Side) -> tuple[Gate, ...]:
    """Return the gates of champion or baseline; where both are one, they are the champion's."""
    return tuple(gate for gate in gates if gate.side == side)


def stops(gates: Iterable[Gate], *, certain: bool = False) -> tuple[Gate, ...]:
    """Return those of some gates that a release has to wait for.

    Parameters
    ----------
    gates : iterable of Gate
    certain : bool
        Whether it has to wait for what is met, but not for certain, too.
    """
    return tuple(
        gate
        for gate in gates
        if gate.stops
        or (certain and gate.requirement.severity == "must" and gate.outcome == "met, not certain")
    )


def may_be_released(own: Sequence[Gate], *, certain: bool = False) -> bool:
    """Tell whether nothing holds the champion back; where nothing was judged, it may not be."""
    return bool(own) and not stops(own, certain=certain)


def _judged(
    one: Requirement,
    why: str,
    configuration: Configuration,
    side: Side,
    a: Analysed,
    evidence: Evidence,
) -> Gate:
    if why:
        return Gate(one, configuration.label, side, "not evaluated", why, as_written(one))
    if one.evidence is not None:
        return by_evidence(one, configuration, side, evidence)
    return by_metric(one, configuration, side, a)


def _is_over(waiver: Waiver, as_of: pd.Timestamp | None) -> bool:
    """Tell whether a waiver had ended on the day of the report; without a day nothing shows it."""
    return as_of is None or as_of.date() > waiver.until


def _is_spent(gate: Gate) -> bool:
    return gate.requirement.waiver is not None and not gate.is_met and not gate.waived


def _spent(gate: Gate, as_of: pd.Timestamp | None) -> Problem:
    """Say why a waiver does not count although it is needed."""
    assert gate.requirement.waiver is not None
    place = f"report.yaml: requirement {gate.requirement.name!r}"
    if as_of is None:
        message = "Whether its waiver is over cannot be told: no log tells a time."
        return Problem(place, "waiver-undated", message, "Name the day of the report: as_of.")
    until = gate.requirement.waiver.until.isoformat()
    hint = "Meet the requirement, or have the waiver renewed."
    return Problem(place, "waiver-over", f"Its waiver ended on {until}.", hint)


def _waived(gate: Gate, as_of: pd.Timestamp | None) -> Gate:
    waiver = gate.requirement.waiver
    if waiver is None or gate.is_met or _is_over(waiver, as_of):
        return gate
    return replace(gate, waived=True)
