"""Stage 1b: the records in a ``.wandb`` file of Weights & Biases.

In: the bytes of each record, a message of protocol buffers, in their order. Out: what they
say of the run. Host, user, arguments, environment, the terminal's output and the machine's own
metrics are in there too; nothing of them is looked at but the name of the program.
"""

from __future__ import annotations

from typing import NamedTuple

from runfolio.model.records import DatasetUse, Goal
from runfolio.sources.reading.limits import MOST_NAMES
from runfolio.sources.reading.logged_rows import (
    MEDIA,
    MOST_POINTS,
    ROWS_PER_LOOK,
    Column,
    History,
)
from runfolio.sources.reading.parsing import ParseError, Tree, parse_time
from runfolio.sources.reading.protobuf import BYTES, VARINT, fields, signed
from runfolio.sources.wandb.items import (
    JSON_TAG,
    Path,
    first,
    item_of,
    path_of,
    put,
    remove,
    split_items,
    text,
)

__all__ = ["LoggedModel", "RunLog"]

_HISTORY, _SUMMARY, _CONFIG, _METRIC, _RUN, _EXIT = 2, 3, 5, 12, 17, 18
_ARTIFACT, _USE_ARTIFACT, _ENVIRONMENT = 8, 25, 26
_RUN_TEXTS = {1: "id", 3: "project", 6: "group", 7: "job_type", 8: "name", 9: "notes", 12: "sweep"}
_RUN_CONFIG, _RUN_TAG, _RUN_START, _RUN_EARLIER, _RUN_GIT = 4, 10, 17, 20, 21
_UPDATE, _REMOVE = 1, 2
_LARGE_ITEM = 64 * 1024
_MOST_MODELS = 1_000
_MOST_FINAL = 5 * MOST_NAMES
"""Final values at most: of one metric there may be several (``loss.min``)."""
_ROOM, _PER_ITEM, _PER_BYTE = 256 * 1024 * 1024, 200, 8
"""Memory for all that is not history, and how much of it data may take once it is parsed."""
MOST_WORK = 1_200_000
"""Time for all files of a run, in what a row takes without its values."""
_RECORD, _KNOWN, _ITEM = 0.25, 0.15, 1.25
"""What any record takes of it, a number under a name seen before, and an item by itself."""
_GOALS: dict[int, Goal] = {1: "minimize", 2: "maximize"}


class LoggedModel(NamedTuple):
    """A model that the run logged; the number of its version is the server's to give."""

    name: str
    digest: str
    description: str
    aliases: tuple[str, ...]


