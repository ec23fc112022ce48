"""Stage 1b: one ``trainer_state.json`` of Hugging Face's Trainer.

In: its bytes. Out: what it says, with the history in columns. A file that is cut off gives the
rows before the cut.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

import numpy as np

from runfolio.model.numbers import format_count
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.logged_rows import Column, History
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json, to_float
from runfolio.storage.base import Place

__all__ = ["NOT_METRICS", "ROWS", "STATE", "State", "parse_state"]

STATE = "trainer_state.json"
ROWS = re.compile(rb'"log_history"\s*:\s*\[')
NOT_METRICS = ("step", "epoch")
_ROWS_IN_TEXT = re.compile(ROWS.pattern.decode())
_MOST_TRIES = 8
_MOST_PARTS = 1_500_000
"""Lists and objects in a file at most: each takes far more memory than its brackets."""
_TOTALS = "train_runtime"  # only the row has it which a training logs at its end


@dataclass(frozen=True, slots=True)
class State:
    """What a training had logged when this file was written.

    Parameters
    ----------
    folder : Place
        The output folder, or a checkpoint in it.
    checkpoint : str
        Name of the checkpoint's folder; empty for the output folder itself.
    step : int
        Optimiser steps done.
    facts : dict
        What it says beside the history.
    history : History
        What was logged.
    columns : dict of str to Column
        Of that the numbers, by their name.
    steps : list
        The step of each row.
    names : frozenset of str
        Names under which something was logged, whether it is a metric or not.
    trained : int
        Number of rows before the one with the totals of the training, of all where there is
        none. A training that is taken up again starts from a checkpoint, which has none.
    """

    folder: Place
    checkpoint: str
    step: int
    facts: dict[str, Tree]
    history: History
    columns: dict[str, Column]
    steps: list[Tree]
    names: frozenset[str]
    trained: int

    @property
    def has_ended(self) -> bool:
        """Whether the training logged its totals."""
        return self.trained < len(self.steps)

    def begins(self, other: State) -> bool:
        """Tell whether all that is logged here is what the other logged first."""
        count = self.trained
        return (
            count <= other.trained
            and self.steps[:count] == other.steps[:count]
            and all(
                _equal(self.columns.get(name), other.columns.get(name), count)
                for name in self.columns.keys() | other.columns.keys()
            )
        )


def _equal(one: Column | None, other: Column | None, count: int) -> bool:
    """Tell whether two columns are equal in their first rows."""
    parts = []
    for column in (one, other):
        rows = np.frombuffer(column.rows if column else b"", np.int32)
        values = np.frombuffer(column.values if column else b"", np.float64)
        points = int(np.searchsorted(rows, count))
        parts.append((rows[:points], values[:points]))
    (rows, values), (other_rows, other_values) = parts
    return np.array_equal(rows, other_rows) and np.array_equal(values, other_values, equal_nan=True)


def parse_state(folder: Place, checkpoint: str, data: bytes, findings: Findings) -> State:
    """Return the state in a file.

    Raises
    ------
    ParseError
        If it holds no history.
    """
    if data.count(b"{") + data.count(b"[") > _MOST_PARTS:
        raise ParseError(f"holds more than {format_count(_MOST_PARTS)} lists and objects")
    text, replaced = decode(data)
    if replaced:
        findings.add(
            "not-utf8",
            "Some bytes are not UTF-8; they are shown as replacement characters.",
            "Save the file as UTF-8.",
            "note",
        )
    try:
        tree = parse_json(text)
    except ParseError as error:
        tree = _from_damaged(text)
        if not tree:
            raise
        findings.add(
            "trainer-state-cut",
            f"The file {error}; {len(tree['log_history'])} rows of its history could be read, "
            "what comes behind them was left out.",
            "If the training was stopped while it saved, go on from the checkpoint before.",
        )
    listed = tree.pop("log_history", None) if isinstance(tree, dict) else None
    if not isinstance(listed, list):
        raise ParseError("holds no log_history")
    rows = [row for row in listed if isinstance(row, dict)]
    if len(rows) < len(listed):
        findings.add(
            "trainer-row-unreadable",
            f"{len(listed) - len(rows)} rows of the history are no objects of names and values; "
            "they were left out.",
            "Correct the file.",
        )
    history, columns = History(), dict[str, Column]()
    names: set[str] = set()
    for number, row in enumerate(rows):
        for key, value in row.items():
            if key in NOT_METRICS:
                continue
            if type(value) is not float and type(value) is not int:  # few are not
                history.add(key, value)
                continue
            column = columns.get(key)
            if column is None:
                if history.is_full:
                    history.values_left_out += 1
                    continue
                column = columns[key] = history.column(key)
            column.rows.append(number)
            column.values.append(to_float(value) or 0.0)
        names.update(row)
        history.end_row(row.get("step"))
    return State(
        folder=folder,
        checkpoint=checkpoint,
        step=_step(tree.get("global_step"), history),
        facts=tree,
        history=history,
        columns=columns,
        steps=[row.get("step") for row in rows],
        names=frozenset(names),
        trained=next((n for n, row in enumerate(rows) if _TOTALS in row), len(rows)),
    )


def _step(value: Tree, history: History) -> int:
    step = to_float(value)
    if step is None or not math.isfinite(step):
        step = history.last_step
    return int(min(max(step, 0), 2**53))


def _from_damaged(text: str) -> dict[str, Tree]:
    """Return what can be read of a file that is cut off: facts, and the first rows."""
    start = _ROWS_IN_TEXT.search(text)
    if start is None:
        return {}
    try:
        facts = parse_json(text[: start.start()].rstrip().rstrip(",") + "}")
    except ParseError:
        facts = {}
    return {**facts, "log_history": _first_rows(text[start.end() - 1 :])}


def _first_rows(text: str) -> list[Tree]:
    """Return the rows before the place from which on a list cannot be read."""
    end = len(text)
    for _ in range(_MOST_TRIES):  # the first place may lie within an object in a row
        end = text.rfind("}", 0, end)
        try:
            rows: list[Tree] = parse_json(f"{text[: end + 1]}]") if end > 0 else []
        except ParseError as error:
            end = min(end, getattr(error.__cause__, "pos", 0))
        else:
            return rows
    return []
