"""Stage 1d: checklists are read, and files looked for that requirements and answers name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read"]


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read checklists, and look for the files that requirements and answers name."""
    from runfolio.analysis.compliance import is_link
    from runfolio.analysis.lifecycle import CI_FILES
    from runfolio.config.checklists import built_in_checklists, read_checklist
    from runfolio.ingest.checklists import read_checklists
    from runfolio.ingest.evidence_files import files_that_fit
    from runfolio.storage.base import Place
    from runfolio.storage.local import LocalStorage

    settings = project.settings
    folder = Place(LocalStorage.at(project.folder))
    checklists, problems = read_checklists(
        *((use.checklist for use in settings.compliance), folder),
        *(built_in_checklists(), read_checklist),
    )
    asked = [r.evidence.file for r in settings.requirements if r.evidence is not None]
    asked += [answer.evidence for use in settings.compliance for answer in use.items.values()]
    wanted = (one for one in (*asked, *CI_FILES) if one and not is_link(one))
    files, outside = files_that_fit(folder, wanted)
    return replace(
        tables,
        checklists=checklists,
        files=files,
        problems=tuple(sorted({*tables.problems, *problems, *outside})),
    )
