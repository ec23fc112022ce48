"""What a repository's own configuration asks for does not happen, and nothing is written."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from repositories import T0, Made, made
from runfolio.storage.base import StorageError
from runfolio.storage.git.repository import Repository, RepositoryError


def use(path: Path) -> dict[str, object]:
    """Do all that can be done with a repository, and return what it said."""
    repository = Repository.find(path, "project")
    assert repository is not None
    commits = list(repository.log("HEAD", first_parent=False))
    list(repository.log(list(repository.refs().values())))
    ids = [change.blob for commit in commits for change in commit.changes if change.blob]
    storage = repository.revision("HEAD", "")
    with storage.local("m.csv") as local, storage.open("m.csv") as file:
        assert local.read_bytes() == file.read()
    with pytest.raises(RepositoryError):
        repository.resolve("no such name")
    return {
        "head": repository.head(),
        "refs": repository.refs(),
        "remote": repository.remote(),
        "subjects": [commit.subject for commit in commits],
        "changes": [commit.changes for commit in commits],
        "blobs": list(repository.blobs(ids)),
        "files": dict(storage.read_tree("")),
        "is_ancestor": repository.is_ancestor(commits[-1].id, commits[0].id),
        "merge_base": repository.merge_base(commits[-1].id, commits[0].id),
    }


def snapshot(folder: Path) -> dict[str, tuple[int, int, int, str]]:
    """Return everything that a write would change: mode, size, time and content of each file."""
    found = {}
    for path in sorted([folder, *folder.rglob("*")]):
        about = path.lstat()
        content = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (
            *(about.st_mode, about.st_size, about.st_mtime_ns),
            hashlib.sha256(content).hexdigest(),
        )
    return found


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    repo = made(tmp_path / "project")
    for number in range(3):
        repo.commit(f"{number}", {"m.csv": f"loss\n{number}\n", ".gitattributes": "* diff=evil\n"})
    repo.git("tag", "-a", "-m", "v1", "v1")
    return repo


def test_nothing_is_written_to_the_repository(repo: Made) -> None:
    repo.git("reset", "--hard", "main")
    (repo.path / "m.csv").touch()  # git status would now refresh the index
    before = snapshot(repo.path)
    use(repo.path)
    assert snapshot(repo.path) == before


def test_a_repository_that_may_not_be_written_is_read(repo: Made) -> None:
    before = use(repo.path)
    folders = [repo.path / ".git", *(repo.path / ".git").rglob("*")]
    for path in folders:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        assert use(repo.path) == before
    finally:
        for path in folders:
            path.chmod(0o755 if path.is_dir() else 0o644)


EVIL = [
    ("core.fsmonitor", "{}"),
    ("core.hooksPath", "hooks"),
    ("core.pager", "{}"),
    ("pager.log", "{}"),
    ("core.sshCommand", "{}"),
    ("core.gitProxy", "{}"),
    ("core.askPass", "{}"),
    ("core.editor", "{}"),
    ("core.alternateRefsCommand", "{}"),
    ("core.attributesFile", "attributes"),
    ("core.worktree", "/"),
    ("diff.external", "{}"),
    ("diff.evil.command", "{}"),
    ("diff.evil.textconv", "{}"),
    ("filter.evil.smudge", "{}"),
    ("filter.evil.process", "{}"),
    ("alias.log", "!{}"),
    ("alias.cat-file", "!{}"),
    ("alias.for-each-ref", "!{}"),
    ("alias.rev-parse", "!{}"),
    ("gpg.program", "{}"),
    ("gpg.ssh.program", "{}"),
    ("log.showSignature", "true"),
    ("credential.helper", "!{}"),
    ("log.decorate", "full"),
    ("log.follow", "true"),
    ("log.date", "raw"),
    ("diff.renames", "false"),
    ("diff.noprefix", "true"),
    ("i18n.logOutputEncoding", "UTF-16"),
    ("color.ui", "always"),
    ("core.quotePath", "true"),
    ("core.abbrev", "5"),
    ("format.pretty", "raw"),
    ("uploadpack.packObjectsHook", "{}"),
    ("remote.evil.url", "ext::{} %S"),
    ("remote.evil.uploadpack", "{}"),
    ("remote.evil.vcs", "evil"),
    ("remote.evil.promisor", "true"),
]


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A program that leaves a mark when it is started."""
    program = tmp_path / "program"
    program.write_text(f'#!/bin/sh\ntouch "{tmp_path}/started"\nexec cat\n')
    program.chmod(0o755)
    return program


