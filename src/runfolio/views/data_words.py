"""Stage 4: what is said of data sets and their versions."""

from __future__ import annotations

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.data_changes import DataChange
from runfolio.analysis.data_version import DataVersion
from runfolio.analysis.data_versions import DataVersions
from runfolio.model.numbers import format_count, format_percent
from runfolio.views.dates import day
from runfolio.views.words import count_of, listed

__all__ = ["champion_data", "change_sentence", "data_shown", "newer_data", "version_word"]

_NAMED = 4


def version_word(version: DataVersion) -> str:
    """Return what a version is called."""
    return version.label or "the version without a name"


def champion_data(data: DataVersions) -> str:
    """Say which version the champion was trained on, and whether it is the newest."""
    used = listed([version_word(version) for version in data.champion])
    if not data.champion:
        return ""
    if len(data.champion) > 1:
        return f"The champion's runs were trained on several versions of {data.name}: {used}."
    if data.newer:
        newer = listed([version_word(version) for version in data.newer], _NAMED)
        exist = "exists" if len(data.newer) == 1 else "exist"
        return f"The champion was trained on {used} of {data.name}; {newer} {exist}."
    if len(data.versions) == 1:
        named = f" ({used})" if data.champion[0].label else ""
        return f"The champion was trained on {data.name}{named}; no other version is known."
    own = data.champion[0]
    if all(other is own or other.is_before(own) for other in data.versions):
        return f"The champion was trained on {used}, the newest version of {data.name}."
    return (
        f"The champion was trained on {used} of {data.name}; which of its "
        f"{format_count(len(data.versions))} versions is the newest is not known."
    )


def newer_data(data: DataVersions) -> str:
    """Say what follows from newer data that the champion has not seen."""
    newest = data.newer[-1]
    used = listed([version_word(version) for version in data.champion])
    name = version_word(newest)
    told = ""
    if newest.runs:
        since = "" if pd.isna(newest.first_used) else f", first on {day(newest.first_used)}"
        told = f"{count_of(len(newest.runs), 'run')} used {name}{since}. "
    else:
        told = f"No run has used {name} yet. "
    return (
        f"{told}The champion's figures were measured with {used} and say nothing of {name}: train "
        f"its configuration on {name}, and compare it there with the baseline, before it is relied "
        "on."
    )


def data_shown(analysed: Analysed, name: str, digest: str) -> str:
    """Return a data set that a run used, with what is known of the version."""
    known = (
        version for data in analysed.data for version in data.versions if version.digest == digest
    )
    version = next(known, None) if digest else None
    facts = []
    if version is not None and version.label and not digest.startswith(version.label):
        facts.append(version.label)
    if version is not None and version.rows is not None:
        facts.append(count_of(version.rows, "row"))
    told = f"{name} {digest}".strip()
    return f"{told} ({', '.join(facts)})" if facts else told


def change_sentence(change: DataChange) -> str:
    """Say what changed in rows and columns."""
    parts: list[str] = []
    before, now = change.rows_before, change.rows_now
    if before is not None and now is not None:
        if before == now:
            parts.append(f"The number of rows stays at {format_count(now)}")
        else:
            more = "more" if now > before else "fewer"
            size = ""
            if before:
                share = (now - before) / before
                size = f" ({'+' if share > 0 else ''}{format_percent(share, 1)})"
            rows = count_of(abs(now - before), f"row {more}", f"rows {more}")
            parts.append(f"{rows} than before: {format_count(before)} → {format_count(now)}{size}")
    if change.has_columns:
        shape = []
        if change.added:
            shape.append(f"added: {listed(list(change.added), _NAMED)}")
        if change.removed:
            shape.append(f"removed: {listed(list(change.removed), _NAMED)}")
        if change.retyped:
            named = [f"{name} ({old} → {new})" for name, old, new in change.retyped]
            shape.append(f"of another type: {listed(named, _NAMED)}")
        parts.append(
            f"Columns {'; '.join(shape)}" if shape else "The columns and their types are the same"
        )
    return ". ".join(parts) + "." if parts else ""
