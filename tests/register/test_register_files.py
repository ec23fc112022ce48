"""Where records are written: whole, never over another, never outside of the project."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runfolio.errors import OutputError
from runfolio.register.files import folder_name, write_version


def text(version: int) -> str:
    return f"version: {version}\n"


def written(project: Path) -> dict[str, str]:
    return {
        path.relative_to(project).as_posix(): path.read_text()
        for path in sorted(project.rglob("*"))
        if path.is_file()
    }


def test_versions_count_up(tmp_path: Path) -> None:
    for expected in (1, 2):
        version, path = write_version(tmp_path, "models", "triage", text)
        assert (version, path) == (expected, tmp_path / "models" / "triage" / f"v{expected}.yaml")
    assert written(tmp_path) == {
        "models/triage/v1.yaml": "version: 1\n",
        "models/triage/v2.yaml": "version: 2\n",
    }


def test_the_next_number_is_behind_whatever_is_there(tmp_path: Path) -> None:
    home = tmp_path / "models" / "triage"
    home.mkdir(parents=True)
    for name in ("v3.yaml", "v9.yml", "v12.yaml.bak", "vx.yaml", "v10"):
        (home / name).write_text("broken: [\n")
    assert write_version(tmp_path, "models", "triage", text)[0] == 10
    assert (home / "v9.yml").read_text() == "broken: [\n"


def test_two_programs_at_once_get_two_numbers(tmp_path: Path) -> None:
    found: list[int] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(write_version(tmp_path, "models", "m", text)[0])
        )
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 13))
    assert written(tmp_path) == {f"models/m/v{n}.yaml": f"version: {n}\n" for n in found}


def test_without_links_it_is_written_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(os, "link", refuse)
    for expected in (1, 2):
        assert write_version(tmp_path, "models", "m", text)[0] == expected
    assert written(tmp_path) == {"models/m/v1.yaml": text(1), "models/m/v2.yaml": text(2)}


def test_a_folder_that_leads_out_is_refused(tmp_path: Path) -> None:
    project, outside = tmp_path / "project", tmp_path / "outside"
    project.mkdir()
    outside.mkdir()
    (project / "models").symlink_to(outside)
    with pytest.raises(OutputError, match="records-outside"):
        write_version(project, "models", "m", text)
    (project / "kept").mkdir()
    (project / "kept" / "m").symlink_to(outside)
    with pytest.raises(OutputError, match="records-outside"):
        write_version(project, "kept", "m", text)
    assert list(outside.iterdir()) == []


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("")
    with pytest.raises(OutputError, match="record-unwritable"):
        write_version(tmp_path, "models", "m", text)


@given(
    st.text(max_size=100)
    | st.sampled_from(
        ["..", ".", "../../etc", "/abs", "a/b", "C:\\x", "con", "NUL.txt", "-rf", "a\0"]
    )
)
def test_a_name_is_one_folder_and_no_other_names_it(name: str) -> None:
    folder = folder_name(name)
    assert folder
    assert folder == Path(folder).name
    assert folder not in (".", "..")
    assert not folder.startswith(("-", "."))
    assert len(folder) <= 100
    assert folder.isascii()
    if folder != name:  # told from a model that is called like this folder
        assert folder_name(folder) == folder
        assert folder.rpartition("-")[2] != ""


def test_plain_names_stay_as_they_are() -> None:
    assert [folder_name(name) for name in ("triage-classifier", "net_2.1")] == [
        "triage-classifier",
        "net_2.1",
    ]
    assert len({folder_name(name) for name in ("a/b", "a-b", "a b", "a:b")}) == 4
