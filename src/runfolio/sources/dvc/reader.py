"""Stage 1b: DVC projects, as they are in the working tree.

In: the folder of a ``dvc.yaml`` and what it names below it. Out: a unit of work per project,
which is one run.

::

    dvc.yaml         stages, and which files hold params, metrics and plots
    dvc.lock         the versions of data that the stages were last run with
    params.yaml, metrics.json, plots/*.csv, dvclive/ …   whatever dvc.yaml names
    data/raw.csv.dvc                                     the version of data that DVC keeps

A file that ``dvc.yaml`` names is the project's wherever below it lies, so that no other
reader takes it for a run of its own. The folder's path is the run's id.
"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.dvc.plan import DVC_YAML, LOCK, above, plan_of
from runfolio.sources.dvc.run import read_project
from runfolio.sources.dvclive.reader import live_claim
from runfolio.storage.base import Entry, Place

__all__ = ["DVCSource", "source"]

_OWN = frozenset({DVC_YAML, LOCK, ".dvc", ".dvcignore"})
_DATA = (".json", ".yaml", ".yml", ".toml", ".csv", ".tsv")
"""Files that another reader might take for a run's; no other is worth asking for."""


class DVCSource:
    """Reader of DVC projects."""

    name = "dvc"
    title = "DVC"
    looks_like = "a folder with dvc.yaml, and the files below it that it names"
    order = 200

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return None
        files = [entry.name for entry in entries if not entry.is_folder]
        own: set[str] = set()
        plan = plan_of(place) if DVC_YAML in files else None
        if plan is not None and plan.is_project:
            own = {entry.name for entry in entries if entry.name in _OWN}
            own |= {name for name in files if name.endswith(".dvc")}
            own.update(plan.names_in("", entries))
        elif plan is not None and not plan.is_live:
            own.add(DVC_YAML)
        if any(name.endswith(_DATA) for name in files):
            for project, folder in above(place):
                if folder in project.live or (plan is not None and plan.is_live):
                    live = live_claim(place, entries)
                    if live is WHOLE:
                        return WHOLE
                    own |= (live.names if live else None) or set()
                own.update(project.names_in(folder, entries))
        return Claim(frozenset(own)) if own else None

    def discover(self, place: Place) -> Discovery:
        plan = plan_of(place)
        if plan is None or not plan.is_project:
            return Discovery()  # what it names below is read with the project
        return Discovery((Unit(self.name, place, place.shown),))

    def read(self, unit: Unit) -> Records:
        return read_project(unit.place, self.name, unit.location)


source = DVCSource()
