"""How fast Optuna's storages are read, beside Optuna itself loading the same studies.

Run by ``pytest -m benchmark -s``. Both read every trial with its params, values and what it
reported; ours also reduces the curves. The time of reading alone is without imports. A journal
is JSON: what the quickest parser takes for its lines is the limit for any reader, so it is
shown too.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from peers import MAKE_LOGS, PYTHON
from timing import measured

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
]

TRIALS, STEPS = 5000, 10

OURS = """
import sys, time
from pathlib import Path
from runfolio.sources.{module} import source
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage
path = Path(sys.argv[1])
if path.suffix == ".log":
    import pydantic_core
start = time.process_time()
units = source.discover(Place(LocalStorage.at(path.parent), path.name)).units
runs = [run for unit in units for run in source.read(unit).runs]
Path(sys.argv[2]).write_text(f"[{{len(runs)}}, {{time.process_time() - start}}]")
"""
THEIRS = """
import sys, time
from pathlib import Path
import optuna
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend
path = sys.argv[1]
if path.endswith(".db"):
    import alembic.migration, sqlalchemy.dialects.sqlite
start = time.process_time()
storage = f"sqlite:///{path}" if path.endswith(".db") else JournalStorage(JournalFileBackend(path))
trials = [
    trial
    for name in optuna.get_all_study_names(storage)
    for trial in optuna.load_study(study_name=name, storage=storage).get_trials(deepcopy=False)
]
Path(sys.argv[2]).write_text(f"[{len(trials)}, {time.process_time() - start}]")
"""
PARSING = """
import sys, time
from pathlib import Path
from pydantic_core import from_json
lines, start = Path(sys.argv[1]).read_bytes().splitlines(), time.process_time()
trials = sum(from_json(line)["op_code"] == 4 for line in lines)
Path(sys.argv[2]).write_text(f"[{trials}, {time.process_time() - start}]")
"""
# Journals are mostly written trial by trial, an operation per line; nothing is made to last.
JOURNAL = """
import json, random, sys
import optuna
from optuna.storages.journal import BaseJournalBackend

class Quick(BaseJournalBackend):
    def __init__(self, path):
        self.file, self.logs = open(path, "w"), []
    def read_logs(self, start):
        return self.logs[start:]
    def append_logs(self, logs):
        for log in logs:
            text = json.dumps(log, separators=(",", ":"))
            self.file.write(text + "\\n")
            self.logs.append(json.loads(text))

optuna.logging.set_verbosity(optuna.logging.ERROR)
backend = Quick(sys.argv[1])
storage = optuna.storages.JournalStorage(backend)
sampler = optuna.samplers.RandomSampler(seed=1)
study = optuna.create_study(storage=storage, sampler=sampler, study_name="operations")
for _ in range(int(sys.argv[2])):
    trial = study.ask()
    trial.suggest_float("lr", 1e-5, 1e-1, log=True)
    trial.suggest_int("depth", 1, 8)
    trial.suggest_categorical("optimizer", ["adam", "sgd", None, True])
    for step in range(int(sys.argv[3])):
        trial.report(random.random(), step)
    study.tell(trial, random.random())
backend.file.close()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a database, the same trials as a journal, and one of operations."""
    if not MAKE_LOGS.is_dir():
        pytest.skip("needs the scripts that make logs, in ../shared/make_logs")
    out = tmp_path_factory.mktemp("storages")
    size = ["--runs", str(TRIALS), "--steps", str(STEPS), "--metrics", "1"]
    script = str(MAKE_LOGS / "make_optuna.py")
    subprocess.run([PYTHON, script, str(out), *size], check=True, capture_output=True)
    arguments = [str(out / "operations.log"), str(TRIALS), str(STEPS)]
    subprocess.run([PYTHON, "-c", JOURNAL, *arguments], check=True, capture_output=True)
    return out


@pytest.mark.parametrize(
    ("name", "module", "title"),
    [
        ("optuna.db", "optuna.rdb", "SQLite"),
        ("optuna.log", "optuna.journal", "journal, a line per trial"),
        ("operations.log", "optuna.journal", "journal, a line per operation"),
    ],
)
def test_reading_beside_optuna(
    folder: Path,
    tmp_path: Path,
    name: str,
    module: str,
    title: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    figures = {}
    commands = {
        "runfolio": (sys.executable, "-c", OURS.format(module=module)),
        "Optuna": (PYTHON, "-c", THEIRS),
    }
    if name.endswith(".log"):
        commands["parsing the JSON alone"] = (sys.executable, "-c", PARSING)
    for who, command in commands.items():
        told = tmp_path / f"{who}.json"
        runs = []
        for _ in range(3):  # the first of them warms the page cache
            whole = measured(*command, folder / name, told)
            assert whole["code"] == 0
            trials, reading = json.loads(told.read_text())
            assert trials >= TRIALS
            runs.append((whole["cpu"], reading, whole["peak_mb"]))
        figures[who] = [min(column) for column in zip(*runs, strict=True)]
    ours, theirs = figures["runfolio"], figures["Optuna"]
    with capsys.disabled():
        print(f"\nOptuna {title}: {TRIALS:,} trials x {STEPS} intermediate values")
        for who, (whole_cpu, reading_cpu, peak) in figures.items():
            print(
                f"  {who:22} {whole_cpu:6.2f} s CPU, {reading_cpu:6.2f} s of it reading, "
                f"{peak:4.0f} MB"
            )
        print(
            f"  Optuna takes {theirs[0] / ours[0]:.1f} x the CPU time as a whole, "
            f"{theirs[1] / ours[1]:.1f} x for reading alone"
        )
        if limit := figures.get("parsing the JSON alone"):
            print(f"  (parsing the JSON alone: {theirs[1] / limit[1]:.1f} x)")
