"""Where in the space of params the good configurations lie."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.effects import Effects
from runfolio.analysis.leaderboard import Standing
from runfolio.analysis.metrics import Metric
from runfolio.analysis.param_columns import NOT_SET, ParamColumn, groups_of, param_columns
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, number_word

_MOST_AXES = 7
_MOST_LINES = 300
_MOST_TICKS = 6
_FEWEST = 3
_MOST_GROUPS = 12
_ABOVE_WORDS = 0.2
"""Where the numbers of an axis begin that has words below them."""


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    effects = a.effects
    if a.objective is None or effects is None or effects.missing == "variance":
        return ()
    standings = a.alike
    if len(standings) < _FEWEST:
        return ()
    columns = _telling(param_columns([s.configuration.params for s in standings]), effects)
    if len(columns) < 2:
        return ()
    metric = a.metrics[a.objective.metric]
    static = bool(view.options.get("static", True))
    parallel = _parallel(a, metric, standings, columns[:_MOST_AXES], static)
    pair = [column for column in columns if _has_groups(column)][:2]
    heat = _heat(a, metric, standings, pair[0], pair[1], static) if len(pair) == 2 else None
    how = Prose((method_link("param-map", "How this is drawn"), "."), "note")
    return (parallel, heat, how) if heat else (parallel, how)


def _telling(columns: Sequence[ParamColumn], effects: Effects) -> list[ParamColumn]:
    """Return the columns that explain most first; not those that tell each configuration apart."""
    order = {effect.name: place for place, effect in enumerate(effects.effects)}
    merged = {name for effect in effects.effects for name in effect.params[1:]}
    useful = [
        column
        for column in columns
        if column.names[0] not in merged
        and (column.numeric or 2 * len(column.labels) <= max(len(column.codes), 4))
    ]
    return sorted(useful, key=lambda column: order.get(column.names[0], len(order)))


def _parallel(
    a: Analysed,
    metric: Metric,
    standings: tuple[Standing, ...],
    columns: Sequence[ParamColumn],
    static: bool,
) -> Chart:
    shown = [i for i, s in enumerate(standings) if i < _MOST_LINES or a.mark(s.configuration)]
    best = max(len(standings) // 5, min(_FEWEST, len(standings) // 2))
    rows: list[tuple[object, ...]] = []
    for number, column in enumerate(columns):
        name = _name(column)
        places, ticks = _axis(column)
        rows += [(name, place, "", "", text, "tick", number) for place, text in ticks]
        for i in shown:
            kind = a.mark(standings[i].configuration) or ("best" if i < best else "")
            label = column.labels[column.codes[i]]
            rows.append(
                (name, places[i], standings[i].configuration.label, kind, label, "line", number)
            )
    values = [s.estimate.value * metric.scale for s in standings]
    low, high = min(values), max(values)
    size = high - low if math.isfinite(high - low) and high > low else 1.0
    for place, value in ((0.0, low), (1.0, high)):
        rows.append(
            (metric.label, place, "", "", metric.value(value / metric.scale), "tick", len(columns))
        )
    for i in shown:
        kind = a.mark(standings[i].configuration) or ("best" if i < best else "")
        rows.append(
            (
                metric.label,
                min(1.0, max(0.0, (values[i] - low) / size)),
                standings[i].configuration.label,
                kind,
                metric.value(standings[i].estimate.value),
                "line",
                len(columns),
            )
        )
    return Chart(
        key="param-axes",
        kind="parallel",
        title=_finding(standings[:best], columns, metric),
        sentence=_sentence(a, metric, len(shown), len(standings), best),
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={},
        table=_table(a, metric, standings, columns),
        static=static and len(shown) * len(columns) <= 1200,
    )


def _axis(column: ParamColumn) -> tuple[list[float], list[tuple[float, str]]]:
    """Return the place of each configuration, from 0 to 1, and the places that are named."""
    numbers = column.numbers
    is_number = np.isfinite(numbers) & column.numeric
    words = list(dict.fromkeys(column.codes[~is_number].tolist()))
    places = np.zeros(len(numbers))
    ticks: list[tuple[float, str]] = []
    top = 1.0 if not is_number.any() else _ABOVE_WORDS / 2
    for rank, code in enumerate(words):
        place = top * rank / max(len(words) - 1, 1)
        places[~is_number & (column.codes == code)] = place
        ticks.append((place, column.labels[code]))
    if len(ticks) > _MOST_TICKS:
        ticks = [ticks[0], ticks[-1]]
    if is_number.any():
        own = numbers[is_number]
        scaled = np.log10(own) if column.log else own / max(float(np.abs(own).max()), 1e-300)
        least, span = float(scaled.min()), float(np.ptp(scaled)) or 1.0
        floor = _ABOVE_WORDS if words else 0.0
        places[is_number] = floor + (1 - floor) * (scaled - least) / span
        named = dict(zip(own.tolist(), column.codes[is_number].tolist(), strict=True))
        ends = sorted(named) if len(named) <= _MOST_TICKS else [min(named), max(named)]
        at = dict(zip(own.tolist(), places[is_number].tolist(), strict=True))
        last = -1.0
        for number in ends:
            if at[number] - last >= 0.07 or number == ends[-1]:  # names must not meet
                ticks.append((at[number], column.labels[named[number]]))
                last = at[number]
    return places.tolist(), ticks


def _finding(best: Sequence[Standing], columns: Sequence[ParamColumn], metric: Metric) -> str:
    shared = []
    for column in columns:
        own = {column.labels[code] for code in column.codes[: len(best)].tolist()}
        if len(own) == 1 and len(best) > 1 and own != {NOT_SET}:
            shared.append(f"{column.names[0]} at {own.pop()}")
    if shared:
        return f"The {number_word(len(best))} best configurations all have {listed(shared, 3)}"
    return f"Good values of {call(metric)} come from several places"


def _sentence(a: Analysed, metric: Metric, shown: int, total: int, best: int) -> str:
    lines = count_of(shown, "configuration")
    if shown < total:
        lines += f", the best of {format_count(total)},"
    named = [
        told
        for told, mark in (
            ("the thick line is the champion", a.champion),
            ("the dashed one the baseline", a.baseline if a.baseline is not a.champion else None),
        )
        if mark
    ]
    marks = f"; {listed(named)}" if named else ""
    which = "best one" if best == 1 else f"{number_word(best)} best"
    return (
        f"Each of the {lines} is one line through its params to its {call(metric)}, on the last "
        f"axis. Coloured: the {which}{marks}. The params stand in the order of what they explain."
    )


def _table(
    a: Analysed, metric: Metric, standings: tuple[Standing, ...], columns: Sequence[ParamColumn]
) -> Table:
    shown = [i for i, s in enumerate(standings) if i < 20 or a.mark(s.configuration)]
    return Table(
        "Params and objective of "
        + ("all configurations" if len(shown) == len(standings) else "the best configurations"),
        (
            Column("Configuration"),
            *(Column(_name(column), "number" if column.numeric else "text") for column in columns),
            Column(metric.label, "number"),
        ),
        tuple(
            Row(
                (
                    Cell(standings[i].configuration.label),
                    *(Cell(column.labels[column.codes[i]]) for column in columns),
                    Cell(metric.value(standings[i].estimate.value)),
                ),
                a.mark(standings[i].configuration),  # type: ignore[arg-type]
            )
            for i in shown
        ),
    )


def _has_groups(column: ParamColumn) -> bool:
    everywhere = np.ones(len(column.codes), np.bool_)
    return _FEWEST <= len(groups_of(column, everywhere).labels) <= _MOST_GROUPS


def _heat(
    a: Analysed,
    metric: Metric,
    standings: tuple[Standing, ...],
    down: ParamColumn,
    across: ParamColumn,
    static: bool,
) -> Chart | None:
    """Draw the means by two params, where at least three values of each meet."""
    everywhere = np.ones(len(standings), np.bool_)
    rows, columns = groups_of(down, everywhere), groups_of(across, everywhere)
    cells: dict[tuple[int, int], list[Standing]] = {}
    for r, c, s in zip(rows.of.tolist(), columns.of.tolist(), standings, strict=True):
        cells.setdefault((r, c), []).append(s)
    if len(cells) < _FEWEST**2 or 2 * len(cells) < len(rows.labels) * len(columns.labels):
        return None
    means = {cell: sum(s.estimate.value / len(own) for s in own) for cell, own in cells.items()}
    order = [(r, c) for r in range(len(rows.labels)) for c in range(len(columns.labels))]
    worst = min(means.values(), key=metric.improvement)
    best = max(means.values(), key=metric.improvement)
    span = abs(best - worst) if math.isfinite(best - worst) and best != worst else 1.0
    champion = {
        cell for cell, own in cells.items() if any(s.configuration is a.champion for s in own)
    }
    finest = max(means, key=lambda cell: metric.improvement(means[cell]))
    table = Table(
        f"Mean {call(metric)} by {down.names[0]} and {across.names[0]}",
        (Column(down.names[0]), *(Column(label, "number") for label in columns.labels)),
        tuple(
            Row(
                (
                    Cell(label),
                    *(
                        Cell(metric.value(means[r, c]) if (r, c) in means else "not run")
                        for c in range(len(columns.labels))
                    ),
                )
            )
            for r, label in enumerate(rows.labels)
        ),
    )
    return Chart(
        key="param-heat",
        kind="heat",
        title=f"{call(metric)[:1].upper()}{call(metric)[1:]} is best at {down.names[0]} "
        f"{rows.labels[finest[0]]} and {across.names[0]} {columns.labels[finest[1]]}",
        sentence=f"Mean {call(metric)} for each combination of {down.names[0]}, downwards, and "
        f"{across.names[0]}; stronger is better, and the champion's cell is in bold. "
        "Empty cells were not run, and a cell may stand for a single configuration.",
        data={
            "f0": [rows.labels[r] for r, _ in order],
            "f1": [columns.labels[c] for _, c in order],
            "f2": [
                min(1.0, abs(means[cell] - worst) / span) if cell in means else None
                for cell in order
            ],
            "f3": [metric.number(means[cell]) if cell in means else "not run" for cell in order],
            "f4": [len(cells.get(cell, ())) for cell in order],
            "f5": ["champion" if cell in champion else "" for cell in order],
        },
        titles={"@x": across.names[0], "@y": down.names[0]},
        table=table,
        static=static,
    )


def _name(column: ParamColumn) -> str:
    more = len(column.names) - 1
    return column.names[0] if not more else f"{column.names[0]} (+{more})"


section = SectionKind(
    "param-map", "Where good values lie", "configurations with at least two varied params", build
)
