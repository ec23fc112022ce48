"""A revision is a folder like any other: the same answers as for a checkout on disk."""

from __future__ import annotations

import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from repositories import Content, Link, Made, Submodule, made
from runfolio.storage.base import Entry, Place, Storage, StorageError
from runfolio.storage.git.repository import Repository
from runfolio.storage.git.revision import RevisionStorage
from runfolio.storage.local import LocalStorage


@pytest.fixture
def repo(tmp_path: Path) -> Made:
    return made(tmp_path / "project")


def revision(repo: Made, name: str = "main", prefix: str = "") -> RevisionStorage:
    repository = Repository.find(repo.path, "project")
    assert repository is not None
    return repository.revision(name, prefix)


@pytest.fixture
def storage(repo: Made) -> RevisionStorage:
    repo.commit("a", {"a/one": "1", "a/deep/two": "22", "a/Zed": ""})
    return revision(repo)


def tree(storage: Storage, path: str = "", **options: object) -> dict[str, bytes | str]:
    return {
        name: data if isinstance(data, bytes) else str(data)
        for name, data in storage.read_tree(path, **options)  # type: ignore[arg-type]
    }


def test_entries_are_sorted_and_typed(storage: RevisionStorage) -> None:
    assert storage.entries("") == [Entry("a", True)]
    assert storage.entries("a") == [Entry("Zed", False), Entry("deep", True), Entry("one", False)]


def test_read_head_open_local(storage: RevisionStorage) -> None:
    assert storage.read("a/deep/two") == b"22"
    assert storage.head("a/deep/two", 1) == b"2"
    with storage.open("a/deep/two") as file:
        assert (file.read(1), file.seek(0), file.read()) == (b"2", 0, b"22")
    with storage.local("a/deep/two") as path:
        assert (path.name, path.read_bytes()) == ("two", b"22")
    assert not path.exists()
    assert (storage.is_file("a/one"), storage.is_file("a")) == (True, False)
    assert (storage.is_folder("a"), storage.is_folder("a/one"), storage.is_folder("gone")) == (
        *(True, False, False),
    )


def test_a_stamp_is_of_the_content(repo: Made, storage: RevisionStorage) -> None:
    assert storage.stamp("a/one") == repo.git("rev-parse", "main:a/one")
    repo.commit("b", {"a/one": "other", "b": "1"})
    later = revision(repo)
    assert later.stamp("a/one") != storage.stamp("a/one")
    assert later.stamp("a/deep/two") == storage.stamp("a/deep/two")
    assert later.stamp("a") != storage.stamp("a")
    assert later.stamp("a/deep") == storage.stamp("a/deep")


@pytest.mark.parametrize("path", ["../secret/key", "a/../../secret/key", "/etc/passwd", "a\0b"])
def test_paths_that_lead_out_are_refused(storage: RevisionStorage, path: str) -> None:
    for read in (storage.read, storage.entries, storage.stamp):
        with pytest.raises(StorageError, match="leads out"):
            read(path)
    assert not storage.is_file(path)
    assert not storage.is_folder(path)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("gone", "does not exist"), ("a", "no regular file"), ("a/one/x", "is a file, not a folder")],
)
def test_reasons_are_told_in_words(storage: RevisionStorage, path: str, reason: str) -> None:
    with pytest.raises(StorageError, match=reason):
        storage.read(path)


LINKED: dict[str, Content] = {
    "a/one": "1",
    "a/deep/two": "22",
    "b/three": "333",
    "latest": Link("a"),
    "a/same": Link("one"),
    "a/far": Link("../b/three"),
    "a/through": Link("../latest/deep/two"),
    "a/chain": Link("through"),
    "a/gone": Link("nowhere"),
    "a/loop": Link("loop"),
    "a/ping": Link("pong"),
    "a/pong": Link("ping"),
    "a/round": Link(".."),
    "a/out": Link("../../secret"),
    "a/absolute": Link("/etc/passwd"),
    "a/folder-out": Link("../.."),
    "a/into-file": Link("one/x"),
    "a/dots": Link("./.././/a/deep/../one"),
}


def test_links_are_followed_inside_and_not_out(repo: Made) -> None:
    repo.commit("links", LINKED)
    storage = revision(repo)
    assert [entry.name for entry in storage.entries("")] == ["a", "b"]
    assert [entry.name for entry in storage.entries("a") if not entry.is_folder] == [
        *("chain", "dots", "far", "gone", "into-file", "loop", "one", "ping", "pong", "same"),
        "through",
    ]
    assert storage.links_out("a") == ["absolute", "folder-out", "out"]
    for path in ("a/same", "a/dots", "latest/one", "a/round/a/one"):
        assert storage.read(path) == b"1", path
    for path in ("a/through", "a/chain"):
        assert storage.read(path) == b"22", path
    for path in ("a/out", "a/absolute", "a/folder-out", "a/folder-out/secret"):
        with pytest.raises(StorageError, match="leads out"):
            storage.read(path)
        assert not storage.is_file(path)
    for path in ("a/loop", "a/ping"):
        with pytest.raises(StorageError, match="links"):
            storage.read(path)
    with pytest.raises(StorageError, match="does not exist"):
        storage.read("a/gone")
    assert storage.is_folder("latest")


