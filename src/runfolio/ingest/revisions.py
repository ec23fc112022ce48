"""Stage 1c: the revisions of a repository that are runs: branches, requests, experiments.

In: a repository. Out: which of its revisions are read as folders beside the one that is
reported on, and records that say which revision they come from.

::

    refs/heads/<branch>  refs/remotes/<remote>/<branch>       that are not merged
    refs/pull/<n>/head   refs/merge-requests/<n>/head  refs/remotes/<remote>/pr/<n>
    refs/exps/<2 hex>/<38 hex of the baseline>/<name>         experiments of DVC
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.records import RunRecord
from runfolio.storage.base import readable
from runfolio.storage.commits import Commits

__all__ = ["Revision", "at_home", "of_revision", "path_in", "revisions_of"]

MOST_REVISIONS = 50
"""Branches, requests and experiments that are read at most, the newest."""

_EXPERIMENT = re.compile(r"refs/exps/([0-9a-f]{2})/([0-9a-f]{38}|[0-9a-f]{62})/(.+)")
_REQUEST = re.compile(
    r"refs/(?:(?:remotes/[^/]+/)?(?:pull|pr|merge-requests)|pull-requests)/(\d+)(?:/head|/from)?"
)
_BRANCH = re.compile(r"refs/(?:heads|remotes/[^/]+)/(?!HEAD$)(.+)")


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision that is read as a folder of runs.

    Parameters
    ----------
    name : str
        Of the branch or experiment, or ``request 12``; as people see it.
    commit : str
    home : str
        How the folder that is reported on is shown: its runs are the present ones.
    time : int or None
        When it was committed, in milliseconds since 1970 in UTC.
    baseline : str
        The commit of the reported branch that it builds on; empty where there is none.
    on_present : bool
        Whether that is the commit that is reported on.
    is_present : bool
        Whether this is it itself, of a repository without files beside it.
    """

    name: str
    commit: str
    home: str = ""
    time: int | None = None
    baseline: str = ""
    on_present: bool = False
    is_present: bool = False


def revisions_of(repository: Commits, head: str, home: str) -> tuple[list[Revision], list[Problem]]:
    """Return the revisions that are read beside a commit, by name.

    Parameters
    ----------
    repository : Commits
    head : str
        The commit that is reported on: what is merged into it is no revision of its own.
    home : str
        How the folder that is reported on is shown.
    """
    named: dict[str, tuple[str, str]] = {}
    for ref, commit in sorted(repository.refs().items(), key=_local_first):
        told = _told(ref)
        if told is not None and commit != head:
            named.setdefault(commit, told)
    tips = sorted(repository.tips(list(named)), key=lambda tip: (-tip.time, tip.id))
    found: list[Revision] = []
    left_out = 0
    for tip in tips:
        name, baseline = named[tip.id]
        if len(found) == MOST_REVISIONS:
            left_out += 1
            continue
        if not baseline:
            baseline = repository.merge_base(head, tip.id) or ""
            if baseline == tip.id:
                continue  # merged
        found.append(
            Revision(
                *(readable(name), tip.id, home, tip.time or None, baseline),
                on_present=baseline == head,
            )
        )
    problems = []
    if left_out:
        problems.append(
            Problem(
                repository.label or "the repository",
                "git-too-many-branches",
                f"Only the {MOST_REVISIONS} newest branches and experiments were read as runs; "
                f"{format_count(left_out)} older ones were left out.",
                "Delete branches that are no longer needed, or name the one to report on.",
                "note",
            )
        )
    return sorted(found, key=lambda one: one.name), problems


def at_home(location: str, root: str, revision: Revision) -> str:
    """Return a source's place in a revision as that in the folder that is reported on."""
    inside = location.removeprefix(root).strip("/") if location.startswith(root) else location
    return f"{revision.home}/{inside}".strip("/") or "."


def path_in(root: str, run: RunRecord) -> str:
    """Return the path of a run below a root, as both are shown."""
    return run.path.removeprefix(root).strip("/").removeprefix(".")


def of_revision(
    run: RunRecord, root: str, revision: Revision, present: RunRecord | None, *, alone: bool
) -> RunRecord:
    """Return the record of a run as one of a revision.

    A run without an id of its own is another in each revision; with one it is the same run
    wherever it is found.

    Parameters
    ----------
    run : RunRecord
    root : str
        How the root of the revision is shown.
    revision : Revision
    present : RunRecord or None
        The run at the same path of the folder that is reported on.
    alone : bool
        Whether the revision holds no other such run: then it is called like it, as the run at
        its top always is.
    """
    run = replace(run, location=at_home(run.location, root, revision))
    if not run.id_is_path:
        return run
    at_top = alone or not path_in(root, run)
    known = replace(
        run,
        name=revision.name if at_top else f"{run.name} ({revision.name})",
        commit=run.commit or revision.commit,
        started=run.started or revision.time,
    )
    if revision.is_present:
        return known
    tags = {"revision": revision.name}
    if revision.baseline:
        tags["baseline commit"] = revision.baseline[:12]
    return replace(
        known,
        id=f"{present.id if present else run.id}@{revision.commit[:12]}",
        id_is_path=False,
        experiment=present.experiment if present else run.experiment,
        parent=run.parent or (present.id if present and revision.on_present else None),
        tags={**run.tags, **tags},
    )


def _told(ref: str) -> tuple[str, str] | None:
    """Return the name of a ref for people, and the baseline where the ref holds it."""
    if found := _EXPERIMENT.fullmatch(ref):
        return found[3], found[1] + found[2]
    if found := _REQUEST.fullmatch(ref):
        return f"request {found[1]}", ""
    if found := _BRANCH.fullmatch(ref):
        return found[1], ""
    return None


def _local_first(item: tuple[str, str]) -> tuple[int, str]:
    """Sort so that of refs with one commit the most telling gives it its name."""
    kinds = ("refs/exps/", "refs/heads/", "refs/pull", "refs/merge-requests/")
    place = next((at for at, kind in enumerate(kinds) if item[0].startswith(kind)), len(kinds))
    return place, item[0]
