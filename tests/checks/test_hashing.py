"""Texts as 64-bit numbers: equal for equal texts only, whatever lies beside them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from runfolio.checks.batch import Batch
from runfolio.checks.hashing import Distinct, combined, text_hashes

TEXT = st.text(max_size=40) | st.text(alphabet="ab\0", max_size=300)


def hashes(texts: list[str]) -> list[int]:
    data = [text.encode() for text in texts]
    lengths = np.array([len(one) for one in data], dtype=np.int32)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]]).astype(np.int32)
    return [int(one) for one in text_hashes(starts, lengths, b"".join(data))]


@given(st.lists(TEXT, min_size=1, max_size=60))
def test_equal_texts_and_only_these_have_equal_hashes(texts: list[str]) -> None:
    found = hashes(texts)
    assert len(set(found)) == len(set(texts))
    assert len(set(zip(texts, found, strict=True))) == len(set(texts))
    assert found[-1:] == hashes(texts[-1:])  # it does not depend on its neighbours


def test_texts_that_differ_in_one_place_only() -> None:
    for length in (1, 7, 8, 9, 16, 31, 255, 256, 257, 300):
        texts = ["a" * place + "b" + "a" * (length - place - 1) for place in range(length)]
        assert len(set(hashes([*texts, "a" * length]))) == length + 1


def test_a_million_texts_are_told_apart() -> None:
    column = pa.array([str(number) for number in range(1_000_000)])
    found = Batch({"a": column}, 1, len(column)).identity("a")
    assert len(np.unique(found)) == len(column)


def test_the_hash_of_part_of_an_array() -> None:
    column = pa.array(["x", "yy", None, "zzz", "yy"])
    part = Batch({"a": column.slice(1, 4)}, 1, 4).identity("a")
    assert part.tolist() == Batch({"a": column}, 1, 5).identity("a").tolist()[1:]
    assert part[0] == part[3]


def test_the_order_of_columns_counts() -> None:
    a, b = (np.array([one], dtype=np.uint64) for one in (1, 2))
    assert combined([a, b]) != combined([b, a])


@given(st.lists(st.integers(0, 50), max_size=200), st.integers(1, 40))
def test_repeats_are_counted_in_memory_and_in_files(numbers: list[int], kept: int) -> None:
    spread = np.array(numbers, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for most in (kept, 10_000):
        seen = Distinct(most)
        for start in range(0, len(spread), 7):
            seen.add(spread[start : start + 7])
        assert seen.repeats() == len(numbers) - len(set(numbers))
