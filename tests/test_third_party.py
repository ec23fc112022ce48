"""A log format of another package is found once that package is installed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sites import Site
from stores import put

EXAMPLE = Path(__file__).parent / "example_source"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which pip installed the example that CONTRIBUTING.md shows."""
    folder = tmp_path_factory.mktemp("packages")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet"),
            *("--no-deps", "--no-index", "--no-build-isolation", "--target", folder, EXAMPLE),
        ],
        check=True,
        timeout=240,
    )
    return folder


def report(here: Path, packages: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    code = "import sys; from runfolio.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=here,
        env={**os.environ, "PYTHONPATH": os.fspath(packages)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_it_is_listed_and_reads_its_files(packages: Path, tmp_path: Path) -> None:
    put(
        tmp_path,
        {"logs/monday.diary": "accuracy 0.93\nloss 0.2\n", "logs/run-1/metrics.json": "{}"},
    )
    listed = report(tmp_path, packages, "list", "sources")
    assert "a file that ends in .diary" in listed.stdout
    built = report(tmp_path, packages, "build", "logs", "--quiet")
    assert built.returncode == 0, built.stderr
    monday = Site(tmp_path / "site").runs["monday"]
    assert (monday["format"], monday["experiment"]) == ("lab-diary", "diary")
    assert {name: metric["last"] for name, metric in monday["metrics"].items()} == {
        "accuracy": 0.93,
        "loss": 0.2,
    }


def test_a_fault_in_it_is_told_and_loses_nothing_else(packages: Path, tmp_path: Path) -> None:
    put(tmp_path, {"logs/bad.diary": "accuracy high\n", "logs/good.diary": "accuracy 0.5\n"})
    assert report(tmp_path, packages, "build", "logs", "--quiet").returncode == 0
    site = Site(tmp_path / "site")
    assert list(site.runs) == ["good"]
    (told,) = site.report["problems"]
    assert (told["slug"], told["place"]) == ("source-failed", "logs/bad.diary")


def test_the_example_is_the_one_that_is_documented() -> None:
    shown = (Path(__file__).parents[1] / "CONTRIBUTING.md").read_text("utf-8")
    body = (EXAMPLE / "lab_diary.py").read_text("utf-8").partition("import numpy")[2]
    assert "import numpy" + body.rstrip() in shown
    assert 'lab-diary = "lab_diary:source"' in shown
