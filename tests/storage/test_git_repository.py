"""Finding a repository, and what its branches, tags and other names mean."""

from __future__ import annotations

import os
import pickle
import subprocess
from pathlib import Path

import pytest

from repositories import Made, made
from runfolio.storage.base import StorageError
from runfolio.storage.git.repository import Repository, RepositoryError


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    return made(tmp_path / "project")


def found(path: Path) -> Repository:
    repository = Repository.find(path, "project")
    assert repository is not None
    return repository


def test_where_there_is_no_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "m.csv").write_text("x")
    monkeypatch.setenv("PATH", "")  # git is not even asked for
    assert Repository.find(tmp_path / "logs") is None
    assert Repository.find(tmp_path / "logs" / "m.csv") is None
    assert Repository.find(tmp_path / "gone") is None


def test_a_work_tree_and_a_folder_in_it(repo: Made) -> None:
    repo.commit("a", {"x": "1"})
    (repo.path / "a" / "b").mkdir(parents=True)
    (repo.path / "file").write_text("x")
    top, inner = found(repo.path), found(repo.path / "a" / "b")
    assert (top.prefix, inner.prefix, inner.git_dir) == ("", "a/b", top.git_dir)
    assert not top.is_bare
    assert Repository.find(repo.path / "file") is None
    assert Repository.find(repo.path / ".git" / "refs") is None
    assert found(repo.path / ".git").head() == top.head()
    assert pickle.loads(pickle.dumps(top)) == top
    assert hash(found(repo.path)) == hash(top)


def test_it_is_found_through_a_link(repo: Made, tmp_path: Path) -> None:
    (repo.path / "logs").mkdir()
    (tmp_path / "here").symlink_to(repo.path / "logs")
    assert found(tmp_path / "here").prefix == "logs"


def test_a_repository_in_a_repository_is_the_inner_one(repo: Made) -> None:
    inner = made(repo.path / "inner")
    commit = inner.commit("inner", {"x": "1"})
    assert found(inner.path).head() == ("main", commit)
    assert found(inner.path).prefix == ""


def test_before_the_first_commit(repo: Made) -> None:
    repository = found(repo.path)
    assert repository.head() == ("main", "")
    assert (repository.refs(), repository.tags(), repository.remote()) == ({}, {}, "")
    with pytest.raises(RepositoryError) as told:
        repository.resolve("HEAD")
    assert told.value.slug == "git-revision-unknown"


def test_branches_tags_and_head(repo: Made) -> None:
    one = repo.commit("one", {"x": "1"})
    two = repo.commit("two", {"x": "2"}, branch="feature/a", parents=[one])
    repo.git("tag", "plain", one)
    repo.git("tag", "-a", "-m", "told", "annotated", two)
    repo.git("tag", "-a", "-m", "twice", "nested", "annotated")
    repo.git("tag", "of-a-file", f"{one}:x")
    repo.git("tag", "of-a-tree", f"{one}^{{tree}}")
    repo.git("update-ref", "refs/exps/ab/cd/puffy-moose", two)
    repo.git("update-ref", f"refs/replace/{one}", two)
    expected = {
        "refs/heads/main": one,
        "refs/heads/feature/a": two,
        "refs/tags/plain": one,
        "refs/tags/annotated": two,
        "refs/tags/nested": two,
        "refs/exps/ab/cd/puffy-moose": two,
    }
    repository = found(repo.path)
    assert repository.refs() == expected
    assert repository.tags() == {"plain": one, "annotated": two, "nested": two}
    assert repository.head() == ("main", one)
    repo.git("pack-refs", "--all")
    assert repository.refs() == expected
    repo.git("update-ref", "--no-deref", "HEAD", two)
    repo.git("symbolic-ref", "HEAD", "refs/heads/feature/a")
    assert repository.head() == ("feature/a", two)
    repo.git("symbolic-ref", "HEAD", "refs/heads/unborn")
    assert repository.head() == ("unborn", "")
    (repo.path / ".git" / "HEAD").write_text(f"{one}\n")
    assert repository.head() == ("", one)
    assert [commit.id for commit in repository.log("HEAD")] == [one]


