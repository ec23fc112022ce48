"""A report that is one file is put in its place, or all stays as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runfolio.deliver.one_file import put_file
from runfolio.errors import OutputError

WHAT = "a report"


def ours(beginning: bytes) -> bool:
    return beginning.startswith(b"ours")


def put(path: Path, data: bytes = b"ours, new") -> None:
    put_file(path, data, ours, WHAT)


def refused(path: Path) -> str:
    with pytest.raises(OutputError) as told:
        put(path)
    assert str(path) in told.value.message
    return told.value.slug


def test_it_is_written_into_folders_that_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "report.html"
    put(path)
    assert path.read_bytes() == b"ours, new"
    assert os.listdir(path.parent) == ["report.html"]
    if os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o644


def test_an_earlier_report_is_replaced_and_so_is_an_empty_file(tmp_path: Path) -> None:
    for before in (b"ours, old", b""):
        path = tmp_path / "report.html"
        path.write_bytes(before)
        put(path)
        assert path.read_bytes() == b"ours, new"


def test_what_is_not_a_report_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "thesis.html"
    path.write_bytes(b"<html>two years of work")
    assert refused(path) == "output-not-ours"
    assert path.read_bytes() == b"<html>two years of work"


def test_a_folder_and_a_link_are_refused(tmp_path: Path) -> None:
    assert refused(tmp_path) == "output-is-a-folder"
    target = tmp_path / "real.html"
    target.write_bytes(b"ours, old")
    link = tmp_path / "link.html"
    link.symlink_to(target)
    assert refused(link) == "output-is-a-link"
    assert target.read_bytes() == b"ours, old"


def test_a_full_disk_leaves_the_earlier_report_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "report.html"
    path.write_bytes(b"ours, old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert refused(path) == "output-not-writable"
    assert path.read_bytes() == b"ours, old"
    assert os.listdir(tmp_path) == ["report.html"]


def test_a_parent_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    assert refused(tmp_path / "file" / "report.html") == "output-not-writable"
