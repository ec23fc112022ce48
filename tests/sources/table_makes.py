"""Let pandas write one table of runs in all formats that it has: OUT/<format>/runs.<ending>."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd

OUT = Path(sys.argv[1])
FRAME = pd.DataFrame(
    {
        "model": ["forest", "boosting", "logistic, l2", "svm"],
        "lr": [0.1, 0.01, np.nan, 1e-5],
        "seed": [1, 2, 3, 4],
        "accuracy": [0.91, 1 / 3, np.nan, 0.5],
        "loss": [0.1, np.inf, 0.3, -1e-300],
        "rows": [100, 200, 300, 400],
        "tuned": [True, False, True, False],
        "started": pd.to_datetime(["2025-03-01T12:00:00Z"] * 4),
    }
)


def _folder(name: str) -> Path:
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"runs.{name}"


FRAME.to_csv(_folder("csv"))
FRAME.to_csv(_folder("tsv"), sep="\t", index=False)
FRAME.to_json(_folder("json"), orient="records", date_format="iso", double_precision=15)
FRAME.to_json(
    _folder("jsonl"), orient="records", lines=True, date_format="iso", double_precision=15
)
FRAME.to_parquet(_folder("parquet"))
FRAME.to_feather(_folder("feather"))
