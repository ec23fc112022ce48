"""Stage 1d: all rules of report.yaml, evaluated in one pass over each version of each data set."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from runfolio.checks.asking import fitting
from runfolio.checks.base import Context, Found, Plan, Stream, UnreadableError
from runfolio.checks.lookup import Key, Lookup, Reference
from runfolio.checks.matching import NotPossible
from runfolio.checks.opening import open_set
from runfolio.checks.work import Asked, Work, through
from runfolio.model.problems import Problem, near_miss
from runfolio.model.quality import CheckedSet, CheckOutcome, DataCheck, DataQuality, RuleError
from runfolio.registry import find
from runfolio.storage.base import Place

if TYPE_CHECKING:
    from runfolio.config import DataSettings, QualityRule
    from runfolio.model.tables import Tables

__all__ = ["check_data"]

_CONFIG = "report.yaml"


@dataclass(slots=True)
class _Checking:
    """Evaluates the rules of a project."""

    told: DataSettings
    place_of: Callable[[str], Place]
    as_of: int | None
    problems: list[Problem] = field(default_factory=list)
    looked: tuple[str | None, Mapping[Key, Lookup | str]] = (None, {})
    """What the rules of the set that is at hand look values up in, read once for its versions."""

    def version(
        self, name: str, version: str, path: str, rules: Sequence[Asked], is_present: bool
    ) -> tuple[CheckedSet, list[DataCheck]]:
        """Evaluate rules on one version of a set."""
        own = self.told.sets[name]
        works = [Work(asked) for asked in rules if is_present or not asked.plan.present_only]
        about = CheckedSet(
            *(name, version, own.shown(path)),
            owner=own.owner or "",
            description=own.description or "",
            is_present=is_present,
        )
        try:
            with open_set(self.place_of, path, own) as stream:
                rows = self._pass(name, stream, works, is_present)
                self.problems += stream.problems
                about = replace(about, rows=rows, columns=tuple(stream.columns))
        except UnreadableError as error:
            works = [Work(work.asked, reason=f"{name} {error.reason}") for work in works]
            about = replace(about, reason=error.reason)
            self.problems.append(
                Problem(
                    *(about.place, "data-set-unreadable"),
                    f"The data set '{name}' {error.reason}; its rules are not evaluated.",
                    *(error.hint, "error"),
                )
            )
        return about, [self._check(work, about) for work in works]

    def _pass(self, name: str, stream: Stream, works: Sequence[Work], is_present: bool) -> int:
        if self.looked[0] != name:
            self.looked = None, {}  # those of the set before are let go first
            self.looked = name, self._lookups([work.asked.plan for work in works])
        shows = self.told.examples == "show"
        context = Context(name, shows, self.as_of, stream.columns, self.looked[1])
        if not stream.columns:
            raise UnreadableError("has no columns")
        self._without_columns(stream, works, is_present)
        wanted: dict[str, None] = {}
        for work in works:
            if not work.reason:
                work.tally = work.asked.plan.start(context)
                wanted.update(dict.fromkeys(work.asked.plan.columns))
                wanted.update(dict.fromkeys(fitting(stream.columns, work.asked.plan.pattern)))
        if not any(work.tally for work in works):
            return 0
        return through(stream.batches(tuple(wanted)), works)

    def _without_columns(self, stream: Stream, works: Sequence[Work], is_present: bool) -> None:
        """Give up the rules about columns that are not there."""
        for work in works:
            absent = [n for n in work.asked.plan.columns if n not in stream.columns]
            if absent and not work.reason:
                work.tally, work.reason = None, f"there is no column '{absent[0]}'"
                if is_present:
                    hint = near_miss(absent[0], stream.columns, "Columns")
                    self.mistake(work.asked.rule, "data-column-missing", work.reason, hint)

    def _lookups(self, plans: Sequence[Plan]) -> Mapping[Key, Lookup | str]:
        """Read the data sets that rules look into, each once."""
        wanted: dict[Key, dict[Reference, None]] = {}
        for reference in (plan.reference for plan in plans):
            if reference is not None:
                wanted.setdefault(reference.by, {})[reference] = None
        found: dict[Key, Lookup | str] = {}
        for (name, key), references in wanted.items():
            own = self.told.sets[name]
            columns = dict.fromkeys((*key, *(r.column for r in references if r.column)))
            try:
                with open_set(self.place_of, own.present, own) as stream:
                    for column in columns:
                        if column not in stream.columns:
                            hint = near_miss(column, stream.columns, "Columns")
                            raise UnreadableError(f"has no column '{column}'", hint)
                    batches = stream.batches(tuple(columns))
                    shows = self.told.examples == "show"
                    found[name, key] = Lookup.of(batches, tuple(references), shows)
            except UnreadableError as error:
                found[name, key] = error.reason
                self.problems.append(
                    Problem(
                        *(_CONFIG, "data-reference-unreadable"),
                        f"The data set '{name}' {error.reason}; rules that look values up in it "
                        "are not evaluated.",
                        *(error.hint, "error"),
                    )
                )
        return found

    def _check(self, work: Work, about: CheckedSet) -> DataCheck:
        rule, plan, found = work.asked.rule, work.asked.plan, work.result()
        if isinstance(work.tally, NotPossible) and not work.tally.is_told:
            self.mistake(rule, "data-rule-not-possible", found.reason, "Mend it and build again.")
        at_least = 1.0 if rule.at_least is None else rule.at_least
        return DataCheck(
            name=rule.name or plan.title,
            kind=work.asked.kind.name,
            dimension=rule.dimension or work.asked.kind.dimension or "other",
            data_set=about.name,
            status=_outcome(found, at_least),
            version=about.version,
            place=about.place,
            columns=plan.about or plan.columns,
            rows=None if found.reason else found.rows,
            failed=None if found.reason else found.failed,
            unit=plan.unit,
            at_least=at_least,
            asks=plan.asks,
            found=found.found,
            reason=found.reason,
            examples=found.examples,
            masked=self.told.examples == "masked",
            owner=rule.owner or about.owner,
            why=rule.why or "",
        )

    def mistake(self, rule: QualityRule, slug: str, reason: str, hint: str) -> None:
        self.problems.append(
            Problem(
                _CONFIG,
                slug,
                f"The rule {_called(rule)} is not evaluated: {reason}.",
                hint,
            )
        )


def check_data(
    told: DataSettings,
    place_of: Callable[[str], Place],
    tables: Tables,
    as_of: int | None = None,
    advance: Callable[[], None] = lambda: None,
) -> tuple[DataQuality, tuple[Problem, ...]]:
    """Evaluate all rules.

    Parameters
    ----------
    told : DataSettings
    place_of : callable
        Returns the place of a path, or of a database's URL, in the project.
    tables : Tables
        What the runs logged, for rules about a metric.
    as_of : int or None
        The report's date in microseconds since 1970 in UTC: the age of data is measured
        against it.
    advance : callable
        Called after each version of a set.

    Returns
    -------
    DataQuality, tuple of Problem
    """
    kinds: dict[str, Any] = find("runfolio.checks.rules", "rule")
    checking = _Checking(told, place_of, as_of)
    by_set: dict[str, list[Asked]] = {}
    checks: list[DataCheck] = []
    for rule in told.quality:
        try:
            kind = kinds[rule.kind(kinds)]
            plans = kind.plans(rule, told.sets)
            if hasattr(kind, "judge"):
                checks.append(judged := _of_metric(rule, kind, tables))
                if judged.reason:
                    known = tables.metrics["metric"].unique().tolist()
                    hint = near_miss(rule.kinds["metric"], known, "Logged were")
                    checking.mistake(rule, "data-metric-unknown", judged.reason, hint)
            else:
                rule.own_set(told.sets)
            for plan in plans:
                by_set.setdefault(str(rule.set), []).append(Asked(rule, kind, plan))
        except RuleError as error:
            checking.mistake(rule, error.slug, error.message.rstrip("."), error.hint)
    sets: list[CheckedSet] = []
    for name, own in told.sets.items():
        places = [*own.places.items()]
        for number, (version, path) in enumerate(places, 1):
            if name in by_set:
                about, found = checking.version(
                    name, version, path, by_set[name], number == len(places)
                )
                sets.append(about)
                checks += found
                advance()
    return DataQuality(tuple(sets), tuple(checks)), tuple(checking.problems)


def _of_metric(rule: QualityRule, kind: Any, tables: Tables) -> DataCheck:
    found: Found = kind.judge(rule, tables)
    return DataCheck(
        name=rule.name or rule.kinds["metric"],
        kind=kind.name,
        dimension=rule.dimension or "other",
        data_set=rule.set or "the runs' data",
        status=found.outcome or "not evaluated",
        unit="runs",
        asks=kind.asks(rule),
        found=found.found,
        reason=found.reason,
        owner=rule.owner or "",
        why=rule.why or "",
        format="metric",
    )


def _outcome(found: Found, at_least: float) -> CheckOutcome:
    if found.reason:
        return "not evaluated"
    if found.outcome:
        return found.outcome
    # In whole rows: 2 of 100 may fail at 0.98, though 100 * (1 - 0.98) is a little less.
    return "pass" if found.failed <= math.floor(found.rows * (1 - at_least) + 1e-6) else "fail"


def _called(rule: QualityRule) -> str:
    named = rule.name or next(iter(rule.kinds), "filled")
    column = f" on '{rule.column}'" if rule.column and not rule.name else ""
    return f"'{named}'{column}" + (f" of '{rule.set}'" if rule.set else "")
