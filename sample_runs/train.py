"""Makes the sample from scratch: trains every model, logs every run. Read this file first.

Run it as ``python sample_runs/train.py`` in an environment with the extra ``sample``
(MLflow, scikit-learn). It replaces ``mlruns/``, ``mlflow.db``, ``mlartifacts/`` and ``onsite/`` in
this folder, takes about a minute, and prints one line per configuration. Ids, dates and the quality
of the models come out the same each time; what a stopwatch measured does not.
"""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from pathlib import Path

import numpy as np

import cases as data
import notes
import onsite
import stores
from measure import Trained, train
from recipes import (
    BOOSTING_ON_V1,
    CANDIDATES,
    MISTYPED_RATE,
    SEEDS,
    SWEEP_RATES,
    TODAY,
    TODAY_ON_V1,
    Recipe,
    boosting,
)

FOLDER = Path(__file__).resolve().parent
MODEL = "triage-classifier"
TRIAL_SEEDS = {11: "metrics.csv", 12: "metrics.jsonl"}


class Story:
    """Trains and logs in the order in which things happened, and keeps the results."""

    def __init__(self) -> None:
        self.calendar = stores.Calendar()
        self.calendar.start("2026-09-14 08:00")
        self.calendar.install()
        stores.seed_ids(seed=7)
        self.files = stores.Logbook("./mlruns")
        self.database = stores.Logbook("sqlite:///mlflow.db", "./mlartifacts/1")
        self.v1, self.v2 = data.load("v1"), data.load("v2")
        self.results: dict[str, list[Trained]] = defaultdict(list)
        self.run_ids: dict[str, list[str]] = defaultdict(list)

    def tell(self) -> None:
        """Go through the project from the first look to the on-site trial."""
        self.first_look()
        self.weigh_missed_cases()
        self.sweep_boosting()
        best = self.best_of(CANDIDATES)
        self.register(best)
        self.try_on_site(best)

    def first_look(self) -> None:
        """Train today's model on the first export; boosting shows that it has blanks."""
        experiment = self.files.experiment("First look at the data (v1)")
        self.calendar.start("2026-09-14 09:00")
        smoke = self.files.start(experiment, "smoke-test", TODAY_ON_V1.params, {"role": "test"})
        self.files.end(smoke)
        self.files.client.delete_run(smoke)
        for seed in SEEDS:
            self.run(self.files, experiment, TODAY_ON_V1, seed, f"2026-09-14 10:{10 * seed}")
        self.run(self.files, experiment, BOOSTING_ON_V1, 1, "2026-09-15 14:30")
        self.files.note(experiment, notes.first_look(self.mean, self.v1, self.v2))

    def weigh_missed_cases(self) -> None:
        """Compare today's model with candidates for which a missed case weighs more."""
        experiment = self.files.experiment("Weighing missed cases (v2)")
        for day, recipe in enumerate((TODAY, *CANDIDATES), start=5):
            for seed in SEEDS:
                moment = f"2026-10-{day:02} {8 + seed:02}:15"
                self.run(self.files, experiment, recipe, seed, moment)
        self.files.note(experiment, notes.weighing(self.mean))

    def sweep_boosting(self) -> None:
        """Search boosting's learning rate: a parent run, and one child per rate and seed."""
        experiment = self.database.experiment("Boosting sweep (v2)")
        self.calendar.start("2026-10-13 09:00")
        plan = {"search": "learning_rate", "values": ", ".join(map(str, SWEEP_RATES))}
        parent = self.database.start(experiment, "sweep", plan, {"role": "sweep"})
        under = {"mlflow.parentRunId": parent}
        for hour, rate in enumerate(SWEEP_RATES, start=9):
            for seed in SEEDS:
                moment = f"2026-10-13 {hour:02}:{10 * seed:02}"
                self.run(self.database, experiment, boosting(rate), seed, moment, under)
        mistyped = boosting(MISTYPED_RATE)
        self.run(self.database, experiment, mistyped, 1, "2026-10-13 11:10", under, notes.DIVERGED)
        self.calendar.start("2026-10-13 11:30")
        self.database.end(parent, note=notes.SWEEP)
        self.database.note(experiment, notes.sweep(self.mean))

    def register(self, best: Recipe) -> None:
        """Register today's model as ``production`` and the best candidate as ``challenger``."""
        client = self.files.client
        self.calendar.start("2026-10-20 13:00")
        client.create_registered_model(MODEL, description=notes.REGISTERED)
        for recipe, alias in ((TODAY, "production"), (best, "challenger")):
            run = self.run_ids[recipe.slug][0]
            text = f"{recipe.model.capitalize()}, measurements: {recipe.features}."
            version = client.create_model_version(
                MODEL, f"runs:/{run}/model", run, description=text
            )
            client.set_registered_model_alias(MODEL, alias, version.version)

    def try_on_site(self, best: Recipe) -> None:
        """Present new splits case by case, to today's model and to the challenger."""
        for day, recipe in enumerate((TODAY, best), start=9):
            for seed, metrics_file in TRIAL_SEEDS.items():
                self.calendar.start(f"2026-11-{day:02} {seed}:00")
                folder = Path("onsite", f"trial-{recipe.slug}-s{seed}")
                onsite.trial(recipe, self.v2, seed, folder, metrics_file)
        forest = CANDIDATES[-1]
        onsite.bench(forest, self.v2, 11, Path("onsite", f"bench-{forest.slug}"))

    def run(
        self,
        book: stores.Logbook,
        experiment: str,
        recipe: Recipe,
        seed: int,
        moment: str,
        tags: dict[str, str] | None = None,
        note: str = "",
    ) -> None:
        """Train one recipe with one seed and log it, also when it fails."""
        self.calendar.start(moment)
        run = book.start(
            experiment,
            f"{recipe.slug}-s{seed}",
            {**recipe.params, "seed": seed},
            {"role": recipe.role, **(tags or {})},
        )
        cases = self.v1 if recipe.data_version == "v1" else self.v2
        book.data(run, cases)
        try:
            trained = train(recipe, cases, seed)
        except ValueError as error:
            book.end(run, "FAILED", notes.failed(error))
            return
        book.metrics(run, trained.metrics)
        if recipe.data_version == "v2":
            book.tables(run, trained.tables)
        book.end(run, note=note)
        self.results[recipe.slug].append(trained)
        self.run_ids[recipe.slug].append(run)

    def mean(self, recipe: Recipe, metric: str) -> float:
        """Return a configuration's mean over its seeds."""
        return float(np.mean([trained.last(metric) for trained in self.results[recipe.slug]]))

    def best_of(self, recipes: tuple[Recipe, ...]) -> Recipe:
        """Choose by recall, the project's objective."""
        return max(recipes, key=lambda recipe: self.mean(recipe, "val/recall"))


def main() -> None:
    """Remove the old logs, make new ones, leave nothing of this machine in them."""
    os.chdir(FOLDER)
    for name in ("mlruns", "mlartifacts", "onsite"):
        shutil.rmtree(name, ignore_errors=True)
    Path("mlflow.db").unlink(missing_ok=True)
    story = Story()
    story.tell()
    stores.neutral_files(FOLDER / "mlruns")
    stores.neutral_database(FOLDER / "mlflow.db")
    for slug, trained in story.results.items():
        means = {
            metric: np.mean([one.last(metric) for one in trained])
            for metric in ("val/recall", "val/precision", "val/fpr", "val/triage_cost")
        }
        latency = np.median([one.last("latency_p95") for one in trained])
        figures = "  ".join(f"{metric} {value:.4f}" for metric, value in means.items())
        print(f"{slug:18} n={len(trained)}  {figures}  latency_p95 {latency:.1f} ms")


if __name__ == "__main__":
    main()
