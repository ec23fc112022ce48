"""Stage 1b: the tables that W&B keeps beside its log, among which are those of its plots.

In: the folder of a run's files. Out: the plots in the newest table of each key.

::

    media/table/<key>_table_<step>_<digest>.table.json    {"columns": [...], "data": [[...]]}
"""

from __future__ import annotations

import re

from runfolio.model.plots import Plot
from runfolio.model.problems import Problem
from runfolio.sources.reading.plot_files import plots_of
from runfolio.storage.base import Place, StorageError, readable

__all__ = ["MEDIA", "plots_in_media"]

MEDIA = "media"

_FILE = re.compile(r"(.+?)(?:_table)?_(\d{1,18})_[0-9a-f]{20}\.table\.json", re.DOTALL)
_MOST_ENTRIES = 10_000
_DEPTH = 3


def plots_in_media(files: Place, problems: list[Problem]) -> tuple[Plot, ...]:
    """Return the plots in the folder of files, of each key the newest."""
    newest: dict[str, tuple[int, Place]] = {}
    pending = [("", files / MEDIA / "table")]
    left = _MOST_ENTRIES
    while pending and left > 0:
        prefix, folder = pending.pop()
        try:
            entries = folder.entries()[:left]
        except StorageError:
            continue  # no table was logged
        left -= len(entries)
        for name, is_folder in entries:
            known = _FILE.fullmatch(name)
            if is_folder and prefix.count("/") < _DEPTH:
                pending.append((f"{prefix}{name}/", folder / name))
            elif known and not is_folder:
                key, step = readable(prefix + known[1]), int(known[2])
                if key not in newest or step >= newest[key][0]:
                    newest[key] = (step, folder / name)
    named = [(f"{key}.json", place) for key, (_, place) in sorted(newest.items())]
    return plots_of(named, problems, files / MEDIA)
