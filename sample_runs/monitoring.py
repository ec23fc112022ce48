"""Makes the logs of production: today's model and the challenger on a stream of cases.

Run it as ``python sample_runs/monitoring.py`` in an environment with the extra ``sample``. It
writes ``monitoring/`` in this folder in a few seconds. The models are those of the first seed,
trained as in ``train.py``; every answer is really theirs. The stream is a frame: its days are made
up, and its cases are drawn, again and again, from the 171 that were held back from these models.
From October on small tumours are drawn more and more often, as if another clinic had begun to send
its cases. But for the latencies, which are a stopwatch's, the files come out the same each time.
"""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

import cases as data
from measure import Trained, count, ratio, train
from recipes import CANDIDATES, MISSED_CASE_WEIGHT, SEEDS, THRESHOLD, TODAY

FOLDER = Path(__file__).resolve().parent / "monitoring"
FIRST, LAST = date(2026, 8, 24), date(2026, 11, 22)
OUTAGE = {date(2026, 10, day) for day in (10, 11, 12, 13)}
"""Days on which the desk worked and nothing was logged."""
LABEL_DAYS = 5
"""Days until the pathologist's answer is there: the newest cases have none yet."""
CASES = {False: 15, True: 6}
"""Cases expected on a day: of the week, and at a weekend."""
MIX_CHANGES = date(2026, 10, 1)
SMALLER = 1.2
"""How much more often small tumours come by the last day, in the logarithm a standard deviation."""
VERSION = "1"
TIMED = 7
"""Times that each case is timed."""
CHALLENGER = next(recipe for recipe in CANDIDATES if recipe.slug == "logistic-C0.1")


@dataclass(frozen=True, slots=True)
class Day:
    """The cases of a day: rows of the cases held back, and what they turned out to be."""

    date: date
    rows: np.ndarray
    malignant: np.ndarray


def stream(today: Trained, rng: np.random.Generator) -> Iterator[Day]:
    """Draw the cases of every day."""
    radius = today.split.held_x["mean radius"].to_numpy()
    smallness = -(radius - radius.mean()) / radius.std()
    whole = (LAST - MIX_CHANGES).days
    for number in range((LAST - FIRST).days + 1):
        day = FIRST + timedelta(number)
        moved = max((day - MIX_CHANGES).days, 0) / whole
        weights = np.exp(SMALLER * moved * smallness)
        # The share of malignant cases stays: it is the kind of case that changes.
        rows = []
        for malignant in (1, 0):
            own = np.flatnonzero(today.split.held_y == malignant)
            share = len(own) / len(radius)
            expected = CASES[is_weekend(day)] * share
            chance = weights[own] / weights[own].sum()
            rows.append(rng.choice(own, rng.poisson(expected), p=chance))
        drawn = rng.permutation(np.concatenate(rows))
        yield Day(day, drawn, today.split.held_y[drawn])


def is_weekend(day: date) -> bool:
    return day.weekday() >= 5


def shares_of(trained: Trained) -> np.ndarray:
    """Return a model's probability of malignant for each case held back."""
    shares: np.ndarray = trained.model.predict_proba(trained.split.held_x)[:, 1]
    return shares


def latencies(trained: Trained, days: list[Day], rng: np.random.Generator) -> dict[date, float]:
    """Time the cases one by one, and return each day's 95th percentile in milliseconds.

    Each is timed a few times, and its median counts. The cases come in no order, so that other
    work on the machine, which comes and goes, does not look like a trend of the model.
    """
    held = trained.split.held_x
    asked = [(day.date, row) for day in days for row in day.rows]
    taken: dict[date, list[float]] = {day.date: [] for day in days}
    for number in rng.permutation(len(asked)):
        day, row = asked[number]
        case = held.iloc[[row]]
        again = []
        for _ in range(TIMED):
            started = time.perf_counter()
            trained.model.predict_proba(case)
            again.append(1000 * (time.perf_counter() - started))
        taken[day].append(float(np.median(again)))
    return {day: float(np.percentile(own, 95)) if own else math.nan for day, own in taken.items()}


def daily(day: Day, now: np.ndarray, shadow: np.ndarray, p95: float) -> dict[str, object]:
    """Return what the desk's monitoring logs of a day."""
    expected = CASES[is_weekend(day.date)]
    # Nineteen of twenty days of a Poisson stream lie within about two standard deviations.
    row: dict[str, object] = {
        "day": day.date.isoformat(),
        "model_version": VERSION,
        "cases": len(day.rows),
        "cases_forecast": expected,
        "cases_low": round(expected - 2 * expected**0.5, 1),
        "cases_high": round(expected + 2 * expected**0.5, 1),
        "latency_p95": cell(round(p95, 3)),
    }
    if (LAST - day.date).days < LABEL_DAYS:
        return row
    own, other = (count(day.malignant, shares[day.rows] >= THRESHOLD) for shares in (now, shadow))
    malignant = own["caught"] + own["missed"]
    benign = own["false_alarms"] + own["cleared"]
    cost = MISSED_CASE_WEIGHT * own["missed"] + own["false_alarms"]
    return row | {
        "malignant": malignant,
        "benign": benign,
        "diagnosed": malignant + benign,
        "recall": cell(ratio(own["caught"], malignant)),
        "false_alarms": cell(ratio(own["false_alarms"], benign)),
        "triage_cost": cell(100 * ratio(cost, malignant + benign)),
        "shadow_recall": cell(ratio(other["caught"], malignant)),
        "shadow_false_alarms": cell(ratio(other["false_alarms"], benign)),
    }


def cell(value: float) -> str:
    """Return a figure as it is logged; nothing where there was nothing to divide by."""
    return "" if math.isnan(value) else f"{value:.6g}"


def case_rows(day: Day, inputs: pd.DataFrame, shares: np.ndarray) -> Iterator[dict[str, object]]:
    """Return what is logged of each case: when, what was measured, what the model answered."""
    start = datetime(day.date.year, day.date.month, day.date.day, 8)
    step = timedelta(hours=8) / max(len(day.rows), 1)
    for number, row in enumerate(day.rows):
        seen = start + number * step
        yield {
            "seen_at": f"{seen:%Y-%m-%dT%H:%M:%SZ}",
            **{name: f"{value:.5g}" for name, value in inputs.iloc[row].items()},
            "probability": f"{shares[row]:.4f}",
        }


def write(name: str, rows: list[dict[str, object]]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with (FOLDER / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main() -> None:
    """Train the two models, let the days pass, write the logs."""
    FOLDER.mkdir(exist_ok=True)
    cases = data.load("v2")
    today, challenger = (train(recipe, cases, SEEDS[0]) for recipe in (TODAY, CHALLENGER))
    now, shadow = shares_of(today), shares_of(challenger)
    rng = np.random.default_rng(2026)
    days = [day for day in stream(today, rng) if day.date not in OUTAGE]
    took = latencies(today, days, rng)
    write("production.csv", [daily(day, now, shadow, took[day.date]) for day in days])
    inputs = today.split.held_x
    write("cases.csv", [row for day in days for row in case_rows(day, inputs, now)])
    learnt = today.split.train_x
    answers = today.model.predict_proba(learnt)[:, 1]
    write(
        "training.csv",
        [
            {
                **{name: f"{value:.5g}" for name, value in learnt.iloc[row].items()},
                "probability": f"{answers[row]:.4f}",
            }
            for row in range(len(learnt))
        ],
    )
    print(f"{len(days)} days, {sum(len(day.rows) for day in days)} cases")


if __name__ == "__main__":
    main()
