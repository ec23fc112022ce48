"""The quick ways through many texts find what the plain ones find."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import run, tables
from runfolio.audience.finding import Finder, folded
from runfolio.audience.hidden import HiddenValue
from runfolio.audience.leaks import LeakSearch
from runfolio.audience.redaction import redacted
from runfolio.audience.searchable import searchable
from runfolio.audience.secrets import SECRET_MASKED, masked
from runfolio.audience.texts import gathered, rewritten
from runfolio.config import Redacted, Settings
from runfolio.errors import LeakError
from runfolio.model.tables import Tables

NUMBERS = st.one_of(
    st.floats().map(str), st.integers().map(str), st.sampled_from(["1.", ".5", "-1E+5", "1e-07"])
)
TEXTS = st.one_of(NUMBERS, st.text(st.characters(codec="utf-8"), max_size=8), st.just("a 1.5"))


def some_tables(values: list[str], dtype: str) -> Tables:
    old = tables(run("r", {"loss": 1.0}))
    names = {"run": ["r"] * len(values), "param": [f"p{i}" for i in range(len(values))]}
    frame = pd.DataFrame(names, dtype="str").assign(value=pd.Series(values, dtype=dtype))
    return replace(old, params=frame)


@pytest.mark.parametrize("dtype", ["object", "str"])
@given(values=st.lists(TEXTS, max_size=12), data=st.data())
def test_a_mapping_changes_what_a_function_changes(
    dtype: str, values: list[str], data: st.DataObject
) -> None:
    old, told = some_tables(values, dtype), Settings(title="1.5")
    changed = data.draw(st.lists(st.sampled_from([*values, "r", "loss", "1.5"]), unique=True))
    new = {text: f"{text}, new" for text in changed}
    asked: set[str] = set()

    def rewrite(text: str) -> str:
        asked.add(text)
        return new.get(text, text)

    plain, plain_told = rewritten(old, told, rewrite)
    quick, quick_told = rewritten(old, told, new)
    assert asked == set(gathered(old, told))
    assert quick_told == plain_told
    pd.testing.assert_frame_equal(quick.params, plain.params)
    pd.testing.assert_frame_equal(quick.runs, plain.runs)
    pd.testing.assert_frame_equal(quick.metrics, plain.metrics)


PARTS = st.lists(
    st.sampled_from(["123456", "1234567", "0.", "-", " ", "x", "7", "٣", "_", "e", "1"]),
    min_size=1,
    max_size=6,
)
PIECES = PARTS.map("".join).map(folded)


@given(st.lists(PIECES.filter(bool), max_size=20, unique=True), st.lists(PARTS, max_size=8))
def test_numbers_are_found_where_whole_words_are(texts: list[str], parts: list[list[str]]) -> None:
    text = folded("".join(part for some in parts for part in some))
    found = {texts[which] for which in Finder(texts, few=0).find(text)}
    assert found == {one for one in texts if re.search(_alone(one), text)}


def _alone(text: str) -> str:
    """Return a pattern of a text that neither a letter nor a digit stands beside."""
    first, last = (sign.isalnum() for sign in (text[0], text[-1]))
    before, after = r"(?<![^\W_])" if first else "", r"(?![^\W_])" if last else ""
    return f"{before}{re.escape(text)}{after}"


def test_many_texts_with_one_number_in_common_are_found() -> None:
    texts = [f"day-20260101-{letter}" for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert list(Finder(texts, few=0).find("x day-20260101-k y")) == [10]


def test_the_slug_of_a_name_with_a_number_is_found() -> None:
    hidden = [HiddenValue(text, "hide") for text in ("0.12345678", "depth=0.12345678")]
    shown = tables(run("r", {"loss": 1.0}))
    found = searchable(hidden, shown, Settings()).values
    with pytest.raises(LeakError):
        LeakSearch(found).search("runs.txt", b"forest-depth-0-12345678-a1b2c3")
    # Where the number alone is shown in that way, only both together tell something.
    shown = tables(run("r", {"loss": 1.0}, params={"x": "day 0-12345678 b"}))
    found = searchable(hidden, shown, Settings()).values
    LeakSearch(found).search("runs.txt", b"forest-0-12345678-a1b2c3")
    with pytest.raises(LeakError):
        LeakSearch(found).search("runs.txt", b"forest-depth-0-12345678-a1b2c3")


def test_a_number_that_is_a_secret_or_a_name_is_found_in_numbers() -> None:
    params = {"password": "40816273", "pin": "40816273", "low": "-40816273", "other": "40816274"}
    cut = masked(tables(run("r", {"loss": 1.0}, params=params)), Settings())
    left = dict(zip(cut.tables.params["param"], cut.tables.params["value"], strict=True))
    assert left == {
        "password": SECRET_MASKED,
        "pin": SECRET_MASKED,
        "low": f"-{SECRET_MASKED}",
        "other": "40816274",
    }
    params = {"bucket": "40816273", "id": "40816273", "other": "4081627"}
    cut = redacted(tables(run("r", {"loss": 1.0}, params=params)), Settings(), Redacted())
    left = dict(zip(cut.tables.params["param"], cut.tables.params["value"], strict=True))
    assert left == {"bucket": "(address)", "id": "(address)", "other": "4081627"}
