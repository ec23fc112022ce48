"""Stage 1a: a git repository: its branches and tags, its history, its files of any revision.

In: a folder or a bundle. Out: names of revisions, commits with what they change, contents of
files, and any revision as a storage. A repository is read only, small and picklable, and
untrusted: after it was found, its objects are read without regard to its configuration.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from runfolio.storage.base import READ_LIMIT, StorageError, readable
from runfolio.storage.commits import Commit
from runfolio.storage.git.command import RepositoryError, reason, run
from runfolio.storage.git.discovery import discovered
from runfolio.storage.git.history import commits
from runfolio.storage.git.objects import blobs, is_id
from runfolio.storage.git.revision import RevisionStorage
from runfolio.storage.git.shadow import Shadow

__all__ = ["Repository", "RepositoryError"]

_LONGEST_NAME = 1000


@dataclass(frozen=True, slots=True)
class Repository:
    """A git repository on this machine.

    Parameters
    ----------
    git_dir : str
        Absolute path of its git folder; of a linked worktree, that worktree's own.
    objects : str
        Absolute path of its folder of objects.
    label : str
        How it is shown to people.
    prefix : str
        Path of the folder it was found by, below the work tree's top; empty at the top.
    is_bare : bool
    is_shallow : bool
        Whether its history was cut when it was cloned.
    is_partial : bool
        Whether files were left out when it was cloned; they are not fetched now.
    object_format : {"sha1", "sha256"}
    """

    git_dir: str
    objects: str
    label: str
    prefix: str = ""
    is_bare: bool = False
    is_shallow: bool = False
    is_partial: bool = False
    object_format: str = "sha1"

    @classmethod
    def find(cls, path: Path, label: str = "") -> Repository | None:
        """Return the repository that a path belongs to; None where there is none.

        Parameters
        ----------
        path : Path
            A work tree or a folder in one, a bare repository, or a file that `git bundle`
            made, which is unpacked once and removed at exit.
        label : str
            How it is shown to people; a bundle's is by default its file's name.

        Raises
        ------
        RepositoryError
            If git is missing (``git-missing``), the repository is another user's
            (``git-unsafe``), damaged (``git-unreadable``), or a bundle without what it builds
            on (``git-bundle``).
        """
        label = label or (path.name if path.is_file() else "")
        found = discovered(path, label)
        if found is None:
            return None
        return cls(label=label, **found._asdict())

    def head(self) -> tuple[str, str]:
        """Return the current branch's short name, and its commit.

        The first is empty if HEAD is no branch, the second if there is no commit yet.
        """
        branch = self._branch()
        done = self._git("rev-parse", "--verify", "--quiet", "HEAD")
        commit = done.stdout.decode("ascii", "replace").strip()
        return readable(branch.removeprefix("refs/heads/")), commit if is_id(commit) else ""

    def refs(self) -> dict[str, str]:
        """Return the commit that each branch, tag and other ref means, by its full name.

        Tags are followed to what they name; what is no commit is left out.
        """
        lines = [line.partition(b" ") for line in self._ref_lines().splitlines()]
        asked = b"".join(b"%s^{commit}\n" % line[0] for line in lines)
        form = "--batch-check=%(objecttype) %(objectname)"
        answers = self.shadow().run("cat-file", form, given=asked).stdout.splitlines()
        if len(answers) != len(lines):
            raise self._unreadable(b"fatal: a branch or tag names a damaged object")
        return {
            name.decode("utf-8", "surrogateescape"): answer[7:].decode("ascii")
            for (_, _, name), answer in zip(lines, answers, strict=True)
            if answer.startswith(b"commit ")
        }

    def tags(self) -> dict[str, str]:
        """Return the commit that each tag means, by the tag's short name."""
        start = "refs/tags/"
        return {
            name.removeprefix(start): commit
            for name, commit in self.refs().items()
            if name.startswith(start)
        }

    def tag_times(self) -> dict[str, int]:
        """Return when each tag was made, by its short name, in milliseconds since 1970 in UTC.

        For a tag without an object of its own that is when its commit was made. A damaged tag
        leaves all of them unknown.
        """
        form = "--format=%(creatordate:unix) %(refname)"
        lines = self._git("for-each-ref", form, "refs/tags").stdout.decode(
            "utf-8", "surrogateescape"
        )
        found = {}
        for line in lines.splitlines():
            time, _, name = line.partition(" ")
            with suppress(ValueError):
                found[name.removeprefix("refs/tags/")] = int(time) * 1000
        return found

    def resolve(self, name: str) -> str:
        """Return the commit that a name of a revision means.

        Parameters
        ----------
        name : str
            A branch, a tag, ``HEAD~3``, the beginning of a commit's id …

        Raises
        ------
        RepositoryError
            With the slug ``git-revision-unknown``.
        """
        lines, branch = self._ref_lines(), self._branch()
        head = f"ref: {branch}" if branch else self.head()[1]
        shadow = self.shadow()
        shadow.see(lines, head.encode("utf-8", "surrogateescape") + b"\n")
        if not name or len(name) > _LONGEST_NAME or "\0" in name:
            raise self._unknown(name, lines, "")
        wanted = f"{name}^{{commit}}"
        done = shadow.run("rev-parse", "--verify", "--end-of-options", wanted)
        commit = done.stdout.decode("ascii", "replace").strip()
        if done.returncode != 0 or not is_id(commit):
            raise self._unknown(name, lines, done.stderr.decode("utf-8", "replace"))
        return commit

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the newest commit that two commits build on; None if they share none."""
        done = self.shadow().run("merge-base", *self._ids(one, other))
        if done.returncode > 1:
            raise self._unreadable(done.stderr)
        return done.stdout.decode("ascii").strip() or None

    def is_ancestor(self, one: str, other: str) -> bool:
        """Tell whether commit `other` builds on commit `one`, or is the same."""
        done = self.shadow().run("merge-base", "--is-ancestor", *self._ids(one, other))
        if done.returncode > 1:
            raise self._unreadable(done.stderr)
        return done.returncode == 0

    def log(
        self,
        start: str | Sequence[str],
        *,
        first_parent: bool = True,
        since: str | None = None,
        most: int = 100_000,
        changes: bool = True,
    ) -> Iterator[Commit]:
        """Yield commits with what they change, the newest first, while git finds them.

        A commit comes before those that it builds on, whatever their dates.

        Parameters
        ----------
        start : str or sequence of str
            Commits, by id or name, from which to go back.
        first_parent : bool
            Whether of a merge only the branch that was merged into is followed.
        since : str, optional
            A commit that is left out with all that it builds on.
        most : int
            How many at most.
        changes : bool
            False leaves out what they change, which is most of the work.

        Raises
        ------
        RepositoryError
            Where the history is missing or damaged; what came before that was yielded.
        """
        return commits(
            self.shadow(),
            self._ids(*([start] if isinstance(start, str) else start)),
            without=since and self._ids(since)[0],
            first_parent=first_parent,
            exact_renames=self.is_partial,
            most=most,
            changes=changes,
        )

    def tips(self, ids: Sequence[str]) -> Iterator[Commit]:
        """Yield these commits alone, without what they change.

        Raises
        ------
        RepositoryError
            As `log` does.
        """
        return commits(
            self.shadow(),
            self._ids(*ids),
            without=None,
            first_parent=True,
            exact_renames=True,
            most=len(ids),
            walk=False,
            changes=False,
        )

    def blobs(
        self, ids: Iterable[str], limit: int = READ_LIMIT
    ) -> Iterator[tuple[str, bytes | StorageError]]:
        """Yield the contents of many files by object id, in the order asked.

        What is missing, larger than `limit` bytes or damaged comes as the error.
        """
        return blobs(self.shadow(), ids, limit)

    def revision(self, commit: str, prefix: str | None = None, label: str = "") -> RevisionStorage:
        """Return the files of a commit.

        Parameters
        ----------
        commit : str
            By id, or by a name, which is then also shown.
        prefix : str, optional
            The folder in it that is the root; by default the one the repository was found by.
        label : str
            How it is shown to people.
        """
        shown = commit[:7] if is_id(commit) else readable(commit)
        return RevisionStorage(
            self,
            self._ids(commit)[0],
            self.prefix if prefix is None else prefix.strip("/"),
            label or (f"{self.label}@{shown}" if self.label else shown),
        )

    def remote(self) -> str:
        """Return the URL of ``origin``, or of the only remote, as it was written; else empty."""
        done = self._git("config", "--local", "-z", "--get-regexp", r"^remote\..*\.url$")
        urls: dict[str, str] = {}
        for item in done.stdout.decode("utf-8", "replace").split("\0"):
            key, _, url = item.partition("\n")
            if key:
                urls.setdefault(key, url)
        if len(urls) == 1:
            return next(iter(urls.values()))
        return urls.get("remote.origin.url", "")

    def shadow(self) -> Shadow:
        """Return what reads the objects: in each process its own."""
        return Shadow.of(self.objects, self.object_format)

    def _ids(self, *names: str) -> list[str]:
        return [name if is_id(name) else self.resolve(name) for name in names]

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Run git on the repository itself; for what is no object."""
        return run([f"--git-dir={self.git_dir}", *arguments])

    def _branch(self) -> str:
        """Return the full name of the current branch, or nothing."""
        done = self._git("symbolic-ref", "--quiet", "HEAD")
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def _ref_lines(self) -> bytes:
        """Return lines of object id and name, also of a tag's own object."""
        done = self._git("for-each-ref", "--format=%(objectname) %(refname)")
        if done.returncode != 0:
            raise self._unreadable(done.stderr)
        lines = done.stdout.splitlines(keepends=True)
        return b"".join(line for line in lines if b" refs/replace/" not in line)

    def _unreadable(self, complaints: bytes) -> RepositoryError:
        return RepositoryError(
            f"The git repository {self.label or 'given'} cannot be read: {reason(complaints)}. "
            "`git fsck` says what is damaged; a new clone is whole.",
            "git-unreadable",
        )

    def _unknown(self, name: str, lines: bytes, said: str) -> RepositoryError:
        shown = readable(name if len(name) < 100 else f"{name[:99]}…")
        known = [
            short
            for line in lines.decode("utf-8", "replace").splitlines()
            for start in ("refs/heads/", "refs/tags/", "refs/remotes/")
            if (short := line.partition(" ")[2]).startswith(start)
            and (short := short.removeprefix(start))
        ]
        near = get_close_matches(name[:100], known, n=3, cutoff=0.5)
        if "ambiguous" in said:
            hint = "More than one object's id begins like this: give more of it."
        elif near:
            hint = f"Did you mean {' or '.join(repr(word) for word in near)}?"
        else:
            hint = "`git branch --all` and `git tag` list the names that there are."
        if self.is_shallow:
            hint += " Only a part of the history was cloned: `git fetch --unshallow` gets all."
        return RepositoryError(
            f"{self.label or 'The git repository'} has no revision {shown!r}. {hint}",
            "git-revision-unknown",
        )
