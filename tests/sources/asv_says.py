"""Print as JSON what asv itself reads of a results folder: ``asv_says.py RESULTS``."""

from __future__ import annotations

import itertools
import json
import os
import sys
from types import SimpleNamespace
from typing import Any

from asv.benchmarks import Benchmarks
from asv.results import Results, iter_results_paths


def values(results: Any, benchmarks: Any) -> dict[str, float | str | None]:
    """Return each value of a file by the name of its benchmark and its params."""
    found: dict[str, float | str | None] = {}
    for name in results.get_all_result_keys() & results.get_result_keys(benchmarks):
        params = results.get_result_params(name)
        titles = benchmarks[name]["param_names"]
        got = results.get_result_value(name, params)
        for value, picked in zip(got, itertools.product(*params), strict=True):
            pairs = ", ".join(f"{t}={p}" for t, p in zip(titles, picked, strict=True))
            odd = value is not None and value != value
            found[f"{name}({pairs})" if picked else name] = "nan" if odd else value
    return found


if __name__ == "__main__":
    folder = sys.argv[1]
    known = Benchmarks.load(SimpleNamespace(results_dir=folder, benchmark_dir=""))
    said = {}
    for root, name, _ in iter_results_paths(folder):
        read = Results.load(os.path.join(root, name))
        said[f"{os.path.basename(root)}/{name.removesuffix('.json')}"] = {
            "commit": read.commit_hash,
            "date": read.date,
            "params": read.params,
            "python": read._python,
            "env": read.env_name,
            "values": values(read, known),
        }
    facts = {name: [about["type"], about["unit"]] for name, about in known.items()}
    print(json.dumps({"runs": said, "benchmarks": facts}))
