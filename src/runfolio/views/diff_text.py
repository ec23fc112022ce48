"""Stage 4: what changed between two states, in words: for pages, the terminal and comments.

In: `StateDiff` and `Compared`. Out: sentences, and rows of text with a verdict as words, a
sign and a tone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from runfolio.analysis.differences import Difference
from runfolio.analysis.metrics import NBSP
from runfolio.analysis.revision_diff import Compared, MetricChange, Outcome, State, StateDiff
from runfolio.model.branch import Branch
from runfolio.model.numbers import format_percent, localized
from runfolio.views.blocks import Tone, Verdict
from runfolio.views.words import call, count_of, listed

__all__ = [
    "ChangeRow",
    "DiffText",
    "OtherRow",
    "PartText",
    "basis_of",
    "branch_kicker",
    "branch_lede",
    "change_rows",
    "diff_text",
    "finding_of",
    "other_rows",
    "without_metrics",
]

_KINDS = {"revisions": "Revisions", "runs": "Runs", "sites": "Built sites"}
_LOOKS: dict[Outcome, tuple[str, Tone]] = {
    # A sign for where there is no colour, and the tone where there is.
    "worse": ("▼", "bad"),
    "better": ("▲", "good"),
    "moved": ("◆", "none"),
    "not finite": ("!", "unsure"),
    "gone": ("−", "unsure"),
    "new": ("+", "none"),
    "not distinguishable": ("≈", "unsure"),
    "within tolerance": ("≈", "none"),
    "same": ("=", "none"),
}
_NAMED = 3
"""Metrics that a sentence names."""


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A metric of two states as text; empty where there is nothing."""

    label: str
    before: str
    after: str
    change: str
    relative: str
    tolerance: str
    sign: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class OtherRow:
    """A param or version of data of two states as text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class PartText:
    """One comparison as text."""

    title: str
    finding: str
    metrics: tuple[ChangeRow, ...]
    params: tuple[OtherRow, ...]
    data: tuple[OtherRow, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class DiffText:
    """All of a comparison as text."""

    finding: str
    between: str
    parts: tuple[PartText, ...]
    notes: tuple[str, ...]


def diff_text(compared: Compared) -> DiffText:
    """Return all that is said of a comparison."""
    parts = tuple(
        PartText(
            title=part.title,
            finding=finding_of(part.diff),
            metrics=change_rows(part.diff),
            params=other_rows(part.diff.params),
            data=other_rows(part.diff.data),
            basis=basis_of(part.diff),
        )
        for part in compared.parts
    )
    return DiffText(
        _finding(compared, parts),
        f"{_KINDS[compared.kind]}: {compared.before} → {compared.after}",
        parts,
        (*compared.notes, *_runs(compared)),
    )


def finding_of(diff: StateDiff) -> str:
    """Return what changed in one sentence, without a full stop."""
    missing = [state.label for state in without_metrics(diff)]
    if missing:
        return f"No metrics at {' nor at '.join(missing)}, so nothing can be compared"
    counts, total = diff.counts, len(diff.metrics)
    if counts["same"] == total:
        same = f"All {count_of(total, 'metric')} are" if total > 1 else "The only metric is"
        inputs = [word for word, rows in (("params", diff.params), ("data", diff.data)) if rows]
        return f"{same} the same" + (f", though {' and '.join(inputs)} differ" if inputs else "")
    better, worse = diff.of("better"), diff.of("worse")
    parts = []
    if better or worse:
        of = f" of {count_of(total, 'metric')}"
        if better:
            parts.append(f"{len(better)}{of} better ({_names(better)})")
            of = ""
        if worse:
            parts.append(f"{len(worse)}{of} worse ({_names(worse)})")
    else:
        parts.append(f"None of {count_of(total, 'metric')} is better or worse")
    others: tuple[Outcome, ...] = ("moved", "not finite", "new", "gone")
    parts += [f"{counts[one]} {one}" for one in others if counts[one]]
    return ", ".join(parts)


def without_metrics(diff: StateDiff) -> list[State]:
    """Return the states that have no metrics at all."""
    return [state for state in (diff.before, diff.after) if not state.metrics]


def branch_kicker(branch: Branch) -> str:
    """Return the small line above the finding about a branch."""
    count = count_of(branch.commit_count, "commit")
    return f"What {branch.name} changes: {count} since it left {branch.onto}"


def branch_lede(branch: Branch) -> str:
    """Return what a branch is compared with."""
    told = (
        f"Its end at {branch.tip[:7]} is compared with the commit where it left {branch.onto}, "
        f"{branch.base[:7]}."
    )
    if branch.moved_on:
        count = count_of(branch.moved_on, "commit")
        told += f" {branch.onto} has moved on by {count} since; they are no part of this."
    return told


def basis_of(diff: StateDiff) -> str:
    """Return what the verdicts rest on."""
    judged = diff.of("better", "worse", "moved", "not distinguishable")
    without = [change for change in judged if change.spread is None]
    if not judged:
        return ""
    if len(without) == len(judged):
        return (
            "Each side is one value, and no history tells how much a metric moves by itself: "
            "better and worse may be chance."
        )
    told = (
        "Each side is one value. How much a metric moves by itself is told by its history: two "
        f"values of its present level differ by no more with {format_percent(0.95)} probability "
        "(prediction interval). Of many metrics, about one in twenty seems better or worse by "
        "chance."
    )
    if without:
        told += f" For {_names(without)} no history tells that, so it may be chance."
    return told


def change_rows(diff: StateDiff) -> tuple[ChangeRow, ...]:
    """Return a row for each metric."""
    return tuple(_row(change) for change in diff.metrics)


def other_rows(differences: Sequence[Difference]) -> tuple[OtherRow, ...]:
    """Return a row for each param or version that differs."""
    return tuple(OtherRow(d.param, _value(d.baseline), _value(d.candidate)) for d in differences)


def _row(change: MetricChange) -> ChangeRow:
    metric = change.metric
    sign, tone = _LOOKS[change.outcome]
    known = change.delta == change.delta and change.delta != 0
    share = change.relative == change.relative and known and metric.unit != "%"
    return ChangeRow(
        metric.label,
        metric.value(change.before) if change.before is not None else "",
        metric.value(change.after) if change.after is not None else "",
        metric.fine_for(change.delta).delta(change.delta) if known else "",
        f"({_percent(change.relative)})" if share else "",
        metric.size(change.tolerance) if change.tolerance else "",
        sign,
        Verdict(change.outcome.capitalize(), tone),
        change.reason,
    )


def _percent(share: float) -> str:
    size = abs(share) * 100
    if size < 0.05:
        return localized(f"less than 0.1{NBSP}%")
    return f"{'+' if share > 0 else ''}{format_percent(share, 1 if size < 100 else 0)}"


def _value(value: str | None) -> str:
    return "not set" if value is None else value if value.strip() else "(empty)"


def _names(changes: Sequence[MetricChange]) -> str:
    return listed([call(change.metric) for change in changes], _NAMED)


def _finding(compared: Compared, parts: Sequence[PartText]) -> str:
    if compared.kind != "sites":
        return parts[0].finding
    champions = [
        text for part, text in zip(compared.parts, parts, strict=True) if part.of_champions
    ]
    differ = len(parts) - len(champions)
    both = differ + compared.same_runs
    told = (
        f"{differ} of {count_of(both, 'run')} in both differ"
        if differ
        else f"All {count_of(both, 'run')} in both are the same"
        if both
        else "The two have no run in common"
    )
    new, gone = len(compared.new_runs), len(compared.gone_runs)
    told += f", {new} new" if new else ""
    told += f", {gone} gone" if gone else ""
    return f"Champion: {champions[0].finding}; {told[0].lower()}{told[1:]}" if champions else told


def _runs(compared: Compared) -> list[str]:
    found = []
    if compared.new_runs:
        found.append(f"New runs: {listed(compared.new_runs)}.")
    if compared.gone_runs:
        found.append(f"Gone: {listed(compared.gone_runs)}.")
    return found