def test_it_answers_like_a_checkout_on_disk(repo: Made) -> None:
    repo.commit("links", {k: v for k, v in LINKED.items() if k != "a/absolute"})
    repo.git("reset", "--hard", "main")
    local = LocalStorage.at(repo.path)
    storage = revision(repo)
    for folder in ("", "a", "b", "a/deep"):
        here = [entry for entry in local.entries(folder) if entry.name != ".git"]
        assert storage.entries(folder) == here
        assert storage.links_out(folder) == local.links_out(folder)
    said = tree(local, skip={".git"})
    ours = tree(storage)
    assert list(ours) == list(said)
    assert {k: v for k, v in ours.items() if isinstance(v, bytes)} == {
        k: v for k, v in said.items() if isinstance(v, bytes)
    }
    assert {k for k, v in ours.items() if "leads out" in str(v)} == {
        k for k, v in said.items() if "leads out" in str(v)
    }


NAMES = st.sampled_from(["a", "b", "a.b", "a-b", "A", "é", "a b", "-x", "0"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map("/".join)


@given(st.dictionaries(PATHS, st.binary(max_size=20), min_size=1, max_size=12))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_files_come_in_the_order_of_a_folder_on_disk(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]
) -> None:
    kept: dict[str | bytes, Content] = {
        path: data
        for path, data in files.items()
        if not any(other.startswith(f"{path}/") for other in files)
    }
    root = tmp_path_factory.mktemp("any")
    repo = made(root / "repo")
    repo.commit("any", kept)
    for path, data in files.items():
        if path in kept:
            (root / "disk" / path).parent.mkdir(parents=True, exist_ok=True)
            (root / "disk" / path).write_bytes(data)
    assert list(revision(repo).read_tree("")) == list(LocalStorage.at(root / "disk").read_tree(""))


def test_a_tree_gives_a_folders_files_first_and_skips_paths(repo: Made) -> None:
    repo.commit("a", {"a/one": "1", "a/zero": "", "a/deep/two": "2", "a/deep/deep/three": "3"})
    storage = revision(repo)
    assert list(tree(storage, "a")) == ["one", "zero", "deep/two", "deep/deep/three"]
    assert list(tree(storage, "a", skip={"deep"})) == ["one", "zero"]
    assert list(tree(storage, skip={"deep"})) == [
        *("a/one", "a/zero", "a/deep/two", "a/deep/deep/three"),
    ]
    assert list(tree(storage, "", skip={"a/deep/deep", "a/one"})) == ["a/zero", "a/deep/two"]
    assert tree(storage, "gone") == {"": "does not exist"}


def test_submodules_are_not_listed(repo: Made) -> None:
    repo.commit("a", {"sub": Submodule("1" * 40), "x": "1", "into": Link("sub/y")})
    storage = revision(repo)
    assert [entry.name for entry in storage.entries("")] == ["into", "x"]
    assert not storage.is_folder("sub")
    assert tree(storage) == {"into": "does not exist", "x": b"1"}


def test_a_folder_of_the_repository_is_a_root_of_its_own(repo: Made) -> None:
    repo.commit("a", {"logs/m.csv": "1", "key": "private", "logs/out": Link("../key")})
    repo.commit("b", {"logs/m.csv": None, "logs/out": None, "logs": "now a file"})
    before, later = revision(repo, "main~1", "logs"), revision(repo, "main", "logs")
    assert before.entries("") == [Entry("m.csv", False)]
    assert before.links_out("") == ["out"]
    with pytest.raises(StorageError, match="leads out"):
        before.read("out")
    with pytest.raises(StorageError, match="is a file, not a folder"):
        later.entries("")
    with pytest.raises(StorageError, match="does not exist"):
        revision(repo, "main", "nowhere").entries("")
    assert tree(revision(repo, "main", "nowhere")) == {"": "does not exist"}


def test_the_folder_that_was_given_is_the_root_unless_told(repo: Made) -> None:
    repo.commit("a", {"logs/deep/m.csv": "1"})
    (repo.path / "logs").mkdir()
    repository = Repository.find(repo.path / "logs")
    assert repository is not None
    assert repository.prefix == "logs"
    assert repository.revision("main").entries("") == [Entry("deep", True)]
    assert repository.revision("main", "").entries("") == [Entry("logs", True)]


def test_names_for_people(repo: Made) -> None:
    commit = repo.commit("a", {"x": "1"})
    repository = Repository.find(repo.path, "project")
    assert repository is not None
    assert repository.revision(commit).label == f"project@{commit[:7]}"
    assert repository.revision("main").label == "project@main"
    assert repository.revision("main", label="now").label == "now"
    assert Place(repository.revision("main"), "x").shown == "project@main/x"
    assert repository.revision("main") == repository.revision(commit)
    assert hash(repository.revision("main")) == hash(repository.revision(commit))


@pytest.mark.parametrize("name", ["with\nline", 'a "quote"', "tab\t\\", "-dash", ":x", " ", "é"])
def test_odd_names_are_read(repo: Made, name: str) -> None:
    repo.commit("odd", {name: "1", f"folder {name}/{name}": "2"})
    storage = revision(repo)
    assert tree(storage) == {name: b"1", f"folder {name}/{name}": b"2"}
    assert tree(revision(repo, "main", f"folder {name}")) == {name: b"2"}
    with storage.local(name) as path:
        assert path.read_bytes() == b"1"


def test_a_name_that_is_no_utf8_is_read(repo: Made) -> None:
    repo.commit("odd", {b"caf\xe9": "1"})
    storage = revision(repo)
    (entry,) = storage.entries("")
    assert storage.read(entry.name) == b"1"
    assert Place(storage, entry.name).shown == "project@main/caf\ufffd"
    with storage.local(entry.name) as path:
        assert os.fsencode(path.name) == b"caf\xe9"


def test_names_that_no_disk_could_hold_are_left_out(repo: Made) -> None:
    blob = repo.put("blob", b"1")
    inner = repo.tree(("100644", b"x", blob))
    top = repo.tree(
        *(("100644", b"good", blob), ("40000", b"..", inner), ("40000", b".", inner)),
        *(("100644", b"a/b", blob), ("40000", b"folder", inner)),
        *(("100644", b"../up", blob), ("100644", b"/abs", blob), ("100644", b"good", blob)),
    )
    repo.commit_of(top)
    storage = revision(repo)
    assert tree(storage) == {"good": b"1", "folder/x": b"1"}
    assert [entry.name for entry in storage.entries("")] == ["folder", "good"]


def test_a_tree_without_end_is_refused(repo: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    below = repo.tree(("100644", b"f", repo.put("blob", b"")))
    for _ in range(8):
        below = repo.tree(*(("40000", b"%d" % n, below) for n in range(10)))
    repo.commit_of(below)
    monkeypatch.setattr("runfolio.storage.git.tree._MOST_BYTES", 1024 * 1024)
    with pytest.raises(StorageError, match="too many files"):
        revision(repo).entries("")


def test_a_large_file_is_read_in_part_or_refused(repo: Made) -> None:
    large = os.urandom(1024) * 20_000
    repo.commit("large", {"large": large, "small": "1"})
    storage = revision(repo)
    with pytest.raises(StorageError, match="larger than 2 MB"):
        storage.read("large", 2 * 1024 * 1024)
    assert storage.read("small") == b"1"
    assert storage.head("large", 5000) == large[:5000]
    assert storage.read("large") == large
    with storage.open("large") as file:
        file.seek(-1024, os.SEEK_END)
        assert file.read() == large[-1024:]
    with storage.local("large") as path:
        assert path.read_bytes() == large


def test_what_git_lfs_keeps_is_not_taken_for_the_file(repo: Made) -> None:
    pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 12345\n"
    repo.commit("lfs", {"m.csv": pointer})
    with pytest.raises(StorageError, match="Git LFS"):
        revision(repo).read("m.csv")


def _read(place: Place) -> tuple[int, bytes]:
    return os.getpid(), place.read()


def test_a_place_goes_to_other_processes(storage: RevisionStorage) -> None:
    place = Place(storage) / "a" / "one"
    assert pickle.loads(pickle.dumps(place)) == place
    assert place.read() == b"1"
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context("spawn")) as pool:
        answers = [pool.submit(place.read) for _ in range(4)]
        others = [pool.submit(os.getpid) for _ in range(4)]
    assert {answer.result() for answer in answers} == {b"1"}
    assert os.getpid() not in {other.result() for other in others}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_fork_has_a_reader_of_its_own(storage: RevisionStorage) -> None:
    assert storage.read("a/one") == b"1"
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=lambda: answers.put(storage.read("a/deep/two")))
    child.start()
    assert answers.get(timeout=60) == b"22"
    child.join(60)
    assert child.exitcode == 0
    assert storage.read("a/deep/two") == b"22"
