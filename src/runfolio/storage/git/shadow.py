"""Stage 1a: an empty repository of our own that reads another one's objects.

In: a repository's folder of objects. Out: git commands that see these objects and nothing
else of the repository: no configuration (which may name programs to start and hosts to fetch
from), no attributes, hooks, replacements or grafts. Nothing can be written to it this way.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import AbstractContextManager
from multiprocessing.util import Finalize
from pathlib import Path
from typing import IO

from runfolio.storage.git.command import closed, run, start, started

__all__ = ["Shadow", "kept_until_exit"]


class Shadow:
    """A git folder of our own over the objects of a repository.

    Parameters
    ----------
    objects : str
        Absolute path of the repository's folder of objects; its alternates stay in force.
    object_format : str
        ``sha1`` or ``sha256``.
    """

    def __init__(self, objects: str, object_format: str) -> None:
        self.objects = objects
        self._folder = folder = kept_until_exit()
        self._variables = {
            "GIT_DIR": str(folder),
            "GIT_OBJECT_DIRECTORY": objects,
            **closed(folder),
        }
        (folder / "refs").mkdir()
        (folder / "objects").mkdir()
        sha1 = object_format == "sha1"
        version = f"\trepositoryformatversion = {0 if sha1 else 1}\n"
        extension = "" if sha1 else f"[extensions]\n\tobjectFormat = {object_format}\n"
        (folder / "config").write_text(f"[core]\n{version}\tbare = true\n{extension}", "utf-8")
        self.see(b"", b"ref: refs/heads/none\n")

    @classmethod
    def of(cls, objects: str, object_format: str) -> Shadow:
        """Return this process's shadow of a repository."""
        key = (os.getpid(), objects, object_format)
        with _LOCK:
            found = _SHADOWS.get(key)
            if found is None:
                found = _SHADOWS[key] = cls(objects, object_format)
            return found

    def see(self, refs: bytes, head: bytes) -> None:
        """Take over the names of revisions, and where a shallow history ends.

        Parameters
        ----------
        refs : bytes
            Lines of object id, space and full name, as in git's own ``packed-refs``.
        head : bytes
            What the file ``HEAD`` holds.
        """
        self._put("packed-refs", refs)
        self._put("HEAD", head)
        try:
            shallow = (Path(self.objects).parent / "shallow").read_bytes()
        except OSError:
            (self._folder / "shallow").unlink(missing_ok=True)
        else:
            self._put("shallow", shallow)

    def run(self, *arguments: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        """Run a git command to its end."""
        return run(arguments, self._variables, given=given)

    def started(
        self, *arguments: str, given: IO[bytes] | int = subprocess.DEVNULL
    ) -> AbstractContextManager[tuple[subprocess.Popen[bytes], IO[bytes]]]:
        """Start a git command and read it while it runs."""
        return started(arguments, self._variables, given=given)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a git command that answers what it is asked, until `end` is called."""
        return start(arguments, self._variables, given=subprocess.PIPE)

    def _put(self, name: str, content: bytes) -> None:
        new = self._folder / f"{name}.{threading.get_ident()}"
        new.write_bytes(content)
        new.replace(self._folder / name)  # another thread's git may be reading it


_SHADOWS: dict[tuple[int, str, str], Shadow] = {}
_LOCK = threading.RLock()
os.register_at_fork(after_in_child=lambda: globals().__setitem__("_LOCK", threading.RLock()))


def kept_until_exit() -> Path:
    """Make a folder for temporary files that is removed when this process ends."""
    folder = tempfile.mkdtemp(prefix="runfolio-git-")
    # Unlike atexit, this also runs at the end of worker processes, and never in a mere fork.
    Finalize(None, shutil.rmtree, (folder, True), exitpriority=0)
    return Path(folder).resolve()
