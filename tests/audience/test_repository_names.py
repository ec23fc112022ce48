"""Names that only a repository tells: who committed, and what its folder is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from repositories import T0, made
from runfolio import pipeline
from runfolio.request import Request


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work") / "kestrel"
    repository = made(folder)
    for number in range(3):
        files = {
            "metrics.json": json.dumps({"accuracy": 0.5 + number / 8}),
            "dvc.yaml": "stages: {train: {cmd: x, metrics: [metrics.json]}}",
        }
        message = f"Try {number}, as Marguerite Tolliver asked"
        repository.commit(message, files, time=T0 + number, author="Marguerite Tolliver")
    repository.git("checkout", "-q", "-f", "main")
    (folder / "report.yaml").write_text("audiences: {board: {}}\n")
    return folder


def texts(folder: Path) -> dict[str, str]:
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and "assets" not in path.parts:
            found[str(path)] = path.read_bytes().decode("utf-8", "replace")
    return found


def test_who_committed_is_in_no_text(project: Path, tmp_path: Path) -> None:
    pipeline.build(Request(sources=(str(project),), output=tmp_path / "s", audience="board"))
    told = texts(tmp_path / "s")
    assert any("Try 2, as (user) asked" in text for text in told.values())
    assert not [path for path, text in told.items() if "Tolliver" in text]
    # Nor that there are any: the team's own report lists no authors either.
    assert not [path for path, text in told.items() if "Author" in text]


def test_pseudonyms_need_no_title(project: Path, tmp_path: Path) -> None:
    pipeline.build(Request(sources=(str(project),), output=tmp_path / "s", anonymize=True))
    told = texts(tmp_path / "s")
    assert any("Try 2, as Person A asked" in text for text in told.values())
    assert not [path for path, text in told.items() if "kestrel" in text.lower()]
