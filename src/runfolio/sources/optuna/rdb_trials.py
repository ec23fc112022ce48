"""Stage 1b: the trials of one unit in an Optuna database.

In: an open database and the ids of some trials. Out: the trials. Tables and columns that are
not in all schemas are asked for first: until Optuna 2.3 the objective is a column of
``trials`` and ``trial_values`` holds what was reported on the way; until 2.x values have no
type, and infinity is kept as the largest number of 32 bits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from runfolio.sources.optuna import rules
from runfolio.sources.optuna.distributions import distribution
from runfolio.sources.optuna.rules import Trial
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json
from runfolio.sources.reading.sqlite_file import Database

__all__ = ["TrialReader", "value_of"]

_OBJECTIVES = 100


class TrialReader:
    """Reads trials from an open database, table by table."""

    def __init__(self, database: Database, findings: Findings) -> None:
        self._database = database
        self._findings = findings

    def trials(self, ids: Sequence[int], numbers: Sequence[int]) -> dict[int, Trial]:
        """Return trials by their ids."""
        trials = self.begun(ids, numbers)
        for trial_id, key, value in self._rows(
            "SELECT trial_id, key, value_json FROM trial_user_attributes WHERE trial_id IN ({ids})",
            trials,
        ):
            _tag(trials[trial_id].tags, str(key), value)
        self._values(trials)
        self._points(trials)
        return trials

    def begun(self, ids: Sequence[int], numbers: Sequence[int]) -> dict[int, Trial]:
        """Return trials with their params, without what came of them."""
        number = dict(zip(ids, numbers, strict=True))
        trials: dict[int, Trial] = {}
        for at, state, started, ended, value in self._rows(
            "SELECT trial_id, state, datetime_start, datetime_complete, "
            f"{self._database.pick('trials', 'value')} FROM trials WHERE trial_id IN ({{ids}})",
            number,
        ):
            times = rules.milliseconds(started), rules.milliseconds(ended)
            trials[at] = Trial(number[at], str(state), *times)
            if value is not None:
                trials[at].values = [self._number(value, at, "objective")]
        self._params(trials)
        return trials

    def _params(self, trials: dict[int, Trial]) -> None:
        names: dict[bytes, str] = {}
        for trial_id, name, value, kind in self._rows(
            # As bytes: of these texts there are few, and many rows.
            "SELECT trial_id, CAST(param_name AS BLOB), param_value, "
            "CAST(distribution_json AS BLOB) FROM trial_params WHERE trial_id IN ({ids})",
            trials,
        ):
            trial, param = trials[trial_id], names.get(name)
            if param is None:
                param = names[name] = decode(name or b"")[0]
            try:
                trial.params[param] = distribution(kind or b"").shown(value)
            except ParseError as error:
                trial.params[param] = str(value)
                self._findings.add(
                    "optuna-param-unclear",
                    f"The param {param!r:.80} of trial {trial.number} {error}; the number that is "
                    "stored for it is shown.",
                    "Correct the row in the table trial_params.",
                )

    def _values(self, trials: dict[int, Trial]) -> None:
        if "objective" not in self._database.columns("trial_values"):
            return  # until 2.3 the only one is with the trial
        for trial_id, objective, value in self._rows(
            f"SELECT trial_id, objective, {self._value_of('trial_values', 'value')} "
            "FROM trial_values WHERE trial_id IN ({ids}) ORDER BY trial_id, objective",
            trials,
        ):
            if value is not None and isinstance(objective, int) and 0 <= objective < _OBJECTIVES:
                values = trials[trial_id].values
                values += [None] * (objective + 1 - len(values))
                values[objective] = self._number(value, trial_id, "objective")

    def _points(self, trials: dict[int, Trial]) -> None:
        table, column = "trial_intermediate_values", "intermediate_value"
        if "step" in self._database.columns("trial_values"):
            table, column = "trial_values", "value"
        elif not self._database.columns(table):
            return
        rows = list(
            self._rows(
                f"SELECT trial_id, step, {self._value_of(table, column)} FROM {table} "
                "WHERE trial_id IN ({ids}) ORDER BY trial_id, step",
                trials,
            )
        )
        try:
            columns = _columns(rows)
        except (TypeError, ValueError, OverflowError):
            columns = _columns([row for row in rows if self._usable(row)])
        ids, steps, values = columns
        bounds = np.flatnonzero(np.diff(ids, prepend=-1, append=-1))
        for trial_id, (start, end) in zip(
            ids[bounds[:-1]].tolist(), pairwise(bounds.tolist()), strict=True
        ):
            trials[trial_id].points = (steps[start:end], values[start:end])

    def _usable(self, row: tuple[Any, ...]) -> bool:
        trial_id, step, value = row
        if isinstance(step, int) and (value is None or isinstance(value, int | float)):
            return True
        self._number(step if not isinstance(step, int) else value, trial_id, "reported")
        return False

    def _number(self, value: object, trial_id: object, what: str) -> float | None:
        if isinstance(value, (int, float)):
            return float(value)  # SQLite's integers have 64 bits
        self._findings.add(
            "metric-not-a-number",
            f"An {what} value of the trial with id {trial_id} is made of {value!r:.40}, which is "
            "no number; it was left out.",
            "Correct the row in the database.",
        )
        return None

    def _value_of(self, table: str, column: str) -> str:
        """Return the expression for a value, which may be infinite."""
        kind, case = f"{column}_type", "CASE WHEN {} THEN 9e999 WHEN {} THEN -9e999 ELSE {} END"
        if kind in self._database.columns(table):
            return case.format(f"{kind} = 'INF_POS'", f"{kind} = 'INF_NEG'", column)
        # Earlier versions kept infinity as the largest number of 32 bits.
        most = f"{column} BETWEEN 3.40279e38 AND 3.40286e38"
        least = f"{column} BETWEEN -3.40286e38 AND -3.40279e38"
        return case.format(most, least, column)

    def _rows(self, query: str, trials: Iterable[int]) -> Iterator[tuple[Any, ...]]:
        return self._database.rows_of(query, tuple(trials), self._damaged)

    def _damaged(self, trial_id: int, error: Exception) -> None:
        self._findings.add(
            "database-damaged",
            f"Some of the trial with id {trial_id} lies in a damaged part of the database "
            f"({error}); that was left out.",
            "Check it with `sqlite3 FILE 'PRAGMA integrity_check'`, or restore it from a backup.",
            "error",
        )


_Columns = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def _columns(rows: Sequence[tuple[Any, ...]]) -> _Columns:
    """Return ids, steps and values; a value that is missing is NaN, which SQLite cannot hold."""
    ids, steps, values = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(ids, np.int64), np.array(steps, np.int64), np.array(values, np.float64)


def _tag(tags: dict[str, str], key: str, value: object) -> None:
    if isinstance(value, str) and value[:1] == '"' and "\\" not in value:
        tags[key] = value.strip()[1:-1]  # plain text, as nearly all are
    else:
        tags.update(rules.words({key: value_of(value)}))


def value_of(text: object) -> Tree:
    """Return an attribute's value from its JSON."""
    try:
        return parse_json(str(text))
    except ParseError:
        return text if isinstance(text, str) else str(text)
