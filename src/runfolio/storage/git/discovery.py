"""Stage 1a: find the git repository that a path belongs to.

In: a path. Out: where the repository's parts lie. This is where git looks at a repository as
its owner would, so that the user's own `safe.directory` counts.
"""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import NamedTuple

from runfolio.storage.git.bundle import is_bundle, unpacked
from runfolio.storage.git.command import RepositoryError, reason, run

__all__ = ["Found", "discovered"]


class Found(NamedTuple):
    """What git says of a repository; all paths are absolute."""

    git_dir: str
    objects: str
    prefix: str
    object_format: str
    is_bare: bool
    is_shallow: bool
    is_partial: bool


def discovered(path: Path, label: str) -> Found | None:
    """Find the repository that a folder or bundle belongs to; None where there is none.

    Raises
    ------
    RepositoryError
        If there is one that cannot be read.
    """
    path = Path(os.path.realpath(path))
    if is_bundle(path):
        return _in_bundle(path)
    top = _marked(path) if path.is_dir() else None
    if top is None:
        return None
    git_dir = _ask(path, top, label, "--absolute-git-dir")
    if git_dir is None:
        return None
    common = _ask(path, top, label, "--path-format=absolute", "--git-common-dir") or git_dir
    facts = _ask(
        *(path, top, label),
        *("--is-bare-repository", "--is-shallow-repository", "--show-object-format"),
    )
    is_bare, is_shallow, object_format = (facts or "").split("\n")
    objects = os.path.realpath(f"{common}/objects")
    return Found(
        git_dir,
        objects,
        "" if is_bare == "true" else _below_top(path, git_dir),
        object_format,
        is_bare == "true",
        is_shallow == "true",
        _is_partial(git_dir, objects),
    )


def _in_bundle(path: Path) -> Found:
    git_dir, object_format = unpacked(path)
    objects = f"{git_dir}/objects"
    return Found(git_dir, objects, "", object_format, True, False, _is_partial(git_dir, objects))


def _marked(path: Path) -> Path | None:
    """Return the folder that looks like a repository: only then is git asked at all."""
    for folder in (path, *path.parents):
        if os.path.lexists(folder / ".git"):
            return folder
        if _is_git_dir(folder):  # folders inside it, such as refs, are nobody's logs
            return folder if folder == path else None
    return None


def _is_git_dir(folder: Path) -> bool:
    return (
        os.path.lexists(folder / "HEAD")
        and (folder / "objects").is_dir()
        and (folder / "refs").is_dir()
    )


def _parts(top: Path) -> list[Path]:
    return [folder / name for folder in (top, top / ".git") for name in ("HEAD", "objects")]


def _below_top(path: Path, git_dir: str) -> str:
    """Return the path below the work tree's top.

    The configuration may name any other folder as the work tree (`core.worktree`), so git
    itself is not asked: its answer might be a path of this machine.
    """
    for top in (path, *path.parents):
        mark = top / ".git"
        try:
            if mark.is_file():
                pointed = mark.read_bytes()[:4096].partition(b"gitdir:")[2].strip()
                mark = top / os.fsdecode(pointed)
            if os.path.samefile(mark, git_dir):
                below = path.relative_to(top).as_posix()
                return "" if below == "." else below
        except (OSError, ValueError):
            continue
    return ""


def _is_partial(git_dir: str, objects: str) -> bool:
    """Tell whether objects may be missing on purpose."""
    wanted = r"^(extensions\.partialclone|remote\..*\.promisor)$"
    done = run([f"--git-dir={git_dir}", "config", "--local", "--name-only", "--get-regexp", wanted])
    if done.stdout.strip():
        return True
    try:
        return any(name.endswith(".promisor") for name in os.listdir(f"{objects}/pack"))
    except OSError:
        return False


def _ask(path: Path, top: Path, label: str, *questions: str) -> str | None:
    """Ask git about a folder; None if it is in no repository."""
    done = run(["-C", str(path), "rev-parse", *questions])
    if done.returncode == 0:
        if done.stdout.startswith(b"--"):  # an option that it does not know is given back
            raise RepositoryError("git is too old: 2.31 or newer is needed.", "git-missing")
        return os.fsdecode(done.stdout.removesuffix(b"\n"))
    said, shown = done.stderr, label or "The folder"
    if b"dubious ownership" in said or b"unsafe repository" in said:
        raise RepositoryError(
            f"{shown} is in a git repository that belongs to another user of this machine, whose "
            "settings git does not follow unasked. If you trust it, run: git config --global "
            f'--add safe.directory "$(cd {shlex.quote(os.path.relpath(top))} && pwd -P)"',
            "git-unsafe",
        )
    if b"safe.bareRepository" in said:
        raise RepositoryError(
            f"{shown} is a bare git repository, and your settings forbid git to use one "
            "(safe.bareRepository). Give a clone of it instead: git clone "
            f"{shlex.quote(os.path.relpath(top))}",
            "git-unsafe",
        )
    if b"(or any" in said and not any(map(os.path.lexists, _parts(top))):
        return None  # a folder that is merely called .git
    raise RepositoryError(
        f"{shown} is in a git repository that cannot be read: {reason(said)}. `git status` in "
        "that folder says more; a new clone is whole.",
        "git-unreadable",
    )
