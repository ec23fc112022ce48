"""What the champion gets wrong, beside the baseline: confusion matrices and curves of rates."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.analysis.confusion import ClassErrors, Errors, Mistake, SideErrors, errors_of
from runfolio.analysis.delta import Delta
from runfolio.analysis.interval import Estimate
from runfolio.analysis.rate_curves import curves_of
from runfolio.model.numbers import format_count, format_number, format_percent, localized
from runfolio.views.blocks import Block, Cell, Column, Heading, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.rate_charts import rate_chart
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_MOST_MATRICES = 3
_MOST_CURVES = 9
_WHOLE_MATRIX = 4
"""Classes up to which every cell is shown; of more, the most frequent mistakes."""
_MOST_MISTAKES = 12
_MOST_CLASSES = 30
_NBSP = "\u00a0"


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    side = a.champion or a.baseline
    if side is None:
        return ()
    blocks: list[Block] = []
    for errors in errors_of(a.tables.plots, side, a.baseline, a.terms.partners)[:_MOST_MATRICES]:
        blocks += _matrix(errors)
    pairs = curves_of(a.tables.plots, side, a.baseline, a.terms.partners)
    blocks += [
        rate_chart(pair, number, a.mark(side)) for number, pair in enumerate(pairs[:_MOST_CURVES])
    ]
    if len(pairs) > _MOST_CURVES:
        rest = count_of(len(pairs) - _MOST_CURVES, "further curve was", "further curves were")
        blocks.append(Prose((f"{rest} logged.",), "note"))
    if blocks:
        link = method_link("error-curves", "How these numbers are computed")
        blocks.append(Prose((link,), "note"))
    return tuple(blocks)


def _matrix(errors: Errors) -> Iterator[Block]:
    yield Heading(_finding(errors))
    yield Prose((_sentence(errors),))
    yield _cells(errors)
    yield _classes(errors)


def _finding(errors: Errors) -> str:
    mistakes = errors.mistakes
    if not mistakes or mistakes[0].counts[0] == 0:
        return "No case of the champion's was taken for another class"
    first = mistakes[0]
    share = _share(first.shares[0])
    told = f"Most often {first.actual} is called {first.called}: {share} of {first.actual}"
    if errors.baseline is not None:
        told += f", {_share(first.shares[1])} with the baseline"
    return told


def _sentence(errors: Errors) -> str:
    runs = count_of(errors.candidate.runs, "run")
    if errors.baseline is not None:
        runs += f" of the champion and {errors.baseline.runs} of the baseline"
    sums = "Counts are summed over" if errors.candidate.are_cases else "Shares are of"
    return (
        f"{sums} {runs}; shares are of the cases that are of a class, as the mean of the runs. "
        f"The confusion matrix was logged as {errors.name!r}."
    )


def _cells(errors: Errors) -> Table:
    labels = errors.labels
    candidate, baseline = errors.candidate, errors.baseline
    columns = [Column("Actual class"), Column("Called"), *_columns("Champion", candidate)]
    if baseline is not None:
        columns += [*_columns("Baseline", baseline), Column("Difference", "number")]
    if len(labels) <= _WHOLE_MATRIX:
        caption = "Every class, and what it was called"
        rows = [
            _row(actual, called, errors, (i, j))
            for i, actual in enumerate(labels)
            for j, called in enumerate(labels)
        ]
    else:
        shown = errors.mistakes[:_MOST_MISTAKES]
        caption = f"The most frequent of {format_count(len(errors.mistakes))} kinds of mistakes"
        place = {label: at for at, label in enumerate(labels)}
        rows = [_of_mistake(one, errors, place) for one in shown]
    return Table(caption, tuple(columns), tuple(rows))


def _columns(side: str, errors: SideErrors) -> list[Column]:
    share = Column(f"{side}, share", "number", "Of the cases of the actual class")
    return [Column(f"{side}, cases", "number"), share] if errors.are_cases else [share]


def _of_mistake(one: Mistake, errors: Errors, place: dict[str, int]) -> Row:
    return _row(one.actual, one.called, errors, (place[one.actual], place[one.called]))


def _row(actual: str, called: str, errors: Errors, at: tuple[int, int]) -> Row:
    cells = [Cell(actual), Cell(called)]
    for side in (errors.candidate, errors.baseline):
        if side is None:
            continue
        if side.are_cases:
            cells.append(Cell(localized(f"{side.counts[at]:,.0f}")))
        share = float(side.shares[at])
        known = 0 <= share <= 1
        cells.append(Cell(_share(share), bar=(0.0, share) if known else None))
    if errors.baseline is not None:
        difference = float(errors.candidate.shares[at] - errors.baseline.shares[at])
        cells.append(Cell(_points(difference)))
    return Row(tuple(cells))


def _classes(errors: Errors) -> Table:
    against = errors.baseline is not None
    columns = [Column("Class")]
    for name in ("Recall", "Precision"):
        if against:
            columns.append(Column(f"{name}, baseline", "number"))
        columns.append(Column(f"{name}, champion" if against else name, "number"))
        if against:
            columns.append(Column("Difference", "number", "With its 95 % interval"))
    rows = [Row((Cell(one.label), *_of_class(one, against))) for one in errors.classes]
    shown = rows[:_MOST_CLASSES]
    caption = "Recall and precision of each class, means over the runs"
    if len(shown) < len(rows):
        caption += f": {len(shown)} of {format_count(len(rows))}"
    return Table(caption, tuple(columns), tuple(shown))


def _of_class(one: ClassErrors, against: bool) -> Iterator[Cell]:
    for (ours, theirs), delta in (
        (one.recall, one.recall_delta),
        (one.precision, one.precision_delta),
    ):
        if against:
            yield _mean(theirs)
        yield _mean(ours)
        if against:
            yield Cell(_difference(delta))


def _mean(estimate: Estimate | None) -> Cell:
    if estimate is None:
        return Cell("none")
    return Cell(_share(estimate.value), bar=(0.0, min(estimate.value, 1.0)))


def _difference(delta: Delta | None) -> str:
    if delta is None:
        return ""
    told = _points(delta.value)
    if delta.has_interval:
        ends = (format_number(end, 100, 1) for end in (delta.low, delta.high))
        told += f" ({' to '.join(ends)})"
    return told


def _share(share: float) -> str:
    return format_percent(share, 1) if share == share else "none"


def _points(difference: float) -> str:
    if difference != difference:
        return ""
    sign = "+" if difference > 0 else ""
    return f"{sign}{format_number(difference, 100, 1)}{_NBSP}points"


section = SectionKind(
    "error-analysis",
    "What it gets wrong",
    "a confusion matrix or a ROC, precision-recall or calibration curve logged as a table",
    build,
)