@pytest.mark.parametrize(("key", "value"), EVIL, ids=[key for key, _ in EVIL])
def test_no_setting_of_it_has_an_effect(repo: Made, program: Path, key: str, value: str) -> None:
    before = use(repo.path)
    repo.git("config", key, value.format(program))
    after = use(repo.path)
    assert not program.with_name("started").exists()
    assert {k: v for k, v in after.items() if k != "remote"} == {
        k: v for k, v in before.items() if k != "remote"
    }


def test_no_hook_is_run(repo: Made, program: Path) -> None:
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc"):
        (hooks / name).symlink_to(program)
    use(repo.path)
    assert not program.with_name("started").exists()


def test_the_users_own_settings_do_not_change_what_is_read(
    repo: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = use(repo.path)
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[log]\n\tshowSignature = true\n\tfollow = true\n\tdecorate = full\n\tmailmap = true\n"
        "[diff]\n\trenames = false\n\tnoprefix = true\n[color]\n\tui = always\n"
        "[i18n]\n\tlogOutputEncoding = UTF-16\n[core]\n\tabbrev = 5\n\tpager = false\n"
    )
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_TRACE", "1")
    monkeypatch.setenv("GIT_EXTERNAL_DIFF", "false")
    monkeypatch.setenv("GIT_DIFF_OPTS", "-u0")
    monkeypatch.setenv("LANGUAGE", "de")
    assert use(repo.path) == before


def test_a_settings_file_that_never_ends_is_given_up(
    repo: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    os.mkfifo(repo.path / ".git" / "pipe")
    with (repo.path / ".git" / "config").open("a") as config:
        config.write("[include]\n\tpath = pipe\n")
    monkeypatch.setattr("runfolio.storage.git.command.SECONDS", 1)
    with pytest.raises(RepositoryError, match="no answer") as told:
        Repository.find(repo.path)
    assert told.value.slug == "git-unreadable"


def test_missing_objects_are_not_fetched(repo: Made, program: Path) -> None:
    ids = [repo.put("blob", b"kept"), repo.put("blob", b"lost")]
    for pack in [*(repo.path / ".git/objects/pack").glob("*.pack")]:
        (pack.with_suffix(".promisor")).write_text("")
    (repo.path / ".git/objects" / ids[1][:2] / ids[1][2:]).unlink()
    tag = repo.put(
        "tag", f"object {ids[0]}\ntype blob\ntag t\ntagger A <a@b> {T0} +0000\n".encode()
    )
    repo.git("update-ref", "refs/tags/lost", tag)
    (repo.path / ".git/objects" / tag[:2] / tag[2:]).unlink()
    repo.git("config", "core.repositoryFormatVersion", "1")
    repo.git("config", "extensions.partialClone", "evil")
    repo.git("config", "remote.evil.url", f"ext::{program} %S")
    repo.git("config", "remote.evil.promisor", "true")
    repo.git("config", "protocol.ext.allow", "always")
    repository = Repository.find(repo.path)
    assert repository is not None
    assert repository.is_partial
    kept, lost = [data for _, data in repository.blobs(ids)]
    assert kept == b"kept"
    assert isinstance(lost, StorageError)
    assert sorted(repository.refs()) == ["refs/heads/main", "refs/tags/v1"]
    assert repository.head()[0] == "main"
    assert not program.with_name("started").exists()


def test_replacements_and_grafts_change_no_history(repo: Made) -> None:
    before = use(repo.path)
    other = repo.commit("another story", {"m.csv": "fake"}, branch="other", parents=[])
    repo.git("update-ref", "-d", "refs/heads/other")
    repo.git("replace", "main", other)
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "grafts").write_text(repo.git("rev-parse", "main") + "\n")
    after = use(repo.path)
    assert after == before


def test_a_ref_that_names_nothing_hides_no_other(repo: Made) -> None:
    before = use(repo.path)
    heads = repo.path / ".git" / "refs" / "heads"
    heads.mkdir(parents=True, exist_ok=True)
    (heads / "lost").write_text("1" * 40 + "\n")
    (heads / "garbage").write_text("garbage\n")
    (heads / "zero").write_text("0" * 40 + "\n")
    (heads / "a b\nrefs").write_text("1" * 40 + "\n")
    (heads / "leads-out").write_text("ref: ../../../../etc/passwd\n")
    assert use(repo.path) == before
