"""Stage 1: what the project names becomes tables.

In: a `Project`. Out: `Tables`: discover, read, assemble, then the evidence beside the runs.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from runfolio.errors import NoRunsError
from runfolio.model.problems import Problem
from runfolio.progress import Clock
from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.model.history import History
    from runfolio.model.records import Records
    from runfolio.model.tables import Tables
    from runfolio.storage.base import Storage
    from runfolio.storage.git.repository import Repository

__all__ = ["read_histories", "read_project", "read_tables"]


def read_project(project: Project, clock: Clock) -> Tables:
    """Read all that the project names: its runs, and what it tells beside them.

    Raises
    ------
    NoRunsError
    """
    from runfolio.evidence import read_evidence

    if project.archive is not None:
        return project.archive.material.tables
    tables = read_tables(project, clock)
    if not len(tables.runs):
        from runfolio.registry import find

        sources = find("runfolio.sources", "source")
        raise _no_runs(project, tables, [source.title for source in sources.values()])
    return read_evidence(tables, project, clock)


def read_tables(project: Project, clock: Clock) -> Tables:
    """Read all that the project names, even if that is nothing."""
    from runfolio.ingest.assemble import Read, assemble
    from runfolio.ingest.discover import discover
    from runfolio.ingest.measured import measured_histories
    from runfolio.ingest.read import read_units
    from runfolio.model.records import Records
    from runfolio.registry import find

    sources = find("runfolio.sources", "source")
    settings = project.settings
    histories, problems = read_histories(project, clock)
    with clock.stage("Looking for run logs"):
        found = discover(project.wanted, list(sources.values()), project.apart)
    with clock.stage("Reading runs", sum(unit.runs for unit, _ in found.units)):
        records = read_units([unit for unit, _ in found.units], clock.progress.advance)
    with clock.stage("Assembling tables"):
        reads = [Read(source, place, known) for source, place, known in found.records]
        reads += [
            Read(
                *(unit.source, unit.location, record, want.experiment),
                *(unit.place.storage.label, want.revision),
            )
            for (unit, want), record in zip(found.units, records, strict=True)
        ]
        problems += (*project.problems, *found.problems)
        if problems:
            reads.append(Read("", "", Records(problems=tuple(problems))))
        reads += [Read("", "", records) for records in _tagged_models(project)]
        by_commit = [
            run
            for read in reads
            if read.revision is None and getattr(sources.get(read.format), "by_commit", False)
            for run in read.records.runs
        ]
        if by_commit and settings.history.follow != "off":
            histories += measured_histories(by_commit, _graph(project), settings.aliases)
        titles = {name: source.title for name, source in sources.items()}
        return assemble(
            reads,
            titles,
            settings.replicates.ignore,
            aliases=settings.aliases,
            dedupe=settings.dedupe == "on",
            skipped=found.skipped,
            histories=histories,
        )


def _tagged_models(project: Project) -> list[Records]:
    """Read which models the tags of each repository register."""
    from runfolio.ingest.tagged_models import read_tagged_models
    from runfolio.registry import find

    readers = find("runfolio.sources", "tag_reader", "runfolio.tags").values()
    return [
        read_tagged_models(repository, partial(_files_of, repository), readers)
        for repository in project.repositories
    ]


def _files_of(repository: Repository, commit: str) -> Storage:
    return repository.revision(commit)


def read_histories(project: Project, clock: Clock) -> tuple[list[History], list[Problem]]:
    """Read the history of each repository."""
    if not project.repositories:
        return [], []
    from runfolio.ingest.history import Following, read_history
    from runfolio.ingest.kept import KeptVersions
    from runfolio.registry import find

    told = project.settings.history
    following = Following(
        *(told.paths, told.params, told.branch, told.since, told.tags, told.first_parent),
        authors=told.authors,
        aliases=project.settings.aliases,
    )
    readers = find("runfolio.sources", "history_reader", "runfolio.history")
    histories: list[History] = []
    problems: list[Problem] = []
    with clock.stage("Reading the history"), KeptVersions.of_the_user() as kept:
        for repository in project.repositories:
            read = read_history(repository, following, readers, kept)
            problems += read.problems
            if read.history is not None:
                histories.append(read.history)
    return histories, problems


def _graph(project: Project) -> dict[str, int]:
    """Return the place of each commit of the repositories in their graphs, newer ones larger."""
    return {
        commit.id: -age
        for repository in project.repositories
        if (head := repository.head()[1])
        for age, commit in enumerate(repository.log(head, first_parent=False, changes=False))
    }


def _no_runs(project: Project, tables: Tables, titles: list[str]) -> NoRunsError:
    looked = ", ".join(
        wanted.place.shown if wanted.place.shown != "." else "the current folder"
        for wanted in project.wanted
    )
    lines = [f"No runs were found. Looked in: {looked}.", f"Known formats: {', '.join(titles)}."]
    checks = len(tables.checks)
    if checks:
        lines.append(f"{checks} check(s) of data were found; they are shown beside runs.")
    hidden = sum(source.hidden_runs for source in tables.sources)
    if hidden:
        lines.append(f"{hidden} deleted run(s) are hidden.")
    lines += [str(problem) for problem in tables.problems[:5]]
    for passed in tables.skipped[:5]:
        lines.append(f"Passed over: {', '.join(passed.places)} ({passed.reason}).")
    lines.append(
        "Name the folder or file that holds the logs, as in `report build mlruns`; "
        "`report list sources` tells how each format is recognised."
    )
    return NoRunsError("\n".join(lines), "no-runs")
