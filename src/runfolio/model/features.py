"""Stage 2: the columns of data and the features of models, as logs tell them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

__all__ = [
    "MOST_FEATURES",
    "DataColumn",
    "FeatureField",
    "FeatureList",
    "FeatureOrigin",
    "FeatureView",
    "Importances",
]

MOST_FEATURES = 5_000
"""Names of features, or columns of a data set, that are kept of one list."""

FeatureOrigin = Literal[
    "model signature", "artifact", "param", "feature store", "importances", "data columns"
]
"""Where a list of features was found, the surest first.

``data columns``: those of the data that a run used, among which may be what is predicted.
"""


@dataclass(frozen=True, slots=True)
class DataColumn:
    """A column of a data set: its name, and its type in the word of the log, or empty."""

    name: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class FeatureList:
    """The features that a run told in one place.

    Parameters
    ----------
    origin : FeatureOrigin
    place : str
        The file, param or tag that tells them.
    columns : tuple of DataColumn
        Empty where only their number is told.
    count : int or None
        How many there are, where that is known.
    label : str
        What the log calls them all together (``all 30``), where it names no single ones.
    """

    origin: FeatureOrigin
    place: str
    columns: tuple[DataColumn, ...] = ()
    count: int | None = None
    label: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True, slots=True)
class Importances:
    """How much each feature matters to one run's model.

    Parameters
    ----------
    name : str
        What tells these from other importances of the run, and finds them again in other runs:
        the file's name without its ending, and the column where there are several.
    values : mapping of str to float
        By feature; finite.
    spreads : mapping of str to float
        Standard deviations within the run (of its permutations), where they were logged.
    """

    name: str
    values: Mapping[str, float]
    spreads: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, self.values.values())):
            raise ValueError("importances are finite")


@dataclass(frozen=True, slots=True)
class FeatureField:
    """A feature in a feature view: its name, type and description."""

    name: str
    type: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class FeatureView:
    """A named group of features in a feature store.

    Parameters
    ----------
    name : str
    fields : tuple of FeatureField
    owner, description : str
        May be empty.
    entities : tuple of str
        What its features are of.
    source : str
        Name of what it is made from, never an address.
    """

    name: str
    fields: tuple[FeatureField, ...]
    owner: str = ""
    description: str = ""
    entities: tuple[str, ...] = ()
    source: str = ""
