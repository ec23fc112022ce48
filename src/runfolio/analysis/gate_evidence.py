"""Stage 3: a requirement that no metric measures is judged by what was found for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import pandas as pd

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.gate import Gate, GateOutcome, Side
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from runfolio.config import Requirement

__all__ = ["Evidence", "by_evidence"]

_SHOWN = 3
"""Files, artifacts and checks that are named."""

_Found = tuple[GateOutcome, str, tuple[str, ...]]
"""What became of it, why, and by what."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to be found: artifacts by run, files by pattern, and checks of data."""

    artifacts: Mapping[str, tuple[str, ...]]
    files: Mapping[str, Sequence[str]]
    checks: pd.DataFrame
    _judged: dict[str, _Found] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Tables) -> Evidence:
        own: dict[str, list[str]] = {}
        for run, name in zip(tables.artifacts["run"], tables.artifacts["name"], strict=True):
            own.setdefault(run, []).append(name)
        artifacts = {run: tuple(names) for run, names in own.items()}
        return cls(artifacts, tables.files, _newest(tables.checks))

    def of_checks(self, pattern: str) -> _Found:
        """Judge the checks of data that fit a pattern, once for all configurations."""
        if pattern not in self._judged:
            self._judged[pattern] = _by_check(pattern, self.checks)
        return self._judged[pattern]


def _newest(checks: pd.DataFrame) -> pd.DataFrame:
    """Keep of each check its newest result, and all of which no time is known."""
    same = ["suite", "check", "dataset", "column", "expected"]
    last = checks.groupby(same, sort=False)["checked"].transform("max")
    return checks[checks["checked"].isna() | (checks["checked"] == last)]


def by_evidence(
    one: Requirement, configuration: Configuration, side: Side, there: Evidence
) -> Gate:
    """Judge a requirement by what was found; where nothing was, it is not evaluated."""
    e = one.evidence
    assert e is not None

    def gate(outcome: GateOutcome, reason: str, found: Sequence[str] = ()) -> Gate:
        return Gate(
            *(one, configuration.label, side, outcome, reason), evidence=tuple(found[:_SHOWN])
        )

    if e.statement is not None:
        told = f"Stated by {e.by} on {e.date.isoformat() if e.date else ''}: {e.statement}"
        return gate("met", told, (e.statement,))
    if e.check is not None:
        return gate(*there.of_checks(e.check))
    if e.file is not None:
        found = tuple(there.files.get(e.file, ()))
        what = f"file beside report.yaml that fits {e.file!r} and is not empty"
    else:
        pattern = e.artifact or ""
        own = {name for run in configuration.runs for name in there.artifacts.get(run, ())}
        found = tuple(name for name in sorted(own) if fnmatchcase(name, pattern))
        what = f"artifact of its runs that fits {pattern!r}"
    if not found:
        return gate("not evaluated", f"There is no {what}.")
    return gate("met", f"Found: {', '.join(found[:_SHOWN])}.", found)


def _by_check(pattern: str, checks: pd.DataFrame) -> _Found:
    fits = [
        fnmatchcase(check, pattern) or fnmatchcase(f"{suite}/{check}", pattern)
        for suite, check in zip(checks["suite"], checks["check"], strict=True)
    ]
    asked = checks["status"] != "measured"  # such a figure was held against nothing
    own = checks[asked & pd.Series(fits, checks.index, dtype=bool)]
    if not len(own):
        return "not evaluated", f"No check of data fits {pattern!r}.", ()
    names = tuple(sorted(set(own["check"])))
    bad = int(own["status"].isin(["fail", "error", "warning"]).sum())
    passed = int((own["status"] == "pass").sum())
    if bad:
        return "missed", f"{bad} of {_checks(len(own))} did not pass.", names
    if passed < len(own):
        told = f"{len(own) - passed} of {_checks(len(own))} {_was(len(own) - passed)}"
        return "not evaluated", f"{told} not evaluated.", names
    return "met", "The check passed." if passed == 1 else f"All {passed} checks passed.", names


def _checks(count: int) -> str:
    return f"{count} check{'' if count == 1 else 's'}"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
