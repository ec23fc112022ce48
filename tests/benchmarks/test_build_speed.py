"""How fast a build is, beside MLflow's own client and the limit of reading the bytes.

Run by ``pytest -m benchmark -s``. Figures are printed, and each stands beside a yardstick that
was measured in the same run on the same data; nothing here fails because a machine is slow.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from peers import MAKE_LOGS, PYTHON
from timing import HERE, measured, report

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
]


@pytest.fixture(scope="module", params=["files", "sqlite"])
def store(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Path]:
    """Return a store of 1,000 runs x 10 metrics x 100 steps: its kind and path."""
    if not MAKE_LOGS.is_dir():
        pytest.skip("needs the scripts that make logs, in ../shared/make_logs")
    folder = tmp_path_factory.mktemp("store")
    script = MAKE_LOGS / f"make_mlflow_{request.param}.py"
    size = ["--runs", "1000", "--metrics", "10", "--steps", "100", "--fast"]
    subprocess.run([PYTHON, str(script), str(folder), *size], check=True, capture_output=True)
    return request.param, folder / ("mlruns" if request.param == "files" else "mlflow.db")


def test_whole_build_beside_mlflows_client(
    store: tuple[str, Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    kind, path = store
    measured(sys.executable, HERE / "read_bytes.py", path.parent)  # the page cache is warm now
    limit = measured(sys.executable, HERE / "read_bytes.py", path.parent)
    ours = measured(*report("build", path, "-o", tmp_path / "site", "--quiet"))
    uri = str(path) if kind == "files" else f"sqlite:///{path}"
    peer = measured(PYTHON, HERE / "read_with_mlflow.py", uri)
    site = tmp_path / "site"
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file())
    runs = json.loads((site / "report.json").read_text("utf-8"))["runs"]
    with capsys.disabled():
        print(f"\nMLflow {kind}, 1,000 runs x 10 metrics x 100 steps")
        for name, figures in (
            ("reading the bytes", limit),
            ("report build", ours),
            ("MLflow's client, reading only", peer),
        ):
            print(
                f"  {name:30} {figures['cpu']:7.2f} s CPU {figures['wall']:7.2f} s wall "
                f"{figures['peak_mb']:6.0f} MB"
            )
        print(
            f"  the build takes 1/{peer['cpu'] / ours['cpu']:.1f} of the client's CPU time and "
            f"{ours['cpu'] / limit['cpu']:.1f} x that of reading the bytes; the site has "
            f"{size / 1e6:.1f} MB"
        )
    assert len(runs) == 1000
    assert all(metric["count"] >= 1 for run in runs for metric in run["metrics"].values())


def test_help_beside_an_empty_interpreter(capsys: pytest.CaptureFixture[str]) -> None:
    ours = [measured(*report("--help")) for _ in range(5)]
    empty = [measured(sys.executable, "-c", "pass") for _ in range(5)]
    cpu, floor = (min(run["cpu"] for run in runs) for runs in (ours, empty))
    with capsys.disabled():
        print(f"\nreport --help: {cpu:.3f} s CPU; an empty interpreter: {floor:.3f} s")
    assert all(run["code"] == 0 for run in ours)
