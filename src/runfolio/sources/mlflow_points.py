"""Stage 1b: the points in one metric file of an MLflow file store.

In: the bytes of ``metrics/<name>``. Out: the reduced series.

A line is ``time value step``; before MLflow 1.0 it has no step, and a metric logged with a
dataset has that dataset's name and digest behind the step. (MLflow's own reader takes such
a line for step 0; the step on disk is the one that was logged, and is used here.)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from runfolio.model.series import Series, Steps, reduce_series
from runfolio.sources.findings import Findings
from runfolio.sources.parsing import to_float, to_step, to_steps

__all__ = ["read_points"]

_IN_NUMBERS = b"0123456789+-.eEinfatyNI\r"
_Points = tuple[Steps, NDArray[np.float64], NDArray[np.int64] | NDArray[np.float64] | None]


def read_points(metric: str, data: bytes, findings: Findings) -> Series | None:
    """Return the series in a metric file, or None if there is no point in it."""
    points = _plain_points(data) or _odd_points(data, findings)
    if points is None:
        return None
    steps, values, times = points
    return reduce_series(metric, steps, values, times, last_rule="mlflow")


def _plain_points(data: bytes) -> _Points | None:
    """Read a file in which every line has three fields, which is nearly every file."""
    count = data.count(b"\n")
    if not count or data.translate(None, _IN_NUMBERS) != b"  \n" * count:
        return None
    fields = data.split()
    if len(fields) != 3 * count:
        return None
    try:
        values = np.fromiter(map(float, fields[1::3]), np.float64, count)
        steps = np.fromiter(map(int, fields[2::3]), np.int64, count)
        if bool((steps[1:] > steps[:-1]).all()):
            return steps, values, None  # times only decide between points of one step
        return steps, values, np.fromiter(map(int, fields[0::3]), np.int64, count)
    except (ValueError, OverflowError):
        return None


def _odd_points(data: bytes, findings: Findings) -> _Points | None:
    """Read a file line by line, and say which lines cannot be read."""
    times: list[float] = []
    values: list[float] = []
    steps: list[int | float] = []
    lines = data.decode("utf-8", "replace").split("\n")
    width = 0
    for number, line in enumerate(lines, 1):
        fields = line.split()
        if not fields:
            continue
        if number == len(lines) and len(fields) < width:
            findings.add(
                "metric-line-cut",
                "The last line is cut off in its middle; it was left out.",
                "Nothing to do if the run is still going on: build again when it has ended.",
                "note",
                number,
            )
            continue
        width = len(fields)
        time = to_float(fields[0])
        value = to_float(fields[1]) if width > 1 else None
        step = to_step(fields[2]) if width > 2 else 0
        if time is None or value is None or step is None:
            findings.add(
                "metric-not-a-number",
                f"{line.strip()[:80]!r} is no line of time, value and step; it was left out.",
                "Correct or remove the line.",
                line=number,
            )
            continue
        times.append(time)
        values.append(value)
        steps.append(step)
    if values:
        return to_steps(steps), np.array(values), np.array(times)
    if not data.strip():
        findings.add(
            "metric-empty",
            "The metric's file is empty; the metric was left out.",
            "Remove the file, or log the metric again.",
        )
    return None
