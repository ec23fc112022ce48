"""What it takes to check ten million rows by twelve rules, beside what reading them alone takes.

Run by ``pytest -n 0 -m benchmark -s``. Both figures come from the same run: pandas reads the CSV
file whole, by its defaults; then the rules are evaluated on it, one of each kind, with a
reference of a million rows.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from timing import HERE, measured

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.skipif(sys.platform != "linux", reason="counts CPU time by Linux's means"),
]

ROWS = 10_000_000
IN_REFERENCE = 1_000_000
PART = 500_000
RULES = """
    - {set: visits, filled: last_name, at_least: 0.9}
    - {set: visits, required: [id, last_name, postcode]}
    - {set: visits, column: age, between: [0, 98]}
    - {set: visits, column: country, one_of: [BE, DE, FR]}
    - {set: visits, column: mail, pattern: '[^@]+@[^@]+'}
    - {set: visits, column: age, matches: register.age}
    - {set: visits, column: active, equals: register.active}
    - {set: visits, column: id, refers_to: register.id}
    - {set: visits, unique: id}
    - {set: visits, holds: low <= high}
    - {set: visits, newest_within: 24h}
    - {set: visits, arrives_within: 12h}
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write the data: 12 columns and about a gigabyte."""
    folder = tmp_path_factory.mktemp("project")
    rng = np.random.default_rng(1)
    names = np.array([f"Name{number:05d}" for number in range(20_000)])
    with (folder / "visits.csv").open("w") as file:
        for start in range(0, ROWS, PART):
            at = np.datetime64("2026-01-01") + (np.arange(start, start + PART) * 3).astype("m8[s]")
            part = pd.DataFrame(
                {
                    "id": np.arange(start, start + PART),
                    "last_name": names[rng.integers(0, len(names), PART)],
                    "age": rng.integers(0, 100, PART),
                    "active": np.array(["yes", "no"])[rng.integers(0, 2, PART)],
                    "country": np.array(["BE", "DE", "FR", "NL"])[rng.integers(0, 4, PART)],
                    "postcode": rng.integers(10_000, 100_000, PART),
                    "amount": rng.normal(100, 20, PART).round(2),
                    "low": rng.normal(1, 0.1, PART).round(3),
                    "high": rng.normal(3, 0.1, PART).round(3),
                    "mail": [f"user{n}@example.org" for n in range(start, start + PART)],
                    "at": at.astype(str),
                    "came": (at + rng.integers(0, 86_400, PART).astype("m8[s]")).astype(str),
                }
            )
            part.loc[rng.random(PART) < 0.05, "last_name"] = None
            part.to_csv(file, index=False, header=start == 0)
    pd.DataFrame(
        {
            "id": np.arange(IN_REFERENCE) * 2,
            "age": rng.integers(0, 100, IN_REFERENCE),
            "active": "yes",
        }
    ).to_csv(folder / "register.csv", index=False)
    (folder / "report.yaml").write_text(
        f"""
data:
  sets:
    visits: {{path: visits.csv, key: id, time: at, arrived: came}}
    register: {{path: register.csv, key: id}}
  quality:{RULES}"""
    )
    return folder


def test_ten_million_rows_by_twelve_rules(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "import pandas, sys; pandas.read_csv(sys.argv[1])"
    own = (sys.executable, HERE / "check_data.py", project)
    reading = (sys.executable, "-c", code, project / "visits.csv")
    # In turns, and the least of three: what else the machine does only adds to a time.
    taken = [(measured(*reading), measured(*own)) for _ in range(3)]
    read, checked = (
        {key: min(one[side][key] for one in taken) for key in taken[0][side]} for side in (0, 1)
    )
    found = json.loads((project / "found.json").read_text())
    with capsys.disabled():
        print(f"\n{ROWS:,} rows of CSV, {len(found)} rules")
        for name, figures in (("pandas reads them", read), ("all rules on them", checked)):
            print(
                f"  {name}: CPU {figures['cpu']:6.1f} s, wall {figures['wall']:6.1f} s, "
                f"peak {figures['peak_mb']:6,.0f} MB"
            )
        ratios = (checked[key] / read[key] for key in ("cpu", "wall"))
        print("  ratio: CPU {:.2f}, wall {:.2f}".format(*ratios))
    assert {code["code"] for pair in taken for code in pair} == {0}
    assert len(found) == 12
    assert all(status != "not evaluated" for _, status, _, _ in found)
    assert {rows for kind, _, rows, _ in found if kind in ("filled", "unique", "holds")} == {ROWS}
