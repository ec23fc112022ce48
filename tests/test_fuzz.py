"""Every format's files, damaged in every way: told with the place, and nothing else is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import pytest

import runfolio
from damage import BYTES, FILES, HUGE_LINE, write_huge_line
from peers import Peers
from runfolio.model.tables import Tables
from samples import MADE_BY_HAND, MADE_BY_LOGGERS
from stores import put
from timing import measured

SECONDS = 10
"""However a file is damaged, reading it must end by then."""
MEGABYTES = 1000
_NOT_READ = frozenset(".png .html .bin .pt .pth .safetensors .pkl .log .txt .gitignore".split())
_IN_A_RUN = frozenset("metrics.csv metrics.json metrics.jsonl params.yaml run.yaml".split())
_MOST_FILES = 6

FORMATS = [
    *(pytest.param(name, marks=pytest.mark.peer) for name in MADE_BY_LOGGERS),
    *MADE_BY_HAND,
]


@pytest.fixture(scope="module", params=FORMATS)
def sample(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, peers: Peers
) -> tuple[str, Path]:
    """Return a format, and a folder ``logs`` with its sample and one sound plain run."""
    name: str = request.param
    logs = tmp_path_factory.mktemp("sample") / "logs"
    if name in MADE_BY_LOGGERS:
        script, arguments, needs, inside = MADE_BY_LOGGERS[name]
        shutil.copytree(
            peers.made(script, *arguments, needs=needs) / inside, logs / name, symlinks=True
        )
    else:
        put(logs / name, MADE_BY_HAND[name])
    put(logs / "sound", {"metrics.json": '{"sound": 0.5}'})
    return name, logs


@pytest.fixture(scope="module")
def before(sample: tuple[str, Path]) -> dict[str, tuple[int, int]]:
    """Return what is read of the sample as it was made."""
    return amounts(runfolio.load_runs(sample[1]))


@contextmanager
def in_time() -> Iterator[None]:
    """Fail where the work does not end."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"still reading after {SECONDS} s")

    if not hasattr(signal, "setitimer"):
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def files_of(folder: Path) -> list[Path]:
    """Return the files that a reader may read: of files of one kind in one place, the first."""
    found: dict[tuple[str, str], Path] = {}
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_file() and path.suffix not in _NOT_READ and not parts[0].startswith(".c"):
            kind = (
                path.suffix,
                path.name if path.suffix in (".json", ".yaml") else str(len(parts)),
            )
            found.setdefault(kind, path)
    return list(found.values())[:_MOST_FILES]


def amounts(tables: Tables) -> dict[str, tuple[int, int]]:
    """Return by run how many points and params it has; under "" the checks of data."""
    points = tables.metrics.groupby("run")["count"].sum()
    params = tables.params.groupby("run").size()
    runs = {run: (int(points.get(run, 0)), int(params.get(run, 0))) for run in tables.runs.index}
    return {**runs, "": (len(tables.checks), 0)}


def can_be_told(file: Path, damage: str) -> bool:
    """Tell whether a file says of itself that something is missing.

    One that is gone does not; nor does text without an end of its own, when it is cut; nor a
    format that is known by one file, when a folder has that file's name.
    """
    if damage == "gone":
        return False
    if damage == "a folder of its name" and file.name not in _IN_A_RUN:
        return False
    if file.suffix in (".csv", ".tsv", ".jsonl", ".yaml", ".log", ""):
        return not damage.startswith(("empty", "cut", "one byte"))
    return True


def lost(before: dict[str, tuple[int, int]], after: dict[str, tuple[int, int]]) -> bool:
    """Tell whether anything is gone: a run, points or params."""
    return any(
        run not in after or after[run][0] < had[0] or after[run][1] < had[1]
        for run, had in before.items()
    )


