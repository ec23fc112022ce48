"""Stage 1b: one run of Trackio, put together from rows of its database or fragments.

In: what each call of ``log`` wrote, with its time and step, and the run's config. Out: its
record. Trackio notes neither how a run ended nor when.
"""

from __future__ import annotations

from runfolio.model.records import DatasetUse, RunRecord
from runfolio.sources.base import Unit
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.limits import bounded_params
from runfolio.sources.reading.logged_rows import MOST_POINTS, ROWS_PER_LOOK, History
from runfolio.sources.reading.parsing import ParseError, Tree, flatten, parse_time, to_step
from runfolio.storage.base import readable

__all__ = ["LoggedRun", "project_of"]

_GROUP = "_Group"
_CREATED = "_Created"
_OWN = frozenset({_GROUP, _CREATED, "_Username"})
"""What Trackio itself adds to a config; who ran it is none of a report's business."""


def project_of(database: str) -> str:
    """Return the name of the project that a database's file is of."""
    return readable(database.rpartition(".")[0] or database)


class LoggedRun:
    """Collects what was logged of one run.

    Parameters
    ----------
    name : str
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.config: dict[str, Tree] = {}
        self.datasets: list[DatasetUse] = []
        self.history = History()
        self._config_time = ""
        self._full = False
        self._times: list[str] = []
        self._next_step = 0

    def has_room(self) -> bool:
        """Tell whether there is room for another row; where there is none, it is counted."""
        history = self.history
        if history.rows % ROWS_PER_LOOK == 0 and not self._full:
            self._full = history.size > MOST_POINTS
        history.left_out += self._full
        return not self._full

    def log(self, values: dict[str, Tree], step: Tree, time: Tree) -> None:
        """Add a row, for which there is room; without a step it is next after the highest."""
        history = self.history
        history.add_all(values)
        at = to_step(step)
        at = self._next_step if at is None else at
        history.end_row(at)
        self._next_step = max(self._next_step, int(at) + 1)
        # Rows are logged in batches with one time: the same text is kept once.
        text = str(time or "")
        self._times.append(self._times[-1] if self._times and self._times[-1] == text else text)

    def configure(self, tree: Tree, time: str = "") -> None:
        """Take in the run's config.

        Raises
        ------
        ParseError
            If it is none.
        """
        if not isinstance(tree, dict):
            raise ParseError("holds no names with values")
        for _ in flatten(tree):
            pass  # raises if it is nested too deeply
        self.config, self._config_time = tree, time

    def record(self, own_id: str, experiment: str, unit: Unit, findings: Findings) -> RunRecord:
        """Return the run's record, and tell of what is none of its metrics."""
        self.history.tell(findings)
        group = self.config.get(_GROUP)
        created = self.config.get(_CREATED)
        times = (created, min(filter(None, self._times), default=None), self._config_time)
        started = (parse_time(time) for time in times if isinstance(time, str))
        params = {name: value for name, value in self.config.items() if name not in _OWN}
        return RunRecord(
            id=own_id,
            name=self.name,
            experiment=experiment,
            format=unit.source,
            location=unit.location,
            started=next((time for time in started if time is not None), None),
            params=dict(sorted(bounded_params(params, findings).items())),
            tags={"group": str(group)} if group else {},
            series=self.history.series(times=self._times),
            datasets=tuple(sorted(set(self.datasets), key=lambda d: (d.name, d.digest))),
        )
