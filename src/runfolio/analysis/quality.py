"""Stage 3: how good the project's data are, in four dimensions.

In: what rules found in the data, and what validation tools recorded. Out: a score for each
dimension of each data set, with the rules and counts behind it, and its trend.

The score of a rule is the share of rows (columns, periods …) for which it holds; the score of a
dimension is the plain mean over its rules that could be evaluated. A rule that could not be is in
no score, and is told.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from runfolio.analysis.check_dimensions import dimension_of
from runfolio.model.quality import (
    DIMENSIONS,
    CheckedSet,
    CheckOutcome,
    DataCheck,
    DataQuality,
    Dimension,
)
from runfolio.model.tables import Tables

__all__ = ["DimensionScore", "Point", "Quality", "SetQuality", "quality_of"]

_OUTCOMES: dict[str, CheckOutcome] = {
    "pass": "pass",
    "fail": "fail",
    "warning": "fail",
    "error": "not evaluated",
    "skipped": "not evaluated",
}
"""What a tool's status says; ``measured`` is a value that nothing was asked of."""


@dataclass(frozen=True, slots=True)
class DimensionScore:
    """One dimension of one data set: its rules, worst first."""

    dimension: Dimension
    checks: tuple[DataCheck, ...]

    @property
    def score(self) -> float:
        """The mean over the rules that were evaluated, in [0, 1]; NaN where none was."""
        return _mean(check.score for check in self.checks)

    @property
    def kept(self) -> int:
        return sum(check.status == "pass" for check in self.checks)

    @property
    def broken(self) -> int:
        return sum(check.status == "fail" for check in self.checks)

    @property
    def unjudged(self) -> int:
        return sum(check.status == "not evaluated" for check in self.checks)


@dataclass(frozen=True, slots=True)
class Point:
    """A data set's scores at one time: a version's, or a day's.

    Parameters
    ----------
    label : str
        The version, or empty where only the time is known.
    checked : int or None
        In milliseconds since 1970 in UTC.
    scores : dict of Dimension to float
        Over the rules that were evaluated at all points.
    rules : int
        How many these are.
    """

    label: str
    checked: int | None
    scores: dict[Dimension, float]
    rules: int


@dataclass(frozen=True, slots=True)
class SetQuality:
    """How good one data set is at present.

    Parameters
    ----------
    about : CheckedSet
    dimensions : tuple of DimensionScore
        Those that some rule is about, in their order.
    trend : tuple of Point
        The oldest first; empty where there is only one version or time.
    """

    about: CheckedSet
    dimensions: tuple[DimensionScore, ...]
    trend: tuple[Point, ...] = ()

    @property
    def checks(self) -> tuple[DataCheck, ...]:
        """All results at present, worst first."""
        return tuple(sorted((c for own in self.dimensions for c in own.checks), key=_badness))

    @property
    def broken(self) -> int:
        return sum(own.broken for own in self.dimensions)

    @property
    def lowest(self) -> float:
        """The lowest score of a dimension; NaN where none has one."""
        return min((s for d in self.dimensions if not math.isnan(s := d.score)), default=math.nan)


@dataclass(frozen=True, slots=True)
class Quality:
    """How good the project's data are: data sets, worst first."""

    sets: tuple[SetQuality, ...] = ()

    @property
    def checks(self) -> tuple[DataCheck, ...]:
        """All results at present, worst first."""
        return tuple(sorted((c for own in self.sets for c in own.checks), key=_badness))


def quality_of(tables: Tables) -> Quality:
    """Score the data sets."""
    of_rules = tables.quality
    found = [_of_set(about, of_rules) for about in of_rules.sets if about.is_present]
    with_rules = {own.about.name for own in found}
    metrics = [c for c in of_rules.checks if c.format == "metric" and c.data_set not in with_rules]
    others = _by_set([*metrics, *_of_tools(tables.checks)])
    found += [_dated(name, checks) for name, checks in others.items()]
    return Quality(tuple(sorted(found, key=_order)))


def _of_set(about: CheckedSet, found: DataQuality) -> SetQuality:
    """Score a set that rules were evaluated on; its versions make the trend."""
    versions = [one.version for one in found.sets if one.name == about.name]
    own = [c for c in found.checks if c.format == "rule" and c.data_set == about.name]
    by_version = [(version, None, [c for c in own if c.version == version]) for version in versions]
    of_runs = [c for c in found.checks if c.format == "metric" and c.data_set == about.name]
    return SetQuality(about, _dimensions([*by_version[-1][2], *of_runs]), _trend(by_version))


