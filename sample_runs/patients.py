"""The desk's patients, all of them made up, with the flaws that records of real people have.

Out come three small registries in `data/`, which say different things of the same 200 people:

- `patients.csv`, the desk's own list. 160 of the 200 have no last name. The desk's list is filled
  once a day: whatever happens in the morning arrives half an hour before midnight.
- `residents.csv`, a register that is taken for the truth. Four people have another age there than
  at the desk; of one the desk says 18, and the truth is 32.
- `appointments.db`, a SQLite database of another system, in which nine people have another status.

Nobody of these exists: names are numbers, and ages and times are drawn from a seed.
Run `python sample_runs/patients.py` to make them again.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

FOLDER = Path(__file__).parent / "data"
PEOPLE = 200
NAMED = 40
WRONG_AGES = {41: (18, 32), 77: (57, 75), 120: (8, 80), 163: (61, 16)}
"""By place in the list: the age at the desk, and the true one."""
OTHER_STATUS = 9
FIRST_DAY, LAST_DAY = "2026-10-26", "2026-11-20"


def main() -> None:
    rng = np.random.default_rng(2026)
    days = pd.bdate_range(FIRST_DAY, LAST_DAY)
    ids = [f"P{number:04d}" for number in range(1, PEOPLE + 1)]
    named = set(rng.choice(PEOPLE, NAMED, replace=False).tolist())
    day = days[np.sort(rng.integers(0, len(days), PEOPLE))]
    # The first and the last day have somebody, so that the list spans the month.
    day = day[:0].append([days[:1], day[1:-1], days[-1:]])
    seen = day + pd.to_timedelta(rng.integers(8 * 60, 15 * 60, PEOPLE), unit="min")
    ages = rng.integers(19, 90, PEOPLE)
    truth = ages.copy()
    for place, (recorded, true) in WRONG_AGES.items():
        ages[place], truth[place] = recorded, true
    active = rng.random(PEOPLE) < 0.8
    elsewhere = active.copy()
    elsewhere[rng.choice(PEOPLE, OTHER_STATUS, replace=False)] ^= True
    patients = pd.DataFrame(
        {
            "patient_id": ids,
            "last_name": [f"Made-up-{i + 1:03d}" if i in named else "" for i in range(PEOPLE)],
            "age": ages,
            "active": _words(active),
            "seen_at": seen.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "arrived_at": (day + pd.Timedelta("23:30:00")).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    FOLDER.mkdir(exist_ok=True)
    patients.to_csv(FOLDER / "patients.csv", index=False, lineterminator="\n")
    residents = pd.DataFrame({"patient_id": ids, "age": truth})
    residents.to_csv(FOLDER / "residents.csv", index=False, lineterminator="\n")
    database = FOLDER / "appointments.db"
    database.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("CREATE TABLE people (patient_id TEXT PRIMARY KEY, active TEXT)")
        rows = zip(ids, _words(elsewhere), strict=True)
        connection.executemany("INSERT INTO people VALUES (?, ?)", rows)


def _words(flags: np.ndarray) -> list[str]:
    return ["yes" if flag else "no" for flag in flags]


if __name__ == "__main__":
    main()
