"""What lies between two states: revisions, runs, sites, or the ends of a branch.

In: `Sides`, or a project and a branch. Out: what changed, analysed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.model.problems import Problem
from runfolio.progress import Clock
from runfolio.project import Project
from runfolio.reading import read_histories, read_project, read_tables
from runfolio.request import Request

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.branch import BranchDiff
    from runfolio.analysis.history import Moves
    from runfolio.analysis.revision_diff import Compared, StateDiff
    from runfolio.analysis.since import LastReport
    from runfolio.analysis.states import Side
    from runfolio.audience.apply import Audience
    from runfolio.audience.hidden import Cut
    from runfolio.config import Settings
    from runfolio.model.branch import Branch
    from runfolio.model.tables import Tables
    from runfolio.sides import Ends, SideOf, Sides
    from runfolio.storage.git.repository import Repository

    BranchEnds = tuple[Repository, Ends]

__all__ = [
    "NO_LAST_REPORT",
    "branch_diff",
    "cut_last_report",
    "difference",
    "ends_of_branch",
    "read_branch",
    "read_last_report",
    "since_last_report",
]


NO_LAST_REPORT = Problem(
    "report.yaml",
    "previous-anonymized",
    "What is new since the earlier site (previous:) is not told under pseudonyms: the two reports "
    "give them each by itself.",
    "Nothing to do.",
    "note",
)


def difference(sides: Sides, clock: Clock) -> Compared:
    if sides.kind == "sites":
        return _diff_of_sites(sides)
    if sides.kind == "runs":
        return _diff_of_runs(sides, clock)
    from runfolio.analysis.revision_diff import Compared, Part
    from runfolio.audience.secrets import masked

    moves = _moves(sides.project, sides.repository, clock)
    settings = sides.project.settings
    found, problems = _diff_of(
        *(settings, sides.before, sides.after, moves, clock),
        lambda tables: masked(tables, settings).tables,
    )
    return Compared(
        *("revisions", sides.before.label, sides.after.label, (Part("", found),)),
        notes=sides.notes,
        problems=problems,
    )


def ends_of_branch(project: Project, request: Request) -> BranchEnds | None:
    from runfolio.sides import ends_of

    return ends_of(project, request.compare) if request.compare else None


def read_branch(
    project: Project, repository: Repository, ends: Ends, tables: Tables
) -> tuple[Branch, SideOf, SideOf]:
    """Return what is known of a branch, and its two ends; files that are followed are no news."""
    from runfolio.sides import branch_of

    followed = [path for history in tables.histories for path in history.files]
    return branch_of(project, repository, ends, followed)


def branch_diff(
    sides: tuple[SideOf, SideOf],
    cut: Cut,
    moves: Sequence[Moves],
    audience: Audience,
    settings: Settings,
    clock: Clock,
) -> BranchDiff | None:
    """Read both ends of a branch and tell what it changes, as far as an audience may see it.

    Parameters
    ----------
    sides : (SideOf, SideOf)
        Where it left the other, and its own newest commit.
    cut : Cut
        What the audience sees of the whole, with the branch.
    moves : sequence of Moves
    audience : Audience
    settings : Settings
        Before they were cut.
    clock : Clock
    """
    from runfolio.analysis.branch import BranchDiff

    if cut.tables.branch is None:
        return None
    found, problems = _diff_of(
        *(cut.settings, *sides, moves, clock),
        lambda tables: audience.sees(tables, settings, cut.hidden).tables,
    )
    return BranchDiff(cut.tables.branch, found, problems)


def read_last_report(project: Project) -> tuple[LastReport | None, tuple[Problem, ...]]:
    """Read the earlier report that the configuration names, if it names one."""
    from runfolio.analysis.since import LastReport
    from runfolio.errors import UsageError
    from runfolio.ingest.built_site import read_site

    previous = project.settings.previous
    if previous is None:
        return None, ()
    try:
        site = read_site((project.folder / previous).as_posix().removesuffix("/report.json"))
    except UsageError as error:
        missing = Problem(
            "report.yaml",
            "previous-unreadable",
            f"The earlier site {previous!r} (previous:) cannot be read: {error}",
            "Name the folder of a built site; what is new since then is not told.",
        )
        return None, (missing,)
    return LastReport(site.tables, site.champion_label, site.champion_runs, site.gates), ()


def cut_last_report(
    last: LastReport, cut: Cut, audience: Audience, settings: Settings
) -> LastReport | None:
    """Return what an audience may see of an earlier report; None where that is no run.

    Requirements that are hidden are not told of it either.
    """
    from runfolio.audience.quoted import rewriter
    from runfolio.errors import UsageError

    try:
        tables = audience.sees(last.tables, settings, cut.hidden).tables
    except UsageError:
        return None
    asked = {one.name for one in cut.settings.requirements}
    hide = rewriter(cut.hidden)
    return replace(
        last,
        tables=tables,
        champion=hide(last.champion),
        champion_runs=tuple(run for run in last.champion_runs if run in tables.runs.index),
        gates={name: outcome for name, outcome in last.gates.items() if name in asked},
    )


def since_last_report(analysed: Analysed, last: LastReport, settings: Settings) -> Analysed:
    """Tell what is new since an earlier report."""
    from runfolio.analysis.since import since_last

    told = since_last(analysed, last, settings.replicates.ignore, settings.compared.evaluation)
    return replace(analysed, since=told)


def _diff_of(
    settings: Settings,
    before: SideOf,
    after: SideOf,
    moves: Sequence[Moves],
    clock: Clock,
    cut: Callable[[Tables], Tables],
) -> tuple[StateDiff, tuple[Problem, ...]]:
    """Read two places and compare them."""
    from runfolio.analysis.states import Side, compare_sides

    def read(side: SideOf) -> Side:
        assert side.project is not None
        return Side(side.label, cut(read_tables(side.project, clock)), side.commit)

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
    from runfolio.audience.secrets import masked

    tables = masked(read_project(sides.project, clock), sides.project.settings).tables
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
