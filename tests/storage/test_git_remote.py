"""A remote is reached as the user's own settings say, and its words are told without secrets."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket

import pytest

from repositories import Made, made
from runfolio.storage.git.remote import RemoteBranch
from runfolio.storage.git.repository import Repository, RepositoryError
from runfolio.storage.git.words import refusal, without_credentials


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Made:
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "global"))
    (tmp_path / "global").touch()
    clone = made(tmp_path / "clone")
    clone.commit("First", {"a": "x"})
    return clone


@pytest.fixture
def host() -> Iterator[tuple[str, list[str]]]:
    """A server that forbids everything, and what it was asked with."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.headers.get("Authorization", ""))
            self.send_error(403)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def branch_of(clone: Made, remote: str = "origin") -> RemoteBranch:
    repository = Repository.find(clone.path)
    assert repository is not None
    return RemoteBranch(repository, clone.path, remote, "gh-pages")


def test_the_token_of_the_clone_is_used_and_not_told(
    clone: Made, host: tuple[str, list[str]], tmp_path: Path
) -> None:
    # As a workflow's checkout leaves it, in a file that the configuration includes.
    address, asked = host
    clone.git("remote", "add", "origin", f"{address}/lab/triage.git")
    token = tmp_path / "token"
    token.write_text(f'[http "{address}/"]\n\textraheader = AUTHORIZATION: basic c2VjcmV0\n')
    condition = f"gitdir:{clone.path}/.git"
    clone.git("config", f"includeIf.{condition}.path", str(token))
    with pytest.raises(RepositoryError) as told:
        branch_of(clone).look()
    assert asked == ["basic c2VjcmV0"]
    assert told.value.slug == "git-remote-unreachable"
    assert "403" in told.value.message
    assert "c2VjcmV0" not in told.value.message


def test_a_remote_that_gives_no_answer(clone: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        clone.git("remote", "add", "origin", f"git://127.0.0.1:{silent.getsockname()[1]}/x.git")
        branch = branch_of(clone)
        monkeypatch.setattr("runfolio.storage.git.remote._SECONDS", 0.3)
        with pytest.raises(RepositoryError, match="gave no answer") as told:
            branch.look()
    assert told.value.slug == "git-remote-unreachable"


def test_addresses_are_rewritten_as_the_user_says(clone: Made, tmp_path: Path) -> None:
    remote = made(tmp_path / "remote.git", "--bare")
    (tmp_path / "global").write_text(
        f'[url "{tmp_path}/"]\n\tinsteadOf = lab:\n'
        "[user]\n\tname = Eve\n\temail = eve@example.org\n"
    )
    clone.git("remote", "add", "origin", "lab:remote.git")
    branch = branch_of(clone)
    assert branch.fetch() == ""
    user = branch.user
    assert user is not None
    commit = branch.commit("", "x", user, time=1, removed=[], added=[("a", b"1")])
    assert branch.push(commit, "") == ""
    assert remote.git("log", "--format=%an %ae", "gh-pages") == "Eve eve@example.org"
    other = branch.commit("", "y", user, time=2, removed=[], added=[("a", b"2")])
    assert branch.push(other, "") == "stale info", "the branch is there by now"
    assert branch.push(other, other) == "stale info"
    assert branch.look() == commit


def test_nobody_is_named_where_the_settings_name_nobody(clone: Made, tmp_path: Path) -> None:
    clone.git("remote", "add", "origin", str(made(tmp_path / "r.git", "--bare").path))
    assert branch_of(clone).user is None


def test_what_a_repository_asks_for_is_not_started(clone: Made, tmp_path: Path) -> None:
    clone.git("remote", "add", "origin", f"ext::sh -c touch% {tmp_path}/pwned")
    clone.git("config", "core.fsmonitor", f"touch {tmp_path}/pwned")
    clone.git("config", "protocol.ext.allow", "always")
    with pytest.raises(RepositoryError, match="not allowed"):
        branch_of(clone).look()
    assert not (tmp_path / "pwned").exists()


def test_what_git_says_is_one_clause() -> None:
    said = refusal(
        b"To x\n!\tabc:refs/heads/gh-pages\t[remote rejected] (protected branch hook declined)\n",
        b"remote: error: GH006: Protected branch update failed\x1b[31m\nremote: \n"
        b"error: failed to push some refs to 'https://ada:pw@example.org/x'\n",
    )
    assert said == (
        "protected branch hook declined (the remote says: error: GH006: Protected branch update "
        "failed)"
    )
    assert refusal(b"", b"fatal: unable to access 'https://a:pw@h/x/': no route\n") == (
        "unable to access 'https://h/x/': no route"
    )
    assert refusal(b"", b"") == "no reason given"
    assert without_credentials("ssh://git@h/x https://u:p@h/y") == "ssh://h/x https://h/y"
    for password in ("p@ss", "p/ss", "p:@/s@s"):
        assert without_credentials(f"at 'https://u:{password}@h/y'") == "at 'https://h/y'"
