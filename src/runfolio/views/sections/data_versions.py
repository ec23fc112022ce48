"""Which version of the data each run used, what changed between versions, and what follows."""

from __future__ import annotations

import pandas as pd

from runfolio.analysis.data_version import DataVersion
from runfolio.analysis.data_versions import DataVersions
from runfolio.model.numbers import format_count, localized
from runfolio.views.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Heading,
    Link,
    Prose,
    Row,
    Span,
    Table,
)
from runfolio.views.data_change_blocks import change_blocks_of
from runfolio.views.data_words import champion_data, change_sentence, newer_data, version_word
from runfolio.views.dates import day
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_MOST_SETS = 8
_MOST_VERSIONS = 30
_MOST_CHANGES = 3
_SHORT = 12


def build(view: View) -> tuple[Block, ...]:
    sets = view.analysed.data
    if view.options.get("brief"):
        return _brief(sets)
    blocks: list[Block] = []
    for data in sets[:_MOST_SETS]:
        if len(sets) > 1:
            blocks.append(Heading(data.name))
        blocks += _of_set(view, data)
    if len(sets) > _MOST_SETS:
        rest = [data.name for data in sets[_MOST_SETS:]]
        blocks.append(Prose((f"Not shown: {listed(rest, 12)}.",), "note"))
    return tuple(blocks)


def _brief(sets: tuple[DataVersions, ...]) -> tuple[Block, ...]:
    blocks: list[Block] = []
    for data in sets:
        blocks += _used(data, " ", Link("Versions of the data", "data.html"))
    return tuple(blocks[:_MOST_CHANGES])


def _used(data: DataVersions, *more: Span) -> list[Block]:
    """Say what the champion was trained on, and whether there is newer data by now."""
    told = champion_data(data)
    if data.newer:
        return [Callout("bad", told.rstrip("."), (newer_data(data),))]
    return [Prose((told, *more))] if told else []


def _of_set(view: View, data: DataVersions) -> list[Block]:
    blocks = [*_used(data), _versions(view, data)]
    known = [
        (before, now, change)
        for before, now, change in zip(data.versions, data.versions[1:], data.changes, strict=False)
        if change.columns or change_sentence(change)
    ]
    for before, now, change in known[-_MOST_CHANGES:]:
        blocks.append(Heading(f"From {version_word(before)} to {version_word(now)}"))
        blocks += change_blocks_of(change, before, now)
    return blocks


def _versions(view: View, data: DataVersions) -> Table:
    shown = data.versions[-_MOST_VERSIONS:]
    has_size = any(version.size is not None for version in shown)
    has_source = any(version.source for version in shown)
    has_columns = any(version.columns for version in shown)
    has_rows = any(version.rows is not None for version in shown)
    columns = [Column("Version"), *([Column("Rows", "number")] if has_rows else [])]
    columns += [Column("Columns", "number")] if has_columns else []
    columns += [Column("Size", "number")] if has_size else []
    columns += [Column("Digest"), Column("First used"), Column("Runs", "number")]
    columns += [Column("Used by"), *([Column("Made from")] if has_source else [])]
    rows = []
    for version in reversed(shown):
        cells = [Cell(version_word(version)), *([_count(version.rows)] if has_rows else [])]
        cells += [_count(len(version.columns) or None)] if has_columns else []
        cells += [Cell("" if version.size is None else _bytes(version.size))] if has_size else []
        first = "" if pd.isna(version.first_used) else day(version.first_used)
        cells += [Cell(version.digest[:_SHORT]), Cell(first), Cell(format_count(len(version.runs)))]
        cells += [Cell(_users(data, version)), *([Cell(version.source)] if has_source else [])]
        rows.append(Row(tuple(cells)))
    left = len(data.versions) - len(shown)
    caption = f"Versions of {data.name}, the newest first"
    return Table(
        caption + (f"; {format_count(left)} older ones in report.json" if left else ""),
        tuple(columns),
        tuple(rows),
    )


def _users(data: DataVersions, version: DataVersion) -> str:
    users = [
        whose
        for whose, used in (("champion", data.champion), ("baseline", data.baseline))
        if version in used
    ]
    return " and ".join(users).capitalize() or ("Other runs" if version.runs else "No run yet")


def _count(number: int | None) -> Cell:
    return Cell("" if number is None else format_count(number))


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return localized(f"{size:.3g}\u00a0{unit}")
        size /= 1000
    return localized(f"{size:.3g}\u00a0TB")


section = SectionKind(
    "data-versions",
    "Versions of the data",
    "the version of the data: a dataset logged with each run, dvc.lock, or data.sets in "
    "report.yaml with the file of each version",
    build,
)
