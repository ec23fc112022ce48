"""Write a small experiment with Ray Tune itself: ``ray_makes.py OUT``.

Run by the tests, with Ray, which is started on this machine alone, with one processor, and is
gone at the end with all that it wrote beside the results.
"""

from __future__ import annotations

import os
import sys
import tempfile
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"


def train(config: dict[str, Any]) -> None:
    from ray import tune

    for step in range(5):
        loss = config["lr"] * (5 - step)
        odd = {0: float("nan"), 1: float("inf")}.get(step, 0.5)
        tune.report({"loss": loss, "val": {"acc": 1 - loss, "odd": odd}, "note": "a word"})
        if config["lr"] > 0.25 and step == 2:
            raise ValueError("fails on purpose")


class Counts:
    """What `tune.Trainable` asks for, so that Ray need not be imported to read this file."""

    def setup(self, config: dict[str, Any]) -> None:
        self.count = 0

    def step(self) -> dict[str, Any]:
        self.count += 1
        return {"count": self.count, "done": self.count == 3}

    def save_checkpoint(self, folder: str) -> None:
        pass


def main(out: str) -> None:
    with tempfile.TemporaryDirectory() as home:
        os.environ["HOME"] = home  # where Ray puts what it needs to talk to itself
        import ray
        from ray import tune

        ray.init(
            num_cpus=1,
            include_dashboard=False,
            log_to_driver=False,
            object_store_memory=80 * 1024 * 1024,
            _temp_dir=f"{home}/ray",
        )
        space = {
            **{"lr": tune.grid_search([0.1, 0.2, 0.3]), "model": {"layers": [16, 32]}},
            **{"act": "relu", "empty": None},
        }
        run = tune.RunConfig(name="sweep", storage_path=out, verbose=0)
        tune.Tuner(train, param_space=space, run_config=run).fit()
        run = tune.RunConfig(name="class", storage_path=out, verbose=0)
        counts = type("Counts", (Counts, tune.Trainable), {})
        tune.Tuner(counts, param_space={"seed": 3}, run_config=run).fit()
        ray.shutdown()


if __name__ == "__main__":
    main(sys.argv[1])
