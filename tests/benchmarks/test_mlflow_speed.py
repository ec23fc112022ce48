"""How fast MLflow's stores are read, beside what no reader can beat and MLflow's own client.

Run by ``pytest -m benchmark -s``. Figures are CPU time and are printed; each stands beside a
yardstick that was measured in the same run on the same data.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from peers import MAKE_LOGS, PYTHON
from timing import HERE, measured

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
    pytest.mark.skipif(not MAKE_LOGS.is_dir(), reason="needs ../shared/make_logs"),
]


def made(kind: str, folder: Path, runs: int) -> Path:
    """Return a store of runs x 10 metrics x 100 steps."""
    size = ["--runs", str(runs), "--metrics", "10", "--steps", "100", "--fast"]
    command = [PYTHON, MAKE_LOGS / f"make_mlflow_{kind}.py", folder, *size]
    subprocess.run([str(part) for part in command], check=True, capture_output=True)
    return folder / ("mlruns" if kind == "files" else "mlflow.db")


def figures(name: str, path: Path) -> dict[str, float]:
    """Return CPU seconds of the source, of load_runs and, for files, of the bare loop."""
    done = subprocess.run(
        [sys.executable, str(HERE / "read_with_source.py"), name, str(path)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def test_files_beside_a_loop_that_only_reads_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = figures("mlflow-files", made("files", tmp_path / "store", 1000))
    with capsys.disabled():
        print("\nMLflow files, 1,000 runs x 10 metrics x 100 steps, CPU seconds without imports")
        for key, what in (
            ("loop", "opening and reading every file"),
            ("plain loop", "the same with os.walk and open"),
            ("source", "the source: discover and read"),
            ("load_runs", "load_runs: to tables"),
        ):
            print(f"  {what:32} {ours[key]:6.2f}   {ours[key] / ours['loop']:5.2f} x the loop")


def test_sqlite_beside_mlflows_client(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = made("sqlite", tmp_path / "few", 100)
    many = made("sqlite", tmp_path / "many", 1000)
    client = measured(PYTHON, HERE / "read_with_mlflow.py", f"sqlite:///{few}")["cpu"]
    nothing = measured(PYTHON, "-c", "import mlflow.tracking, mlflow.store.db.utils")["cpu"]
    code = f"import runfolio; runfolio.load_runs({str(few)!r})"
    whole = measured(sys.executable, "-c", code)["cpu"]
    ours, more = figures("mlflow-sqlite", few), figures("mlflow-sqlite", many)
    with capsys.disabled():
        print("\nMLflow SQLite, 100 runs x 10 metrics x 100 steps, CPU seconds")
        print(f"  MLflow's client, whole process   {client:6.2f}   (its imports: {nothing:.2f})")
        print(f"  load_runs, whole process         {whole:6.2f}   1/{client / whole:.0f}")
        work = client - nothing
        for key in ("source", "load_runs"):
            print(f"  {key:9} without imports        {ours[key]:6.2f}   1/{work / ours[key]:.0f}")
        print("  1,000 runs: " + ", ".join(f"{key} {more[key]:.2f}" for key in more))
