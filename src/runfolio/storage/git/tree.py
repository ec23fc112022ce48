"""Stage 1a: the files and folders of one commit.

In: one `git ls-tree -r -t -z`. Out: what lies in each folder, and where links lead to. Names
that no disk could hold (``..`` or a slash in one, both possible in a tree made by hand) are
left out with all that is below them, as are submodules, of which a commit has no content.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from runfolio.storage.base import Entry, StorageError
from runfolio.storage.git.objects import objects_of
from runfolio.storage.git.shadow import Shadow

__all__ = ["LeadsOutError", "Node", "Tree", "tree_of"]

_MOST_BYTES = 256 * 1024 * 1024
"""Of a listing; trees that contain themselves tenfold, ten levels deep, have no end."""
_MOST_LINKS = 40
"""Links followed on the way to one file, as many as Linux follows."""
_LONGEST_LINK = 4096


class LeadsOutError(StorageError):
    """A link leads out of the tree."""


class Node(NamedTuple):
    """A file, link or folder.

    Parameters
    ----------
    kind : {"100", "120", "040"}
        The mode's beginning: a file, a link, a folder.
    id : str
        Object id.
    """

    kind: str
    id: str

    @property
    def is_file(self) -> bool:
        return self.kind == "100"

    @property
    def is_link(self) -> bool:
        return self.kind == "120"

    @property
    def is_folder(self) -> bool:
        return self.kind == "040"


class Tree:
    """What lies where in one commit.

    Parameters
    ----------
    listing : bytes
        Of `git ls-tree -r -t -z`.
    top : str
        Object id that stands for the whole.
    target : callable
        Returns what a link holds, given its object id.
    """

    def __init__(self, listing: bytes, top: str, target: Callable[[str], str]) -> None:
        nodes = {"": Node("040", top)}
        names: dict[str, list[str]] = {"": []}
        for line in listing.decode("utf-8", "surrogateescape").split("\0"):
            about, tab, path = line.partition("\t")
            mode, blob = about[:3], about[12:]
            folder, _, name = path.rpartition("/")
            if (
                not tab
                or mode == "160"
                or name in ("", ".", "..")
                or path.startswith("/")
                or folder not in names
                or path in nodes
            ):
                continue
            if mode == "040":
                names[path] = []
            nodes[path] = Node(mode, blob)
            names[folder].append(name)
        self._nodes, self._names, self._target = nodes, names, target

    def entries(self, path: str) -> list[Entry]:
        """List a folder, as `Storage.entries` asks for."""
        found, above = [], f"{path}/" if path else ""
        for name, node in self.inside(path).items():
            if node.is_link:
                try:
                    if self.find(above + name)[1].is_folder:
                        continue
                except LeadsOutError:
                    continue
                except StorageError:
                    pass  # a link to nothing: reading it tells
            found.append(Entry(name, node.is_folder))
        found.sort()
        return found

    def links_out(self, path: str) -> list[str]:
        """Name the links in a folder that lead out of the tree."""
        found, above = [], f"{path}/" if path else ""
        for name, node in self.inside(path).items():
            if node.is_link:
                try:
                    self.find(above + name)
                except LeadsOutError:
                    found.append(name)
                except StorageError:
                    pass
        return sorted(found)

    def inside(self, path: str) -> dict[str, Node]:
        """Return the names in a folder, unsorted, with what they are; links not followed."""
        at, node = self.find(path)
        if not node.is_folder:
            raise StorageError("is a file, not a folder")
        above = f"{at}/" if at else ""
        return {name: self._nodes[above + name] for name in self._names[at]}

    def find(self, path: str) -> tuple[str, Node]:
        """Return where a path leads to when all links in it are followed, and what is there.

        Raises
        ------
        LeadsOutError
            If that is out of the tree.
        StorageError
            If there is nothing.
        """
        node = self._nodes.get(path)
        if node is not None and not node.is_link:
            return path, node
        to_go = path.split("/")
        if path.startswith("/") or ".." in to_go or "\0" in path:
            raise LeadsOutError("leads out of the input")
        to_go.reverse()
        at, node, links = "", self._nodes[""], 0
        while to_go:
            name = to_go.pop()
            if name in ("", "."):
                continue
            if not node.is_folder:
                raise StorageError("is a file, not a folder")
            if name == "..":  # in a link, behind what was followed: not the same as in a path
                if not at:
                    raise LeadsOutError("leads out of the input")
                at = at.rpartition("/")[0]
                node = self._nodes[at]
                continue
            below = f"{at}/{name}" if at else name
            there = self._nodes.get(below)
            if there is None:
                raise StorageError("does not exist")
            if there.is_link:
                links += 1
                if links > _MOST_LINKS:
                    raise StorageError("cannot be read: too many levels of symbolic links")
                target = self._target(there.id)
                if target.startswith("/"):
                    raise LeadsOutError("leads out of the input")
                to_go.extend(reversed(target.split("/")))
            else:
                at, node = below, there
        return at, node


@lru_cache(maxsize=8)
def tree_of(shadow: Shadow, commit: str, prefix: str) -> Tree:
    """Return what a commit holds in a folder; the last few are kept.

    Raises
    ------
    StorageError
        If the commit has no such folder, or its tree is missing or far too large.
    """
    name = f"{commit}:{prefix}"
    with shadow.started("ls-tree", "-r", "-t", "-z", "--full-tree", name) as (process, _):
        assert process.stdout is not None
        listing = process.stdout.read(_MOST_BYTES + 1)
        if len(listing) > _MOST_BYTES:
            raise StorageError("has too many files to be listed")
        if process.wait() != 0:
            raise _no_tree(shadow, commit, prefix)
    objects = objects_of(shadow)

    def target(blob: str) -> str:
        return objects.read(blob, _LONGEST_LINK).decode("utf-8", "surrogateescape")

    return Tree(listing, commit, target)


def _no_tree(shadow: Shadow, commit: str, prefix: str) -> StorageError:
    """Say why a folder cannot be listed; that it is not there is no damage."""
    if prefix and shadow.run("cat-file", "-t", f"{commit}:").returncode == 0:
        done = shadow.run("cat-file", "-t", f"{commit}:{prefix}")
        if done.stdout == b"blob\n":
            return StorageError("is a file, not a folder")
        if b"does not exist in" in done.stderr:
            return StorageError("does not exist")
    return StorageError("is missing or damaged in this copy of the repository")
