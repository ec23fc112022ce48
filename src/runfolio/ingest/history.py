"""Stage 1c: the commits of a branch become the history of what is followed in them.

In: a repository and the readers of followed files. Out: `History` and problems. Three steps:
one pass over the log (`_Log`: which files changed where, and what they were called before),
one pass over the contents that are not yet known (each parsed once), and the fold of both into
tables. What a commit holds is looked at only where it changed something.
"""

from __future__ import annotations

import fnmatch
import posixpath
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
import pandas as pd

from runfolio.errors import UsageError
from runfolio.ingest.kept import KeptVersions
from runfolio.ingest.private import impersonal
from runfolio.ingest.times import times_of
from runfolio.ingest.web import web_of
from runfolio.model.history import MOST_FILES, History
from runfolio.model.numbers import format_count
from runfolio.model.order import natural
from runfolio.model.problems import Problem, Severity
from runfolio.sources.base import Followed, HistoryReader, Version
from runfolio.storage.base import StorageError, readable
from runfolio.storage.commits import Commit, Commits

__all__ = ["Following", "ReadHistory", "read_history"]

MOST_COMMITS = 100_000
"""Commits that are looked at, the newest."""
MOST_FOLLOWED = 200
"""Files of metrics that are followed at most, those that changed most often."""
_SHOWN = 5
"""Problems of one kind that are told one by one."""


@dataclass(frozen=True, slots=True)
class Following:
    """What is followed, where the configuration says so.

    Parameters
    ----------
    paths, params : tuple of str
        Files of metrics and of params, as patterns (``reports/*.json``); without any they are
        found.
    branch : str or None
        Whose commits; None for the current one.
    since : str or None
        A revision: only commits after it.
    tags : str
        Pattern of the tags that are shown.
    first_parent : bool
        Whether a merge is one commit, or all that it brought in are followed one by one.
    authors : bool
        Whether authors are shown.
    aliases : mapping of str to str
        Names of metrics as they were once, and those that they get.
    """

    paths: tuple[str, ...] = ()
    params: tuple[str, ...] = ()
    branch: str | None = None
    since: str | None = None
    tags: str = "*"
    first_parent: bool = True
    authors: bool = False
    aliases: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReadHistory:
    """What was read: the history, None where nothing is followed; and how much was parsed."""

    history: History | None
    problems: tuple[Problem, ...] = ()
    parsed: int = 0
    kept: int = 0


def read_history(
    repository: Commits,
    following: Following,
    readers: Mapping[str, HistoryReader],
    kept: KeptVersions,
) -> ReadHistory:
    """Read the history of a repository.

    Parameters
    ----------
    repository : Commits
    following : Following
    readers : mapping of str to HistoryReader
    kept : KeptVersions
        What was read in earlier builds.

    Raises
    ------
    UsageError
        If the configured branch or revision does not exist.
    """
    findings = _Findings(repository.label)
    branch, head = repository.head()
    if following.branch:
        branch, head = following.branch, repository.resolve(following.branch)
    if not head:
        findings.add("", "git-no-commits", "There are no commits yet.", "Commit, and build again.")
        return ReadHistory(None, tuple(findings.all()))
    since = repository.resolve(following.since) if following.since else None
    log = _Log.of(repository, head, following, since)
    if log.broken:
        findings.add("", "git-history-broken", f"Older commits are missing: {log.broken}", "")
    if not log.commits:
        return ReadHistory(None, tuple(findings.all()))
    contents = _Contents(repository, log)
    followed = _followed(log, following, readers, contents, findings)
    if not any(one.role == "metrics" for one in followed.values()):
        return ReadHistory(None, tuple(findings.all()))
    versions = _Versions(repository, readers, kept)
    versions.read(log, followed)
    history = _Fold(repository, branch, log, followed, versions, findings).history(following)
    if repository.is_shallow:
        findings.add(
            "",
            "git-shallow",
            "The clone is shallow: commits before "
            f"{log.commits[0].id[:8]} are missing from its history.",
            "Run `git fetch --unshallow`, and build again.",
        )
    if len(log.commits) >= MOST_COMMITS:
        findings.add(
            "",
            "git-history-cut",
            f"Only the newest {format_count(MOST_COMMITS)} commits were read.",
            "Set history.since in report.yaml to begin where it matters.",
            "note",
        )
    return ReadHistory(history, tuple(findings.all()), versions.parsed, versions.known)


