"""Stage 3: which classes are taken for which, by the candidate and by the baseline.

In: the confusion matrices of the runs. Out: for each side counts over all its runs, the mean
share of each actual class that was called each class, and what that makes of a class: its
recall and precision.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.delta import Delta
from runfolio.analysis.interval import Estimate, mean_of
from runfolio.analysis.pairing import delta_between
from runfolio.model.plots import Confusion, Plot

__all__ = ["ClassErrors", "Errors", "Mistake", "SideErrors", "errors_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SideErrors:
    """The confusion matrices of one configuration.

    Parameters
    ----------
    counts : ndarray of float64, shape (k, k)
        Sum over the runs; row i: cases that are of class i, column j: those called j.
    shares : ndarray of float64, shape (k, k)
        Mean over the runs of each row's shares, so that every run counts alike; NaN in the
        rows of classes that no run has.
    recall, precision : ndarray of float64, shape (runs, k)
        Of each run; NaN where a class does not occur, or is never called.
    are_cases : bool
        Whether all counts are whole numbers, and so cases; else they are shares already.
    """

    counts: Floats
    shares: Floats
    recall: Floats
    precision: Floats
    are_cases: bool

    @property
    def runs(self) -> int:
        return len(self.recall)


@dataclass(frozen=True, slots=True)
class ClassErrors:
    """One class: means over the runs, and candidate minus baseline where both are known."""

    label: str
    recall: tuple[Estimate | None, Estimate | None]
    precision: tuple[Estimate | None, Estimate | None]
    recall_delta: Delta | None
    precision_delta: Delta | None


@dataclass(frozen=True, slots=True)
class Mistake:
    """Cases of one class that were called another: numbers of candidate and baseline.

    ``shares`` are of the actual class. Without a baseline its numbers are NaN.
    """

    actual: str
    called: str
    counts: tuple[float, float]
    shares: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Errors:
    """Confusion matrices of one name, of both sides.

    Parameters
    ----------
    name : str
    labels : tuple of str
    candidate : SideErrors
    baseline : SideErrors or None
    classes : tuple of ClassErrors
        In the order of `labels`.
    mistakes : tuple of Mistake
        The candidate's most frequent first, by its count.
    """

    name: str
    labels: tuple[str, ...]
    candidate: SideErrors
    baseline: SideErrors | None
    classes: tuple[ClassErrors, ...]
    mistakes: tuple[Mistake, ...]


def errors_of(
    plots: Mapping[str, Sequence[Plot]],
    candidate: Configuration,
    baseline: Configuration | None,
    partners: Mapping[str, str] | None = None,
) -> tuple[Errors, ...]:
    """Put the confusion matrices of both sides together, by their names.

    Parameters
    ----------
    plots : mapping of str to sequence of Plot
        By run; `Tables.plots`.
    candidate : Configuration
    baseline : Configuration or None
        None, or the candidate itself: there is nothing to compare with.
    partners : mapping of str to str, optional
        As of `runfolio.analysis.pairing.delta_between`.

    Returns
    -------
    tuple of Errors
        Of one matrix under two names only the first.
    """
    ours = _by_name(plots, candidate)
    theirs = _by_name(plots, baseline) if baseline and baseline is not candidate else {}
    found: list[Errors] = []
    for name in sorted(ours):
        errors = _errors(name, ours[name], theirs.get(name, []), partners or {})
        same = (np.array_equal(errors.candidate.counts, one.candidate.counts) for one in found)
        if not any(same):
            found.append(errors)
    return tuple(found)


def _by_name(
    plots: Mapping[str, Sequence[Plot]], side: Configuration
) -> dict[str, list[tuple[str, Confusion]]]:
    found: dict[str, list[tuple[str, Confusion]]] = {}
    for run in side.runs:
        for plot in plots.get(run, ()):
            if isinstance(plot, Confusion) and (plot.counts > 0).any():
                found.setdefault(plot.name, []).append((run, plot))
    return found


def _errors(
    name: str,
    ours: list[tuple[str, Confusion]],
    theirs: list[tuple[str, Confusion]],
    partners: Mapping[str, str],
) -> Errors:
    labels = tuple(dict.fromkeys(label for _, one in (*ours, *theirs) for label in one.labels))
    runs = [[run for run, _ in side] for side in (ours, theirs)]
    candidate = _side(labels, [one for _, one in ours])
    baseline = _side(labels, [one for _, one in theirs]) if theirs else None
    return Errors(
        name,
        labels,
        candidate,
        baseline,
        tuple(
            _class(label, at, candidate, baseline, runs, partners)
            for at, label in enumerate(labels)
        ),
        tuple(_mistakes(labels, candidate, baseline)),
    )


def _side(labels: tuple[str, ...], confusions: list[Confusion]) -> SideErrors:
    place = {label: at for at, label in enumerate(labels)}
    counts = np.zeros((len(confusions), len(labels), len(labels)))
    for number, one in enumerate(confusions):
        at = [place[label] for label in one.labels]
        np.add.at(counts[number], np.ix_(at, at), one.counts)  # two labels may have become one
    with np.errstate(all="ignore"):
        scaled = counts / counts.max(axis=(1, 2), keepdims=True)  # sums of huge counts overflow
        shares = scaled / scaled.sum(axis=2, keepdims=True)
        right = np.diagonal(scaled, axis1=1, axis2=2)
        precision = right / scaled.sum(axis=1)
        known = np.isfinite(shares)
        mean = np.where(known, shares, 0).sum(axis=0) / known.sum(axis=0)
        return SideErrors(
            counts=counts.sum(axis=0),
            shares=mean,
            recall=np.diagonal(shares, axis1=1, axis2=2).copy(),
            precision=precision,
            are_cases=bool(np.array_equal(counts, np.round(counts))),
        )


def _class(
    label: str,
    at: int,
    ours: SideErrors,
    theirs: SideErrors | None,
    runs: list[list[str]],
    partners: Mapping[str, str],
) -> ClassErrors:
    recall = [side.recall[:, at] for side in (ours, theirs) if side is not None]
    precision = [side.precision[:, at] for side in (ours, theirs) if side is not None]
    deltas = [_delta(sides, runs, partners) for sides in (recall, precision)]
    return ClassErrors(label, _means(recall), _means(precision), *deltas)


def _means(sides: list[Floats]) -> tuple[Estimate | None, Estimate | None]:
    finite = [side[np.isfinite(side)] for side in sides]
    first, second = [mean_of(v) if len(v) else None for v in (*finite, np.empty(0))][:2]
    return first, second


def _delta(sides: list[Floats], runs: list[list[str]], partners: Mapping[str, str]) -> Delta | None:
    if len(sides) < 2:
        return None
    by_run = [
        dict(zip(own, side.tolist(), strict=True)) for own, side in zip(runs, sides, strict=True)
    ]
    return delta_between(by_run[0], by_run[1], partners)


def _mistakes(
    labels: tuple[str, ...], ours: SideErrors, theirs: SideErrors | None
) -> Iterable[Mistake]:
    pairs = [
        (i, j)
        for i in range(len(labels))
        for j in range(len(labels))
        if i != j and (ours.counts[i, j] > 0 or (theirs is not None and theirs.counts[i, j] > 0))
    ]
    pairs.sort(key=lambda pair: (-ours.counts[pair], pair))
    for i, j in pairs:
        other = (theirs.counts[i, j], theirs.shares[i, j]) if theirs else (math.nan, math.nan)
        yield Mistake(
            labels[i],
            labels[j],
            (float(ours.counts[i, j]), float(other[0])),
            (float(ours.shares[i, j]), float(other[1])),
        )
