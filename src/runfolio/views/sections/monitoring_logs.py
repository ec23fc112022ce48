"""What production logs: how much, up to when, with which gaps, by which version of the model."""

from __future__ import annotations

from runfolio.analysis.monitoring import Watched
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Column, Prose, Row, Table
from runfolio.views.monitoring_words import when
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_GAPS = 5
"""Gaps of a log that are named, the newest."""


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ()
    logs = Table(
        "Logs of production",
        (
            Column("Log"),
            Column("Rows", "number"),
            Column("From"),
            Column("To"),
            Column("Gaps", "number"),
            Column("Version of the model"),
        ),
        tuple(
            Row(
                (
                    Cell(log.name),
                    Cell(format_count(log.rows)),
                    Cell(when(log.since, log.rules.hours)),
                    Cell(when(log.until, log.rules.hours)),
                    Cell(format_count(len(log.gaps))),
                    Cell(log.deployed or "not logged"),
                )
            )
            for log in monitoring.logs
        ),
    )
    blocks: list[Block] = [logs]
    for log in monitoring.logs:
        if log.gaps:
            blocks.append(Prose((_gaps(log),)))
        if len(log.versions) > 1:
            blocks.append(_versions(log))
    return tuple(blocks)


def _gaps(log: Watched) -> str:
    shown = log.gaps[-_GAPS:]
    told = "; ".join(
        f"after {when(gap.after, log.rules.hours)} until {when(gap.before, log.rules.hours)}"
        for gap in shown
    )
    more = (
        f" and {format_count(len(log.gaps) - len(shown))} earlier"
        if len(log.gaps) > len(shown)
        else ""
    )
    return f"{log.name} has {count_of(len(log.gaps), 'gap')}: nothing was logged {told}{more}."


def _versions(log: Watched) -> Table:
    return Table(
        f"Versions of the model that {log.name} tells, in the order in which they came",
        (Column("Version"), Column("First seen"), Column("Last seen"), Column("Rows", "number")),
        tuple(
            Row(
                (
                    Cell(one.version),
                    Cell(when(one.since, log.rules.hours)),
                    Cell(when(one.until, log.rules.hours)),
                    Cell(format_count(one.rows)),
                )
            )
            for one in log.versions[-20:]
        ),
    )


section = SectionKind(
    "monitoring-logs",
    "What is logged",
    "logs of production: name them under monitoring: in report.yaml",
    build,
)
