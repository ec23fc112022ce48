"""Drives the real loggers and asks their own libraries what they read.

The scripts that write logs are in ``../shared/make_logs``; those that print as JSON what a
library says of them lie beside the tests of the sources. Both run in a process of their own.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

__all__ = ["MAKE_LOGS", "Peers", "absent"]

TESTS = Path(__file__).parent
MAKE_LOGS = TESTS.parents[1] / "shared" / "make_logs"
PYTHON = os.environ.get("RUNFOLIO_PEERS_PYTHON") or sys.executable

_QUIET = {
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "WANDB_MODE": "offline",
    "HF_HUB_OFFLINE": "1",
    "KERAS_BACKEND": "torch",
    "RAY_USAGE_STATS_ENABLED": "0",
    "DVC_NO_ANALYTICS": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
}


def absent(reason: str) -> None:
    """Skip, or fail where everything must be there."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason} (CI=true allows no skip)")
    pytest.skip(reason)


class Peers:
    """Runs scripts with the interpreter that has the trackers' libraries."""

    def __init__(self, folders: pytest.TempPathFactory) -> None:
        self._folders = folders
        self._made: dict[tuple[str, ...], Path] = {}

    def need(self, *modules: str) -> None:
        """Skip where a module is not installed (CI: fail)."""
        for module in modules:
            if not _has(module):
                absent(f"{module} is not installed: python -m pip install -e '.[peers]'")

    def made(self, script: str, *arguments: str, needs: str) -> Path:
        """Return the folder into which a script of ``make_logs`` wrote, once per session.

        Parameters
        ----------
        script : str
            Such as ``make_optuna.py``, or the path of one beside the tests of the sources.
        *arguments : str
            Those behind the folder.
        needs : str
            Modules that it imports, separated by blanks.
        """
        self.need(*needs.split())
        key = (script, *arguments)
        if key not in self._made:
            path = MAKE_LOGS / script
            if not path.is_file():
                path = TESTS / "sources" / script
            if not path.is_file():
                absent(f"{script} is not beside this checkout")
            self._made[key] = self._once(path, arguments)
        return self._made[key]

    def _once(self, path: Path, arguments: tuple[str, ...]) -> Path:
        """Run a script, unless another process of this session did; return its folder."""
        base = self._folders.getbasetemp()
        # Each process that runs tests has a folder of its own in the session's.
        shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
        words = "\0".join((os.fspath(path), *arguments))
        out = shared / f"{path.stem}-{hashlib.sha256(words.encode()).hexdigest()[:8]}"
        done = out.with_suffix(".done")
        with open(out.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not done.exists():
                shutil.rmtree(out, ignore_errors=True)
                out.mkdir()
                _run(path, os.fspath(out), *arguments)
                done.touch()
        return out

    def said(self, script: str, *arguments: str | Path) -> Any:
        """Return the JSON in the last line that a script beside the tests prints."""
        output = _run(TESTS / "sources" / script, *(str(argument) for argument in arguments))
        return json.loads(output.strip().splitlines()[-1])

    def run(self, script: str, *arguments: str, needs: str) -> None:
        """Run a script beside the tests of the sources."""
        self.need(*needs.split())
        _run(TESTS / "sources" / script, *arguments)


@cache
def _has(module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([PYTHON, "-c", code], check=False).returncode == 0


def _run(script: Path, *arguments: str) -> str:
    # Some trackers make files in the folder they run in, whatever they are asked for.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [PYTHON, os.fspath(script), *arguments],
            cwd=folder,
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
