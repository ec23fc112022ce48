"""Stage 1b: which folders with event files make one TensorBoard run.

In: a folder and its entries, by their names; of a folder below one with event files also the
first records. Out: the parts of the run, and the folders below that are runs of their own.

Writers put into folders of their own, below the run's:

- the losses of training and validation (Keras, TensorFlow's estimators): metrics with the
  folder's name before them;
- one line each of a chart of several (``add_scalars``): metrics ``<tag>/<line>``;
- hyperparameters (``add_hparams`` of PyTorch and tensorboardX): the run's params. Called more
  than once with different ones, each is a run.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO

from runfolio.sources.reading.findings import Findings
from runfolio.sources.tensorboard.events import EventReader
from runfolio.sources.tensorboard.logged import Logged
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["Layout", "Part", "Run", "event_files", "is_event_file", "layout_of", "runs_of"]

_MARK = "tfevents"
_ROLES = frozenset({"train", "validation", "val", "test", "eval"})
_PROFILES = "plugins"
"""The profiler's folder, which holds no events."""
_FOREIGN = (".csv", ".tsv", ".json", ".jsonl", ".yaml", ".yml", ".db", ".sqlite", ".wandb")
"""What may be of another log format, whose reader is to see the folder."""
_DEPTH = 4
_HEAD = 64 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """A folder with event files.

    Parameters
    ----------
    path : str
        Relative to the run's folder; empty for that one itself.
    files : tuple of str
        In the order in which they are read.
    prefix : str
        Put before the tags to make them metrics.
    tag, metric : str
        A tag that has another name as a metric.
    is_session : bool
        Whether it holds no more than hyperparameters, and metrics to show beside them.
    """

    path: str
    files: tuple[str, ...]
    prefix: str = ""
    tag: str = ""
    metric: str = ""
    is_session: bool = False

    def metric_of(self, tag: str) -> str:
        if tag == self.tag and self.metric:
            return self.metric
        return tag if tag.startswith(self.prefix) else self.prefix + tag


@dataclass(frozen=True, slots=True)
class Run:
    """A run by its folder, relative to the one that was looked at, and the parts of it.

    `holds_runs` tells that there are runs below, so that it may be nothing but their group.
    """

    path: str
    parts: tuple[Part, ...]
    holds_runs: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The event files of a folder, and by name its subfolders that hold nothing else."""

    files: tuple[str, ...]
    folders: dict[str, tuple[Part, ...]] = field(default_factory=dict)
    holds_runs: bool = False


def is_event_file(name: str) -> bool:
    """Tell by its name whether a file holds events; macOS leaves others beside them."""
    return _MARK in name and not name.startswith(".")


def event_files(entries: Sequence[Entry]) -> tuple[str, ...]:
    """Return the names of a folder's event files."""
    return tuple(e.name for e in entries if not e.is_folder and is_event_file(e.name))


def layout_of(place: Place, entries: Sequence[Entry]) -> Layout | None:
    """Return what of a folder is TensorBoard's; None if nothing is, or only below it."""
    files = event_files(entries)
    names = [e.name for e in entries if e.is_folder and not e.name.startswith(".")]
    if not files and not _ROLES.intersection(names):
        return None
    folders: dict[str, tuple[Part, ...]] = {}
    holds_runs = False
    for name in names:
        parts = _parts(place / name, name, _DEPTH) if files or name in _ROLES else None
        if parts:
            folders[name] = parts
        elif parts is None and _has_events(place / name):
            holds_runs = True
    if not files and (holds_runs or not folders):
        return None  # train/ and the like are runs among others
    return Layout(files, folders, holds_runs)


def runs_of(place: Place, layout: Layout) -> list[Run]:
    """Sort a folder's event files into runs, that of the folder itself first."""
    own = [Part("", layout.files)] if layout.files else []
    below: list[Part] = []
    sessions: list[tuple[Part, dict[str, str]]] = []
    for name, parts in layout.folders.items():
        for part in parts:
            if name in _ROLES:
                own.append(Part(part.path, part.files, f"{part.path}/"))
                continue
            head = _head(place / part.path / part.files[0])
            tag = next(iter(head.columns), "")
            line = _line(part.path, tag)
            if head.session.has_schema and head.session.is_begun:
                sessions.append((part, head.session.params))
            elif tag and line:
                path = part.path
                own.append(Part(path, part.files, f"{path}/", tag, f"{tag}/{line}"))
            else:
                below.append(part)
    if all(params == sessions[0][1] for _, params in sessions):
        own += [Part(part.path, part.files, is_session=True) for part, _ in sessions]
    else:
        below += [part for part, _ in sessions]
    runs = [Run("", tuple(own), layout.holds_runs or bool(below))]
    return runs + [Run(part.path, (Part("", part.files),)) for part in below]


def _parts(place: Place, path: str, depth: int) -> tuple[Part, ...] | None:
    """Return the folders with event files from `place` on; None if others may claim some."""
    try:
        entries = place.entries() if depth else None
    except StorageError:
        entries = None  # which is told when it is its turn
    if entries is None:
        return None
    files = event_files(entries)
    found: tuple[Part, ...] = (Part(path, files),) if files else ()
    for entry in entries:
        if entry.is_folder and entry.name != _PROFILES:
            inner = _parts(place / entry.name, f"{path}/{entry.name}", depth - 1)
            if inner is None:
                return None
            found += inner
        elif not entry.is_folder and entry.name.lower().endswith(_FOREIGN):
            return None
    return found


def _has_events(place: Place) -> bool:
    try:
        return bool(event_files(place.entries()))
    except StorageError:
        return False


def _head(place: Place) -> Logged:
    """Return what the first records of a file hold; what is wrong with it is told later."""
    logged = Logged()
    with suppress(StorageError):
        EventReader(logged).read(BytesIO(place.head(_HEAD)), Findings(place))
    return logged


def _line(path: str, tag: str) -> str:
    """Return which line of a chart a folder is for, if its name is made from the chart's tag."""
    for start in (f"{tag}/", f"{tag.replace('/', '_')}_"):
        if path.startswith(start):
            return path.removeprefix(start)
    return ""
