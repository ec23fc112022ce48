"""What two names mean that are compared: revisions of a repository, runs, or built sites.

In: names as a person wrote them. Out: `Sides`: which kind they are, and of revisions the
projects to read. Nothing is read here but the configuration and, of a repository, names,
branches and the log between two commits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from runfolio.errors import UsageError
from runfolio.project import Project, open_project

if TYPE_CHECKING:
    from runfolio.ingest.discover import Wanted
    from runfolio.model.branch import Branch
    from runfolio.storage.git.repository import Repository

__all__ = ["Ends", "SideOf", "Sides", "branch_of", "ends_of", "open_sides"]

SITE_FILE = "report.json"


@dataclass(frozen=True, slots=True)
class SideOf:
    """One of the two.

    Parameters
    ----------
    name : str
        As it was written.
    label : str
        As people see it, such as ``main at abc1234``.
    project : Project or None
        What to read there; None for a run and a site.
    commit : str
        Its commit, with which paths of its runs are marked; empty for files that are there.
    """

    name: str
    label: str
    project: Project | None = None
    commit: str = ""


@dataclass(frozen=True, slots=True)
class Sides:
    """What is compared.

    Parameters
    ----------
    kind : {"revisions", "runs", "sites"}
    before, after : SideOf
    project : Project
        In which the names were looked up.
    repository : Repository or None
        Whose history tells how much metrics move by themselves.
    notes : tuple of str
        How the names were understood, where they could mean something else.
    unknown : str
        Of runs: why the names are no revisions either.
    """

    kind: Literal["revisions", "runs", "sites"]
    before: SideOf
    after: SideOf
    project: Project
    repository: Repository | None = None
    notes: tuple[str, ...] = ()
    unknown: str = ""


@dataclass(frozen=True, slots=True)
class Ends:
    """Two commits and the names that were given for them."""

    before_name: str
    before: str
    after_name: str
    after: str


def open_sides(before: str, after: str | None, source: str | None, config: Path | None) -> Sides:
    """Find out what two names mean.

    Folders with a ``report.json`` are sites; names that git knows are revisions; else they are
    runs. Without a second name the first is compared with the files that are there now.

    Parameters
    ----------
    before : str
        Also ``A..B`` and ``A...B``; the latter compares B with the commit where it left A.
    after, source : str or None
    config : Path or None

    Raises
    ------
    ConfigError, UsageError
    """
    dots, since = "", before
    if after is None and ".." in before and not Path(before).exists():
        dots = "..." if "..." in before else ".."
        since, _, rest = before.partition(dots)
        since, after = since or "HEAD", rest or "HEAD"
    sites = [_is_site(name) for name in (since, after) if name is not None and not dots]
    project = open_project((source,) if source else (), config)
    unknown = ""
    try:
        repository = _repository(project)
    except UsageError as error:  # it cannot be read: runs and sites can be compared without it
        if after is None or dots:
            raise
        repository, unknown = None, error.message
    if after is not None and not dots and any(sites):
        if not all(sites):
            site, other = (since, after) if sites[0] else (after, since)
            raise UsageError(
                f"{site!r} is a built site, and {other!r} is none: there is no {SITE_FILE} in it. "
                "Give two sites, two revisions or two runs.",
                "diff-mixed",
            )
        also = [name for name in (since, after) if _known(repository, name)]
        told = f"{' and '.join(map(repr, also))} also names a revision; the folder was taken."
        return Sides(
            *("sites", SideOf(since, since), SideOf(after, after), project),
            notes=(told,) if also else (),
        )
    if repository is None:
        if after is None or dots:
            raise _no_repository(source)
        left, right = SideOf(since, since), SideOf(after, after)
        return Sides("runs", left, right, project, unknown=unknown)
    try:
        commits = [repository.resolve(name) for name in (since, after) if name is not None]
    except UsageError as error:  # no revision: it may be a run
        if after is None or dots:
            raise
        left, right = SideOf(since, since), SideOf(after, after)
        return Sides("runs", left, right, project, unknown=error.message)
    notes = []
    first = commits[0]
    label = _shown(since, first)
    if dots == "...":
        first = _base(repository, first, commits[1], since, after or "")
        label = f"{first[:7]}, where {after} left {since}"
        notes.append(f"{since}...{after} means what {after} changed since it left {since}.")
    left = _side(project, repository, since, first, label)
    if after is not None:
        right = _side(project, repository, after, commits[1], _shown(after, commits[1]))
    elif repository.is_bare:
        right = _side(project, repository, "HEAD", repository.resolve("HEAD"), "")
        notes.append(f"{repository.label} has no files beside it, so HEAD was taken.")
    else:
        present = tuple(want for want in project.wanted if want.revision is None)
        here = replace(project, wanted=present, repositories=(), problems=())
        right = SideOf("", "the working tree", here)
    return Sides("revisions", left, right, project, repository, tuple(notes))


def ends_of(project: Project, told: str) -> tuple[Repository, Ends]:
    """Return the two commits that ``A..B``, ``A...B`` or ``A`` (for ``A..HEAD``) names.

    Parameters
    ----------
    project : Project
    told : str

    Raises
    ------
    UsageError
        If there is no repository, or it has no such revision.
    """
    repository = _repository(project)
    if repository is None:
        raise _no_repository(None)
    onto, _, name = told.partition("..." if "..." in told else "..")
    onto, name = onto or "HEAD", name or "HEAD"
    return repository, Ends(onto, repository.resolve(onto), name, repository.resolve(name))


def branch_of(
    project: Project, repository: Repository, ends: Ends, followed: Sequence[str]
) -> tuple[Branch, SideOf, SideOf]:
    """Return what is told of a branch, and its base and tip to read.

    Parameters
    ----------
    project : Project
    repository : Repository
    ends : Ends
        The branch is the second; it is compared with the commit where it left the first.
    followed : sequence of str
        Files of metrics, params and data, which are told otherwise.

    Raises
    ------
    UsageError
        If the two have no commit in common.
    """
    from runfolio.ingest.private import impersonal
    from runfolio.ingest.web import web_of
    from runfolio.model.branch import MOST_SHOWN, Branch, BranchCommit
    from runfolio.model.order import natural
    from runfolio.storage.base import readable

    base = _base(repository, ends.before, ends.after, ends.before_name, ends.after_name)
    shown: list[BranchCommit] = []
    paths: set[str] = set()
    count = 0
    for commit in repository.log(ends.after, first_parent=False, since=base):
        count += 1
        if len(shown) < MOST_SHOWN:
            shown.append(BranchCommit(commit.id, impersonal(commit.subject)))
        paths.update(change.path for change in commit.changes)
    top = f"{repository.prefix}/" if repository.prefix else ""
    known = {f"{top}{path}" for path in followed}
    files = [readable(path) for path in sorted(paths - known, key=natural)]
    moved_on = repository.log(ends.before, first_parent=False, since=base, changes=False)
    branch = Branch(
        name=readable(ends.after_name),
        onto=readable(ends.before_name),
        base=base,
        tip=ends.after,
        moved_on=sum(1 for _ in moved_on),
        commits=tuple(shown),
        commit_count=count,
        files=tuple(files[:MOST_SHOWN]),
        file_count=len(files),
        web=web_of(repository.remote()),
    )
    return (
        branch,
        _side(project, repository, "", base, f"{base[:7]}, where it left {branch.onto}"),
        _side(project, repository, ends.after_name, ends.after, ""),
    )


def _side(project: Project, repository: Repository, name: str, commit: str, label: str) -> SideOf:
    """Return the side that a commit is: the project as its files were there."""
    wanted = tuple(_at(project, repository, commit))
    there = replace(project, wanted=wanted, repositories=(), problems=())
    return SideOf(name, label or _shown(name, commit), there, commit[:8])


def _at(project: Project, repository: Repository, commit: str) -> list[Wanted]:
    """Return the places that the project looks in, as they were at a commit."""
    from runfolio.ingest.discover import Wanted
    from runfolio.storage.base import Place
    from runfolio.storage.git.repository import Repository
    from runfolio.storage.local import LocalStorage

    found = []
    for want in project.wanted:
        storage, path = want.place.storage, want.place.path
        if want.revision is not None or not isinstance(storage, LocalStorage):
            continue
        # The repository may also begin below the folder that the places share.
        for folder, below in ((Path(storage.root), path), (Path(storage.root) / path, "")):
            own = Repository.find(folder, repository.label)
            if own is not None and own.git_dir == repository.git_dir:
                label = storage.label if below == path else want.place.shown
                there = repository.revision(commit, own.prefix, _marked(label, commit))
                found.append(Wanted(Place(there, below), want.format, want.experiment))
                break
    if not found:
        label = _marked(repository.label, commit)
        found.append(Wanted(Place(repository.revision(commit, label=label))))
    return found


def _marked(label: str, commit: str) -> str:
    return f"{label}@{commit[:8]}" if label else commit[:8]


def _repository(project: Project) -> Repository | None:
    """Return the repository that is followed, else the one that a source lies in."""
    from runfolio.storage.git.repository import Repository

    if project.repositories:
        return project.repositories[0]
    for path in project.inputs:
        found = Repository.find(path if path.is_dir() else path.parent, path.name)
        if found is not None:
            return found
    return None


def _base(repository: Repository, one: str, other: str, onto: str, name: str) -> str:
    base = repository.merge_base(one, other)
    if base is None:
        raise UsageError(
            f"{onto!r} and {name!r} have no commit in common, so neither left the other. "
            "`report diff A B` compares any two revisions.",
            "git-no-common-commit",
        )
    return base


def _known(repository: Repository | None, name: str) -> bool:
    try:
        return repository is not None and bool(repository.resolve(name))
    except UsageError:
        return False


def _is_site(name: str) -> bool:
    return (Path(name) / SITE_FILE).is_file()


def _shown(name: str, commit: str) -> str:
    from runfolio.storage.base import readable

    if commit.startswith(name.lower()):
        return commit[:7]
    return f"{readable(name)} at {commit[:7]}"


def _no_repository(source: str | None) -> UsageError:
    place = repr(source) if source else "the current folder"
    return UsageError(
        f"There is no git repository at {place}, so there are no revisions to compare. "
        "Name one with --source, or give two runs or two built sites.",
        "diff-no-repository",
    )
