"""Stage 1d: the rules that report.yaml has for the project's own data are evaluated."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read"]


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Evaluate the rules that the configuration has for the project's data."""
    told = project.settings.data
    if not told.quality:
        return tables
    from runfolio.analysis.analysed import report_date
    from runfolio.checks.run import check_data

    date = report_date(tables, project.settings)
    asked = {rule.set for rule in told.quality}
    total = sum(len(own.places) for name, own in told.sets.items() if name in asked)
    with clock.stage("Checking data", total):
        quality, problems = check_data(
            *(told, project.data_place, tables),
            None if date is None else round(date.timestamp() * 1_000_000),
            clock.progress.advance,
        )
    return replace(tables, quality=quality, problems=tuple(sorted({*tables.problems, *problems})))
