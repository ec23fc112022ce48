"""Stage 1b: what the event files of one TensorBoard run hold, collected and bounded.

In: points, texts, pictures and sessions as they are met. Out: reduced series, of steps that
were logged again the later value; of texts and pictures the newest of each name.

A segment is what one writer wrote without a restart: a file, or what follows a session's
start within one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from runfolio.model.records import Image
from runfolio.model.run_series import reduce_run
from runfolio.model.series import Logged as LoggedSeries
from runfolio.model.series import Series
from runfolio.sources.tensorboard.hparams import Session
from runfolio.sources.tensorboard.values import media_type

__all__ = ["MAX_IMAGES", "MAX_IMAGE_BYTES", "MAX_TAGS", "Column", "Logged"]

MAX_TAGS = 20_000
MAX_IMAGES = 12
MAX_IMAGE_BYTES = 512 * 1024
MAX_TEXTS = 50
MAX_TEXT_BYTES = 64 * 1024

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Column:
    """The points of one metric so far."""

    __slots__ = ("_counts", "_now", "_segments", "_steps", "_values", "_walls")

    def __init__(self) -> None:
        self._steps: list[Ints] = []
        self._values: list[Floats] = []
        self._walls: list[Floats] = []
        self._segments: list[int] = []
        self._counts: list[int] = []
        self._now: list[tuple[Ints, Ints, Floats, Floats]] = []

    def add(self, places: Ints, steps: Ints, values: Floats, walls: Floats) -> None:
        """Take points, whose `places` in the stream say in which order they were logged.

        Their `walls` are the seconds since 1970 at which they were.
        """
        self._now.append((places, steps, values, walls))

    def add_one(self, place: int, step: int, value: float, wall: float) -> None:
        """Take a single point."""
        self.add(np.array([place]), np.array([step]), np.array([value]), np.array([wall]))

    def settle(self, segment: int) -> int:
        """Put in order what was added since the last time; it belongs to a segment.

        Returns
        -------
        int
            How many points it is.
        """
        if not self._now:
            return 0
        places, steps, values, walls = map(np.concatenate, zip(*self._now, strict=True))
        if len(self._now) > 1:
            order = np.argsort(places, kind="stable")
            steps, values, walls = steps[order], values[order], walls[order]
        self._now.clear()
        self._steps.append(steps)
        self._values.append(values)
        self._walls.append(walls)
        self._segments.append(segment)
        self._counts.append(len(steps))
        return len(steps)

    @property
    def is_empty(self) -> bool:
        return not self._steps

    def points(self, metric: str, begun: Floats) -> tuple[LoggedSeries, int]:
        """Return the points, and how many were left out as logged again later.

        Parameters
        ----------
        metric : str
        begun : ndarray
            When each segment begun; of points at one step those of the latest are kept.
        """
        steps, values = np.concatenate(self._steps), np.concatenate(self._values)
        walls = np.concatenate(self._walls)
        count = len(steps)
        if len(set(self._segments)) > 1:
            segments = np.repeat(np.array(self._segments), self._counts)
            rank = np.argsort(np.argsort(begun, kind="stable"))[segments]
            _, group = np.unique(steps, return_inverse=True)
            latest = np.full(int(group.max()) + 1, -1, np.int64)
            np.maximum.at(latest, group, rank)
            kept = latest[group] == rank
            steps, values, walls = steps[kept], values[kept], walls[kept]
        with np.errstate(over="ignore", invalid="ignore"):  # a damaged time is none
            times = walls * 1000.0
        return LoggedSeries(metric, steps, values, times), count - len(steps)


@dataclass(slots=True)
class Logged:
    """All that was found."""

    columns: dict[str, Column] = field(default_factory=dict)
    texts: dict[str, tuple[int, str]] = field(default_factory=dict)
    pictures: dict[str, tuple[int, str, bytes]] = field(default_factory=dict)
    session: Session = field(default_factory=Session)
    segments: list[float] = field(default_factory=list)
    """When each segment began, in seconds since 1970."""
    points: int = 0
    first: float = np.inf
    last: float = -np.inf
    tags_refused: bool = False
    pictures_refused: set[str] = field(default_factory=set)
    texts_cut: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was logged, be there event files or not."""
        return not (self.columns or self.texts or self.pictures or self.session.params)

    def column(self, metric: str) -> Column | None:
        """Return where the points of a metric go; None if there are too many metrics."""
        column = self.columns.get(metric)
        if column is None:
            if len(self.columns) >= MAX_TAGS:
                self.tags_refused = True
                return None
            column = self.columns[metric] = Column()
        return column

    def settle(self) -> None:
        """End a piece of the stream."""
        for column in self.columns.values():
            self.points += column.settle(len(self.segments) - 1)

    def saw(self, wall: float) -> None:
        """Take note of an event's time."""
        if 0 < wall < 1e11:
            self.first, self.last = min(self.first, wall), max(self.last, wall)

    def add_text(self, tag: str, step: int, parts: Iterable[bytes]) -> None:
        """Keep a text if it is the newest of its tag."""
        if self._is_older(self.texts.get(tag), step):
            return
        if tag not in self.texts and len(self.texts) >= MAX_TEXTS:
            if len(self.texts_cut) < MAX_TAGS:
                self.texts_cut.add(tag)
            return
        data = b"\n\n".join(parts)
        self.texts_cut.discard(tag)
        if len(data) > MAX_TEXT_BYTES:
            self.texts_cut.add(tag)
        self.texts[tag] = (step, data[:MAX_TEXT_BYTES].decode("utf-8", "replace"))

    def add_picture(self, tag: str, step: int, data: bytes) -> None:
        """Keep a picture if it is the newest of its tag."""
        if self._is_older(self.pictures.get(tag), step):
            return
        kind = media_type(data[:16])
        full = tag not in self.pictures and len(self.pictures) >= MAX_IMAGES
        if kind is None or full or len(data) > MAX_IMAGE_BYTES:
            if len(self.pictures_refused) < MAX_TAGS:
                self.pictures_refused.add(tag)
            return
        self.pictures[tag] = (step, kind, data)

    def series(self) -> tuple[dict[str, Series], list[int]]:
        """Return the series by metric, and of those where points were left out how many."""
        begun = np.array(self.segments)
        found: list[LoggedSeries] = []
        again: list[int] = []
        for metric, column in self.columns.items():
            if column.is_empty:
                continue  # what looked like its points was damaged
            points, count = column.points(metric, begun)
            found.append(points)
            again += [count] if count else []
        return {series.metric: series for series in reduce_run(found)}, again

    def images(self) -> tuple[Image, ...]:
        return tuple(
            Image(tag, step, kind, data)
            for tag, (step, kind, data) in sorted(self.pictures.items())
        )

    @staticmethod
    def _is_older(kept: tuple[int, object] | tuple[int, object, object] | None, step: int) -> bool:
        return kept is not None and step < kept[0]
