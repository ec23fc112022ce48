"""Worktrees, bare, shallow, partial, shared and SHA-256 repositories, and bundles."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from repositories import Made, made
from runfolio.storage.base import StorageError
from runfolio.storage.git.repository import Repository, RepositoryError


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    """Five commits; the file changes in each."""
    repo = made(tmp_path / "project")
    for number in range(5):
        repo.commit(f"{number}", {"m.csv": f"{number}\n" * 9, "same": "s"})
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("config", "uploadpack.allowAnySHA1InWant", "true")
    return repo


def found(path: Path) -> Repository:
    repository = Repository.find(path, "project")
    assert repository is not None
    return repository


def read(repository: Repository, name: str = "HEAD") -> tuple[list[str], bytes]:
    """Return the subjects of all commits, and a file of the last one."""
    subjects = [commit.subject for commit in repository.log(name)]
    return subjects, repository.revision(name, "").read("m.csv")


ALL = (["4", "3", "2", "1", "0"], b"4\n" * 9)


def clone(repo: Made, *options: str) -> Made:
    copy = repo.path.with_name("copy")
    repo.git("clone", "--quiet", "--no-local", *options, repo.path.as_uri(), copy)
    return Made(copy)


def test_packed_refs_packs_and_a_commit_graph(repo: Made) -> None:
    repo.git("gc", "--quiet", "--prune=now")
    repo.git("commit-graph", "write", "--reachable", "--changed-paths")
    repo.git("multi-pack-index", "write")
    assert not list((repo.path / ".git" / "refs" / "heads").iterdir())
    assert read(found(repo.path)) == ALL


def test_a_bare_repository(repo: Made) -> None:
    repository = found(clone(repo, "--bare").path)
    assert repository.is_bare
    assert read(repository) == ALL


def test_a_linked_worktree_has_its_own_head(repo: Made, tmp_path: Path) -> None:
    repo.commit("side", {"m.csv": "side"}, branch="side", parents=[repo.git("rev-parse", "main~2")])
    repo.git("worktree", "add", "--quiet", tmp_path / "linked", "side")
    (tmp_path / "linked" / "logs").mkdir()
    repository = found(tmp_path / "linked" / "logs")
    assert repository.head()[0] == "side"
    assert repository.prefix == "logs"
    assert read(repository) == (["side", "2", "1", "0"], b"side")
    assert read(repository, "main") == ALL
    assert found(repo.path).head()[0] == "main"
    (repo.path / ".git").rename(repo.path / "gone")
    with pytest.raises(RepositoryError) as told:
        Repository.find(tmp_path / "linked")
    assert told.value.slug == "git-unreadable"


def test_a_git_folder_that_lies_elsewhere(tmp_path: Path) -> None:
    repo = made(tmp_path / "work", f"--separate-git-dir={tmp_path / 'elsewhere'}")
    repo.commit("one", {"m.csv": "1"})
    (repo.path / "logs").mkdir()
    repository = found(repo.path / "logs")
    assert repository.prefix == "logs"
    assert read(repository) == (["one"], b"1")


def test_a_submodule_is_a_repository_of_its_own(repo: Made, tmp_path: Path) -> None:
    outer = made(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", repo.path.as_uri(), "inner")
    (outer.path / "inner" / "logs").mkdir()
    repository = found(outer.path / "inner" / "logs")
    assert repository.prefix == "logs"
    assert read(repository) == ALL


def test_sha256(tmp_path: Path) -> None:
    repo = made(tmp_path / "project", "--object-format=sha256")
    first = repo.commit("0", {"m.csv": "0"})
    last = repo.commit("1", {"m.csv": "1"})
    repository = found(repo.path)
    assert len(last) == 64
    assert repository.head() == ("main", last)
    assert repository.refs() == {"refs/heads/main": last}
    assert read(repository) == (["1", "0"], b"1")
    assert read(repository, last[:9]) == (["1", "0"], b"1")
    (change,) = next(repository.log("main")).changes
    assert list(repository.blobs([change.blob])) == [(change.blob, b"1")]
    assert repository.merge_base(first, last) == first


def test_a_shallow_clone_ends_where_it_was_cut(repo: Made) -> None:
    copy = clone(repo, "--depth=2")
    repository = found(copy.path)
    assert repository.is_shallow
    assert not repository.is_partial
    commits = list(repository.log("HEAD"))
    assert [(c.subject, len(c.parents), len(c.changes)) for c in commits] == [
        *(("4", 1, 1), ("3", 0, 2)),
    ]
    with pytest.raises(RepositoryError, match="fetch --unshallow"):
        repository.resolve("HEAD~3")
    copy.git("fetch", "--quiet", "--unshallow")
    assert repository.resolve("HEAD~3") == repo.git("rev-parse", "HEAD~3")
    assert read(repository) == ALL


def test_a_clone_without_old_contents(repo: Made) -> None:
    copy = clone(repo, "--filter=blob:none", "--no-checkout")
    # One file is there, as after a checkout; all others are left out.
    present = repo.git("rev-parse", "main:m.csv")
    copy.git("cat-file", "-p", present)
    repository = found(copy.path)
    assert repository.is_partial
    commits = list(repository.log("HEAD"))
    assert [commit.subject for commit in commits] == ALL[0]
    ids = [change.blob for commit in commits for change in commit.changes]
    answers = dict(repository.blobs(ids))
    assert answers.pop(present) == ALL[1]
    assert len(answers) == 5
    assert {str(answer) for answer in answers.values()} == {"is not in this copy of the repository"}
    assert repository.revision("HEAD").read("m.csv") == ALL[1]
    with pytest.raises(StorageError, match="not in this copy"):
        repository.revision("HEAD~1").read("m.csv")


def test_a_clone_without_trees(repo: Made) -> None:
    copy = clone(repo, "--filter=tree:0", "--no-checkout")
    repository = found(copy.path)
    assert repository.is_partial
    with pytest.raises(StorageError, match="missing or damaged"):
        repository.revision("HEAD~1").entries("")
    with pytest.raises(RepositoryError, match="could not be read to its end"):
        list(repository.log("HEAD"))


def test_only_unchanged_files_count_as_renamed_where_contents_are_missing(repo: Made) -> None:
    repo.commit("moved", {"m.csv": None, "moved.csv": "4\n" * 9})
    repo.commit("moved and changed", {"moved.csv": None, "again.csv": "4\n" * 9 + "5\n"})
    copy = clone(repo, "--filter=blob:none", "--no-checkout")
    again, moved, *_ = found(copy.path).log("HEAD")
    assert [(c.status, c.old_path, c.path) for c in moved.changes] == [
        ("R", "m.csv", "moved.csv"),
    ]
    assert sorted((c.status, c.path) for c in again.changes) == [
        *(("A", "again.csv"), ("D", "moved.csv")),
    ]


def test_a_clone_that_shares_its_objects(repo: Made) -> None:
    copy = repo.path.with_name("copy")
    repo.git("clone", "--quiet", "--shared", repo.path, copy)
    shared = Made(copy)
    shared.commit("5", {"m.csv": "5"})
    assert read(found(copy)) == (["5", *ALL[0]], b"5")
    alternates = copy / ".git" / "objects" / "info" / "alternates"
    alternates.write_text("../../../project/.git/objects\n")
    assert read(found(copy)) == (["5", *ALL[0]], b"5")


@pytest.fixture
def bundle(repo: Made, tmp_path: Path) -> Path:
    repo.git("tag", "-a", "-m", "v1", "v1", "main~1")
    repo.commit("side", {"m.csv": "side"}, branch="a-side")
    path = tmp_path / "-all of it.bundle"
    repo.git("bundle", "create", path, "--all")
    return path


def test_a_bundle_is_a_repository(repo: Made, bundle: Path) -> None:
    repository = Repository.find(bundle)
    assert repository is not None
    assert repository.label == "-all of it.bundle"
    assert repository.head() == ("main", repo.git("rev-parse", "main"))
    assert repository.refs() == found(repo.path).refs()
    assert list(repository.tags()) == ["v1"]
    assert read(repository) == ALL
    assert repository.remote() == ""
    assert Repository.find(bundle) == repository


@pytest.mark.parametrize(
    ("what", "head"),
    [(["HEAD"], ""), (["a-side"], "a-side"), (["v1"], "main"), (["a-side", "HEAD"], "")],
)
def test_a_bundle_of_a_part(repo: Made, bundle: Path, what: list[str], head: str) -> None:
    repo.git("bundle", "create", bundle, *what)
    repository = Repository.find(bundle)
    assert repository is not None
    assert repository.head()[0] == head
    if "HEAD" in what:
        assert repository.head()[1] == repo.git("rev-parse", "HEAD")
        assert read(repository) == ALL


def test_a_bundle_that_builds_on_another_is_told(repo: Made, bundle: Path) -> None:
    repo.git("bundle", "create", bundle, "main~2..main")
    with pytest.raises(RepositoryError, match="only what is new") as told:
        Repository.find(bundle)
    assert told.value.slug == "git-bundle"
    assert "git bundle create '-all of it.bundle' --all" in told.value.message


@pytest.mark.parametrize("kept", [17, 300, -40])
def test_a_bundle_cut_short_is_told(bundle: Path, kept: int) -> None:
    bundle.write_bytes(bundle.read_bytes()[:kept])
    with pytest.raises(RepositoryError) as told:
        Repository.find(bundle)
    assert told.value.slug == "git-bundle"
    assert str(bundle.parent) not in str(told.value)


def test_a_bundle_of_sha256(tmp_path: Path) -> None:
    repo = made(tmp_path / "project", "--object-format=sha256")
    repo.commit("1", {"m.csv": "1"})
    repo.git("bundle", "create", tmp_path / "x.bundle", "--all")
    assert read(found(tmp_path / "x.bundle")) == (["1"], b"1")


def test_a_bundle_without_contents(repo: Made, bundle: Path) -> None:
    repo.git("bundle", "create", bundle, "--filter=blob:none", "--all")
    repository = found(bundle)
    assert repository.is_partial
    assert [commit.subject for commit in repository.log("main")] == ALL[0]
    with pytest.raises(StorageError, match="not in this copy"):
        repository.revision("main").read("m.csv")


def test_names_in_a_bundle_cannot_lead_out(bundle: Path) -> None:
    content = bundle.read_bytes()
    head, _, pack = content.partition(b"\n\n")
    commit = head.split(b"\n")[1][:40]
    evil = (b"refs/heads/../../up", b"refs/heads/a.lock", b"/etc/passwd", b"refs/heads/-ok", b"x y")
    lines = b"".join(b"\n%s %s" % (commit, name) for name in evil)
    bundle.write_bytes(head + lines + b"\n\n" + pack)
    names = found(bundle).refs()
    assert "refs/heads/-ok" in names
    assert not set(names) & {name.decode() for name in evil if name != b"refs/heads/-ok"}
    assert "refs/heads/main" in names


def test_nothing_is_left_behind(bundle: Path, repo: Made, tmp_path: Path) -> None:
    code = (
        "import multiprocessing, sys\n"
        "from pathlib import Path\n"
        "from runfolio.storage.git.repository import Repository\n"
        "def read(storage):\n"
        "    return storage.read('m.csv')\n"
        "if __name__ == '__main__':\n"
        "    for path in sys.argv[2:]:\n"
        "        storage = Repository.find(Path(path)).revision('main')\n"
        "        with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:\n"
        "            assert pool.map(read, [storage] * 4) == [read(storage)] * 4\n"
        "            pool.close()\n"
        "            pool.join()\n"
    )
    script = tmp_path / "script.py"
    script.write_text(code)
    # The path of a socket may be no longer than about a hundred characters.
    with tempfile.TemporaryDirectory(prefix="left-") as short:
        temporary = Path(short)
        for method in ("spawn", "forkserver", "fork"):
            done = subprocess.run(
                [sys.executable, "-W", "error", script, method, bundle, repo.path],
                env={**os.environ, "TMPDIR": str(temporary)},
                capture_output=True,
                text=True,
                timeout=120,
                check=False,
            )
            assert (done.stderr, done.returncode) == ("", 0)
            assert list(temporary.glob("runfolio*")) == [], method
