"""CPU time, wall time and peak memory of commands, for the benchmarks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

__all__ = ["HERE", "measured", "report"]

HERE = Path(__file__).parent / "benchmarks"


def measured(*command: str | Path, cwd: Path | None = None) -> dict[str, Any]:
    """Return exit code, CPU seconds, wall seconds and peak MB of a command."""
    done = subprocess.run(
        [sys.executable, str(HERE / "measure.py"), *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
        cwd=cwd,
    )
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def report(*arguments: str | Path) -> list[str]:
    return [str(Path(sys.executable).with_name("report")), *map(str, arguments)]
