"""Stage 1d: what the team wrote about its experiments is read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.tables import Tables
    from runfolio.progress import Clock

__all__ = ["read"]


def read(tables: Tables, project: Project, clock: Clock) -> Tables:
    """Read what the team wrote about its experiments, in files and in the configuration."""
    from runfolio.config.experiments import DEFAULT_FILES, note_of
    from runfolio.config.front_matter import read_note
    from runfolio.ingest.experiment_notes import read_notes, without_persons_in
    from runfolio.storage.base import Place
    from runfolio.storage.local import LocalStorage

    told = project.settings.experiments
    folder = Place(LocalStorage.at(project.folder))
    files = (DEFAULT_FILES,) if told.files is None else told.files
    notes, problems = read_notes(folder, files, read_note, named=told.files is not None)
    notes += [without_persons_in(note_of(note, "report.yaml")) for note in told.notes]
    return replace(
        tables,
        experiment_notes=tuple(notes),
        problems=tuple(sorted({*tables.problems, *problems})),
    )
