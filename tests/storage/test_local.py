"""A folder on disk: nothing outside of it is read, and nothing odd in it stops a build."""

from __future__ import annotations

import os
import pickle
import tempfile
from pathlib import Path

import pytest

from runfolio.storage.base import Entry, Place, StorageError, readable
from runfolio.storage.local import LocalStorage


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder with two files, beside one that is nobody's business."""
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "key").write_text("private")
    inside = tmp_path / "logs"
    (inside / "a" / "deep").mkdir(parents=True)
    (inside / "a" / "one").write_bytes(b"1")
    (inside / "a" / "deep" / "two").write_bytes(b"22")
    return inside


@pytest.fixture
def storage(root: Path) -> LocalStorage:
    return LocalStorage.at(root, "logs")


def tree(storage: LocalStorage, path: str = "", **options: object) -> dict[str, bytes | str]:
    return {
        name: data if isinstance(data, bytes) else str(data)
        for name, data in storage.read_tree(path, **options)  # type: ignore[arg-type]
    }


def test_entries_are_sorted_and_typed(root: Path, storage: LocalStorage) -> None:
    (root / "a" / "Zed").write_text("")
    assert storage.entries("a") == [Entry("Zed", False), Entry("deep", True), Entry("one", False)]


def test_read_and_head(storage: LocalStorage) -> None:
    assert storage.read("a/deep/two") == b"22"
    assert storage.head("a/deep/two", 1) == b"2"
    assert storage.is_file("a/one")
    assert not storage.is_file("a")
    assert storage.is_folder("a")
    assert not storage.is_folder("gone")


@pytest.mark.parametrize("path", ["../secret/key", "a/../../secret/key", "/etc/passwd", "a\0b"])
def test_paths_that_lead_out_are_refused(storage: LocalStorage, path: str) -> None:
    for read in (storage.read, storage.entries, storage.stamp):
        with pytest.raises(StorageError, match="leads out"):
            read(path)
    assert not storage.is_file(path)
    assert not storage.is_folder(path)


def test_links_that_lead_out_are_neither_listed_nor_read(root: Path, storage: LocalStorage) -> None:
    (root / "file").symlink_to(root.parent / "secret" / "key")
    (root / "folder").symlink_to(root.parent / "secret")
    assert storage.entries("") == [Entry("a", True)]
    for path in ("file", "folder/key"):
        with pytest.raises(StorageError, match="leads out"):
            storage.read(path)
        assert not storage.is_file(path)
    assert "private" not in repr(tree(storage))
    assert "private" not in repr(tree(storage, "folder"))
    with pytest.raises(StorageError, match="leads out"), storage.local("file"):
        pass


def test_links_inside_are_read_once(root: Path, storage: LocalStorage) -> None:
    (root / "latest").symlink_to(root / "a")
    (root / "a" / "round").symlink_to(root)
    (root / "a" / "same").symlink_to(root / "a" / "one")
    assert [entry.name for entry in storage.entries("")] == ["a"]
    assert [entry.name for entry in storage.entries("a")] == ["deep", "one", "same"]
    assert storage.read("a/same") == b"1"
    files = {name: data for name, data in tree(storage).items() if isinstance(data, bytes)}
    assert files == {"a/one": b"1", "a/same": b"1", "a/deep/two": b"22"}


def test_a_named_pipe_does_not_hang(root: Path, storage: LocalStorage) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(StorageError, match="no regular file"):
        storage.read("pipe")
    assert "no regular file" in str(tree(storage)["pipe"])


def test_a_file_that_is_too_large_is_refused(root: Path, storage: LocalStorage) -> None:
    (root / "large").write_bytes(b"x" * 3_000_000)
    with pytest.raises(StorageError, match="larger than 2 MB"):
        storage.read("large", 2 * 1024 * 1024)
    assert len(storage.read("large")) == 3_000_000


def test_a_small_limit_counts_too(root: Path, storage: LocalStorage) -> None:
    with pytest.raises(StorageError, match="larger than"):
        storage.read("a/deep/two", 1)


@pytest.mark.parametrize(
    ("path", "reason"),
    [("gone", "does not exist"), ("a", "no regular file"), ("a/one/x", "is a file, not a folder")],
)
def test_reasons_are_told_in_words(storage: LocalStorage, path: str, reason: str) -> None:
    with pytest.raises(StorageError, match=reason) as told:
        storage.read(path)
    assert storage.root not in str(told.value)


def test_an_unreadable_file_is_told() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        secret = Path(folder) / "secret"
        secret.write_bytes(b"1")
        secret.chmod(0)
        superuser = os.geteuid() == 0
        if superuser:
            os.seteuid(65534)  # the superuser may read everything, nobody may not
        try:
            with pytest.raises(StorageError, match="permission denied"):
                LocalStorage.at(folder).read("secret")
        finally:
            if superuser:
                os.seteuid(0)


def test_a_tree_gives_a_folders_files_before_its_subfolders(storage: LocalStorage) -> None:
    (Path(storage.root) / "a" / "zero").write_bytes(b"")
    assert list(tree(storage, "a")) == ["one", "zero", "deep/two"]


def test_a_tree_skips_paths_and_not_names(root: Path, storage: LocalStorage) -> None:
    (root / "a" / "deep" / "deep").mkdir()
    (root / "a" / "deep" / "deep" / "three").write_bytes(b"3")
    assert list(tree(storage, "a", skip={"deep"})) == ["one"]
    assert list(tree(storage, "", skip={"deep"})) == ["a/one", "a/deep/two", "a/deep/deep/three"]
    assert list(tree(storage, "", skip={"a/deep/deep", "a/one"})) == ["a/deep/two"]


def test_a_tree_of_nothing_is_told(storage: LocalStorage) -> None:
    assert tree(storage, "gone") == {"": "does not exist"}


def test_a_stamp_changes_with_the_file(root: Path, storage: LocalStorage) -> None:
    before = storage.stamp("a/one")
    assert storage.stamp("a/one") == before
    (root / "a" / "one").write_bytes(b"longer")
    assert storage.stamp("a/one") != before


def test_a_place_goes_to_another_process(storage: LocalStorage) -> None:
    place = pickle.loads(pickle.dumps(Place(storage) / "a" / "one"))
    assert place.read() == b"1"
    assert (place.name, place.shown, place.parent.shown) == ("one", "logs/a/one", "logs/a")


def test_names_that_are_no_utf8_are_shown_as_text(root: Path) -> None:
    (Path(os.fsdecode(os.fsencode(root) + b"/caf\xe9"))).write_bytes(b"x")
    storage = LocalStorage.at(root)
    name = storage.entries("")[1].name
    assert storage.read(name) == b"x"
    assert Place(storage, name).shown == readable(name) == "caf\ufffd"


def test_a_link_to_itself_hides_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "metrics.csv").write_text("x")
    storage = LocalStorage.at(tmp_path)
    assert [entry.name for entry in storage.entries("")] == ["loop", "metrics.csv"]
    with pytest.raises(StorageError):
        storage.read("loop")
