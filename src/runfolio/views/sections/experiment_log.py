"""All experiments in one table, with what came of them: also what did not work."""

from __future__ import annotations

from runfolio.analysis.process import Experiment
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Column, Link, Prose, Row, Table, Verdict
from runfolio.views.experiment_words import (
    borne_verdict,
    contradiction,
    counted_outcomes,
    difference_of,
    first_words,
    outcome_verdict,
    when_of,
)
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed, number_word, verdict_of


def build(view: View) -> tuple[Block, ...]:
    """Show the log; ``brief`` leaves what came out and what is decided, ``limit`` the last ones."""
    experiments = view.analysed.experiments
    if not experiments or (len(experiments) < 2 and not _is_written(experiments[0])):
        return ()
    limit = view.options.get("limit")
    shown = experiments[-limit:] if isinstance(limit, int) and limit > 0 else experiments
    brief = bool(view.options.get("brief"))
    predicted = any(one.predictions for one in shown) and not brief
    columns = [Column("Experiment"), Column("Outcome", "verdict", _OUTCOME)]
    if predicted:
        columns.append(Column("Prediction", "verdict", _PREDICTION))
    columns += [Column("Best against baseline", "verdict"), Column("Difference")]
    if brief:
        columns.append(Column("Decided"))
    else:
        columns += [Column("Runs", "number"), Column("Date", "number")]
    caption = (
        f"The last {len(shown)} of {count_of(len(experiments), 'experiment')}"
        if len(shown) < len(experiments)
        else f"{count_of(len(shown), 'experiment')} by date"
    )
    table = Table(caption, tuple(columns), tuple(_row(one, columns) for one in shown))
    blocks: list[Block] = [
        Prose(
            (
                _sentence(experiments) if brief else _WHOSE,
                " ",
                method_link("experiment-results"),
                ".",
            )
        ),
        table,
    ]
    apart = [f"{one.name}: {told}" for one in shown if (told := contradiction(one))]
    if apart:
        blocks.append(Prose((" ".join(apart),), "note"))
    silent = [one for one in experiments if not one.note.outcome and one.runs]
    if silent:
        names = listed([one.name for one in silent], 4)
        entry = Link("Its entry", f"experiments.html#{silent[0].anchor}")
        tells = " tells how to add that."
        if len(silent) > 1:
            entry, tells = Link("Their entries", "experiments.html"), " tell how to add that."
        spans = (f"Nobody said what came of {names}, and it is not guessed. ", entry, tells)
        blocks.append(Prose(spans, "note"))
    return tuple(blocks)


_WHOSE = "The outcome is what the team says; all else is computed from the runs."
_OUTCOME = "What the team says came of the hypothesis."
_PREDICTION = "Whether the runs bear out what was written down as a testable prediction."


def _is_written(one: Experiment) -> bool:
    return bool(one.note.parts or one.note.outcome)


def _sentence(experiments: tuple[Experiment, ...]) -> str:
    total = len(experiments)
    counted = counted_outcomes(experiments)
    what = "experiment" if total == 1 else "experiments"
    told = f"{number_word(total).capitalize()} {what}"
    return f"{told}: {counted}." if counted else f"{told}; no outcome is stated."


def _row(one: Experiment, columns: list[Column]) -> Row:
    metric, c = one.result.metric, one.result.comparison
    difference = difference_of(one)
    if difference and metric is not None:
        difference = f"{metric.label} {difference}"
    cells = {
        "Experiment": Cell(one.name, f"experiments.html#{one.anchor}"),
        "Outcome": Cell(verdict=outcome_verdict(one)),
        "Prediction": Cell(verdict=borne_verdict(one)),
        "Best against baseline": Cell(verdict=verdict_of(c) if c else Verdict("Not compared")),
        "Difference": Cell(difference),
        "Decided": Cell(first_words(one.note.parts.get("decision", "")) or "not written down"),
        "Runs": Cell(format_count(len(one.runs))),
        "Date": Cell(when_of(one)),
    }
    return Row(tuple(cells[column.label] for column in columns))


section = SectionKind(
    "experiment-log",
    "What was tried, and what came of it",
    "write-ups of experiments: a Markdown file each in experiments/, or headings in the tracker's "
    "notes",
    build,
)
