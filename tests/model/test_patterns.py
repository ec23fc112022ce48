"""The first pattern that fits is found, however many there are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runfolio.model.patterns import first_match, is_match

TEXTS = st.text("aB*?[|(.\\", max_size=4)


@given(st.lists(TEXTS, max_size=3), st.lists(TEXTS, max_size=4))
def test_it_is_the_first_that_any_name_fits(names: list[str], patterns: list[str]) -> None:
    fitting = [p for p in patterns if any(is_match(name, p) for name in names if name)]
    assert first_match(names, patterns) == (fitting[0] if fitting else None)
