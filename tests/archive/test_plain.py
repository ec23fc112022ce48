"""Tables as plain files and back: nothing changes on the way."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from runfolio.archive.plain import from_plain, to_plain
from runfolio.model.tables import Tables
from runfolio.pipeline import Request, load

SAMPLE = Path(__file__).parents[2] / "sample_runs"


def assert_same(one: Any, other: Any, place: str = "") -> None:
    """Compare two values with all that is in them, also their types."""
    assert type(one) is type(other), place
    if isinstance(one, pd.DataFrame):
        pd.testing.assert_frame_equal(one, other)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype, place
        np.testing.assert_array_equal(one, other)
    elif dataclasses.is_dataclass(one):
        for own in dataclasses.fields(one):
            value, back = getattr(one, own.name), getattr(other, own.name)
            assert_same(value, back, f"{place}.{own.name}")
    elif isinstance(one, Mapping):
        assert list(one) == list(other), place
        for key, value in one.items():
            assert_same(value, other[key], f"{place}[{key!r}]")
    elif isinstance(one, tuple):
        assert len(one) == len(other), place
        for number, pair in enumerate(zip(one, other, strict=True)):
            assert_same(*pair, f"{place}[{number}]")
    elif isinstance(one, float) and math.isnan(one):
        assert math.isnan(other), place
    else:
        assert one == other, place


def test_all_that_a_project_tells_comes_back() -> None:
    tables = load(Request((str(SAMPLE),)))
    text, files = to_plain(tables)
    json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert_same(from_plain(text, files.__getitem__, Tables), tables)
    assert to_plain(tables) == (text, files)


@dataclass(frozen=True, slots=True)
class Inner:
    number: float
    word: Literal["a", "b"] | None = None


@dataclass(frozen=True, slots=True)
class Outer:
    texts: tuple[str, ...]
    inner: tuple[Inner, ...]
    keyed: Mapping[tuple[str, str], Inner]
    array: NDArray[np.float64]
    whole: NDArray[np.int64]
    frame: pd.DataFrame = field(default_factory=pd.DataFrame)


FLOATS = st.floats(allow_nan=True, allow_infinity=True)
TEXTS = st.text(st.characters(codec="utf-8"))
INNER = st.builds(Inner, FLOATS, st.sampled_from(("a", "b", None)))
OUTER = st.builds(
    Outer,
    st.lists(TEXTS, max_size=4).map(tuple),
    st.lists(INNER, max_size=3).map(tuple),
    st.dictionaries(st.tuples(TEXTS, TEXTS), INNER, max_size=3),
    st.lists(FLOATS, max_size=300).map(lambda v: np.array(v, np.float64)),
    st.lists(st.integers(-(2**63), 2**63 - 1), max_size=5).map(lambda v: np.array(v, np.int64)),
    st.lists(TEXTS, max_size=4).map(lambda v: pd.DataFrame({"a": v, "b": range(len(v))})),
)


@given(OUTER)
def test_any_value_comes_back(value: Outer) -> None:
    text, files = to_plain(value)
    assert_same(from_plain(text, files.__getitem__, Outer), value)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "{}",
        "not json",
        '{"texts": [], "inner": [{"number": "many"}], "keyed": [], "array": {}}',
        '{"texts": [], "inner": [], "keyed": [], "array": {"array": [], "dtype": "O",'
        ' "shape": [0]}, "whole": {"array": [], "dtype": "<i8", "shape": [0]}, "frame": {}}',
    ],
)
def test_what_is_something_else_is_told(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        from_plain(text, dict[str, bytes]().__getitem__, Outer)
