"""Stage 4: what changed from one version of a data set to the next, in words and a table."""

from __future__ import annotations

import math

from runfolio.analysis.data_changes import ColumnChange, DataChange
from runfolio.analysis.data_version import DataVersion
from runfolio.analysis.drift import Drift, DriftVerdict
from runfolio.model.numbers import format_count, format_percent, localized
from runfolio.views.blocks import Block, Cell, Column, Details, Prose, Row, Table, Tone, Verdict
from runfolio.views.data_words import change_sentence, version_word
from runfolio.views.methods import method_link
from runfolio.views.words import count_of, listed, number_word

__all__ = ["change_blocks_of"]

_MOST_COLUMNS = 200
_FEW = 10
_VERDICTS: dict[DriftVerdict, tuple[str, Tone]] = {
    "moved": ("Moved", "bad"),
    "moved somewhat": ("Moved somewhat", "unsure"),
    "stable": ("Stable", "good"),
    "too few rows": ("Too few to judge", "unsure"),
}


def change_blocks_of(change: DataChange, before: DataVersion, now: DataVersion) -> list[Block]:
    """Return what changed from one version to the next: a finding, and a table of columns."""
    blocks: list[Block] = []
    told = change_sentence(change)
    if not change.columns:
        blocks.append(Prose((told,)))
        if change.has_columns or change.rows_now is not None:
            hint = (
                "Whether the values moved is not known: give the files of both versions under "
                "data.sets in report.yaml."
            )
            blocks.append(Prose((hint,), "note"))
        return blocks
    blocks.append(Prose((f"{told} {_moves(change)}", " ", method_link("data-versions"))))
    notable = [one for one in change.columns if one in change.moved] or list(change.columns[:3])
    blocks.append(_columns(notable[:_FEW], "Columns that moved" if change.moved else "Columns"))
    rest = [one for one in change.columns if one not in notable[:_FEW]]
    if rest:
        table = _columns(rest[:_MOST_COLUMNS], "The other columns")
        blocks.append(Details(f"{count_of(len(rest), 'more column')}", (table,)))
    thinned = [version for version in (before, now) if version.file and version.file.every > 1]
    if thinned:
        parts = [
            f"of {version_word(version)} every {version.file.every}th row "
            f"({format_count(version.file.kept)})"
            for version in thinned
            if version.file is not None
        ]
        note = (
            f"Distributions are those {listed(parts)}; rows and missing values are counted in all."
        )
        blocks.append(Prose((note,), "note"))
    return blocks


def _moves(change: DataChange) -> str:
    judged = [one for one in change.columns if one.drift is not None]
    moved = change.moved
    if not judged:
        return "No column's values can be compared."
    if not moved:
        few = sum(one.drift.verdict == "too few rows" for one in judged if one.drift)
        if few == len(judged):
            return "There are too few rows to tell whether values moved."
        return f"The values of none of {count_of(len(judged), 'column')} moved."
    names = listed([one.name for one in moved], 4)
    told = (
        f"The values of {number_word(len(moved))} of {count_of(len(judged), 'column')} moved: "
        f"{names}."
    )
    gaps = [one for one in moved if _is_gap(one)]
    if gaps:
        which = (
            "In all of them"
            if len(gaps) == len(moved)
            else f"In {listed([g.name for g in gaps], 4)}"
        )
        if len(moved) == 1:
            which = "There"
        told += f" {which} it is the share of missing values that changed, not the values."
    return told


def _is_gap(one: ColumnChange) -> bool:
    """Tell whether only the share of missing values moved."""
    drift = one.drift
    if drift is None or not math.isfinite(drift.ks_p):
        return False
    return drift.missing_before != drift.missing_now and drift.ks_p > 0.05


def _columns(columns: list[ColumnChange], caption: str) -> Table:
    rows = []
    for one in columns:
        drift = one.drift
        if drift is None:
            rows.append(Row((Cell(one.name), Cell(one.why_not), *(Cell() for _ in range(4)))))
            continue
        rows.append(
            Row(
                (
                    Cell(one.name),
                    Cell(verdict=Verdict(*_VERDICTS[drift.verdict])),
                    Cell(localized(f"{drift.psi:.3f}")),
                    Cell(localized(f"{drift.chance:.3f}") if math.isfinite(drift.chance) else ""),
                    Cell(_distance(drift)),
                    Cell(f"{_share(drift.missing_before)} → {_share(drift.missing_now)}"),
                )
            )
        )
    return Table(
        f"{caption}, those that moved furthest first",
        (
            Column("Column"),
            Column("Verdict", "verdict"),
            Column(
                "Stability index", "number", localized("PSI: 0.1 and 0.25 are the usual thresholds")
            ),
            Column("By chance up to", "number", "What the index stays below if nothing moved"),
            Column("KS distance", "number", "Largest gap of the distribution functions"),
            Column("Missing before → now", "number"),
        ),
        tuple(rows),
    )


def _share(value: float) -> str:
    return format_percent(value, 1) if math.isfinite(value) else "unknown"


def _distance(drift: Drift) -> str:
    if not math.isfinite(drift.ks):
        return ""
    p = f"=\u00a0{min(drift.ks_p, 1.0):.3f}" if drift.ks_p >= 0.001 else "<\u00a00.001"
    return localized(f"{drift.ks:.3f} (p\u00a0{p})")
