"""How fast TensorBoard's event files are read, beside TensorBoard's own reader.

Run by ``pytest -m benchmark -s``. The whole process is compared, with what it imports, and the
reading alone; the first is bound from below by the import of the libraries that make tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from peers import MAKE_LOGS, PYTHON
from timing import HERE, measured

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
]
LOAD = "import sys, runfolio; runfolio.load_runs(sys.argv[1])"
TABLES = "import numpy, pandas"


@pytest.fixture(scope="module", params=["old-20", "new-20", "old-100", "new-100"])
def logs(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, Path]:
    """Return logs of 20 or 100 runs x 10 tags x 1,000 steps: what they are, and where."""
    if not MAKE_LOGS.is_dir():
        pytest.skip("needs the scripts that make logs, in ../shared/make_logs")
    kind, runs = request.param.split("-")
    folder = tmp_path_factory.mktemp("logs")
    script = MAKE_LOGS / "make_tensorboard.py"
    size = ["--runs", runs, "--metrics", "10", "--steps", "1000", "--kind", kind]
    subprocess.run([PYTHON, str(script), str(folder), *size], check=True, capture_output=True)
    return f"the {kind} encoding, {runs} files x 10 tags x 1,000 steps", folder


def said(python: str, script: str, folder: Path) -> dict[str, Any]:
    done = subprocess.run(
        [python, str(HERE / script), str(folder)], capture_output=True, text=True, check=True
    )
    figures: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return figures


def test_reading_beside_tensorboards_own(
    logs: tuple[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    title, folder = logs
    reader = HERE / "read_with_tensorboard.py"
    limit = measured(sys.executable, HERE / "read_bytes.py", folder)
    whole = min(
        (measured(sys.executable, "-c", LOAD, folder) for _ in range(3)), key=lambda run: run["cpu"]
    )
    tables = min(measured(sys.executable, "-c", TABLES)["cpu"] for _ in range(3))
    peer = measured(PYTHON, reader, folder)
    ours = min(
        (said(sys.executable, "read_with_runfolio.py", folder) for _ in range(3)),
        key=lambda run: run["cpu"],
    )
    theirs = said(PYTHON, reader.name, folder)
    with capsys.disabled():
        print(f"\nTensorBoard, {title}")
        print(f"  reading the bytes, whole process  {limit['cpu']:7.2f} s CPU")
        print(f"  importing numpy and pandas alone  {tables:7.2f} s CPU")
        print(
            f"  load_runs, whole process          {whole['cpu']:7.2f} s CPU "
            f"{whole['peak_mb']:6.0f} MB"
        )
        print(
            f"  EventAccumulator, whole process   {peer['cpu']:7.2f} s CPU "
            f"{peer['peak_mb']:6.0f} MB   ratio {peer['cpu'] / whole['cpu']:.1f}"
        )
        print(
            f"  reading alone: ours {ours['cpu']:.3f} s, EventAccumulator {theirs['cpu']:.2f} s"
            f"   ratio {theirs['cpu'] / ours['cpu']:.1f}"
        )
    assert ours["points"] == theirs["points"] > 0
