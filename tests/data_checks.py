"""Evaluates rules on small data sets that tests write."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from runfolio.checks.run import check_data
from runfolio.config import DataSettings, Settings, load_settings
from runfolio.model.problems import Problem
from runfolio.model.quality import DataCheck, DataQuality
from runfolio.model.tables import Tables
from runfolio.project import Project

__all__ = ["AS_OF", "check_settings", "evaluate", "one", "problems_of"]

AS_OF = pd.Timestamp("2026-03-02T12:00:00Z")
_NO_RUNS = cast(Tables, SimpleNamespace(metrics=pd.DataFrame({"metric": []})))


def evaluate(
    folder: Path, told: str, files: Mapping[str, str | bytes], tables: Tables = _NO_RUNS
) -> tuple[DataQuality, tuple[Problem, ...]]:
    """Write files and a report.yaml, and evaluate its rules."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    (folder / "report.yaml").write_text(told)
    return check_settings(folder, load_settings(folder / "report.yaml").data, tables)


def check_settings(
    folder: Path, told: DataSettings | dict[str, Any], tables: Tables = _NO_RUNS
) -> tuple[DataQuality, tuple[Problem, ...]]:
    if isinstance(told, dict):
        told = Settings.model_validate({"data": told}).data
    project = Project(Settings(), folder, "", (), ())
    as_of = round(AS_OF.timestamp() * 1_000_000)
    return check_data(told, project.data_place, tables, as_of)


def one(
    folder: Path, rule: str, csv: str, more: Mapping[str, str | bytes] | None = None, sets: str = ""
) -> DataCheck:
    """Evaluate one rule on a set `own` with the key `id`."""
    files: dict[str, str | bytes] = {"own.csv": csv, **(more or {})}
    told = f"""
data:
  sets:
    own: {{path: own.csv, key: id, time: at, arrived: came}}
    {sets}
  quality:
    - {{set: own, {rule}}}
"""
    quality, _ = evaluate(folder, told, files)
    [check] = quality.checks
    return check


def problems_of(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.slug for problem in problems]
