"""The data: scikit-learn's bundled breast-cancer measurements, in two versions.

In goes a version name, out come the cases as one table, with the digest of its bytes.

Version v2 is the bundled table as it is: 569 tumours, 30 measurements each, the diagnosis
of a pathologist. Version v1 is v2 with three flaws put in on purpose, each of a kind that
real exports have: rows that were exported twice, cells left blank, diagnoses swapped.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

DIAGNOSIS = "malignant"

DOUBLED_ROWS = 60
SWAPPED_DIAGNOSES = 12
BLANK_SHARE = 0.05
BLANK_COLUMNS = ("mean texture", "mean concavity", "worst texture")


@dataclass(frozen=True, slots=True)
class Cases:
    """One version of the data; the digest changes with any value in it."""

    version: str
    table: pd.DataFrame
    digest: str

    name = "tumour-cases"


@dataclass(frozen=True, slots=True)
class Split:
    """The cases to learn from and those held back; 1 is malignant, 0 benign."""

    train_x: pd.DataFrame
    train_y: np.ndarray
    held_x: pd.DataFrame
    held_y: np.ndarray


def load(version: str) -> Cases:
    """Return version ``v1`` or ``v2`` of the cases."""
    bundled = load_breast_cancer(as_frame=True)
    table = bundled.data.copy()
    # scikit-learn counts benign as 1; here the positive class is what must not be missed.
    table[DIAGNOSIS] = 1 - bundled.target
    if version == "v1":
        table = _with_flaws(table)
    digest = hashlib.sha256(table.to_csv(index=False).encode()).hexdigest()[:12]
    return Cases(version, table, digest)


def split(cases: Cases, columns: list[str], seed: int) -> Split:
    """Hold back 30 % of the cases, drawn by `seed` with the same share of malignant ones."""
    train, held = train_test_split(
        cases.table, test_size=0.3, stratify=cases.table[DIAGNOSIS], random_state=seed
    )
    return Split(
        train[columns], train[DIAGNOSIS].to_numpy(), held[columns], held[DIAGNOSIS].to_numpy()
    )


def _with_flaws(clean: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(2026)
    table = clean.copy()
    swapped = rng.choice(len(table), SWAPPED_DIAGNOSES, replace=False)
    table.loc[swapped, DIAGNOSIS] = 1 - table.loc[swapped, DIAGNOSIS]
    for column in BLANK_COLUMNS:
        table.loc[rng.random(len(table)) < BLANK_SHARE, column] = np.nan
    doubled = table.iloc[rng.choice(len(table), DOUBLED_ROWS, replace=False)]
    return pd.concat([table, doubled], ignore_index=True)
