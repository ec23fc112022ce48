"""Have inputs and outputs of the model moved away from the training data?"""

from __future__ import annotations

import math

from runfolio.analysis.drift import PSI_LARGE, PSI_SMALL, DriftVerdict
from runfolio.analysis.monitoring import Watched
from runfolio.analysis.production_drift import ColumnDrift
from runfolio.model.numbers import format_count, localized
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Details,
    Heading,
    Prose,
    Row,
    Table,
    Tone,
    Verdict,
)
from runfolio.views.methods import method_link
from runfolio.views.monitoring_words import span_of, when
from runfolio.views.sparks import spark_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_SHOWN = 20
"""Columns in the open table; the others are folded away."""

_VERDICTS: dict[DriftVerdict, tuple[str, Tone]] = {
    "moved": ("Moved", "bad"),
    "moved somewhat": ("Moved somewhat", "unsure"),
    "stable": ("Stable", "good"),
    "too few rows": ("Too few to judge", "unsure"),
}


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None or not monitoring.drifts:
        return ()
    most = int(view.options.get("limit", _SHOWN))
    logs = [log for log in monitoring.logs if log.drifts]
    blocks: list[Block] = []
    for log in logs:
        if len(logs) > 1:
            blocks.append(Heading(log.name))
        blocks.append(Prose((_finding(log),)))
        blocks.append(_table(log, log.drifts[:most]))
        rest = log.drifts[most:]
        if rest:
            blocks.append(Details(f"{count_of(len(rest), 'more column')}", (_table(log, rest),)))
    blocks.append(
        Prose(
            (
                f"Moved: a stability index from {localized(f'{PSI_LARGE:g}')} on that chance does "
                f"not reach; somewhat: from {localized(f'{PSI_SMALL:g}')} on. A move need not harm "
                "the model, and a model can go wrong without one: read it beside the levels. ",
                method_link("input-drift"),
                ".",
            ),
            "note",
        )
    )
    return tuple(blocks)


def _finding(log: Watched) -> str:
    newest = log.drifts[0].now
    moved = [drift.column for drift in log.drifts if drift.now.drift.verdict == "moved"]
    somewhat = [drift.column for drift in log.drifts if drift.now.drift.verdict == "moved somewhat"]
    few = [drift.column for drift in log.drifts if drift.now.drift.verdict == "too few rows"]
    rows = count_of(newest.drift.now, "row")
    told = (
        f"Compared with {log.reference} ({count_of(newest.drift.before, 'row')}), over the "
        f"{span_of(log.rules.hours)} to {when(newest.until, log.rules.hours)} ({rows}), "
    )
    if moved:
        told += f"{listed(moved, 4)} {'has' if len(moved) == 1 else 'have'} moved"
        told += f", and {format_count(len(somewhat))} more somewhat." if somewhat else "."
    elif somewhat:
        told += f"{listed(somewhat, 4)} {'has' if len(somewhat) == 1 else 'have'} moved somewhat."
    elif len(few) == len(log.drifts):
        told += "there are too few rows to tell whether anything moved."
    else:
        told += f"none of {count_of(len(log.drifts), 'column')} has moved."
    if few and len(few) < len(log.drifts):
        told += f" Of {count_of(len(few), 'column')} there are too few rows to tell."
    return told


def _table(log: Watched, drifts: tuple[ColumnDrift, ...]) -> Table:
    missing = any(
        drift.now.drift.missing_now > 0 or drift.now.drift.missing_before > 0 for drift in drifts
    )
    columns = [
        Column("Column"),
        Column("Verdict", "verdict"),
        Column("Stability index", "number", localized("0.1 and 0.25 are the usual thresholds")),
        Column("KS distance", "number"),
        Column("Mean before → now", "number"),
    ]
    if missing:
        columns.append(Column("Missing before → now", "number"))
    columns.append(Column("Windows before", "spark"))
    rows = []
    for drift in drifts:
        own = drift.now.drift
        numbers = drift.kind == "numbers" and math.isfinite(drift.mean_now)
        cells = [
            Cell(f"{drift.column} (output)" if drift.role == "output" else drift.column),
            Cell(verdict=Verdict(*_VERDICTS[own.verdict])),
            Cell(f"{_number(own.psi)} (chance: {_number(own.chance)})"),
            Cell(f"{_number(own.ks)} (p\u00a0{_p(own.ks_p)})" if math.isfinite(own.ks) else ""),
            Cell(localized(f"{drift.mean_before:.4g} → {drift.mean_now:.4g}") if numbers else ""),
        ]
        if missing:
            cells.append(Cell(localized(f"{own.missing_before:.1%} → {own.missing_now:.1%}")))
        cells.append(Cell(spark=_spark(drift)))
        rows.append(Row(tuple(cells)))
    return Table(
        f"Drift of {log.name} away from {log.reference}, outputs first, then by how far they moved",
        tuple(columns),
        tuple(rows),
    )


def _number(value: float) -> str:
    return localized(f"{value:.2f}") if math.isfinite(value) else ""


def _p(value: float) -> str:
    return localized("<\u00a00.001" if value < 0.001 else f"=\u00a0{value:.3f}")


def _spark(drift: ColumnDrift) -> tuple[tuple[float, float], ...]:
    """Return the index by window; the top is the largest, or the upper threshold if that is."""
    found = [window.drift.psi for window in drift.windows]
    top = max([PSI_LARGE, *(value for value in found if math.isfinite(value))])
    return spark_of(range(len(found)), [min(value, top) for value in found], 0.0, top)


section = SectionKind(
    "monitoring-drift",
    "Drift of inputs and outputs",
    "logs of production with inputs or outputs, and a reference (monitoring: in report.yaml)",
    build,
)
