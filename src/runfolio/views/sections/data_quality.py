"""How good the project's data are: four dimensions, a score for each data set."""

from __future__ import annotations

import math

from runfolio.analysis.quality import DimensionScore, SetQuality
from runfolio.model.numbers import format_count
from runfolio.model.quality import DataCheck
from runfolio.views.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Link,
    Prose,
    Row,
    Table,
    Tone,
    Verdict,
)
from runfolio.views.methods import method_link
from runfolio.views.quality_words import (
    QUESTIONS,
    dimensions_of,
    finding_of,
    headline_of,
    percent,
    told_check,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_MOST_SETS = 30
_MOST_TOLD = 3


def build(view: View) -> tuple[Block, ...]:
    quality = view.analysed.quality
    if not quality.sets:
        return ()
    if view.options.get("brief"):
        return _brief(view)
    shown = quality.sets[:_MOST_SETS]
    blocks: list[Block] = [Prose((finding_of(own),)) for own in shown[:_MOST_TOLD]]
    blocks += [_dimensions(shown), _scorecard(shown)]
    left = len(quality.sets) - len(shown)
    more = f"{count_of(left, 'data set')} more below. " if left else ""
    blocks.append(
        Prose(
            (
                f"{more}A score is the mean share of rows for which the rules of a dimension "
                "hold; a rule that could not be evaluated is in no score. ",
                method_link("data-scores"),
                ".",
            ),
            "note",
        )
    )
    return tuple(blocks)


def _brief(view: View) -> tuple[Block, ...]:
    quality = view.analysed.quality
    broken = [check for check in quality.checks if check.status == "fail"]
    told = Prose(
        (
            *(f"{headline_of(quality)}. ", Link("All rules", "data.html")),
            *(" · ", method_link("data-scores")),
        )
    )
    if not broken:
        return (told,)
    worst: dict[str, DataCheck] = {}
    for check in broken:  # the worst come first
        worst.setdefault(check.dimension, check)
    callouts = [
        Callout("bad", f"{check.data_set}: {check.name}", (_sentence(told_check(check, 1)),))
        for check in worst.values()
    ]
    return (told, *callouts)


def _sentence(clause: str) -> str:
    return f"{clause[:1].upper()}{clause[1:]}."


def _dimensions(sets: tuple[SetQuality, ...]) -> Table:
    """Say what each dimension asks, and what stands worst in it."""
    rows = []
    for dimension in dimensions_of(sets):
        own = [d for one in sets for d in one.dimensions if d.dimension == dimension]
        checks = [check for d in own for check in d.checks]
        worst = min(
            (check for check in checks if check.status == "fail"),
            key=lambda check: check.score,
            default=None,
        )
        broken, unjudged = sum(d.broken for d in own), sum(d.unjudged for d in own)
        if worst is not None:
            told = f"{worst.data_set}, {worst.name}: {told_check(worst, 1)}"
            verdict = Verdict(f"{broken} of {count_of(len(checks), 'rule')} broken", "bad")
        elif not checks:
            told = "No rule asks for it: nothing is known"
            verdict = Verdict("Not checked", "unsure")
        else:
            told = "Nothing that was checked stands out" if unjudged < len(checks) else ""
            judged = len(checks) - unjudged
            words = f"{judged} of {count_of(len(checks), 'rule')} kept"
            verdict = Verdict(words, "unsure" if unjudged else "good")
        rows.append(
            Row(
                (
                    Cell(dimension.capitalize()),
                    Cell(QUESTIONS[dimension]),
                    Cell(verdict=verdict),
                    Cell(told),
                )
            )
        )
    return Table(
        "The four dimensions of good data",
        (Column("Dimension"), Column("Its question"), Column("Rules", "verdict"), Column("Worst")),
        tuple(rows),
    )


def _scorecard(sets: tuple[SetQuality, ...]) -> Table:
    dimensions = dimensions_of(sets)
    columns = [Column("Data set"), Column("Rows", "number")]
    columns += [Column(dimension.capitalize(), "verdict") for dimension in dimensions]
    columns += [Column("Owner")] if any(own.about.owner for own in sets) else []
    rows = []
    for own in sets:
        by_name = {score.dimension: score for score in own.dimensions}
        version = f" ({own.about.version})" if own.about.version else ""
        cells = [
            Cell(f"{own.about.name}{version}"),
            Cell("" if own.about.rows is None else format_count(own.about.rows)),
            *(_score(by_name.get(dimension)) for dimension in dimensions),
        ]
        if len(columns) > len(cells):
            cells.append(Cell(own.about.owner))
        rows.append(Row(tuple(cells)))
    return Table("Score of each data set, worst first", tuple(columns), tuple(rows))


def _score(own: DimensionScore | None) -> Cell:
    if own is None:
        return Cell("no rule")
    if math.isnan(own.score):
        return Cell(verdict=Verdict("not evaluated", "unsure"))
    tone: Tone = "bad" if own.broken else "unsure" if own.unjudged else "good"
    judged = own.kept + own.broken
    return Cell(verdict=Verdict(f"{percent(own.score)}, {own.kept} of {judged} kept", tone))


section = SectionKind(
    "data-quality",
    "How good the data are",
    "rules for the project's own data (data: in report.yaml), or results of Great Expectations or "
    "Evidently",
    build,
)
