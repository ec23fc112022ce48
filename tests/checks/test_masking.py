"""Values as shapes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from runfolio.checks.masking import masked


def test_the_shape_is_kept() -> None:
    assert masked("Ada Marker-Löwe, 12.3.1987 <a@b.org>") == "xxx xxxxxx-xxxx, 99.9.9999 <x@x.xxx>"
    assert masked("山田太郎") == "xxxx"


@given(st.text())
def test_no_letter_and_no_digit_is_left(text: str) -> None:
    shape = masked(text)
    assert not {c for c in shape if c.isalnum()} - {"x", "9"}
    assert len(shape) <= 41
    assert all(c.isprintable() for c in shape)