class _Findings:
    """Collects problems, of each kind the first few."""

    def __init__(self, label: str) -> None:
        self._label = label or "the repository"
        self._found: dict[str, list[Problem]] = defaultdict(list)

    def add(
        self, place: str, slug: str, message: str, hint: str, severity: Severity = "warning"
    ) -> None:
        shown = f"{self._label}:{readable(place)}" if place else self._label
        self._found[slug].append(Problem(shown, slug, message, hint, severity))

    def all(self) -> Iterator[Problem]:
        for slug, found in self._found.items():
            yield from found[:_SHOWN]
            if len(found) > _SHOWN:
                first = found[0]
                message = f"And {len(found) - _SHOWN} more of this kind in this history."
                yield Problem(self._label, slug, message, first.hint, first.severity)


@dataclass(slots=True)
class _Event:
    """A file as a commit left it; without content where it was deleted."""

    position: int
    path: str
    blob: str
    old_path: str
    old_blob: str


@dataclass(slots=True)
class _Log:
    """The commits, oldest first, and what they did to files, under today's names."""

    commits: list[Commit] = field(default_factory=list)
    events: dict[str, list[_Event]] = field(default_factory=lambda: defaultdict(list))
    """By today's name, oldest first."""
    former: dict[str, str] = field(default_factory=dict)
    """Today's name of what was called otherwise once."""
    broken: str = ""
    """Why the log ended before its beginning."""

    @classmethod
    def of(cls, repository: Commits, head: str, following: Following, since: str | None) -> _Log:
        found = cls()
        try:
            for commit in repository.log(
                head, first_parent=following.first_parent, since=since, most=MOST_COMMITS
            ):
                found.commits.append(commit)
        except UsageError as error:  # damaged somewhere: what is newer is whole
            found.broken = str(error)
        top = f"{repository.prefix}/" if repository.prefix else ""
        cut = len(top)
        # From the newest commit back, so that a file's name of today is known before its others.
        today: dict[str, str] = {}
        last = len(found.commits) - 1
        for age, commit in enumerate(found.commits):
            moved: dict[str, str] = {}
            for change in commit.changes:
                path = change.path
                if change.mode == "160000" or (top and not path.startswith(top)):
                    continue
                path = path[cut:]
                name = today.get(path, path)
                old_path = change.old_path[cut:] or path
                event = _Event(last - age, path, change.blob, old_path, change.old_blob)
                found.events[name].append(event)
                if change.status == "R" and change.old_path.startswith(top):
                    moved[change.old_path[cut:]] = name
                    today.pop(path, None)
            today.update(moved)
            found.former.update(moved)
        for events in found.events.values():
            events.reverse()
        found.commits.reverse()
        return found


class _Contents(dict[str, Sequence[bytes]]):
    """All versions of a file, newest first, read when they are asked for."""

    def __init__(self, repository: Commits, log: _Log) -> None:
        self._repository = repository
        self._log = log

    def __missing__(self, path: str) -> Sequence[bytes]:
        events = self._log.events.get(path, ())
        ids = dict.fromkeys(event.blob for event in reversed(events) if event.blob)
        self[path] = [data for _, data in self._repository.blobs(ids) if isinstance(data, bytes)]
        return self[path]


def _followed(
    log: _Log,
    following: Following,
    readers: Mapping[str, HistoryReader],
    contents: _Contents,
    findings: _Findings,
) -> dict[str, Followed]:
    """Return the followed files by path; those that are in no commit are told."""
    ordered = sorted(readers.values(), key=lambda reader: (-reader.order, reader.name))
    found: dict[str, Followed] = {}
    for reader in ordered:  # the one with the lowest order has the last word
        found |= reader.follow(list(log.events), contents)
    told: tuple[tuple[Literal["metrics", "params"], tuple[str, ...]], ...] = (
        ("metrics", following.paths),
        ("params", following.params),
    )
    for role, patterns in told:
        if patterns:
            found = {path: one for path, one in found.items() if one.role != role}
            for pattern in patterns:
                named = [path for path in log.events if _fits(path, pattern)]
                found |= {path: Followed("folder", role) for path in named}
                if not named:
                    findings.add(
                        "report.yaml",
                        "history-path-unknown",
                        f"No commit has a file {pattern!r}, which history names.",
                        "Paths are relative to the folder that is reported on.",
                    )
    for path in [path for path in found if path not in log.events and path in log.former]:
        found.setdefault(log.former[path], found[path])
        del found[path]
    outside = [path for path in found if path not in log.events]
    for path in outside:
        one = found.pop(path)
        if one.role == "metrics":
            findings.add(
                path,
                "dvc-value-not-in-git",
                "dvc.yaml names this file of metrics, but DVC keeps it outside of git: its "
                "values are in no commit.",
                "Set `cache: false` for it in dvc.yaml, so that it is committed.",
                "note",
            )
    return _worth_following(log, found, bool(following.paths), findings)


