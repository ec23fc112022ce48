"""Stage 1b: the lines of a metric file of an MLflow file store, one by one.

In: the bytes of some lines. Out: their points, and which lines cannot be read.

A line is ``time value step``; before MLflow 1.0 it has no step, and a metric logged with a
dataset has that dataset's name and digest behind the step. (MLflow's own reader takes such
a line for step 0; the step on disk is the one that was logged, and is used here.)
"""

from __future__ import annotations

from array import array

import numpy as np
from numpy.typing import NDArray

from runfolio.model.series import Steps
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import to_float, to_step, to_steps

__all__ = ["LineReader", "Points"]

Points = tuple[Steps, NDArray[np.float64], NDArray[np.int64] | NDArray[np.float64]]
"""Steps, values and times."""


class LineReader:
    """Reads lines one by one, and says which cannot be read.

    Parameters
    ----------
    findings : Findings
    """

    def __init__(self, findings: Findings) -> None:
        self._findings = findings
        self.number = 0
        """Lines so far."""
        self.odd = 0
        """Those of them that could not be read."""

    def points(self, data: bytes) -> list[Points]:
        """Return the points in some lines, or nothing if there is none."""
        steps: list[int | float] = []
        values, times = array("d"), array("d")
        width = 0
        lines = data.decode("utf-8", "replace").split("\n")
        for at, line in enumerate(lines, 1):
            fields = line.split()
            if not fields:
                continue
            if at == len(lines) and len(fields) < width:
                self._findings.add(
                    "metric-line-cut",
                    "The last line is cut off in its middle; it was left out.",
                    "Nothing to do if the run is still going on: build again when it has ended.",
                    "note",
                    self.number + at,
                )
                continue
            width = len(fields)
            time = to_float(fields[0])
            value = to_float(fields[1]) if width > 1 else None
            step = to_step(fields[2]) if width > 2 else 0
            if time is None or value is None or step is None:
                self.odd += 1
                self._findings.add(
                    "metric-not-a-number",
                    f"{line.strip()[:80]!r} is no line of time, value and step; it was left out.",
                    "Correct or remove the line.",
                    line=self.number + at,
                )
                continue
            times.append(time)
            values.append(value)
            steps.append(step)
        self.number += len(lines) - 1
        return [(to_steps(steps), np.array(values), np.array(times))] if values else []
