"""Stage 1b: Sacred's ``metrics.json``.

In: the file. Out: reduced series. It holds three lists per metric, of steps, times and
values, and is written anew at each beat of the run; a run that is killed in that moment
leaves it cut off, and the metrics in front of the cut are read all the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import numpy as np

from runfolio.model.run_series import reduce_run
from runfolio.model.series import Logged, Series, Times
from runfolio.sources.reading.documents import read_text, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded
from runfolio.sources.reading.parsing import (
    ParseError,
    Tree,
    parse_json,
    parse_time,
    text_of,
    to_float,
    to_step,
    to_steps,
)
from runfolio.storage.base import Place

__all__ = ["number_in", "read_metrics"]


def read_metrics(place: Place, findings: Findings) -> list[Series]:
    """Return the series in ``metrics.json``."""
    text = read_text(place, findings)
    if text is None:
        return []
    try:
        tree = parse_json(text)
        if not isinstance(tree, dict):
            raise ParseError("holds no metrics by name")
    except ParseError as error:
        tree = _in_front(text)
        if not tree:
            unreadable(findings, error)
            return []
        findings.add(
            "metrics-cut",
            f"The file {error}: it is cut off or damaged. The {len(tree)} metrics in front of "
            "that were read.",
            "Nothing to do if the run was killed while it wrote the file.",
        )
    metrics = bounded(tree.items(), "metrics", findings)
    found = (_points(name, lists, findings) for name, lists in metrics.items())
    return reduce_run([one for one in found if one is not None])


def number_in(value: Tree) -> float | None:
    """Return a number, also one of NumPy's as jsonpickle writes it; None if it is none."""
    if isinstance(value, dict) and any(key.startswith("py/") for key in value):
        value = value.get("value")
    return None if isinstance(value, str) else to_float(value)


def _in_front(text: str) -> dict[str, Tree]:
    """Return the metrics that are whole, up to the first that is not."""
    decoder = json.JSONDecoder()
    start = text.find('"')
    end = -1
    try:
        at = start
        while at >= 0:
            _, behind = decoder.raw_decode(text, at)
            _, end = decoder.raw_decode(text, text.index("{", behind))
            at = text.find('"', end)
    except (ValueError, RecursionError):
        pass
    try:
        tree = parse_json(f"{{{text[start:end]}}}") if end > 0 else {}
    except ParseError:
        return {}
    return tree if isinstance(tree, dict) else {}


def _points(name: str, lists: Tree, findings: Findings) -> Logged | None:
    steps = lists.get("steps") if isinstance(lists, dict) else None
    values = lists.get("values") if isinstance(lists, dict) else None
    if not isinstance(steps, list) or not isinstance(values, list):
        findings.add(
            "metric-without-points",
            f"The metric {name!r:.80} has no lists of steps and values; it was left out.",
            "Correct the file, or log the metric with log_scalar.",
        )
        return None
    if len(steps) != len(values):
        findings.add(
            "metric-lists-differ",
            f"The metric {name!r:.80} has {len(steps)} steps and {len(values)} values; what is "
            "without the other was left out.",
            "Correct the file.",
        )
    count = min(len(steps), len(values))
    if count and _plain(steps, int) and _plain(values, float):
        times = _times(lists.get("timestamps"), count)
        return Logged(name, to_steps(steps[:count]), np.array(values[:count]), times)
    points = list(_usable(name, zip(steps, values, strict=False), findings))
    if not points:
        return None
    return Logged(
        name, to_steps([step for step, _ in points]), np.array([value for _, value in points])
    )


def _times(items: Tree, count: int) -> Times | None:
    """Return the times of the first points in ms; None where there is not one for each."""
    if not isinstance(items, list) or len(items) < count or not _plain(items, str):
        return None
    return np.array([parse_time(item) for item in items[:count]], np.float64)


def _plain(items: list[Tree], kind: type) -> bool:
    """Tell whether all items are of one type, as in nearly every file."""
    return set(map(type, items)) == {kind}


def _usable(
    name: str, points: Iterable[tuple[Tree, Tree]], findings: Findings
) -> Iterator[tuple[int | float, float]]:
    for number, (step, value) in enumerate(points):
        at, known = to_step(step), number_in(value)
        if at is not None and known is not None:
            yield at, known
            continue
        odd = f"step {text_of(step):.40}" if at is None else f"value {text_of(value):.40}"
        findings.add(
            "metric-not-a-number",
            f"Point {number} of the metric {name!r:.80} has the {odd}, which is no number; it was "
            "left out.",
            "Log single numbers with log_scalar (NaN itself is one).",
        )
