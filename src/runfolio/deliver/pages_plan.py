"""Stage 6: what a commit on a branch for pages changes, before it is made.

In: the files of the branch, a built site, a wish. Out: what is written and what goes. Only what
runfolio wrote is ever replaced or taken away: a marker lists it, for the main report at the top
and for each report in a folder of its own.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from runfolio.deliver.built_site import MARKER, BuiltSite
from runfolio.deliver.pages_wish import INDEX, PagesWish
from runfolio.deliver.side_by_side import (
    RECORD,
    UNTITLED,
    known_reports,
    pruned,
    record_of,
    same_name,
)
from runfolio.errors import DeliveryError
from runfolio.model.published import PublishedReport

__all__ = ["IndexPage", "Plan", "plan_of"]

_HOME, _NO_JEKYLL, _CNAME = "index.html", ".nojekyll", "CNAME"

IndexPage = Callable[[Sequence[PublishedReport]], bytes]
"""Makes the page that lists reports, at the address of all of them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a commit changes.

    Parameters
    ----------
    written : mapping of str to bytes or None
        Content of new and changed files by path; None for one of the site, read when needed.
    removed : tuple of str
        Paths of files that go.
    new : int
        How many of those written were not there before.
    reports : tuple of PublishedReport
        All that lie there then.
    gone : tuple of str
        Folders of reports that go.
    """

    written: Mapping[str, bytes | None] = field(default_factory=dict)
    removed: tuple[str, ...] = ()
    new: int = 0
    reports: tuple[PublishedReport, ...] = ()
    gone: tuple[str, ...] = ()


def plan_of(
    files: Mapping[str, str],
    read: Callable[[str], bytes],
    site: BuiltSite | None,
    wish: PagesWish,
    branches: Iterable[str],
    index_page: IndexPage,
    *,
    algorithm: str = "sha1",
) -> Plan:
    """Plan a commit.

    Parameters
    ----------
    files : mapping of str to str
        Git's id of each file's content on the branch, by path.
    read : callable
        Returns the content of a path on the branch.
    site : BuiltSite or None
        What is published; None to take reports away only.
    wish : PagesWish
    branches : iterable of str
        The branches that there are.
    index_page : callable
        Makes the page that lists reports.
    algorithm : str
        Of git's ids.

    Raises
    ------
    DeliveryError
        If a file would be replaced that runfolio did not write (``publish-file-in-the-way``).
    """
    home = f"{wish.folder}/" if wish.folder else ""
    known = known_reports(files, read)
    wanted: dict[str, bytes | None] = {}
    ids: dict[str, str] = {}
    ours: set[str] = set()
    reports = known
    if site is not None:
        ours = _ours(files, read, wish.folder)
        for path, content in site.contents():
            if path != _NO_JEKYLL:
                wanted[home + path] = None
                ids[home + path] = _id(content, algorithm)
        changed = any(files.get(path) != ids[path] for path in ids) or bool(ours - ids.keys())
        reports = _with(known, site, wish.folder, branches, changed=changed)
    kept = pruned(
        *(reports, wish.folder),
        remove=wish.remove,
        keep=wish.keep,
        branches=branches if wish.prune else None,
    )
    gone = {path for folder in kept.gone for path in _ours(files, read, folder)}
    told = _own_pages(files, read, kept.reports, index_page)
    wanted |= told
    ids |= {path: _id(content, algorithm) for path, content in told.items()}
    if _NO_JEKYLL not in files:
        wanted[_NO_JEKYLL], ids[_NO_JEKYLL] = b"", _id(b"", algorithm)
    if wish.cname:
        content = f"{wish.cname}\n".encode()
        wanted[_CNAME], ids[_CNAME] = content, _id(content, algorithm)
    free = ours | gone | _lists(files, read)
    _refuse_in_the_way(wanted, files, free | {_CNAME, _NO_JEKYLL}, known, wish)
    stale = free - wanted.keys()
    return Plan(
        {path: content for path, content in wanted.items() if files.get(path) != ids[path]},
        tuple(sorted(stale & files.keys())),
        sum(path not in files for path in wanted),
        kept.reports,
        kept.gone,
    )


def _with(
    known: Sequence[PublishedReport],
    site: BuiltSite,
    folder: str,
    branches: Iterable[str],
    *,
    changed: bool,
) -> tuple[PublishedReport, ...]:
    """Add the report; one that changed is the newest now, another stays in its place."""
    of_branch = bool(folder) and same_name(folder) in map(same_name, branches)
    told = [one for one in known if one.folder == folder]
    of_branch = of_branch or any(one.of_branch for one in told)
    title = site.title or folder or UNTITLED
    own = PublishedReport(folder, title, site.data_as_of, of_branch)
    if told and not changed:
        return tuple(own if one.folder == folder else one for one in known)
    return (own, *(one for one in known if one.folder != folder))


def _ours(files: Mapping[str, str], read: Callable[[str], bytes], folder: str) -> set[str]:
    """Return the paths that make up the report that is there."""
    home = f"{folder}/" if folder else ""
    marker = home + MARKER
    if marker not in files:
        if folder and any(path.startswith(home) for path in files):
            raise DeliveryError(
                f"The branch has a folder {folder} that runfolio did not write; it was left as "
                "it is. Name another folder with --subdir.",
                "publish-file-in-the-way",
            )
        return set()
    try:
        listed = {home + str(path) for path in json.loads(read(marker))["files"]}
    except (ValueError, KeyError, TypeError) as error:
        raise DeliveryError(
            f"The file {marker} on the branch, which lists the files of the report there, cannot "
            "be read, so they cannot be told from others. Take the report off the branch by hand, "
            "or name another branch.",
            "publish-marker-unreadable",
        ) from error
    return ({marker} | listed - {_NO_JEKYLL, _CNAME}) & files.keys()


def _lists(files: Mapping[str, str], read: Callable[[str], bytes]) -> set[str]:
    """Return the paths of lists of reports that we wrote: the record tells."""
    if RECORD not in files or b"runfolio-reports" not in read(RECORD)[:200]:
        return set()
    ours = {RECORD, INDEX}
    same_page = _HOME in files and files.get(_HOME) == files.get(INDEX)
    return ours | ({_HOME} if MARKER not in files and same_page else set())


def _own_pages(
    files: Mapping[str, str],
    read: Callable[[str], bytes],
    reports: Sequence[PublishedReport],
    index_page: IndexPage,
) -> dict[str, bytes]:
    """Return the lists of the reports, where any of these has a folder."""
    if not any(one.folder for one in reports):
        return {}
    page = index_page(reports)
    found = {RECORD: record_of(reports), INDEX: page}
    main = any(not one.folder for one in reports)
    if not main and (_HOME not in files or _HOME in _lists(files, read)):
        found[_HOME] = page
    return found


def _refuse_in_the_way(
    wanted: Iterable[str],
    files: Mapping[str, str],
    may: set[str],
    known: Sequence[PublishedReport],
    wish: PagesWish,
) -> None:
    theirs = files.keys() - may
    folders = {folder for path in theirs for folder in _above(path)}
    reports = {one.folder for one in known if one.folder and one.folder != wish.folder}
    for path in wanted:
        taken = path in theirs or path in folders or any(up in theirs for up in _above(path))
        if taken or (not wish.folder and path.partition("/")[0] in reports and "/" in path):
            raise DeliveryError(
                f"The branch {wish.branch} has {path} already, and the report would replace it. "
                "Only what runfolio wrote is replaced: move it away, publish beside it with "
                "--subdir NAME, or name another branch.",
                "publish-file-in-the-way",
            )


def _above(path: str) -> Iterator[str]:
    for match in re.finditer("/", path):
        yield path[: match.start()]


def _id(content: bytes, algorithm: str) -> str:
    """Return git's id of a file's content."""
    return hashlib.new(algorithm, b"blob %d\0" % len(content) + content).hexdigest()
