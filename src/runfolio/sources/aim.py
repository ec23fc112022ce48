"""Stage 1b: Aim's repositories, which only Aim can read.

In: a folder with ``.aim`` in it, or that itself. Out: no run, but how many there are and how
they are brought into a format that is read here. Metrics and params lie in a database of Aim's
own making; what runs there are is in a SQLite file beside it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from runfolio.model.numbers import format_count
from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.sqlite_file import open_database
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["EXPORT", "Aim", "source"]

EXPORT = (
    "import aim, json, pathlib; "
    "[((f := pathlib.Path('aim-export', r.experiment or 'runs', r.hash))"
    ".mkdir(parents=True, exist_ok=True), "
    "(f / 'params.json').write_text(json.dumps(r.get('hparams') or {}, default=str)), "
    "(f / 'metrics.jsonl').write_text(''.join("
    "json.dumps({'step': s, '/'.join([*map(str, m.context.to_dict().values()), m.name]): v}) "
    "+ chr(10) for m in r.metrics() for s, (v, *_) in m.data.items()))) "
    "for r in aim.Repo('.').iter_runs()]"
)
"""Program that writes the runs of the repository it is run in as plain folders."""

_FOLDER = ".aim"
_RUNS = "run_metadata.sqlite"


class Aim:
    """Recognises Aim's repositories and tells how to export them."""

    name = "aim"
    title = "Aim repository"
    looks_like = "a .aim folder; its runs have to be exported with Aim first"
    order = 140

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return None
        if Entry(_FOLDER, True) in entries:
            return Claim.of(_FOLDER)
        return WHOLE if _is_repository(place.name, entries) else None

    def discover(self, place: Place) -> Discovery:
        inner = place / _FOLDER if (place / _FOLDER).is_folder() else place
        findings = Findings(inner)
        findings.add(
            "aim-export-needed",
            f"This is an Aim repository{_count(inner / _RUNS)}; only Aim itself can read what was "
            "logged, so nothing of it was read.",
            "Where Aim is installed, run in the folder around it `aim storage reindex` and "
            f'`python -c "{EXPORT}"`, and build from the folder aim-export that this makes.',
        )
        return Discovery(records=Records(problems=tuple(findings.problems())))

    def read(self, unit: Unit) -> Records:
        return Records()  # there is never a unit


source = Aim()


def _is_repository(name: str, entries: Sequence[Entry]) -> bool:
    names = {entry.name for entry in entries}
    return _RUNS in names and ("meta" in names or name == _FOLDER)


def _count(place: Place) -> str:
    """Return how many runs the repository lists, as a clause; nothing where it is not told."""
    if not place.is_file():
        return ""
    try:
        with open_database(place) as database:
            (count,) = next(database.rows("SELECT COUNT(*) FROM run"))
    except (sqlite3.Error, StorageError):
        return ""
    return f" of {format_count(count)} {'run' if count == 1 else 'runs'}"
