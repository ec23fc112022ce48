"""Git repositories made for tests, with git's own plumbing and without anybody's settings."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

__all__ = ["Content", "Link", "Made", "Submodule", "made"]

T0 = 1_700_000_000
"""2023-11-14 22:13:20 UTC: when commits are made, unless told otherwise."""


@dataclass(frozen=True)
class Link:
    """A symbolic link."""

    target: str


@dataclass(frozen=True)
class Submodule:
    """Another repository's commit in place of a folder."""

    commit: str


Content = str | bytes | Link | Submodule | None
"""What a commit puts at a path; None deletes it."""


def _variables() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    person = {
        f"GIT_{role}_{what}": value
        for role in ("AUTHOR", "COMMITTER")
        for what, value in (
            ("NAME", "Ada"),
            ("EMAIL", "ada@example.org"),
            ("DATE", f"{T0} +0000"),
        )
    }
    closed = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return kept | person | closed | {"LC_ALL": "C"}


@dataclass(frozen=True)
class Made:
    """A repository for tests; without a checkout of what `commit` adds."""

    path: Path

    def git(self, *arguments: str | Path, given: bytes = b"") -> str:
        """Run git in it and return what it writes, without the last line's end."""
        return self.git_bytes(*arguments, given=given).decode("utf-8", "replace").strip("\n")

    def git_bytes(self, *arguments: str | Path, given: bytes = b"") -> bytes:
        done = subprocess.run(
            ["git", "-c", "protocol.file.allow=always", *map(str, arguments)],
            cwd=self.path,
            env=_variables(),
            input=given,
            capture_output=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
        return done.stdout

    def commit(
        self,
        message: str | bytes,
        files: Mapping[Any, Content] | None = None,
        *,
        branch: str = "main",
        parents: Sequence[str] | None = None,
        time: int = T0,
        author: str = "Ada",
    ) -> str:
        """Add a commit to a branch and return its id.

        Parameters
        ----------
        message : str or bytes
        files : mapping of path (str or bytes) to content, optional
            What changes against the first parent.
        branch : str
            Moved to the new commit, and made if there is none.
        parents : sequence of str, optional
            By default the branch's last commit.
        time : int
            Seconds since 1970 UTC.
        author : str
        """
        ref = f"refs/heads/{branch}"
        if parents is None:
            last = self.git("for-each-ref", "--format=%(objectname)", ref)
            parents = [last] if last else []
        person = f"{author} <ada@example.org> {time} +0000"
        parts = [f"reset {ref}\n\ncommit {ref}\nmark :1\nauthor {person}\ncommitter {person}\n"]
        script = parts[0].encode() + _data(message)
        for word, parent in zip(["from", *["merge"] * len(parents)], parents, strict=False):
            script += f"{word} {parent}\n".encode()
        for path, content in (files or {}).items():
            script += _change(path, content)
        answer = self.git("fast-import", "--quiet", "--force", given=script + b"\nget-mark :1\n")
        return answer.strip()

    def put(self, kind: str, content: bytes) -> str:
        """Write any object, however odd, and return its id."""
        arguments = ("hash-object", "-t", kind, "-w", "--literally", "--stdin")
        return self.git(*arguments, given=content)

    def tree(self, *entries: tuple[str, bytes, str]) -> str:
        """Write a tree of (mode, name, object id), whatever the names are."""
        return self.put(
            "tree", b"".join(b"%s %s\0" % (m.encode(), n) + bytes.fromhex(i) for m, n, i in entries)
        )

    def commit_of(self, tree: str, branch: str = "main", header: bytes = b"") -> str:
        """Write a commit without parents of a tree, with a branch for it."""
        who = header or b"author Ada <a@b> %d +0000\ncommitter Ada <a@b> %d +0000" % (T0, T0)
        commit = self.put("commit", b"tree %s\n%s\n\nmade\n" % (tree.encode(), who))
        self.git("update-ref", f"refs/heads/{branch}", commit)
        return commit


def made(path: Path, *options: str) -> Made:
    """Make an empty repository whose branch is ``main``."""
    path.mkdir(parents=True, exist_ok=True)
    repository = Made(path)
    repository.git("init", "--quiet", "--initial-branch=main", *options)
    return repository


def _data(content: str | bytes) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    return b"data %d\n%s\n" % (len(data), data)


def _change(path: str | bytes, content: Content) -> bytes:
    raw = path.encode("utf-8", "surrogateescape") if isinstance(path, str) else path
    # In quotes with every byte in octal, since a path may hold any of them.
    quoted = b'"%s"' % b"".join(b"\\%03o" % byte for byte in raw)
    if content is None:
        return b"D %s\n" % quoted
    if isinstance(content, Submodule):
        return b"M 160000 %s %s\n" % (content.commit.encode(), quoted)
    if isinstance(content, Link):
        return b"M 120000 inline %s\n%s" % (quoted, _data(content.target))
    return b"M 100644 inline %s\n%s" % (quoted, _data(content))
