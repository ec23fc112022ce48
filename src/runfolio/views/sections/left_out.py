"""Runs that are shown and counted, but not compared, and why."""

from __future__ import annotations

import math

from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_LIMIT = 12


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    runs = a.tables.runs
    found = [(run, "diverged: its loss ends at NaN or infinity") for run in a.left_out.diverged]
    found += [(run, "failed") for run in a.left_out.failed]
    found += [(run, "killed") for run in a.left_out.killed]
    found += [
        (run, "never ended: still running, or stopped without a word")
        for run in a.left_out.unfinished
    ]
    found += [
        (run, "logs a model in production: it is no experiment") for run in a.left_out.monitoring
    ]
    if a.objective is not None:
        name = a.metrics[a.objective.metric].label
        values = a.values[a.objective.metric]
        gone = {run for run, _ in found}
        found += [
            (str(run), f"diverged: its {name} is not finite")
            for run, value in values.items()
            if not math.isfinite(value) and run not in gone
        ]
        compared = {run for c in a.configurations for run in c.runs}
        found += [
            (run, f"did not log {name}")
            for run in runs.index
            if run in compared and run not in values
        ]
    if not found:
        return ()
    table = Table(
        "Runs that are not compared",
        (Column("Run"), Column("Why"), Column("Experiment")),
        tuple(
            Row(
                (
                    Cell(view.runs[run].label, view.runs[run].page),
                    Cell(why),
                    Cell(view.runs[run].experiment),
                )
            )
            for run, why in found[:_LIMIT]
        ),
    )
    blocks: list[Block] = [
        Prose(
            (
                f"{count_of(len(found), 'run is', 'runs are')} shown, but not compared. ",
                method_link("left-out"),
                ".",
            )
        ),
        table,
    ]
    if len(found) > _LIMIT:
        blocks.append(Prose((f"{len(found) - _LIMIT} more are in the table of runs.",), "note"))
    return tuple(blocks)


section = SectionKind(
    "left-out", "What is not compared", "runs that failed, diverged or never ended", build
)