def test_names_of_revisions(repo: Made) -> None:
    ids = [repo.commit(f"{n}", {"x": str(n)}) for n in range(4)]
    repo.commit("side", {"y": "1"}, branch="side", parents=[ids[0]])
    repo.git("tag", "-a", "-m", "m", "v1", ids[1])
    repository = found(repo.path)
    for name, expected in {
        "main": ids[3],
        "HEAD": ids[3],
        "HEAD~3": ids[0],
        "main^": ids[2],
        "v1": ids[1],
        "v1~1": ids[0],
        "refs/tags/v1": ids[1],
        ids[2]: ids[2],
        ids[2][:12]: ids[2],
    }.items():
        assert repository.resolve(name) == expected, name
    new = repo.commit("new", {"x": "9"})
    assert repository.resolve("main") == new


@pytest.mark.parametrize(
    "name",
    [
        *("nope", "", " ", "main..side", "^main", "-h", "--all", "--help", "-", "a\nb", "a\0b"),
        *("main:x", "HEAD~99", "0" * 7, "caf\udce9", "main^{tree}", "@{upstream}", "main\n--all"),
        # Pytest puts a test's name into the environment, which has no room for a long one.
        pytest.param("x" * 200_000, id="very long"),
    ],
)
def test_what_is_no_revision(repo: Made, name: str) -> None:
    repo.commit("one", {"x": "1"})
    with pytest.raises(RepositoryError, match="has no revision") as told:
        found(repo.path).resolve(name)
    assert told.value.slug == "git-revision-unknown"
    assert len(str(told.value)) < 500
    assert str(told.value).isprintable()


def test_a_near_miss_is_told(repo: Made) -> None:
    one = repo.commit("one", {"x": "1"})
    repo.git("tag", "v1.0", one)
    with pytest.raises(RepositoryError, match=r"Did you mean 'main'\?"):
        found(repo.path).resolve("mian")
    with pytest.raises(RepositoryError, match=r"'v1\.0'"):
        found(repo.path).resolve("v1.O")


def test_a_branch_with_a_name_like_an_option(repo: Made) -> None:
    one = repo.commit("one", {"x": "1"})
    two = repo.commit("two", {"x": "2"})
    repo.git("update-ref", "refs/heads/--all", one)
    repo.git("update-ref", "refs/heads/-x", one)
    repository = found(repo.path)
    assert repository.resolve("--all") == one
    assert repository.resolve("-x") == one
    assert [commit.id for commit in repository.log("--all")] == [one]
    assert repository.head()[1] == two


def test_merge_base_and_ancestors(repo: Made) -> None:
    base = repo.commit("base", {"x": "1"})
    main = repo.commit("main", {"x": "2"})
    side = repo.commit("side", {"y": "1"}, branch="side", parents=[base])
    repository = found(repo.path)
    assert repository.merge_base(main, side) == base
    assert repository.is_ancestor(base, side)
    assert repository.is_ancestor(side, side)
    assert not repository.is_ancestor(main, side)
    with pytest.raises(RepositoryError):
        repository.merge_base(main, "1" * 40)


def test_remotes(repo: Made) -> None:
    repository = found(repo.path)
    repo.git("config", "remote.fork.url", "git@example.org:me/x.git")
    assert repository.remote() == "git@example.org:me/x.git"
    repo.git("config", "remote.other.url", "https://example.org/y")
    assert repository.remote() == ""
    repo.git("config", "remote.origin.url", "https://user:secret@example.org/z.git")
    assert repository.remote() == "https://user:secret@example.org/z.git"


def test_contents_come_in_the_order_asked(repo: Made) -> None:
    files = {f"f{n}": f"{n}" * (n + 1) for n in range(300)}
    commit = repo.commit("many", files)
    repository = found(repo.path)
    ids = [repo.git("rev-parse", f"main:f{n}") for n in (5, 0, 5, 299)]
    asked = [ids[0], commit, "1" * 40, "not an id\nHEAD", ids[1], "", *ids[2:]]
    answers = list(repository.blobs(iter(asked)))
    assert [name for name, _ in answers] == asked
    assert [data for _, data in answers if isinstance(data, bytes)] == [
        *(b"555555", b"0", b"555555", b"299" * 300),
    ]
    assert [str(data) for _, data in answers if isinstance(data, StorageError)] == [
        *("is no file", "is not in this copy of the repository"),
        *("has no object in the repository", "has no object in the repository"),
    ]


def test_many_contents_do_not_wait_for_each_other(repo: Made) -> None:
    repo.commit("a", {"large": os.urandom(300_000), "small": "1"})
    ids = [repo.git("rev-parse", f"main:{name}") for name in ("large", "small")] * 3000
    total = sum(len(data) for _, data in found(repo.path).blobs(ids) if isinstance(data, bytes))
    assert total == 3000 * 300_001


