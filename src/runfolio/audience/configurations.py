"""Stage 2b: which runs are one configuration, told by a number for each run.

The analysis groups runs by their params but the seed and by their data; here the same groups are
found for all runs at once, before anything is taken out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.config import Settings
from runfolio.model.seeds import is_seed
from runfolio.model.tables import MADE, Tables

__all__ = ["comparable_runs", "is_seed_of", "signatures", "sums_by_run"]

_COMPARED = ("finished", "unknown")
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xBF58476D1CE4E5B9)
_SHIFT = np.uint64(31)

Hashes = NDArray[np.uint64]


def is_seed_of(names: pd.Series, seeds: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which of the names (of params, repeated) are those of seeds."""
    told = [name for name in names.unique() if is_seed(name, seeds)]
    return names.isin(told).to_numpy(bool)


def sums_by_run(index: pd.Index, runs: pd.Series, *columns: pd.Series) -> Hashes:
    """Return a number for each run that is equal for equal rows, in whatever order.

    Parameters
    ----------
    index : Index
        The runs.
    runs : Series
        By row.
    *columns : Series of str
        What is told in each row.

    Returns
    -------
    ndarray of uint64, shape (len(index),)
        0 for a run without any row.
    """
    mixed = np.zeros(len(runs), np.uint64)
    for column in columns:
        codes, texts = pd.factorize(column)
        hashed = pd.util.hash_array(np.asarray(texts, object), categorize=False)[codes]
        mixed = (mixed ^ (mixed >> _SHIFT)) * _FIRST + hashed
        mixed = (mixed ^ (mixed >> _SHIFT)) * _SECOND
    sums = np.zeros(len(index), np.uint64)
    codes, ids = pd.factorize(runs)
    own = np.zeros(len(ids), np.uint64)
    np.add.at(own, codes, mixed)
    places = index.get_indexer(pd.Index(ids))
    sums[places[places >= 0]] = own[places >= 0]
    return sums


def signatures(tables: Tables, seeds: Sequence[str]) -> pd.Series:
    """Return a number for each run, equal for the runs of one configuration.

    A run without params is a configuration by itself.
    """
    index, params, data = tables.runs.index, tables.params, tables.datasets
    params = params[~is_seed_of(params["param"], seeds)]
    own = sums_by_run(index, params["run"], params["param"], params["value"])
    data = data[data["context"] != MADE].drop_duplicates(["run", "name", "digest"])
    used = sums_by_run(index, data["run"], data["name"], data["digest"])
    alone = pd.util.hash_array(index.to_numpy(object), categorize=False)
    return pd.Series(np.where(own == 0, alone, own) * _FIRST + used, index)


def comparable_runs(tables: Tables, settings: Settings) -> pd.Index:
    """Return the runs that are compared: they ended well and logged something."""
    status = tables.runs["status"].isin([*_COMPARED, *settings.compared.also])
    return tables.runs.index[status & tables.runs.index.isin(tables.metrics["run"].unique())]
