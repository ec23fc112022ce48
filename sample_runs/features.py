"""What each model sees and how much each measurement matters to it: artifacts added to the runs.

Run it as ``python sample_runs/features.py`` after ``train.py``, in an environment with the extra
``sample``. It trains the model of every run again from its recipe and seed, holds it to the recall
that the run logged, and puts two small files beside the run's other artifacts:

``features.txt``
    The measurements that the model sees, one a line.
``permutation_importance.csv``
    By how much the loss on the held-back cases grows when one measurement is shuffled among
    them: the mean of ten shuffles and their standard deviation.

Nothing else of a run is changed. Runs that failed or diverged, and so have no model to ask, get
no importances. It takes one or two minutes.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import log_loss
from sklearn.pipeline import Pipeline

from cases import DIAGNOSIS, Cases, Split, load, split
from measure import judge
from recipes import (
    BOOSTING_ON_V1,
    CANDIDATES,
    MISTYPED_RATE,
    SWEEP_RATES,
    TODAY,
    TODAY_ON_V1,
    Recipe,
    boosting,
)

FOLDER = Path(__file__).resolve().parent
SHUFFLES = 10
RECIPES = (
    *(TODAY_ON_V1, BOOSTING_ON_V1, TODAY, *CANDIDATES),
    *map(boosting, (*SWEEP_RATES, MISTYPED_RATE)),
)


@dataclass(frozen=True, slots=True)
class Logged:
    """A run as it was logged: its params, its recall if it has one, and where its artifacts go."""

    params: Mapping[str, str]
    recall: float | None
    artifacts: Path


def main() -> None:
    """Add the files to every run that a recipe made."""
    versions = {version: load(version) for version in ("v1", "v2")}
    for run in (*from_files(), *from_database()):
        recipe = next((one for one in RECIPES if made(one, run.params)), None)
        if recipe is None:  # the sweep's parent, which trained nothing
            continue
        add(run, recipe, versions[recipe.data_version])


def add(run: Logged, recipe: Recipe, cases: Cases) -> None:
    """Write what a run's model sees, and how much each measurement matters to it."""
    columns = recipe.columns([name for name in cases.table.columns if name != DIAGNOSIS])
    run.artifacts.mkdir(parents=True, exist_ok=True)
    (run.artifacts / "features.txt").write_text("\n".join(columns) + "\n", encoding="utf-8")
    if run.recall is None or recipe.settings.get("learning_rate") == MISTYPED_RATE:
        return
    seed = int(run.params["seed"])
    parts = split(cases, columns, seed)
    model = recipe.build(seed)
    weights = np.where(parts.train_y == 1, recipe.malignant_weight, 1)
    model.fit(parts.train_x, parts.train_y, model__sample_weight=weights)
    recall = judge(parts.held_y, model.predict_proba(parts.held_x)[:, 1])["val/recall"]
    if recall != run.recall:
        raise SystemExit(f"{recipe.slug}, seed {seed}: recall {recall}, logged was {run.recall}")
    rows = importances(model, parts, seed)
    lines = [f"{name},{mean:.6g},{spread:.6g}" for name, mean, spread in rows]
    text = "\n".join(("feature,importances_mean,importances_std", *lines)) + "\n"
    (run.artifacts / "permutation_importance.csv").write_text(text, encoding="utf-8")
    print(f"{recipe.slug}-s{seed}: {rows[0][0]}, {rows[1][0]}, {rows[2][0]}")


def importances(model: Pipeline, parts: Split, seed: int) -> list[tuple[str, float, float]]:
    """Return (measurement, mean growth of the loss, its spread), the most important first."""
    whole = log_loss(parts.held_y, model.predict_proba(parts.held_x))
    rows = []
    for column in parts.held_x.columns:
        # A measurement is shuffled alike whatever other ones a model sees.
        rng = np.random.default_rng([seed, zlib.crc32(column.encode())])
        grown = []
        for _ in range(SHUFFLES):
            shuffled = parts.held_x.copy()
            shuffled[column] = rng.permutation(shuffled[column].to_numpy())
            grown.append(log_loss(parts.held_y, model.predict_proba(shuffled)) - whole)
        rows.append((column, float(np.mean(grown)), float(np.std(grown, ddof=1))))
    return sorted(rows, key=lambda row: -row[1])


def made(recipe: Recipe, params: Mapping[str, str]) -> bool:
    """Tell whether a run's params are those of a recipe."""
    own = {name: str(value) for name, value in recipe.params.items()}
    return {name: value for name, value in params.items() if name != "seed"} == own


def from_files() -> Iterator[Logged]:
    """Yield the runs in ``mlruns/``."""
    for meta in sorted((FOLDER / "mlruns").glob("*/*/meta.yaml")):
        run = meta.parent
        if "lifecycle_stage: active" not in meta.read_text(encoding="utf-8"):
            continue
        params = {path.name: path.read_text(encoding="utf-8") for path in run.glob("params/*")}
        recall = run / "metrics" / "val" / "recall"
        last = recall.read_text(encoding="utf-8").split("\n")[-2] if recall.exists() else ""
        yield Logged(params, float(last.split()[1]) if last else None, run / "artifacts")


def from_database() -> Iterator[Logged]:
    """Yield the runs in ``mlflow.db``, whose artifacts are in ``mlartifacts/``."""
    address = f"{(FOLDER / 'mlflow.db').as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as database:
        runs = database.execute("SELECT run_uuid, experiment_id FROM runs ORDER BY run_uuid")
        for run, experiment in runs.fetchall():
            params = database.execute("SELECT key, value FROM params WHERE run_uuid = ?", (run,))
            recall = database.execute(
                "SELECT value FROM latest_metrics WHERE run_uuid = ? AND key = 'val/recall'", (run,)
            ).fetchone()
            yield Logged(
                dict(params.fetchall()),
                recall[0] if recall else None,
                FOLDER / "mlartifacts" / str(experiment) / run / "artifacts",
            )


if __name__ == "__main__":
    main()
