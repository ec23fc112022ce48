"""Every experiment from its question to its decision, with what the runs say."""

from __future__ import annotations

from collections.abc import Iterator

from runfolio.analysis.process import Experiment
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Heading,
    Markdown,
    Prose,
    Row,
    Span,
    Strong,
    Table,
)
from runfolio.views.dots import dot_chart
from runfolio.views.experiment_words import (
    borne_verdict,
    contradiction,
    expected,
    outcome_verdict,
    result_of,
    standing_of,
)
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_ROWS = 8
"""Configurations that an experiment's chart shows."""

_MOST_CHARTS = 40
"""Charts on the page; a browser takes its time for more."""

_WANTED = ("question", "hypothesis", "method", "conclusion", "decision")
_BEFORE_RUNS = ("question", "hypothesis", "method")


def build(view: View) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for number, one in enumerate(view.analysed.experiments):
        blocks += _experiment(view, one, number)
    return tuple(blocks)


def _experiment(view: View, one: Experiment, number: int) -> Iterator[Block]:
    parts = one.note.parts
    yield Heading(one.name, 2, one.anchor)
    yield Prose((standing_of(one),), "note")
    outcome = tuple(_outcome(one))
    if outcome:
        yield Prose(outcome)
    if one.note.text:
        yield Markdown(one.note.text)
    for part in ("question", "hypothesis", "method"):
        yield from _part(part, parts.get(part, ""))
    if parts.get("data") or one.data:
        yield Heading("Data")
        if parts.get("data"):
            yield Markdown(parts["data"])
        if one.data:
            yield Prose((_data(one),), "note")
    if one.runs:
        yield Heading("Result")
        yield from _result(view, one, number)
    elif one.predictions:
        yield _predictions(one)
    if parts.get("result"):
        yield from (Markdown(parts["result"]),) if one.runs else _part("result", parts["result"])
    for part in ("conclusion", "decision"):
        yield from _part(part, parts.get(part, ""))
    missing = _missing(one)
    if missing:
        yield Prose((missing,), "note")


def _part(name: str, text: str) -> Iterator[Block]:
    if text:
        yield Heading(name.capitalize())
        yield Markdown(text)


def _outcome(one: Experiment) -> Iterator[Span]:
    """Say what the team makes of it, and whether the runs bear out what it predicted."""
    if one.note.outcome:
        yield Strong(outcome_verdict(one).text)
        yield ", as the team says. "
    apart = contradiction(one)
    if apart:
        yield f"{apart} "
    elif one.predictions and one.runs:
        many = "predictions" if len(one.predictions) > 1 else "prediction"
        verb = "are" if len(one.predictions) > 1 else "is"
        yield f"Its {many} {verb} {one.borne} by the runs. ".replace("open by", "left open by")


def _data(one: Experiment) -> str:
    texts = [f"{text} in {count_of(runs, 'run')}" for text, runs in one.data]
    silent = len(one.runs) - max((runs for _, runs in one.data), default=0)
    more = f" {count_of(silent, 'run')} logged none." if len(one.data) == 1 and silent else ""
    return f"As logged: {listed(texts)}.{more}"


def _result(view: View, one: Experiment, number: int) -> Iterator[Block]:
    a = view.analysed
    yield Prose((*result_of(one, view.runs), " ", method_link("experiment-results"), "."))
    if one.predictions:
        yield _predictions(one)
    found = one.result
    shown = list(found.standings[:_ROWS])
    comparable = found.comparison is not None and found.comparison.outcome != "not comparable"
    if comparable and found.baseline is not None and found.baseline not in shown:
        shown.append(found.baseline)
    if len(shown) > 1 and found.metric is not None and number < _MOST_CHARTS:
        yield dot_chart(
            a,
            shown,
            key=f"experiment-{number}",
            title=f"{found.metric.label} of its {_which(one)}",
            static=False,
            metric=found.metric,
        )


def _which(one: Experiment) -> str:
    found = one.result
    few = len(found.standings) > _ROWS
    which = f"{_ROWS} best configurations" if few else "configurations"
    return which if found.baseline in found.standings else f"{which} and of the baseline"


def _predictions(one: Experiment) -> Table:
    rows = []
    for prediction in one.predictions:
        wanted, measured = expected(prediction)
        metric = prediction.metric
        label = metric.label if metric else prediction.expectation.metric
        rows.append(
            Row(
                (
                    Cell(label),
                    Cell(wanted),
                    Cell(measured),
                    Cell(verdict=borne_verdict(prediction)),
                    Cell(prediction.reason),
                )
            )
        )
    return Table(
        "What was predicted of it, and what the runs say",
        (
            Column("Metric"),
            Column("Predicted"),
            Column("Measured (95\u00a0% interval)"),
            Column("The runs say", "verdict"),
            Column("Why"),
        ),
        tuple(rows),
    )


def _missing(one: Experiment) -> str:
    """Say which parts nobody wrote, and where they go."""
    note = one.note
    early = note.status in ("planned", "running")
    absent = [part for part in (_BEFORE_RUNS if early else _WANTED) if part not in note.parts]
    if not absent and (note.outcome or early):
        return ""
    file = note.place.endswith(".md")
    if absent == list(_WANTED):
        where = f"in {note.place}" if file else "in a file such as experiments/first.md"
        return (
            "Nobody wrote down what was asked and what follows. Headings such as ## Hypothesis "
            f"and ## Conclusion {where}, or in the tracker's note, fill this in."
        )
    if not note.outcome and not early:
        absent.append("outcome (confirmed, refuted or open)")
    told = f"Not written down: {listed(absent)}"
    if file:
        hint = f"in {note.place}"
    elif note.place == "report.yaml":
        hint = "under experiments: in report.yaml"
    else:
        hint = "in the tracker's note or in a file in experiments/"
    return f"{told}. Headings of these names {hint} fill this in."


section = SectionKind("experiments", "Experiments", "runs", build, headed=False)
