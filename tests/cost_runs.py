"""Six runs of two models whose costs are above a thousand, for tests of how numbers are written."""

from __future__ import annotations

from pathlib import Path

from stores import put, write_folder

COSTS = {"plain": (2345, 2395, 2311), "tuned": (1234, 1240, 1251)}
"""The last value of ``cost`` of each run; ``recall`` is a 5,000th of it."""


def write_costs(folder: Path, *settings: str) -> Path:
    """Write the runs with their curves, and a report.yaml with further settings."""
    for model, costs in COSTS.items():
        for seed, cost in enumerate(costs):
            about = {
                "params": {"model": model, "seed": seed, "rate": "0.125", "wide": "1.125"},
                "tags": {"role": "baseline"} if model == "plain" else {},
            }
            curve = [f"{step},{cost * (1 + 1 / step)},{cost / 5000}" for step in range(1, 30)]
            rows = ["step,cost,recall", *curve, f"30,{cost},{cost / 5000}"]
            run = write_folder(folder / "runs" / f"{model}-{seed}", {}, about)
            put(run, {"metrics.csv": "\n".join(rows)})
    own = (
        "sources: [runs]",
        "baseline: {tags: {role: baseline}}",
        "objective: {metric: cost, goal: minimize, summary: last}",
        "metrics: {cost: {unit: kWh}, recall: {unit: '%'}}",
    )
    return put(folder, {"report.yaml": "\n".join((*own, *settings))})
