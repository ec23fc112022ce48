"""Stage 1b: what (PyTorch) Lightning's CSVLogger writes.

In: a folder per run. Out: a unit of work per folder.

::

    <save_dir>/<name>/version_<N>/metrics.csv     a row per call: empty cells were not logged
    <save_dir>/<name>/version_<N>/hparams.yaml    written with Python's own tags, or {}

The folder of the versions is the experiment. Rows of training and of validation are apart and
share their step; the column epoch is a counter beside it and no metric. Lightning's loggers
for other formats write the same hparams.yaml, which then belongs to the run in that folder.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runfolio.model.records import Records, RunRecord
from runfolio.sources.base import Claim, Discovery, Unit
from runfolio.sources.reading.csv_head import head_of
from runfolio.sources.reading.documents import read_params
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.metric_rows import names_in, read_csv_file
from runfolio.sources.reading.paths import experiment_of, folder_above, id_of, name_of
from runfolio.storage.base import Entry, Place

__all__ = ["LightningSource", "source"]

_METRICS = "metrics.csv"
_PARAMS = "hparams.yaml"
_VERSION = re.compile(r"version_\d+")


class LightningSource:
    """Reader of the folders of Lightning's CSVLogger."""

    name = "lightning"
    title = "Lightning CSV logs"
    looks_like = "a folder version_<N> with metrics.csv or hparams.yaml in it"
    order = 600

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        names = {entry.name for entry in entries or () if not entry.is_folder}
        own = names & {_METRICS, _PARAMS}
        if not own or "run.yaml" in names:
            return None
        if _VERSION.fullmatch(place.name) or (len(own) == 2 and _has_steps(place / _METRICS)):
            return Claim(frozenset(own))
        return None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, folder_above(place)),))

    def read(self, unit: Unit) -> Records:
        place = unit.place
        about, rows = Findings(place / _PARAMS), Findings(place / _METRICS)
        names = names_in(place)
        params = read_params(place / _PARAMS, about) if _PARAMS in names else {}
        run = RunRecord(
            id=id_of(place),
            name=name_of(place),
            experiment=experiment_of(place),
            format=self.name,
            location=unit.location,
            path=place.shown,
            id_is_path=True,
            params=dict(sorted(params.items())),
            series=tuple(read_csv_file(place / _METRICS, rows)) if _METRICS in names else (),
        )
        return Records(runs=(run,), problems=(*about.problems(), *rows.problems()))


source = LightningSource()


def _has_steps(place: Place) -> bool:
    head = head_of(place)
    return head is not None and {"step", "epoch"} <= head.columns.keys()
