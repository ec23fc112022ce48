"""Writes both versions of the case table as files: ``data/cases_v1.csv`` and ``data/cases_v2.csv``.

Run it as ``python sample_runs/case_files.py`` in an environment with the extra ``sample``. The
first characters of a file's SHA-256 are the digest that runs logged of that version: each file is,
to the byte, what the runs were trained on.
"""

from __future__ import annotations

from pathlib import Path

import cases

FOLDER = Path(__file__).resolve().parent / "data"


def main() -> None:
    """Write the files."""
    FOLDER.mkdir(exist_ok=True)
    for version in ("v1", "v2"):
        known = cases.load(version)
        path = FOLDER / f"cases_{version}.csv"
        path.write_bytes(known.table.to_csv(index=False).encode())
        print(f"{path.name}: {len(known.table)} rows, digest {known.digest}")


if __name__ == "__main__":
    main()
