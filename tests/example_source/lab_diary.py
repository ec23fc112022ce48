"""A log format of one's own: files ``*.diary`` with lines such as ``accuracy 0.93``."""

import numpy as np

from runfolio.model.records import Records, RunRecord
from runfolio.model.series import reduce_series
from runfolio.sources.base import WHOLE, Discovery, Unit


class LabDiary:
    name, title, order = "lab-diary", "Lab diary", 50
    looks_like = "a file that ends in .diary"

    def matches(self, place, entries):
        return WHOLE if entries is None and place.name.endswith(".diary") else None

    def discover(self, place):
        return Discovery((Unit(self.name, place, place.parent.shown),))

    def read(self, unit):
        lines = [line.split() for line in unit.place.read().decode().splitlines()]
        series = [reduce_series(n, np.array([0]), np.array([float(v)])) for n, v in lines]
        name = unit.place.name.removesuffix(".diary")
        run = RunRecord(name, name, "diary", self.name, unit.location, series=(*series,))
        return Records((run,))


source = LabDiary()
