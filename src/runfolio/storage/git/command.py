"""Stage 1a: call git, so that nothing but the user's own settings has a say.

In: arguments as a list, never a shell's line. Out: what git wrote, or an error in our words.
A repository is untrusted input: what its own configuration asks for (programs to start, hosts
to fetch from) must not happen.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from runfolio.errors import UsageError

__all__ = ["RepositoryError", "closed", "end", "environment", "reason", "run", "start", "started"]

SECONDS = 120
"""For calls whose answer is small; a configuration may name a file that never ends."""

_SAFE = (
    *("-c", "core.fsmonitor=false"),
    *("-c", f"core.hooksPath={os.devnull}"),
    *("-c", "protocol.allow=never"),
)
_KEPT = re.compile(
    r"GIT_(?:EXEC_PATH|CONFIG_(?:GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+))", re.ASCII
)
"""Of the variables that tell git what to do: where the user's own settings are. All others,
which a hook or an alias sets, would make us read another repository than the one named."""
_ABSOLUTE = re.compile(r"(?<![\w.:/])(?:[A-Za-z]:)?/[^\s'\":,;()]*")


class RepositoryError(UsageError):
    """A git repository, or a name in it, cannot be used."""

    def __reduce__(self) -> tuple[type[RepositoryError], tuple[str, str]]:
        return type(self), (self.message, self.slug)  # it may come from another process


def environment(more: Mapping[str, str]) -> dict[str, str]:
    """Return the variables git is called with: nothing is asked, fetched, locked or translated."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or _KEPT.fullmatch(name)
    }
    kept.pop("LANGUAGE", None)
    return kept | {
        "LC_ALL": "C",
        "GIT_ALLOW_PROTOCOL": "none",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_PAGER": "cat",
        "GIT_TERMINAL_PROMPT": "0",
        **more,
    }


def closed(home: Path) -> dict[str, str]:
    """Return the variables that keep git from reading anybody's settings."""
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_COUNT": "0",
        "HOME": str(home),  # before 2.32 there was no GIT_CONFIG_GLOBAL
        "XDG_CONFIG_HOME": str(home),
    }


def run(
    arguments: Sequence[str],
    more: Mapping[str, str] | None = None,
    *,
    given: bytes = b"",
    seconds: float = 0,
) -> subprocess.CompletedProcess[bytes]:
    """Run git to its end.

    Parameters
    ----------
    arguments : sequence of str
    more : mapping of str to str, optional
        Variables beside those of `environment`.
    given : bytes
        What git reads from its standard input.
    seconds : float
        How long it may take; by default as long as a small answer may.

    Raises
    ------
    RepositoryError
        If git is not installed or takes too long.
    """
    seconds = seconds or SECONDS
    try:
        return subprocess.run(
            ["git", *_SAFE, *arguments],
            input=given,
            capture_output=True,
            env=environment(more or {}),
            timeout=seconds,
            check=False,
        )
    except OSError as error:
        raise _not_started(error) from error
    except subprocess.TimeoutExpired:
        raise RepositoryError(
            f"git gave no answer within {seconds:g} seconds. Look whether `git status` answers "
            "in that folder.",
            "git-unreadable",
        ) from None


@contextmanager
def started(
    arguments: Sequence[str], more: Mapping[str, str], *, given: IO[bytes] | int
) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Start git and read it while it runs; it is ended when the caller has enough.

    Gives the process and the file that holds what it complains of.
    """
    with tempfile.TemporaryFile() as complaints:
        process = start(arguments, more, given=given, complaints=complaints)
        try:
            yield process, complaints
        finally:
            end(process)


def start(
    arguments: Sequence[str],
    more: Mapping[str, str],
    *,
    given: IO[bytes] | int,
    complaints: IO[bytes] | int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start git; `end` has to be called."""
    try:
        return subprocess.Popen(
            ["git", *_SAFE, *arguments],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=complaints,
            bufsize=1024 * 1024,
            env=environment(more),
        )
    except OSError as error:
        raise _not_started(error) from error


def end(process: subprocess.Popen[Any]) -> None:
    """End a process, whatever it is doing, and leave nothing of it behind."""
    process.kill()  # a fork of ours may hold its standard input open: it would not end itself
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):  # what was not written yet has nobody to go to
                pipe.close()


def reason(complaints: bytes) -> str:
    """Return git's last complaint as one clause, without paths of this machine."""
    lines = [line for line in complaints.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal: ", "error: "))]
    said = (fatal or lines or ["no reason given"])[-1].partition(": ")
    text = _ABSOLUTE.sub("…", said[2] if fatal else "".join(said))
    return "".join(c if c.isprintable() else "\ufffd" for c in text)[:300].rstrip(".")


def _not_started(error: OSError) -> RepositoryError:
    if isinstance(error, FileNotFoundError):
        return RepositoryError(
            "The history of a git repository was asked for, but the program git was not found. "
            "Install git 2.31 or newer (https://git-scm.com/downloads), or leave the history out.",
            "git-missing",
        )
    return RepositoryError(f"git cannot be started: {error.strerror or error}.", "git-missing")
