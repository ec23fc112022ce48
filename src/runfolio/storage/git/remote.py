"""Stage 1a: one branch of a remote, read and built on; the user's clone is left alone.

In: a repository, the name or address of a remote, a branch. Out: what the branch has, and new
commits on it, pushed unless somebody else moved it. All is done in a bare repository of our own
that is removed at exit. Of the user's repository only the settings are taken that say where
remotes are and how one logs in; not a file of it is written, be it shallow, detached or changed.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from runfolio.storage.git.command import RepositoryError, reason, run, started
from runfolio.storage.git.fast_import import Author, script_of, write_all
from runfolio.storage.git.remote_settings import remote_settings, variables_for
from runfolio.storage.git.repository import Repository
from runfolio.storage.git.shadow import kept_until_exit
from runfolio.storage.git.words import refusal, without_credentials

__all__ = ["Author", "RemoteBranch"]

_PROTOCOLS = "file:git:http:https:ssh"
"""All that are no programs: ``ext::`` would start whatever the configuration says."""
_PASSED = re.compile(
    r"GIT_(?:SSH|SSH_COMMAND|SSH_VARIANT|ASKPASS|PROXY_COMMAND|SSL_\w+|HTTP_\w+)", re.ASCII
)
"""Variables by which the user says how one reaches a server."""
_SECONDS = 900
"""For what goes over a network."""
_TIP = "refs/runfolio/tip"


class RemoteBranch:
    """A branch of a remote.

    Parameters
    ----------
    repository : Repository
        Whose settings count.
    folder : Path
        By which it was found.
    remote : str
        Name of a remote, or an address.
    branch : str

    Raises
    ------
    RepositoryError
        If there is no such remote (``git-no-remote``), the branch's name is none
        (``git-branch-name``), or git is missing.
    """

    def __init__(self, repository: Repository, folder: Path, remote: str, branch: str) -> None:
        self.remote, self.branch = remote, branch
        self._ref = f"refs/heads/{branch}"
        self._folder = kept_until_exit()
        self._variables = {"GIT_DIR": str(self._folder), "GIT_ALLOW_PROTOCOL": _PROTOCOLS}
        self._variables |= {n: v for n, v in os.environ.items() if _PASSED.fullmatch(n)}
        # Addresses that are relative paths are meant from the top of the work tree.
        top = Path(os.path.realpath(folder))
        for _ in filter(None, repository.prefix.split("/")):
            top = top.parent
        self._at = ("-C", str(top))
        make = ("init", "--quiet", "--bare", "--template=")
        self._need("init", *make, f"--object-format={repository.object_format}")
        own = self._git("config", "--list", "-z").stdout
        listing = run([f"--git-dir={repository.git_dir}", "config", "--list", "-z"]).stdout
        # By variables, so that no token comes to lie on the disk.
        self._settings = remote_settings(listing)
        self._variables |= variables_for(self._settings, remote_settings(own))
        self.heads: dict[str, str] = {}
        if branch.startswith("-") or self._git("check-ref-format", self._ref).returncode != 0:
            raise RepositoryError(
                f"{branch!r} cannot be the name of a branch. Name another one.", "git-branch-name"
            )
        self._check_remote()

    @property
    def address(self) -> str:
        """Where the remote is, without names and passwords."""
        done = self._git("ls-remote", "--get-url", "--", self.remote)
        return without_credentials(done.stdout.decode("utf-8", "replace").strip())

    @property
    def user(self) -> Author | None:
        """Who the user is by git's settings; None where these do not tell."""
        told = {key: value for key, value in self._settings if key.startswith("user.")}
        names = (os.environ.get("GIT_COMMITTER_NAME"), os.environ.get("GIT_COMMITTER_EMAIL"))
        name, email = (
            given or told.get(key, "")
            for given, key in zip(names, ("user.name", "user.email"), strict=True)
        )
        return Author(name, email) if name and email else None

    def look(self) -> str:
        """Ask the remote for its branches and return the commit of ours; empty for none.

        Raises
        ------
        RepositoryError
            If it cannot be reached (``git-remote-unreachable``).
        """
        done = self._over_network("ls-remote", "--heads", "--", self.remote)
        if done.returncode != 0:
            raise self._unreachable(done)
        lines = done.stdout.decode("utf-8", "surrogateescape").splitlines()
        pairs = (line.split("\t", 1) for line in lines if "\t" in line)
        self.heads = {name.removeprefix("refs/heads/"): commit for commit, name in pairs}
        return self.heads.get(self.branch, "")

    def fetch(self) -> str:
        """Get the branch's last commit and return its id; empty where there is no such branch."""
        if not self.look():
            return ""
        options = ("--quiet", "--no-tags", "--depth=1", "--no-write-fetch-head", "--refmap=")
        asked = ("fetch", *options, "--", self.remote, f"+{self._ref}:{_TIP}")
        done = self._over_network(*asked)
        if done.returncode != 0:
            raise self._unreachable(done)
        return self._need("rev-parse", "rev-parse", "--verify", _TIP).decode("ascii").strip()

    def files(self, commit: str) -> dict[str, str]:
        """Return the object id of each file (and link, and submodule) of a commit by its path."""
        if not commit:
            return {}
        listing = self._need("ls-tree", "ls-tree", "-r", "-z", "--full-tree", commit)
        lines = listing.decode("utf-8", "surrogateescape").split("\0")
        pairs = (line.split("\t", 1) for line in lines if line)
        return {path: about.split(" ")[2] for about, path in pairs}

    def read(self, blob: str) -> bytes:
        """Return the content of a file by its object id."""
        return self._need("cat-file", "cat-file", "blob", blob)

    def commit(
        self,
        parent: str,
        message: str,
        author: Author,
        *,
        time: int,
        removed: Iterable[str],
        added: Iterable[tuple[str, bytes]],
    ) -> str:
        """Make a commit and return its id; empty if it would change nothing.

        Parameters
        ----------
        parent : str
            The commit it builds on; empty for none.
        message : str
        author : Author
        time : int
            Seconds since 1970, UTC.
        removed : iterable of str
            Paths of files, or of folders with all that is in them.
        added : iterable of (str, bytes)
            Path and content of files; each becomes a plain file.

        Raises
        ------
        RepositoryError
            If it cannot be made (``git-commit-failed``), as where the disk is full.
        """
        script = script_of(self._ref, parent, message, author, time, removed, added)
        options = ("fast-import", "--quiet", "--done", "--force")
        with started(options, self._variables, given=subprocess.PIPE) as (process, complaints):
            assert process.stdin is not None
            assert process.stdout is not None
            write_all(process.stdin, script)
            answer = process.stdout.read()
            if process.wait() != 0:
                complaints.seek(0)
                raise self._failed("The commit cannot be made", complaints.read(), process)
        made = answer.decode("ascii").strip()
        if parent and self._tree(made) == self._tree(parent):
            return ""
        return made

    def push(self, commit: str, before: str) -> str:
        """Move the branch of the remote to a commit, if it still is where it was.

        Returns
        -------
        str
            Why it was not moved, in git's words and the remote's; empty if it was.
        """
        if not commit:
            raise ValueError("no commit: this would delete the branch")
        lease = f"--force-with-lease={self._ref}:{before}"
        options = ("--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no")
        asked = ("push", *options, lease, "--", self.remote, f"{commit}:{self._ref}")
        done = self._over_network(*asked)
        return "" if done.returncode == 0 else refusal(done.stdout, done.stderr)

    def _tree(self, commit: str) -> bytes:
        return self._need("rev-parse", "rev-parse", "--verify", f"{commit}^{{tree}}")

    def _check_remote(self) -> None:
        keys = (key for key, _ in self._settings)
        names = sorted({key[7:-4] for key in keys if re.fullmatch(r"remote\..+\.url", key)})
        an_address = ":" in self.remote or "/" in self.remote or "\\" in self.remote
        if self.remote in names or (an_address and not self.remote.startswith("-")):
            return
        known = f"There is {', '.join(names)}." if names else "There is none at all."
        raise RepositoryError(
            f"The repository has no remote {self.remote!r}. {known} Name one with --remote, or "
            "add it: git remote add NAME ADDRESS",
            "git-no-remote",
        )

    def _unreachable(self, done: subprocess.CompletedProcess[bytes]) -> RepositoryError:
        return RepositoryError(
            f"The remote {without_credentials(self.remote)} cannot be read; git says: "
            f"{refusal(done.stdout, done.stderr)}. Check its address (git remote -v) and that you "
            "may read it (git fetch). Passwords are not asked for: use a key, a token or a "
            "credential helper.",
            "git-remote-unreachable",
        )

    def _failed(
        self, what: str, complaints: bytes, process: subprocess.Popen[bytes] | None = None
    ) -> RepositoryError:
        ended = process is not None and process.returncode < 0
        said = f"it was ended by signal {-process.returncode}" if ended and process else ""
        return RepositoryError(
            f"{what}; git says: {said or reason(complaints)}. Nothing was published. Make room "
            "on the disk for temporary files, or name another place for them in $TMPDIR.",
            "git-commit-failed",
        )

    def _need(self, what: str, *arguments: str) -> bytes:
        done = self._git(*arguments)
        if done.returncode != 0:
            raise self._failed(f"git {what} failed", done.stderr)
        return done.stdout

    def _over_network(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        try:
            return run((*self._at, *arguments), self._variables, seconds=_SECONDS)
        except RepositoryError as error:
            if error.slug != "git-unreadable":
                raise
            raise RepositoryError(
                f"The remote {without_credentials(self.remote)} gave no answer within {_SECONDS} "
                "seconds. Whether something was published is not known: look at the branch, and "
                "publish again; what is there already is not published twice.",
                "git-remote-unreachable",
            ) from error

    def _git(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        return run((*self._at, *arguments), self._variables)
