"""The browser that prints: which one is taken, and what is told when it does not print."""

from __future__ import annotations

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from runfolio.deliver.pdf import VARIABLE, find_browser, print_pdf
from runfolio.errors import DeliveryError, UsageError

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="stand-ins are shell scripts")


def stand_in(folder: Path, name: str, script: str = "exit 0") -> Path:
    """Make a program that stands for a browser."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_the_one_that_is_named_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = stand_in(tmp_path, "mine")
    monkeypatch.setenv(VARIABLE, str(own))
    assert find_browser() == own


def test_else_the_one_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    edge = stand_in(tmp_path, "microsoft-edge")
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_browser() == edge


def test_a_name_that_is_no_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "/nowhere/chrome")
    with pytest.raises(UsageError, match="/nowhere/chrome") as told:
        find_browser()
    assert told.value.slug == "browser-missing"


def test_without_a_browser_it_is_told_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("runfolio.deliver.pdf._usual_places", lambda: iter(()))
    with pytest.raises(UsageError, match="--single-file") as told:
        find_browser()
    assert told.value.slug == "browser-missing"
    assert VARIABLE in told.value.message


def test_a_browser_that_fails_is_told_with_its_own_words(tmp_path: Path) -> None:
    browser = stand_in(tmp_path, "chrome", "echo 'cannot open display' >&2; exit 1")
    with pytest.raises(DeliveryError, match="cannot open display") as told:
        print_pdf("<p>x", browser)
    assert told.value.slug == "pdf-not-printed"


def test_a_browser_that_hangs_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    browser = stand_in(tmp_path, "chrome", f"sleep 60 & echo $! > {note}; wait")
    with pytest.raises(DeliveryError) as told:
        print_pdf("<p>x", browser, seconds=1)
    assert told.value.slug == "pdf-too-slow"
    child = int(note.read_text())
    for _ in range(100):
        if not _runs(child):
            break
        time.sleep(0.05)
    assert not _runs(child)


def test_it_gets_a_profile_of_its_own_and_is_told_to_reach_no_network(tmp_path: Path) -> None:
    note = tmp_path / "arguments"
    script = (
        f'echo "$@" > {note}; for a in "$@"; do case "$a" in --print-to-pdf=*) '
        "printf '%%PDF-1.4 <</Creator (me \\\\(1\\\\)) /CreationDate (D:2026)>>' "
        '> "${a#--print-to-pdf=}";; esac; done'
    )
    pdf = print_pdf("<p>x", stand_in(tmp_path, "chrome", script))
    told = note.read_text()
    assert "--user-data-dir=" in told
    assert "--host-resolver-rules=MAP * ~NOTFOUND" in told
    assert "--no-pdf-header-footer" in told
    assert b"D:2026" not in pdf
    assert b"/Creator (runfolio)" in pdf
    profile = told.partition("--user-data-dir=")[2].split()[0]
    assert not Path(profile).parent.exists()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