def _by_set(checks: Iterable[DataCheck]) -> dict[str, list[DataCheck]]:
    found: dict[str, list[DataCheck]] = {}
    for check in checks:
        found.setdefault(check.data_set, []).append(check)
    return found


def _dated(name: str, checks: Sequence[DataCheck]) -> SetQuality:
    """Score a set by what tools recorded of it; the days on which they did make the trend."""
    days: dict[int | None, list[DataCheck]] = {}
    for check in checks:
        days.setdefault(check.checked, []).append(check)
    ordered = sorted(days, key=lambda day: -1 if day is None else day)
    newest: dict[tuple[Any, ...], DataCheck] = {}
    for day in ordered:
        newest.update({_rule(check): check for check in days[day]})
    place = next((check.place for check in checks if check.place), "")
    trend = _trend([("", day, days[day]) for day in ordered if day is not None])
    return SetQuality(CheckedSet(name, "", place), _dimensions([*newest.values()]), trend)


def _of_tools(checks: pd.DataFrame) -> list[DataCheck]:
    """Return what Great Expectations and Evidently recorded, where they judged something."""
    found = []
    for row in checks.to_dict("records"):
        status = _OUTCOMES.get(row["status"])
        if status is None:
            continue
        rows = None if pd.isna(row["rows"]) else int(row["rows"])
        share = None if pd.isna(row["share"]) else 1 - float(row["share"])
        checked = None if pd.isna(row["checked"]) else round(row["checked"].timestamp() * 1000)
        told = " ".join(filter(None, (row["check"], row["expected"])))
        found.append(
            DataCheck(
                name=row["check"],
                kind=row["check"],
                dimension=dimension_of(row["check"]),
                data_set=row["dataset"] or row["suite"],
                status=status,
                place=row["location"],
                columns=(row["column"],) if row["column"] else (),
                rows=rows,
                failed=None if share is None or rows is None else round((1 - share) * rows),
                asks=told,
                found=row["observed"],
                reason=(row["message"] or f"the tool says: {row['status']}")
                if status == "not evaluated"
                else "",
                format=row["format"],
                checked=checked,
                share=share,
            )
        )
    return found


def _dimensions(checks: Sequence[DataCheck]) -> tuple[DimensionScore, ...]:
    return tuple(
        DimensionScore(dimension, tuple(own))
        for dimension in (*DIMENSIONS, "other")
        if (own := sorted((c for c in checks if c.dimension == dimension), key=_badness))
    )


def _trend(
    points: Sequence[tuple[str, int | None, Sequence[DataCheck]]],
) -> tuple[Point, ...]:
    """Score each point by the rules that were evaluated at all of them: like is with like."""
    if len(points) < 2:
        return ()
    judged = [
        {_rule(c): c for c in checks if c.status != "not evaluated"} for _, _, checks in points
    ]
    common = [rule for rule in judged[0] if all(rule in one for one in judged)]
    if not common:
        return ()
    found = []
    for (label, checked, _), own in zip(points, judged, strict=True):
        scores: dict[Dimension, float] = {}
        for dimension in (*DIMENSIONS, "other"):
            score = _mean(own[r].score for r in common if own[r].dimension == dimension)
            if not math.isnan(score):
                scores[dimension] = score
        found.append(Point(label, checked, scores, len(common)))
    return tuple(found)


def _rule(check: DataCheck) -> tuple[Any, ...]:
    return check.format, check.kind, check.name, check.columns, check.asks, check.dimension


def _mean(scores: Iterable[float]) -> float:
    known = [score for score in scores if not math.isnan(score)]
    return math.fsum(known) / len(known) if known else math.nan


def _badness(check: DataCheck) -> tuple[int, float]:
    place = {"fail": 0, "not evaluated": 1, "pass": 2}[check.status]
    return place, 0.0 if math.isnan(check.score) else check.score


def _order(own: SetQuality) -> tuple[int, float]:
    judged = not math.isnan(own.lowest)
    if own.broken:
        return 0, own.lowest
    return (1, 0.0) if not judged else (2, own.lowest)