@pytest.mark.parametrize("size", [5_000, 30_000_000])
def test_what_is_too_large_costs_nothing_else(repo: Made, size: int) -> None:
    repo.commit("a", {"1": "before", "2": b"x" * size, "3": "after"})
    ids = [repo.git("rev-parse", f"main:{name}") for name in "123"]
    before, large, after = [data for _, data in found(repo.path).blobs(ids, 4_000)]
    assert (before, after) == (b"before", b"after")
    assert "is larger than" in str(large)


def test_a_damaged_object_costs_nothing_else(repo: Made) -> None:
    ids = [repo.put("blob", b"%d" % n * 50_000) for n in range(5)]
    for number, damage in ((1, b"no zlib at all"), (3, None)):
        file = repo.path / ".git" / "objects" / ids[number][:2] / ids[number][2:]
        file.chmod(0o644)
        file.write_bytes(damage if damage else file.read_bytes()[:60])
    answers = [data for _, data in found(repo.path).blobs(ids)]
    assert [data for data in answers if isinstance(data, bytes)] == [
        *(b"0" * 50_000, b"2" * 50_000, b"4" * 50_000),
    ]
    assert all(isinstance(answers[number], StorageError) for number in (1, 3))


@pytest.mark.parametrize(
    "content", [b"gitdir: /nowhere/at/all\n", b"nonsense", b"", b"gitdir: .git\n"]
)
def test_a_git_file_that_leads_nowhere_is_told(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ".git").write_bytes(content)
    with pytest.raises(RepositoryError) as told:
        Repository.find(tmp_path, "logs")
    assert told.value.slug == "git-unreadable"
    assert "logs" in str(told.value)
    assert str(tmp_path) not in str(told.value)
    assert "/nowhere" not in str(told.value)


@pytest.mark.parametrize("broken", ["HEAD", "config", "objects"])
def test_a_damaged_repository_is_told(repo: Made, broken: str) -> None:
    repo.commit("one", {"x": "1"})
    part = repo.path / ".git" / broken
    if part.is_dir():
        part.rename(part.with_name("moved"))
    else:
        part.write_bytes(b"\0 nonsense [[[\n")
    with pytest.raises(RepositoryError) as told:
        Repository.find(repo.path, "logs")
    assert told.value.slug == "git-unreadable"
    assert str(repo.path) not in str(told.value)


def test_an_empty_folder_called_git_is_no_repository(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert Repository.find(tmp_path) is None


def test_a_missing_git_is_told(repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RepositoryError, match="Install git") as told:
        Repository.find(repo.path)
    assert told.value.slug == "git-missing"


def test_another_users_repository_needs_consent(
    repo: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = repo.commit("one", {"x": "1"})
    (repo.path / "logs").mkdir()
    home = tmp_path / "home dir"
    (home / "bin").mkdir(parents=True)
    git = home / "bin" / "git"
    real = subprocess.check_output(["which", "git"], text=True).strip()
    # git's own switch for its tests: every repository is somebody else's.
    git.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {real} "$@"\n')
    git.chmod(0o755)
    monkeypatch.setenv("PATH", f"{git.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RepositoryError) as told:
        Repository.find(repo.path / "logs", "logs")
    assert told.value.slug == "git-unsafe"
    message = told.value.message
    assert str(tmp_path) not in message
    remedy = message[message.index("git config") :]
    assert remedy == 'git config --global --add safe.directory "$(cd project && pwd -P)"'
    subprocess.run(["sh", "-c", remedy], check=True)
    assert found(repo.path / "logs").head() == ("main", commit)


def test_variables_of_a_hook_do_not_lead_elsewhere(
    repo: Made, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = made(tmp_path / "other")
    other.commit("other", {"o": "1"})
    commit = repo.commit("one", {"x": "1"})
    monkeypatch.setenv("GIT_DIR", str(other.path / ".git"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.path))
    monkeypatch.setenv("GIT_OBJECT_DIRECTORY", str(other.path / ".git" / "objects"))
    monkeypatch.setenv("GIT_NAMESPACE", "none")
    repository = found(repo.path)
    assert repository.head() == ("main", commit)
    assert [c.subject for c in repository.log("main")] == ["one"]


def test_an_error_survives_the_way_from_another_process() -> None:
    error = pickle.loads(pickle.dumps(RepositoryError("what, where", "git-unreadable")))
    assert (error.message, error.slug) == ("what, where", "git-unreadable")
