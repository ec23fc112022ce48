"""Stage 6: which reports lie at one address, and which of them stay.

In: what the branch has, what is added, what is to go. Out: the reports, the main one first,
then the newest. The branch itself remembers them, in a file that says no more than its pages.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from runfolio.deliver.built_site import MARKER, described
from runfolio.model.published import PublishedReport

__all__ = ["RECORD", "UNTITLED", "Kept", "known_reports", "pruned", "record_of", "same_name"]

RECORD = "reports.json"
UNTITLED = "Report"
"""What a report is called that does not tell its title."""
_FORMAT = "runfolio-reports"
_LONGEST = 63
"""Characters that GitLab keeps of a branch's name in CI_COMMIT_REF_SLUG."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What stays and what goes.

    Parameters
    ----------
    reports : tuple of PublishedReport
    gone : tuple of str
        Folders of those that go, sorted.
    """

    reports: tuple[PublishedReport, ...]
    gone: tuple[str, ...] = ()


def known_reports(
    files: Mapping[str, str], read: Callable[[str], bytes]
) -> tuple[PublishedReport, ...]:
    """Return the reports on a branch, those with a folder in the order of its record.

    Parameters
    ----------
    files : mapping of str to str
        What identifies each file's content, by path.
    read : callable
        Returns the content of a path.
    """
    end = f"/{MARKER}"
    there = [
        path.removesuffix(end) for path in files if path.endswith(end) and path.count("/") == 1
    ]
    if MARKER in files:
        there.insert(0, "")
    told = _recorded(read(RECORD)) if RECORD in files else {}
    known = [told[folder] for folder in told if folder in there]
    new = [folder for folder in there if folder not in told]
    return tuple(known + [_described(folder, files, read) for folder in new])


def pruned(
    reports: Iterable[PublishedReport],
    current: str,
    *,
    remove: Sequence[str] = (),
    keep: int | None = None,
    branches: Iterable[str] | None = None,
) -> Kept:
    """Choose which reports stay; the main one and the current one always do.

    Parameters
    ----------
    reports : iterable of PublishedReport
        The newest first.
    current : str
        Folder of the one that was just added; empty for the main one, or none.
    remove : sequence of str
        Folders that go.
    keep : int or None
        How many with a folder stay; None for all.
    branches : iterable of str or None
        The branches that there are: a report that was made for another one goes. None for no
        such rule.
    """
    alive = None if branches is None else {same_name(name) for name in branches}
    stay: list[PublishedReport] = []
    gone: list[str] = []
    for one in sorted(reports, key=lambda one: (one.folder != "", one.folder != current)):
        beside = sum(other.folder != "" for other in stay)
        if one.folder in ("", current):
            stay.append(one)
        elif (
            one.folder in remove
            or (one.of_branch and alive is not None and same_name(one.folder) not in alive)
            or (keep is not None and beside >= keep)
        ):
            gone.append(one.folder)
        else:
            stay.append(one)
    order = {one.folder: place for place, one in enumerate(reports)}
    stay.sort(key=lambda one: (one.folder != "", order[one.folder]))
    return Kept(tuple(stay), tuple(sorted(gone)))


def record_of(reports: Iterable[PublishedReport]) -> bytes:
    """Return the record that the branch keeps, for `known_reports` and for other programs."""
    listed = [
        {
            "folder": one.folder,
            "title": one.title,
            "data_as_of": one.data_as_of,
            "of_branch": one.of_branch,
        }
        for one in reports
    ]
    content = {"format": _FORMAT, "version": 1, "reports": listed}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8", "replace")


def same_name(branch: str) -> str:
    """Return what a branch's name and the folder that is called after it have in common."""
    return re.sub(r"[^a-z0-9]+", "-", branch.lower())[:_LONGEST].strip("-")


def _recorded(content: bytes) -> dict[str, PublishedReport]:
    """Read a record; what somebody made unreadable is found anew."""
    try:
        told = json.loads(content)["reports"]
        return {
            str(one["folder"]): PublishedReport(
                *(str(one["folder"]), str(one["title"]), str(one["data_as_of"])),
                of_branch=bool(one["of_branch"]),
            )
            for one in told
        }
    except (ValueError, KeyError, TypeError):
        return {}


def _described(
    folder: str, files: Mapping[str, str], read: Callable[[str], bytes]
) -> PublishedReport:
    path = f"{folder}/report.json" if folder else "report.json"
    found = PublishedReport(folder, folder or UNTITLED)
    if path in files:
        title, day = described(read(path))
        found = replace(found, title=title or found.title, data_as_of=day)
    return found
