"""What lies between two states: revisions, runs, sites, or the ends of a branch.

In: `Sides`, or a project and a branch. Out: what changed, analysed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.model.problems import Problem
from runfolio.progress import Clock
from runfolio.project import Project
from runfolio.reading import read_histories, read_project, read_tables
from runfolio.request import Request

if TYPE_CHECKING:
    from runfolio.analysis.branch import BranchDiff
    from runfolio.analysis.history import Moves
    from runfolio.analysis.revision_diff import Compared, StateDiff
    from runfolio.analysis.states import Side
    from runfolio.config import Settings
    from runfolio.sides import Ends, SideOf, Sides
    from runfolio.storage.git.repository import Repository

__all__ = ["branch_diff", "difference", "ends_of_branch"]


def difference(sides: Sides, clock: Clock) -> Compared:
    if sides.kind == "sites":
        return _diff_of_sites(sides)
    if sides.kind == "runs":
        return _diff_of_runs(sides, clock)
    from runfolio.analysis.revision_diff import Compared, Part

    moves = _moves(sides.project, sides.repository, clock)
    found, problems = _diff_of(sides.project.settings, sides.before, sides.after, moves, clock)
    return Compared(
        *("revisions", sides.before.label, sides.after.label, (Part("", found),)),
        notes=sides.notes,
        problems=problems,
    )


def ends_of_branch(project: Project, request: Request) -> tuple[Repository, Ends] | None:
    from runfolio.sides import ends_of

    return ends_of(project, request.compare) if request.compare else None


def branch_diff(
    project: Project, repository: Repository, ends: Ends, moves: Sequence[Moves], clock: Clock
) -> BranchDiff:
    """Read both ends of a branch, and tell what it changes."""
    from runfolio.analysis.branch import BranchDiff
    from runfolio.sides import branch_of

    followed = [path for one in moves for path in one.history.files]
    branch, base, tip = branch_of(project, repository, ends, followed)
    found, problems = _diff_of(project.settings, base, tip, moves, clock)
    return BranchDiff(branch, found, problems)


def _diff_of(
    settings: Settings, before: SideOf, after: SideOf, moves: Sequence[Moves], clock: Clock
) -> tuple[StateDiff, tuple[Problem, ...]]:
    """Read two places and compare them."""
    from runfolio.analysis.states import Side, compare_sides

    def read(side: SideOf) -> Side:
        assert side.project is not None
        return Side(side.label, read_tables(side.project, clock), side.commit)

    left, right = read(before), read(after)
    problems = sorted({*left.tables.problems, *right.tables.problems})
    return compare_sides(left, right, settings, moves), tuple(problems)


def _moves(project: Project, repository: Repository | None, clock: Clock) -> list[Moves]:
    """Read from the history how much each metric moves by itself; `build` tells its problems."""
    from runfolio.analysis.states import moves_of

    if repository is None or project.settings.history.follow == "off":
        return []
    histories, _ = read_histories(replace(project, repositories=(repository,)), clock)
    with clock.stage("Analysing"):
        return [moves_of(history, project.settings) for history in histories]


def _diff_of_runs(sides: Sides, clock: Clock) -> Compared:
    from runfolio.analysis.revision_diff import Compared, Part
    from runfolio.analysis.states import compare_runs, run_named

    tables = read_project(sides.project, clock)
    before, after = (
        run_named(tables, side.name, sides.unknown) for side in (sides.before, sides.after)
    )
    found = compare_runs(tables, before, after, sides.project.settings)
    return Compared("runs", found.before.label, found.after.label, (Part("", found),))


def _diff_of_sites(sides: Sides) -> Compared:
    from runfolio.analysis.states import Side, compare_sites
    from runfolio.ingest.built_site import read_site

    before, after = (read_site(side.name) for side in (sides.before, sides.after))
    found = compare_sites(
        *(Side(sides.before.label, before.tables), before.champion),
        *(Side(sides.after.label, after.tables), after.champion),
        sides.project.settings,
        after.summary,
    )
    return replace(found, notes=(*sides.notes, *found.notes))
