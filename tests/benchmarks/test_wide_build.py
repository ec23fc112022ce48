"""A report of runs with 12,000 metrics each: how long it takes, and how large its pages are.

Run by ``pytest -m benchmark -s``. Every warning is an error. A run's metrics are read up to a
bound, and what is beyond it is told.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import pytest

from runfolio.sources.reading.limits import MOST_NAMES
from sites import Site
from stores import put, write_folder
from timing import measured, report

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
]

METRICS = 12_000


def test_twelve_thousand_metrics(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for rate in range(2):
        for seed in range(3):
            values = {
                f"m{k}/accuracy": 0.5 + 0.02 * math.sin(97 * k + 31 * rate + 7 * seed)
                for k in range(METRICS)
            }
            about = {"params": {"lr": str(rate)}, "seed": seed, "status": "finished"}
            write_folder(tmp_path / "logs" / f"run-{rate}-{seed}", values, about)
    put(tmp_path, {"report.yaml": json.dumps({"baseline": {"params": {"lr": "1"}}})})
    site = Site(tmp_path / "site")
    command = report("build", tmp_path, "-o", site.folder, "--quiet")
    figures = measured(sys.executable, "-W", "error", *command)
    pages = {path.name: path.stat().st_size for path in site.folder.glob("*.html")}
    largest = max(pages, key=lambda name: pages[name])
    with capsys.disabled():
        print(
            f"\n{METRICS:,} metrics of 6 runs: {figures['cpu']:.1f} s CPU, "
            f"{figures['wall']:.1f} s wall, {figures['peak_mb']:.0f} MB; the largest page but "
            f"those of runs is {largest} with {pages[largest] / 1e6:.1f} MB"
        )
    assert figures["code"] == 0
    text = site.text_of("data-scientist.html").replace("\u00a0", " ")
    assert "run-0 cannot be told apart from run-1 by m0/accuracy" in text
    assert f"{MOST_NAMES - 200:,} further metrics are compared in report.json" in text
    assert len(site.report["comparisons"]) == MOST_NAMES
    assert "2,000 values of others were left out" in site.text_of("problems.html")
