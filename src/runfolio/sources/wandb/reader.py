"""Stage 1b: Weights & Biases on disk, offline or not: no account and no server is asked.

In: a ``wandb`` folder, one run's folder, a single ``.wandb`` file, or the files of a run
without its log. Out: a unit of work per run; the folders of a run that was resumed are one.

::

    wandb/offline-run-<time>-<id> | run-<time>-<id>/run-<id>.wandb      the log
                                                   /files/config.yaml … what older clients add
    wandb/latest-run                                                    one of them once more
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.listing import listed
from runfolio.sources.reading.paths import folder_above
from runfolio.sources.wandb.files import CONFIG, HISTORY, METADATA, SUMMARY
from runfolio.sources.wandb.log import MAGIC
from runfolio.sources.wandb.run import Parts, read_run
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["Wandb", "source"]

_RUN_FOLDER = re.compile(r"(?:offline-|dry)?run-(\d{8}_\d{6})-(.+)", re.DOTALL)
_LATEST = "latest-run"
_LOG = re.compile(r"(?:run-)?(.+)\.wandb", re.DOTALL)
_TELLING = frozenset({SUMMARY, METADATA, HISTORY})
_OF_RUN = frozenset({"files", "logs", "tmp"})
_OF_FILES = frozenset({*_TELLING, CONFIG, "wandb-events.jsonl", "output.log", "requirements.txt"})
_OF_ALL = re.compile(r"sweep-[a-z0-9]+|settings|debug(-internal|-cli.*)?\.log")


class Wandb:
    """Reader of what W&B's clients write on disk."""

    name = "wandb"
    title = "Weights & Biases"
    looks_like = "a wandb folder with run-* or offline-run-* folders in it, or a .wandb file"
    order = 150

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return WHOLE if place.name.endswith(".wandb") and _is_log(place) else None
        names = {entry.name for entry in entries}
        if runs := _runs(place, entries):
            folders = {folder for parts in runs for folder in parts.folders}
            others = {name for name in names if name == _LATEST or _OF_ALL.fullmatch(name)}
            return Claim(frozenset(folders | others))
        if _is_run(place.name, entries):
            logs = {name for name in names if name.endswith(".wandb")}
            return Claim(frozenset(logs | (names & (_OF_RUN | _OF_FILES))))
        if any(entry.name in _TELLING and not entry.is_folder for entry in entries):
            return Claim(frozenset(names & _OF_FILES))
        return None

    def discover(self, place: Place) -> Discovery:
        entries = listed(place) if place.is_folder() else []
        if runs := _runs(place, entries):
            return Discovery(tuple(Unit(self.name, place, place.shown, 1, run) for run in runs))
        at = place.parent if place.name == "files" and place.path else place
        above = at.parent if at.parent.name == "wandb" else at
        parts = Parts(_id(at.name, entries or [Entry(place.name, False)]), ("",), above)
        return Discovery((Unit(self.name, place, folder_above(at), 1, parts),))

    def read(self, unit: Unit) -> Records:
        return read_run(unit)


source = Wandb()


def _runs(place: Place, entries: Sequence[Entry]) -> list[Parts]:
    """Return the runs in a folder of runs, each with its folders in the order of their start."""
    folders: dict[str, list[tuple[str, str]]] = defaultdict(list)
    latest: dict[str, str] = {}
    for name in (entry.name for entry in entries if entry.is_folder):
        named = _RUN_FOLDER.fullmatch(name)
        if not named and name != _LATEST:
            continue
        try:
            inner = listed(place / name)
        except StorageError:
            inner = []  # told when it is read
        if named and _is_run(name, inner):
            folders[_id(name, inner)].append((named[1], name))
        elif not named and _is_run(name, inner):
            latest[_id(name, inner)] = name
    for own_id, name in latest.items():  # a copy, where links are followed or cannot be made
        if own_id not in folders and (own_id or not folders):
            folders[own_id].append(("", name))
    return [
        Parts(own_id, tuple(name for _, name in sorted(parts)), place)
        for own_id, parts in sorted(folders.items(), key=lambda run: (min(run[1]), run[0]))
    ]


def _is_run(name: str, entries: Sequence[Entry]) -> bool:
    """Tell whether a folder is that of one run."""
    logs = any(e.name.endswith(".wandb") for e in entries)
    inner = any(e.name == "files" and e.is_folder for e in entries)
    telling = any(e.name in _TELLING for e in entries)
    named = name == _LATEST or _RUN_FOLDER.fullmatch(name) is not None
    return (logs and inner) or (named and (logs or inner or telling))


def _id(name: str, entries: Sequence[Entry]) -> str:
    """Return a run's id as the names of its log, else of its folder tell it."""
    for entry in entries:
        if log := _LOG.fullmatch(entry.name):
            return log[1]
    folder = _RUN_FOLDER.fullmatch(name)
    return folder[2] if folder else ""


def _is_log(place: Place) -> bool:
    try:
        return place.head(len(MAGIC)) == MAGIC
    except StorageError:
        return False