class RunLog:
    """What the records of a run say, over all of its files."""

    def __init__(self) -> None:
        self.history = History()
        self.texts: dict[str, str] = {}
        self.tags: tuple[str, ...] = ()
        self.config: dict[str, Tree] = {}
        self.commit = ""
        self.goals: dict[str, Goal] = {}
        """By name; those that end with ``*`` stand for all that begin so."""
        self.datasets: dict[DatasetUse, None] = {}
        self.models: dict[tuple[str, str], LoggedModel] = {}
        """By name and digest."""
        self.program = ""
        self.started: int | None = None
        self.ended: int | None = None
        self.exit_code: int | None = None
        self.records = 0
        self.config_left_out = self.final_left_out = 0
        """Values whose names are more than there is room for."""
        self._config_names: set[Path] = set()
        self._columns: dict[bytes, Column] = {}
        self._final: dict[bytes, bytes | None] = {}
        self._file_started: int | None = None
        self._earlier_seconds = 0
        self._room = _ROOM
        self._full = False
        self._work = 0.0

    @property
    def is_spent(self) -> bool:
        """Whether there is no time for another record."""
        return self._work > MOST_WORK

    def begin_file(self) -> None:
        """Begin the next of the run's files: that the one before ended no longer counts."""
        self.exit_code = self.ended = self._file_started = None

    def add(self, record: bytes) -> None:
        """Take in a record.

        Raises
        ------
        ValueError
            If it is none; the message is one clause for people.
        """
        self.records += 1
        self._work += _RECORD
        for number, wire, value in fields(record):
            if wire != BYTES:
                continue
            if number == _HISTORY:
                self._add_row(value)
            elif number == _SUMMARY:
                self._add_final(value)
            elif number == _CONFIG:
                self._add_config(value)
            elif number == _RUN:
                self._add_run(value)
            elif number == _METRIC:
                self._add_metric(value)
            elif number == _ARTIFACT:
                self._add_made(value)
            elif number == _USE_ARTIFACT:
                self._add_artifact(value)
            elif number == _ENVIRONMENT:
                self._add_commit(first(value, 9))
                self.program = text(first(value, 6) or b"") or self.program
            elif number == _EXIT:
                self._add_exit(value)

    def final_values(self) -> tuple[dict[str, Tree], str]:
        """Return the final values, nested, and what is wrong with one that cannot be read."""
        tree: dict[str, Tree] = {}
        wrong = ""
        for key, item in self._final.items():
            try:
                if item is None:
                    remove(tree, path_of(key))
                else:
                    put(tree, *item_of(item))
            except ValueError as error:
                wrong = wrong or str(error)
        return tree, wrong

    def _add_row(self, record: bytes) -> None:
        history, columns = self.history, self._columns
        row = history.rows
        if row % ROWS_PER_LOOK == 0:
            self._full = history.size > MOST_POINTS
        if self._full:
            history.left_out += 1
            return
        step: float | None = None
        items, rest = split_items(record)
        self._work += 1 + len(items) * _KNOWN
        try:
            for item in items:
                # Nearly every one is a name seen before, with a number in a short text.
                at = item.find(JSON_TAG)
                column = columns.get(item[:at])
                if column is None and history.is_full:
                    history.values_left_out += 1
                elif column is not None and item[at + 2] == len(item) - at - 3:
                    try:
                        logged = float(item[at + 3 :])
                    except ValueError:
                        self._add_item(item)
                    else:
                        column.rows.append(row)
                        column.values.append(logged)
                else:
                    self._add_item(item)
            for number, wire, value in fields(rest):
                if number == 1 and wire == BYTES:
                    self._add_item(value)
                elif number == 2 and wire == BYTES:
                    step = signed(first(value, 1, VARINT) or 0)
        finally:
            history.end_row(history.latest("_step") if step is None else step)

    def _add_item(self, item: bytes) -> None:
        self._work += _ITEM
        path, value = item_of(item)
        name = ".".join(path)
        if path[-1] == MEDIA and len(path) > 1:
            self.history.mark_media(".".join(path[:-1]))
        self.history.add(name, value)
        front = item[: max(0, item.find(JSON_TAG))]
        number = isinstance(value, float | int) and not isinstance(value, bool)
        if front and number and len(self._columns) < 2 * MOST_NAMES:
            try:
                if path_of(front) == path:
                    self._columns[front] = self.history.column(name)
            except ValueError:
                pass  # the name itself holds the bytes that begin a value

    def _add_final(self, record: bytes) -> None:
        items, rest = split_items(record)
        self._work += 1 + len(items) * _KNOWN
        changes: list[tuple[bytes, bytes | None]] = [(item, item) for item in items]
        for number, wire, item in fields(rest):
            if wire == BYTES and number == _UPDATE and len(item) <= _LARGE_ITEM:
                changes.append((item, item))
            elif wire == BYTES and number == _REMOVE:
                changes.append((item, None))
        final = self._final
        for item, value in changes:
            at = item.find(JSON_TAG)
            key = item if at < 0 else item[:at]
            if key not in final:
                if len(final) >= _MOST_FINAL:
                    self.final_left_out += 1
                    continue
                self._take(item)
            elif value is None or final[key] is None:
                del final[key]  # the order is that of the last word on each
            final[key] = value

    def _add_config(self, record: bytes) -> None:
        self._take(record)
        for number, wire, item in fields(record):
            if wire == BYTES and number == _UPDATE:
                self._configure(item)
            elif wire == BYTES and number == _REMOVE:
                remove(self.config, path_of(item))

    def _configure(self, item: bytes) -> None:
        self._work += _ITEM
        names = self._config_names
        if len(names) >= MOST_NAMES and path_of(item) not in names:
            self.config_left_out += 1
            return
        path, value = item_of(item, numbers_as_text=True)
        names.add(path)
        put(self.config, path, value)

    def _add_run(self, record: bytes) -> None:
        self._take(record)
        tags: list[str] = []
        self._earlier_seconds = 0
        for number, wire, value in fields(record):
            if wire == BYTES and number in _RUN_TEXTS:
                self.texts[_RUN_TEXTS[number]] = text(value)
            elif wire == BYTES and number == _RUN_TAG:
                tags.append(text(value))
            elif wire == BYTES and number == _RUN_CONFIG:
                self._add_config(value)
            elif wire == BYTES and number == _RUN_GIT:
                self._add_commit(value)
            elif wire == BYTES and number == _RUN_START:
                seconds = signed(first(value, 1, VARINT) or 0)
                self._file_started = seconds * 1000 + (first(value, 2, VARINT) or 0) // 1_000_000
                if self.started is None or self._file_started < self.started:
                    self.started = self._file_started
            elif wire == VARINT and number == _RUN_EARLIER:
                self._earlier_seconds = signed(value)
        self.tags = tuple(tags) or self.tags

    def _add_metric(self, record: bytes) -> None:
        self._take(record)
        name = first(record, 1) or first(record, 2)
        if name is None:
            return
        goal = _GOALS.get(first(record, 8, VARINT) or 0)
        if goal is None:
            rules = {rule for rule, _, on in fields(first(record, 7) or b"") if on}
            goal = _GOALS.get(next(iter(rules & {1, 2}), 0)) if len(rules & {1, 2}) == 1 else None
        if goal is not None:
            self.goals[text(name)] = goal

    def _add_artifact(self, record: bytes) -> None:
        self._take(record)
        if text(first(record, 2) or b"") == "dataset":
            # Before the name may stand whose it is, behind it its version.
            name, _, version = text(first(record, 3) or b"").rpartition("/")[2].partition(":")
            if name:
                self.datasets[DatasetUse(name, version, "input")] = None

    def _add_made(self, record: bytes) -> None:
        """Take in an artifact that the run made, if it is a model."""
        self._work += 1
        if text(first(record, 4) or b"") != "model" or len(self.models) >= _MOST_MODELS:
            return
        name, digest, description = (text(first(record, n) or b"") for n in (5, 6, 7))
        aliases = [text(value) for n, wire, value in fields(record) if (n, wire) == (11, BYTES)]
        self._take("".join((name, digest, description, *aliases)).encode())
        if name:
            self.models[name, digest] = LoggedModel(name, digest, description, tuple(aliases))

    def _add_commit(self, git: bytes | None) -> None:
        self.commit = text(first(git or b"", 2) or b"") or self.commit

    def _add_exit(self, record: bytes) -> None:
        self._work += 1
        self.exit_code = signed(first(record, 1, VARINT) or 0)
        times = []
        seconds = signed(first(record, 2, VARINT) or 0) - self._earlier_seconds
        if self._file_started is not None and seconds >= 0:
            times.append(self._file_started + seconds * 1000)
        stamps = self.history.column("_timestamp").values
        if stamps and (logged := parse_time(repr(stamps[-1]))) is not None:
            times.append(logged)
        self.ended = max(times, default=None)

    def _take(self, data: bytes) -> None:
        """Make sure that what is kept as it is stays small."""
        self._work += 1
        self._room -= _PER_ITEM + _PER_BYTE * len(data)
        if self._room < 0:
            raise ParseError("holds more than there is room for")
