"""Stage 5: a site is written beside its place and swapped in whole.

In: paths and bytes of pages. Out: a folder that is either the previous site or the new
one, at every moment and however the build ends. A folder that runfolio did not make is
never deleted, and files that others put into a site (a ``.git``, a ``CNAME``) stay in it.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from runfolio.errors import OutputError
from runfolio.render.swap import MARKER, lock, new_sibling, recover, remove, swap

__all__ = ["MARKER", "SiteWriter", "check_target"]

_VERSION = 1
_CHECKOUT = frozenset({".git", "CNAME"})
"""What may lie in a folder that is to become a site: a fresh checkout for Pages."""
_UNPORTABLE = frozenset('\\<>:"|?*')


class SiteWriter:
    """Writes a site and swaps it in; use it in a ``with`` statement.

    Leaving the statement without `commit` removes all that was written.

    Parameters
    ----------
    target : Path
        Where the site is to be.
    inputs : sequence of Path
        What the report is made from, so that it is not overwritten.
    inspect : callable, optional
        Called with the path and the bytes of each file before it is written; what it raises
        leaves the previous site as it is.
    audience : str
        Who the site is for; a site tells it to whatever publishes it.

    Raises
    ------
    OutputError
        On entering: if the target cannot be, or is no place for, a site.
    """

    def __init__(
        self,
        target: Path,
        inputs: Sequence[Path] = (),
        inspect: Callable[[str, bytes], None] | None = None,
        audience: str = "",
    ) -> None:
        self._target = Path(os.path.abspath(target))
        self._shown = str(target)
        self._inputs = tuple(inputs)
        self._inspect = inspect
        self._audience = audience
        self._new: Path | None = None
        self._lock = -1
        self._made_parents: list[Path] = []
        self._paths: dict[str, str] = {}  # folded path -> path as written; folders end in /

    def __enter__(self) -> Self:
        check_target(Path(self._shown), self._inputs)
        with self._told():
            self._make_parents()
            recover(self._target)
            self._new = new_sibling(self._target)
            self._new.mkdir()
            self._lock = lock(self._new)
            self._new.chmod(0o755)
        self._paths[MARKER] = MARKER
        self._write_marker([])
        self.write(".nojekyll", b"", is_shared=True)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._new is not None:
            remove(self._new)
            for folder in reversed(self._made_parents):
                with contextlib.suppress(OSError):
                    folder.rmdir()
        self._unlock()

    def write(self, path: str, data: bytes | str, *, is_shared: bool = False) -> None:
        """Write one file.

        Parameters
        ----------
        path : str
            Relative to the site, separated by ``/``.
        data : bytes or str
            Text is written as UTF-8.
        is_shared : bool
            Whether it is the same in every site, so that it need not be inspected.

        Raises
        ------
        OutputError
            If the path leads out of the site, does not work on every system, or is
            taken (also where only the case of letters differs), or the disk is full.
        """
        self._claim(path)
        if isinstance(data, str):
            data = data.encode("utf-8", "backslashreplace")
        if self._inspect is not None and not is_shared:
            self._inspect(path, data)
        with self._told(path):
            handle = os.open(self._folder() / path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
            with open(handle, "wb") as file:
                file.write(data)
                if sys.platform != "win32":
                    os.fchmod(handle, 0o644)

    def commit(self) -> None:
        """Put the site in place of the previous one.

        Raises
        ------
        OutputError
            If it cannot be; the previous site is whole then.
        """
        new = self._folder()
        ours = sorted(path for path in self._paths.values() if not path.endswith("/"))
        with self._told():
            if self._target.exists():
                check_target(Path(self._shown), self._inputs)
                self._carry_over()
                self._write_marker(ours)
                swap(new, self._target)
            else:
                self._write_marker(ours)
                new.rename(self._target)
        self._new = None
        self._unlock()

    def _folder(self) -> Path:
        if self._new is None:
            raise ValueError("the site is not open")
        return self._new

    def _claim(self, path: str) -> None:
        parts = path.split("/")
        if any(
            part in ("", ".", "..")
            or part[-1] in ". "
            or not _UNPORTABLE.isdisjoint(part)
            or not part.isprintable()
            for part in parts
        ):
            raise OutputError(
                f"{path!r} cannot be the path of a file in a site: it must be relative and "
                "made of names that every system allows.",
                "page-path-unsafe",
            )
        for end in range(1, len(parts)):
            self._claim_one("/".join(parts[:end]) + "/", is_folder=True)
        self._claim_one(path, is_folder=False)

    def _claim_one(self, path: str, *, is_folder: bool) -> None:
        key = unicodedata.normalize("NFC", path.rstrip("/")).casefold()
        taken = self._paths.get(key)
        if taken is None:
            self._paths[key] = path
            if is_folder:
                with self._told(path):
                    folder = self._folder() / path
                    folder.mkdir()
                    folder.chmod(0o755)
        elif not is_folder or taken != path:
            raise OutputError(
                f"Two files of the site want the same path: {taken!r} and {path!r}.",
                "page-path-taken",
            )

    def _make_parents(self) -> None:
        missing = [folder for folder in self._target.parents if not folder.exists()]
        for folder in reversed(missing):
            folder.mkdir()
            self._made_parents.append(folder)

    def _write_marker(self, files: Sequence[str]) -> None:
        content = {
            "format": "runfolio-site",
            "version": _VERSION,
            "audience": self._audience,
            "files": files,
        }
        marker = self._folder() / MARKER
        marker.write_text(json.dumps(content, indent=0) + "\n", encoding="utf-8", newline="\n")
        marker.chmod(0o644)

    def _carry_over(self, folder: str = "", ours: frozenset[str] | None = None) -> None:
        """Link into the new site what others put into the previous one.

        Nothing is moved: until the swap the previous site stays as it is.
        """
        ours = _files_in(self._target) if ours is None else ours
        for entry in sorted(os.scandir(self._target / folder), key=lambda entry: entry.name):
            path = f"{folder}{entry.name}"
            copy = self._folder() / path
            if entry.is_dir(follow_symlinks=False):
                if not copy.is_dir() and f"{path}/" not in ours:
                    copy.mkdir(parents=True)  # theirs, perhaps empty: git needs such folders
                    shutil.copystat(entry.path, copy)
                self._carry_over(f"{path}/", ours)
            elif path not in ours:
                if os.path.lexists(copy):
                    raise OutputError(
                        f"{self._shown}/{path} was not made by runfolio, and the new site has a "
                        "file of that name. Move it away.",
                        "output-file-in-the-way",
                    )
                copy.parent.mkdir(0o755, parents=True, exist_ok=True)
                _link_or_copy(entry, copy)

    @contextlib.contextmanager
    def _told(self, path: str = "") -> Iterator[None]:
        try:
            yield
        except OSError as error:
            where = f"{self._shown}/{path}" if path else self._shown
            raise OutputError(
                f"The site cannot be written to {where}: {error.strerror or error}. "
                "Make room or permit it, or name another folder with -o.",
                "output-not-writable",
            ) from error

    def _unlock(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def check_target(target: Path, inputs: Sequence[Path] = ()) -> None:
    """Refuse a target that is no place for a site; cheap, so it can be asked first.

    Parameters
    ----------
    target : Path
    inputs : sequence of Path
        What the report is made from.

    Raises
    ------
    OutputError
        If the target is a file or a link; the current folder, the home folder, an input
        or a folder above one of these; or holds files but was not made by runfolio.
    """
    full = Path(os.path.abspath(target))
    if full.is_symlink():
        raise OutputError(
            f"{target} is a link. Name the folder that it leads to with -o.", "output-is-a-link"
        )
    if not full.exists():
        return
    if not full.is_dir():
        raise OutputError(f"{target} is a file. Name a folder with -o.", "output-is-a-file")
    protected = [(Path.cwd(), "the current folder"), (Path.home(), "your home folder")]
    protected += [(path, f"the input {path}") for path in inputs]
    for path, what in protected:
        real = Path(os.path.realpath(path))
        if any(_same(full, folder) for folder in (real, *real.parents)):
            relation = "is" if _same(full, real) else "is a folder above"
            raise OutputError(
                f"The site would replace the folder {target}, which {relation} {what}. "
                "Name a folder of its own with -o.",
                "output-is-needed",
            )
    if not _files_in(full) and not _CHECKOUT.issuperset(os.listdir(full)):
        raise OutputError(
            f"The folder {target} holds files that runfolio did not make, and is left as it is. "
            "Name a new folder with -o, or empty this one.",
            "output-not-ours",
        )


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


def _files_in(site: Path) -> frozenset[str]:
    """Return what a site's marker lists, with the folders of these (ending in ``/``).

    It is empty where there is no marker, and holds the marker itself otherwise.
    """
    try:
        marker = json.loads((site / MARKER).read_bytes())
        if marker["format"] != "runfolio-site" or marker["version"] != _VERSION:
            raise ValueError("of another version")
        files = [MARKER, *map(str, marker["files"])]
    except FileNotFoundError:
        return frozenset()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise OutputError(
            f"{site.name}/{MARKER}, which lists the files of the previous site, cannot be read. "
            "Name a new folder with -o, or delete this one yourself.",
            "output-marker-unreadable",
        ) from error
    folders = {f"{path[: match.start()]}/" for path in files for match in re.finditer("/", path)}
    return frozenset(files) | folders


def _link_or_copy(entry: os.DirEntry[str], copy: Path) -> None:
    if entry.is_symlink():
        copy.symlink_to(os.readlink(entry.path))
        return
    try:
        os.link(entry.path, copy)
    except OSError:  # a file system without hard links
        shutil.copy2(entry.path, copy)
