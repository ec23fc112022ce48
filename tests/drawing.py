"""One process that draws the charts of all builds of the tests.

A build starts one of its own, and starting it is most of what a small build takes. What is drawn
is the same: ``test_pipeline`` compares a site that was drawn so with one that was not.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock, Timer
from types import SimpleNamespace
from typing import Any

import pytest

from runfolio.render import static_charts

__all__ = ["drawn_by_one_process"]

_LOOP = """
import io, sys
from runfolio.render import static_charts
for line in sys.stdin:
    sys.stdin = io.StringIO(line)
    static_charts._draw()
    print(flush=True)
"""
_PYTHON = sys.executable
_END = b"\n"
"""The line behind all answers."""


class _Drawing:
    """Stands for ``subprocess.run`` where charts are drawn; the process lives on in between."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._environment: dict[str, str] = {}
        self._lock = Lock()

    def run(self, command: list[str], **options: Any) -> subprocess.CompletedProcess[bytes]:
        if command != [_PYTHON, "-P", "-m", static_charts.__name__]:
            return subprocess.run(command, **options)
        with self._lock:
            return self._drawn(command, options["input"], options["timeout"])

    def _drawn(
        self, command: list[str], jobs: bytes, timeout: float
    ) -> subprocess.CompletedProcess[bytes]:
        process = self._started(command[0])
        assert process.stdin is not None
        assert process.stdout is not None
        clock = Timer(timeout, process.kill)
        clock.start()
        try:
            process.stdin.write(jobs + b"\n")
            process.stdin.flush()
            answers = b""
            for line in process.stdout:
                if line == _END:
                    return subprocess.CompletedProcess(command, 0, answers, b"")
                answers += line
            late = not clock.is_alive()
        finally:
            clock.cancel()
        code = process.wait()
        self.end()
        if late:
            raise subprocess.TimeoutExpired(command, timeout, answers)
        return subprocess.CompletedProcess(command, code, answers, b"")

    def _started(self, python: str) -> subprocess.Popen[bytes]:
        """Return the process; another environment asks for another one."""
        environment = {k: v for k, v in os.environ.items() if k != "PYTEST_CURRENT_TEST"}
        if self._process is None or environment != self._environment:
            self.end()
            self._environment = environment
            self._process = subprocess.Popen(
                [python, "-P", "-c", _LOOP],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        return self._process

    def end(self) -> None:
        """End the process, if there is one."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.communicate()


@contextmanager
def drawn_by_one_process() -> Iterator[None]:
    """Let all builds in this process draw their charts with the same other one."""
    drawing = _Drawing()
    standing_in = SimpleNamespace(run=drawing.run, TimeoutExpired=subprocess.TimeoutExpired)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_charts, "subprocess", standing_in)
        try:
            yield
        finally:
            drawing.end()