def _worth_following(
    log: _Log, found: dict[str, Followed], configured: bool, findings: _Findings
) -> dict[str, Followed]:
    """Leave out metrics that were written once: they are a run's log, and no history."""
    changed = {
        path: len({event.blob for event in log.events[path] if event.blob})
        for path, one in found.items()
        if one.role == "metrics"
    }
    kept = [path for path, count in changed.items() if count > 1 or configured]
    kept.sort(key=lambda path: (-changed[path], natural(path)))
    if len(kept) > MOST_FOLLOWED:
        findings.add(
            "",
            "history-too-many-files",
            f"There are {format_count(len(kept))} files of metrics; the {MOST_FOLLOWED} that "
            "changed most often are followed.",
            "Name the files that matter under history.paths in report.yaml.",
        )
    metrics = set(kept[:MOST_FOLLOWED])
    return {p: one for p, one in found.items() if one.role != "metrics" or p in metrics}


def _fits(path: str, pattern: str) -> bool:
    return path == pattern or fnmatch.fnmatchcase(path, pattern)


class _Versions:
    """Every version of every followed file, each content parsed once."""

    def __init__(
        self, repository: Commits, readers: Mapping[str, HistoryReader], kept: KeptVersions
    ) -> None:
        self._repository = repository
        self._readers = readers
        self._kept = kept
        self._by_key: dict[str, Version] = {}
        self.parsed = 0
        self.known = 0

    def read(self, log: _Log, followed: Mapping[str, Followed]) -> None:
        wanted: dict[str, tuple[str, Followed, str]] = {}
        for path, one in followed.items():
            for event in log.events[path]:
                if event.blob:
                    wanted[_key(event.path, event.blob, one)] = (event.path, one, event.blob)
        self._by_key = self._kept.get(wanted)
        self.known = len(self._by_key)
        missing = {key: what for key, what in wanted.items() if key not in self._by_key}
        new: dict[str, Version] = {}
        blobs = self._repository.blobs(blob for _, _, blob in missing.values())
        for (key, (path, one, _)), (_, data) in zip(missing.items(), blobs, strict=True):
            if isinstance(data, StorageError):
                self._by_key[key] = Version(problem=str(data))
                continue
            new[key] = self._readers[one.reader].read(path, one, data)
        self.parsed = len(new)
        self._kept.keep(new)
        self._by_key |= new

    def of(self, event: _Event, one: Followed) -> Version:
        return self._by_key[_key(event.path, event.blob, one)]

    def before(self, event: _Event, one: Followed) -> Version | None:
        """Return what the parent commit had; None where that is not known, or was not there."""
        return self._by_key.get(_key(event.old_path, event.old_blob, one))


def _key(path: str, blob: str, one: Followed) -> str:
    name = posixpath.basename(path)
    return "\0".join((blob, one.reader, one.role, one.separator, name, *one.keys))


class _Fold:
    """Puts versions into the order of commits."""

    def __init__(
        self,
        repository: Commits,
        branch: str,
        log: _Log,
        followed: Mapping[str, Followed],
        versions: _Versions,
        findings: _Findings,
    ) -> None:
        self._repository = repository
        self._branch = branch
        self._log = log
        self._followed = followed
        self._versions = versions
        self._findings = findings

    def history(self, following: Following) -> History:
        return History(
            name=self._repository.label,
            branch=self._branch,
            commits=self._commits(following),
            values=self._values(following.aliases),
            params=self._params(),
            data=self._data(),
            files=tuple(sorted(self._followed, key=natural)),
            web=web_of(self._repository.remote()),
        )

    def _commits(self, following: Following) -> pd.DataFrame:
        tags: dict[str, list[str]] = defaultdict(list)
        for tag, commit in self._repository.tags().items():
            if fnmatch.fnmatchcase(tag, following.tags):
                tags[commit].append(readable(tag))
        others: dict[int, list[str]] = defaultdict(list)
        for path, events in self._log.events.items():
            if path not in self._followed:
                for event in events:
                    others[event.position].append(event.path)
        commits = self._log.commits
        files = [sorted(others.get(at, ()), key=natural) for at in range(len(commits))]
        return pd.DataFrame(
            {
                "commit": [commit.id for commit in commits],
                "time": times_of([commit.time for commit in commits]),
                "subject": [impersonal(commit.subject) for commit in commits],
                "author": [commit.author if following.authors else "" for commit in commits],
                "tags": [
                    "\n".join(sorted(tags.get(commit.id, ()), key=natural)) for commit in commits
                ],
                "parents": np.array([len(commit.parents) for commit in commits], np.int64),
                "files": ["\n".join(map(readable, some[:MOST_FILES])) for some in files],
                "file_count": np.array([len(some) for some in files], np.int64),
            },
            index=pd.RangeIndex(len(commits), name="position"),
        )

    def _values(self, aliases: Mapping[str, str]) -> pd.DataFrame:
        by_file: dict[str, dict[str, list[tuple[int, float]]]] = {}
        for path, one in self._of_role("metrics"):
            series: dict[str, list[tuple[int, float]]] = defaultdict(list)
            for event in self._log.events[path]:
                for name, value in self._read(event, one).items():
                    if isinstance(value, float):
                        series[name].append((event.position, value))
            by_file[path] = series
        named: dict[str, dict[int, float]] = defaultdict(dict)
        for name, points in self._named(by_file).items():
            # Of two names for one metric, the one that it has today counts.
            merged, today = named[aliases.get(name, name)], name not in aliases
            for position, value in points:
                if today or position not in merged:
                    merged[position] = value
        rows = [
            (name, position, value)
            for name in sorted(named, key=natural)
            for position, value in sorted(named[name].items())
        ]
        frame = pd.DataFrame(rows, columns=["metric", "position", "value"])
        return frame.astype({"position": np.int64, "value": np.float64})

    def _named(
        self, by_file: Mapping[str, Mapping[str, list[tuple[int, float]]]]
    ) -> dict[str, list[tuple[int, float]]]:
        """Give each series a name of its own; files that never stood side by side share one."""
        holders: dict[str, list[str]] = defaultdict(list)
        for path, series in by_file.items():
            for name in series:
                holders[name].append(path)
        found: dict[str, list[tuple[int, float]]] = {}
        for name, paths in holders.items():
            if len(paths) == 1 or not self._side_by_side(paths):
                found[name] = sorted(point for path in paths for point in by_file[path][name])
            else:
                for path in paths:
                    found[f"{readable(path)}:{name}"] = by_file[path][name]
        return found

    def _side_by_side(self, paths: Sequence[str]) -> bool:
        """Tell whether a commit has two of these files."""
        spans = sorted(self._span(path) for path in paths)
        return any(end > start for (_, end), (start, _) in pairwise(spans))

    def _span(self, path: str) -> tuple[int, int]:
        events = self._log.events[path]
        gone = events[-1].position if not events[-1].blob else len(self._log.commits)
        return events[0].position, gone

    def _params(self) -> pd.DataFrame:
        rows: list[tuple[int, str, str, str]] = []
        files = list(self._of_role("params"))
        for path, one in files:
            prefix = f"{readable(path)}:" if len(files) > 1 else ""
            rows += [(at, prefix + n, old, new) for at, n, old, new in self._changes(path, one)]
        return _changes_frame(rows, "param")

    def _data(self) -> pd.DataFrame:
        metrics_and_params = {p for p, one in self._followed.items() if one.role != "data"}
        rows: dict[tuple[int, str], tuple[str, str]] = {}
        for path, one in self._of_role("data"):
            folder = posixpath.dirname(path)
            for at, name, old, new in self._changes(path, one):
                file = posixpath.join(folder, name)
                if file not in metrics_and_params:
                    rows.setdefault((at, file), (old, new))
        return _changes_frame([(at, file, *change) for (at, file), change in rows.items()], "path")

    def _changes(self, path: str, one: Followed) -> Iterator[tuple[int, str, str, str]]:
        """Yield what became another from a commit's parent to the commit."""
        readable_before: Mapping[str, float | str] | None = None
        for event in self._log.events[path]:
            if not event.blob:
                continue
            now = self._versions.of(event, one)
            if now.problem:
                self._tell(event, now)
                continue
            parents = self._versions.before(event, one)
            # Where the parent's cannot be read, or it has none, the last one that could counts.
            before = parents.values if parents and not parents.problem else readable_before
            readable_before = now.values
            if before is None or now.values == before:
                continue
            for name in {**before, **now.values}:
                old, new = str(before.get(name, "")), str(now.values.get(name, ""))
                if old != new:
                    yield event.position, impersonal(name), impersonal(old), impersonal(new)

    def _read(self, event: _Event, one: Followed) -> Mapping[str, float | str]:
        if not event.blob:
            return {}
        version = self._versions.of(event, one)
        if version.problem:
            self._tell(event, version)
        return version.values

    def _tell(self, event: _Event, version: Version) -> None:
        commit = self._log.commits[event.position].id[:8]
        self._findings.add(
            f"{event.path}@{commit}",
            "git-version-unreadable",
            f"As commit {commit} left it, the file {version.problem}; that version was left out.",
            "Nothing to do if a later commit mended it; what the commit measured is not shown.",
        )

    def _of_role(self, role: str) -> Iterator[tuple[str, Followed]]:
        for path in sorted(self._followed, key=natural):
            if self._followed[path].role == role:
                yield path, self._followed[path]


def _changes_frame(rows: Sequence[tuple[int, str, str, str]], what: str) -> pd.DataFrame:
    frame = pd.DataFrame(sorted(rows), columns=["position", what, "old", "new"])
    return frame.astype({"position": np.int64})
