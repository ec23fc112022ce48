"""Drives the real loggers and asks their own libraries what they read.

The scripts that write logs are in ``../shared/make_logs``; those that print as JSON what a
library says of them lie beside the tests of the sources. Both run in a process of their own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from once import made_once

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

_SAID_BY = {
    # The script that prints as JSON what the library says of what the other wrote, and of what.
    "make_mlflow_files.py": ("mlflow_client_says.py", "{}/mlruns"),
    "make_mlflow_sqlite.py": ("mlflow_client_says.py", "sqlite:///{}/mlflow.db"),
    "make_hf.py": ("hf_says.py", "{}"),
    "make_wandb_offline.py": ("wandb_says.py", "{}/wandb"),
    "make_dvclive.py": ("dvclive_says.py", "{}"),
    "evidently_makes.py": ("evidently_says.py", "{}/workspace"),
    "gx_makes.py": ("gx_says.py", "{}"),
}
_IN_TURN = """
import json, os, runpy, sys
for script, *arguments in json.loads(sys.argv[1]):
    sys.path[0] = os.path.dirname(script)
    sys.argv = [script, *arguments]
    runpy.run_path(script, run_name="__main__")
"""


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

            def make(out: Path) -> None:
                commands = [[os.fspath(path), os.fspath(out), *arguments]]
                if script in _SAID_BY:
                    says, place = _SAID_BY[script]
                    commands.append([os.fspath(TESTS / "sources" / says), place.format(out)])
                printed = _run(*commands)
                if script in _SAID_BY:
                    out.with_suffix(".said").write_text(_last_line(printed), "utf-8")

            self._made[key] = made_once(self._folders, path.stem, "\0".join(key), make)
        return self._made[key]

    def said_of(self, made: Path) -> Any:
        """Return what the library itself says of a folder that `made` returned.

        The process that wrote it was asked then: to import a library is most of what either takes.
        """
        return json.loads(made.with_suffix(".said").read_text("utf-8"))

    def said(self, script: str, *arguments: str | Path) -> Any:
        """Return the JSON in the last line that a script beside the tests prints."""
        command = [os.fspath(TESTS / "sources" / script), *map(str, arguments)]
        return json.loads(_last_line(_run(command)))

    def run_and_said(self, *commands: Sequence[str], needs: str) -> Any:
        """Run scripts beside the tests in one process; return the JSON that the last prints."""
        self.need(*needs.split())
        paths = [[os.fspath(TESTS / "sources" / one), *rest] for one, *rest in commands]
        return json.loads(_last_line(_run(*paths)))

    def run(self, script: str, *arguments: str, needs: str) -> None:
        """Run a script beside the tests of the sources."""
        self.need(*needs.split())
        _run([os.fspath(TESTS / "sources" / script), *arguments])


@cache
def _has(module: str) -> bool:
    code = f"import importlib.util, sys; sys.exit(importlib.util.find_spec({module!r}) is None)"
    return subprocess.run([PYTHON, "-c", code], check=False).returncode == 0


def _last_line(text: str) -> str:
    return text.strip().splitlines()[-1]


def _run(*commands: Sequence[str]) -> str:
    """Run scripts one after another in one process; return what they print."""
    together = [PYTHON, "-c", _IN_TURN, json.dumps(commands)]
    # Some trackers make files in the folder they run in, whatever they are asked for.
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [PYTHON, *commands[0]] if len(commands) == 1 else together,
            cwd=folder,
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout
