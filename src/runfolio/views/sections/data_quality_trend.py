"""How the quality of data moved from version to version, or from day to day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from runfolio.analysis.quality import Point, SetQuality
from runfolio.model.quality import DIMENSIONS, Dimension
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.quality_words import percent
from runfolio.views.sparks import spark_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_POINTS = 200


def build(view: View) -> tuple[Block, ...]:
    moved = [own for own in view.analysed.quality.sets if own.trend]
    blocks: list[Block] = []
    for own in moved:
        blocks += [Prose((_finding(own), " ", method_link("data-scores"))), _table(own)]
    return tuple(blocks)


def _finding(own: SetQuality) -> str:
    first, last = own.trend[0], own.trend[-1]
    changes = [
        f"{dimension} {'rose' if last.scores[dimension] > first.scores[dimension] else 'fell'} "
        f"from {percent(first.scores[dimension])} to {percent(last.scores[dimension])}"
        for dimension in first.scores
        if percent(first.scores[dimension]) != percent(last.scores[dimension])
    ]
    told = listed(changes) if changes else "no score moved"
    return (
        f"{own.about.name}, from {_label(first)} to {_label(last)}: {told} "
        f"(by the {count_of(last.rules, 'rule')} that could be evaluated every time)."
    )


def _label(point: Point) -> str:
    if point.label or point.checked is None:
        return point.label
    return f"{_EPOCH + timedelta(milliseconds=point.checked):%Y-%m-%d}"


def _table(own: SetQuality) -> Table:
    points = own.trend[-_MOST_POINTS:]
    dimensions: list[Dimension] = [d for d in (*DIMENSIONS, "other") if d in points[-1].scores]
    before = points[:-1]
    columns = [Column("Dimension"), Column("Course", "spark")]
    columns += [Column(_label(point), "number") for point in (*before[:1], *before[1:][-3:])]
    columns += [Column(f"{_label(points[-1])} (newest)", "number")]
    shown = (*before[:1], *before[1:][-3:], points[-1])
    rows = []
    for dimension in dimensions:
        scores = [point.scores[dimension] for point in points]
        spark = spark_of(range(len(scores)), scores, min(scores), max(scores))
        cells = (Cell(percent(point.scores[dimension])) for point in shown)
        rows.append(Row((Cell(dimension.capitalize()), Cell(spark=spark), *cells)))
    return Table(f"Scores of {own.about.name} over time", tuple(columns), tuple(rows))


section = SectionKind(
    "data-quality-trend",
    "Better or worse than before",
    "several versions of a data set (versions:), or validation results of several days",
    build,
)
