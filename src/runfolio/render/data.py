"""Stage 5: data files, the numbers that the site's scripts draw from.

In: typed rows and curves. Out: the text of ``data/runs.js`` and of one ``data/<slug>.js``
per run. They are classic scripts that assign to ``window.runfolio``, since a page opened by
double click may load scripts but may not fetch.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.render.assets import json_for_script
from runfolio.render.text import visible
from runfolio.views.data import SeriesData, TableColumn, TableData, TableRow

__all__ = ["runs_script", "series_script"]

_NOT_FINITE = dict.fromkeys(("nan", "inf", "-inf"), "null")


def runs_script(data: TableData) -> str:
    """Return the text of ``data/runs.js``, one row per line.

    Raises
    ------
    ValueError
        If a row has not one cell per column.
    """
    columns = ",\n".join(json_for_script(_column(column)) for column in data.columns)
    linked = "" if data.linked else '"linked":false,'
    rows = ",\n".join(json_for_script(_row(row, len(data.columns))) for row in data.rows)
    return (
        "window.runfolio = window.runfolio || {};\n"
        f'window.runfolio.runs = {{{linked}"columns":[\n{columns}\n],"rows":[\n{rows}\n]}};\n'
    )


def series_script(data: SeriesData) -> str:
    """Return the text of ``data/<slug>.js``.

    Equal step arrays are written once, and values to six significant digits: more than any
    screen can show. A value that is not finite is ``null``, a gap in the curve.
    """
    positions: dict[bytes, int] = {}
    steps: list[str] = []
    metrics = []
    for metric in data.metrics:
        key = metric.steps.tobytes()
        if key not in positions:
            positions[key] = len(steps)
            steps.append(_numbers("%.17g", metric.steps))
        about = {
            "name": visible(metric.name),
            "label": visible(metric.label),
            "scale": _shortest(metric.scale),
            "digits": metric.digits,
            "unit": visible(metric.unit),
            "steps": positions[key],
        }
        values = _numbers("%.6g", metric.values)
        metrics.append(f'{json_for_script(about)[:-1]},"values":{values}}}')
    content = (
        f'{{"name":{json_for_script(visible(data.name))},"steps":[{",".join(steps)}],'
        f'"metrics":[{",".join(metrics)}]}}'
    )
    return (
        "window.runfolio = window.runfolio || {};\n"
        "window.runfolio.series = window.runfolio.series || {};\n"
        f"window.runfolio.series[{json_for_script(data.slug)}] = {content};\n"
    )


def _column(column: TableColumn) -> dict[str, Any]:
    return {
        "key": visible(column.key),
        "label": visible(column.label),
        "group": column.group,
        "type": column.type,
        "scale": _shortest(column.scale),
        "digits": column.digits,
        "unit": visible(column.unit),
        "goal": column.goal,
        "shown": column.shown,
    }


def _row(row: TableRow, columns: int) -> list[str | float | None]:
    if len(row.cells) != columns:
        raise ValueError(f"run {row.slug!r}: {len(row.cells)} cells for {columns} columns")
    return [row.slug, row.mark, *map(_cell, row.cells)]


def _cell(cell: str | float | None) -> str | float | None:
    if cell is None:
        return None
    if isinstance(cell, str):
        return visible(cell)
    if math.isnan(cell):
        return "NaN"
    if math.isinf(cell):
        return "Infinity" if cell > 0 else "-Infinity"
    return _shortest(cell)


def _numbers(form: str, values: NDArray[np.float64]) -> str:
    """Return numbers as a JSON list; made as text at once, since there may be millions."""
    texts = [form % value for value in values.tolist()]
    return f"[{','.join([_NOT_FINITE.get(text, text) for text in texts])}]"


def _shortest(number: float) -> float:
    """Return whole numbers as int, which JSON writes without ``.0``."""
    number = float(number)
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