def check(tables: Tables, before: dict[str, tuple[int, int]], damaged: str) -> list[str]:
    """Return what is wrong with how damage was met; `damaged` is the file's path as shown."""
    wrong = []
    slugs = {problem.slug for problem in tables.problems}
    if "source-failed" in slugs:
        failed = next(p for p in tables.problems if p.slug == "source-failed")
        wrong.append(f"the reader failed: {failed.message}")
    if "sound" not in " ".join(tables.runs["name"]):
        wrong.append("the sound run beside it is lost")
    above = damaged.split("/")
    places = {"/".join(above[:end]) for end in range(2, len(above) + 1)}
    met = [p.place for p in tables.problems]
    met += [place for passed in tables.skipped for place in passed.places]
    told = any(
        place in places
        or any(place.startswith(f"{other}:") for other in places)
        or place.rpartition("/")[0] in places
        or (" 1/" in place and place.partition(":")[0].endswith(f"/{above[-1]}"))  # a host's alias
        for place in met
    )
    if lost(before, amounts(tables)) and not told:
        wrong.append(f"something is lost and not told; told is {sorted(slugs)}")
    return wrong


def test_a_file_that_may_not_be_read_is_told(
    sample: tuple[str, Path],
    before: dict[str, tuple[int, int]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name, logs = sample
    wrong: list[str] = []
    really_open = os.open
    for file in files_of(logs / name):

        def refuse(path: str, *rest: int, closed: str = os.fspath(file)) -> int:
            if os.fspath(path) == closed:
                raise PermissionError(13, "Permission denied")
            return really_open(path, *rest)

        monkeypatch.setattr(os, "open", refuse)
        shown = f"logs/{file.relative_to(logs).as_posix()}"
        wrong += [f"{shown}: {find}" for find in check(runfolio.load_runs(logs), before, shown)]
    assert wrong == []


@pytest.mark.parametrize("damage", [*BYTES, *FILES])
def test_damage_is_told_and_nothing_else_is_lost(
    sample: tuple[str, Path], before: dict[str, tuple[int, int]], damage: str, tmp_path: Path
) -> None:
    name, logs = sample
    wrong: list[str] = []
    for number, file in enumerate(files_of(logs / name)):
        copy = tmp_path / str(number) / "logs"
        shutil.copytree(logs, copy, symlinks=True)
        target = copy / file.relative_to(logs)
        if damage in BYTES:
            target.write_bytes(BYTES[damage](file.read_bytes()))
        else:
            FILES[damage](target)
        shown = f"logs/{file.relative_to(logs).as_posix()}"
        try:
            with in_time():
                tables = runfolio.load_runs(copy)
        except Exception as error:
            wrong.append(f"{shown}: {type(error).__name__}: {error}")
            continue
        finds = check(tables, before, shown)
        if not can_be_told(file, damage):
            finds = [find for find in finds if "not told" not in find]
        wrong += [f"{shown}: {find}" for find in finds]
    assert wrong == []


def test_a_line_of_100_mb_takes_neither_the_memory_nor_the_time(
    sample: tuple[str, Path], tmp_path: Path
) -> None:
    name, logs = sample
    code = (
        "import sys, runfolio\n"
        "tables = runfolio.load_runs(sys.argv[1])\n"
        "assert 'sound' in ' '.join(tables.runs['name'])\n"
        "assert not any(p.slug == 'source-failed' for p in tables.problems)\n"
    )
    wrong = []
    for file in files_of(logs / name)[:2]:
        copy = tmp_path / "logs"
        shutil.copytree(logs, copy, symlinks=True)
        start = file.read_bytes()
        write_huge_line(copy / file.relative_to(logs), start[: start.rfind(b"\n") + 1] or start)
        assert (copy / file.relative_to(logs)).stat().st_size >= HUGE_LINE
        figures = measured(sys.executable, "-c", code, copy)
        if figures["code"] or figures["peak_mb"] > MEGABYTES:
            wrong.append((os.fspath(file.relative_to(logs)), json.dumps(figures)))
        shutil.rmtree(copy)
    assert wrong == []
