"""Print as JSON what pandas reads in tables of steps: per file and column, steps and values.

Called with the name of the column of steps and the files.
"""

from __future__ import annotations

import json
import sys

import pandas as pd


def main(step: str, *files: str) -> None:
    print(json.dumps({file: _columns(step, file) for file in files}))


def _columns(step: str, file: str) -> dict[str, list[list[str]]]:
    # As text: pandas would make one thing of a cell that is empty and of one that is NaN.
    with open(file, encoding="utf-8") as text:
        separator = ";" if ";" in text.readline() else ","
    frame = pd.read_csv(
        file, sep=separator, skipinitialspace=True, dtype=str, keep_default_na=False
    )
    frame.columns = frame.columns.str.strip()
    found = {}
    for name in frame.columns.drop(step):
        logged = frame[~frame[name].isin(["", "NA"])]
        found[name] = logged[[step, name]].to_numpy().tolist()
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
