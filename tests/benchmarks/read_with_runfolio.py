"""Read all runs below a folder with the source of their format, and print what that took.

Printed is JSON: the number of points, and the CPU seconds without the imports.
"""

from __future__ import annotations

import json
import sys
import time

from runfolio.ingest.discover import Wanted, discover
from runfolio.ingest.read import read_units
from runfolio.registry import find
from runfolio.storage.base import Place
from runfolio.storage.local import LocalStorage

sources = list(find("runfolio.sources", "source").values())
begun = time.process_time()
found = discover([Wanted(Place(LocalStorage.at(sys.argv[1])))], sources)
records = read_units([unit for unit, _ in found.units], lambda count: None)
points = sum(s.summary.count for part in records for run in part.runs for s in run.series)
print(json.dumps({"points": points, "cpu": time.process_time() - begun}))
