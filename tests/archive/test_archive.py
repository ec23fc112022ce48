"""A report in a zip with all that it is made of, from which it can be made again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest

import runfolio
from cost_runs import write_costs
from runfolio.cli import main
from runfolio.errors import NoRunsError, UsageError
from stores import put

SETTINGS = (
    "title: What it costs",
    "roles: roles",
    "theme: {extends: own, accent: '#5a1f7a'}",
    "previous: before",
    "requirements: [{name: Cheap enough, metric: cost, at_most: 1500, unit: kWh}]",
    "audiences: {board: {roles: [data-scientist, keeper], hide: {params: [wi*], pages: [runs/*]},"
    " locale: de}}",
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_costs(tmp_path_factory.mktemp("costs"), *SETTINGS)
    put(
        folder,
        {
            "before.yaml": "sources: [runs]\nobjective: {metric: cost, goal: minimize}\n",
            "roles/keeper.yaml": "title: Keeper\nquestion: Is it kept?\nsections: [figures]\n",
            "themes/own/theme.yaml": "extends: default\ntitle: Own\n",
            "themes/own/static/own.css": "",
        },
    )
    runfolio.build(folder / "runs", output=folder / "before", config=folder / "before.yaml")
    return folder


@pytest.fixture(scope="module")
def archive(project: Path) -> Path:
    path = project / "out" / "report.zip"
    command = ["build", str(project), "-o", str(project / "out" / "site"), "--quiet"]
    assert main([*command, "--audience", "board", "--archive", str(path)]) == 0
    return path


def _files(site: Path) -> dict[str, bytes]:
    found = (path for path in site.rglob("*") if path.is_file())
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in found}


def test_it_can_be_built_again_without_the_logs_to_the_last_byte(
    archive: Path, tmp_path: Path
) -> None:
    moved = tmp_path / "moved.zip"
    moved.write_bytes(archive.read_bytes())
    again = tmp_path / "again.zip"
    assert main(["build", str(moved), "-o", str(tmp_path / "site"), "--archive", str(again)]) == 0
    before = _files(archive.parent / "site")
    assert "keeper.html" in before
    assert "index.html" in before
    assert not any(path.startswith("runs/") for path in before)
    assert _files(tmp_path / "site") == before
    assert again.read_bytes() == archive.read_bytes()


def test_it_holds_the_site_and_the_hash_of_each_file(archive: Path) -> None:
    with ZipFile(archive) as packed:
        manifest = json.loads(packed.read("manifest.json"))
        names = set(packed.namelist()) - {"manifest.json"}
        assert manifest["title"] == "What it costs"
        assert manifest["audience"] == "board"
        assert set(manifest["files"]) == names
        for name, told in manifest["files"].items():
            data = packed.read(name)
            assert told == {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)}
        site = {n.removeprefix("site/"): packed.read(n) for n in names if n.startswith("site/")}
    assert site == _files(archive.parent / "site")


def test_what_the_audience_may_not_see_is_not_in_it(archive: Path) -> None:
    with ZipFile(archive) as packed:
        names = [name for name in packed.namelist() if not name.startswith("site/assets/")]
        everything = b"".join(map(packed.read, names))
    assert b"1.125" not in everything  # the value of the param `wide`
    assert b"wi*" not in everything
    assert b'"sources":[]' in everything.replace(b" ", b"").replace(b"\n", b"")


def test_it_is_built_for_its_own_audience_and_no_other(archive: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="made for the audience 'board'"):
        runfolio.build(archive, output=tmp_path / "site", audience="internal")


def _changed(name: str, change: Callable[[bytes], bytes]) -> Callable[[Path, Path], None]:
    def write(source: Path, target: Path) -> None:
        with ZipFile(source) as old, ZipFile(target, "w") as new:
            for entry in old.namelist():
                data = old.read(entry)
                new.writestr(entry, change(data) if entry == name else data)

    return write


def _cut_short(source: Path, target: Path) -> None:
    data = source.read_bytes()
    target.write_bytes(data[: len(data) // 2] + data[-2000:])


def _outside(manifest: bytes) -> bytes:
    told = json.loads(manifest)
    told["files"]["data/roles/../../../evil.yaml"] = told["files"]["data/roles/keeper.yaml"]
    return json.dumps(told).encode()


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_changed("data/settings.json", lambda data: data + b" "), "not what the manifest says"),
        (_changed("data/material.json", lambda data: b"{}"), "not what the manifest says"),
        (_changed("manifest.json", lambda data: b"[]"), "report build --archive"),
        (
            _changed("manifest.json", lambda data: b'{"format": "x", "version": 1}'),
            "something else",
        ),
        (
            _changed("manifest.json", lambda d: d.replace(b'"version": 1', b'"version": 99')),
            "version 99",
        ),
        (_changed("manifest.json", _outside), "report build --archive"),
        (_cut_short, ""),
    ],
)
def test_damage_is_told_and_nothing_is_built(
    damage: Callable[[Path, Path], None], said: str, archive: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.zip"
    damage(archive, bad)
    with pytest.raises((UsageError, NoRunsError)) as error:
        runfolio.build(bad, output=tmp_path / "site")
    assert said in str(error.value)
    assert not (tmp_path / "site").exists()
    assert not list(tmp_path.parent.glob("**/evil.yaml"))


def test_another_file_is_not_overwritten(project: Path, tmp_path: Path) -> None:
    taken = put(tmp_path, {"notes.zip": "mine"}) / "notes.zip"
    command = ["build", str(project), "-o", str(tmp_path / "site"), "--archive", str(taken)]
    assert main(command) == 2
    assert taken.read_text() == "mine"
    assert not (tmp_path / "site").exists()
