"""The quick reading of plain YAML gives what the YAML parser gives, or nothing."""

from __future__ import annotations

import random
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from runfolio.sources.reading.parsing import (
    MAX_EXPANDED,
    MAX_NESTING,
    YAML_LIMIT,
    ParseError,
    _parse_events,
    parse_yaml,
)
from runfolio.sources.reading.plain_yaml import plain_tree

DVC_LOCK = """\
schema: '2.0'
stages:
  train:
    cmd: python train.py --lr 0.003 --data s3://bucket/a && tar -cpzf
      model.tar.gz code/
    deps:
    - path: data/train.csv
      hash: md5
      size: 100005
    params:
      params.yaml:
        train.lr: 0.003
        layers:
        - 16
        - 32
        tags: []
    outs:
    - path: metrics.json
      size: 120
"""
BY_HAND = """\
# What we tried last.

train:   # all of it
    lr: 1e-3  # was 1e-2
    layers: [16, 32, 'a, b']
    kwargs: {momentum: 0.9, nesterov: "no"}
    warmup:
    decay: null
    "0": LABEL_0
    note: "a # b: c"

    folds:
        -   name: Zürich
            rows: -5
        -
            name: 北京
        - - 1
          - ~
seed: 3"""


def expected(text: str) -> Any:
    """Return what the YAML parser makes of a text, with the order of keys; its error as itself."""
    try:
        return repr(_parse_events(text))
    except (ParseError, UnicodeEncodeError) as error:
        return error


def agrees(text: str) -> bool:
    """Check that a text is read as the parser reads it; tell whether it was read."""
    tree = plain_tree(text)
    if tree is not None:
        assert repr(tree) == expected(text), text
    return tree is not None


def test_what_dvc_writes() -> None:
    train = {
        "cmd": "python train.py --lr 0.003 --data s3://bucket/a && tar -cpzf model.tar.gz code/",
        "deps": [{"path": "data/train.csv", "hash": "md5", "size": "100005"}],
        "params": {"params.yaml": {"train.lr": "0.003", "layers": ["16", "32"], "tags": []}},
        "outs": [{"path": "metrics.json", "size": "120"}],
    }
    assert plain_tree(DVC_LOCK) == {"schema": "2.0", "stages": {"train": train}}
    assert plain_tree(DVC_LOCK.replace("\n", "\r\n")) == plain_tree(DVC_LOCK)


def test_what_people_write() -> None:
    assert plain_tree(BY_HAND) == {
        "train": {
            "lr": "1e-3",
            "layers": ["16", "32", "a, b"],
            "kwargs": {"momentum": "0.9", "nesterov": "no"},
            "warmup": None,
            "decay": None,
            "0": "LABEL_0",
            "note": "a # b: c",
            "folds": [{"name": "Zürich", "rows": "-5"}, {"name": "北京"}, ["1", None]],
        },
        "seed": "3",
    }


def test_a_tree_that_somebody_changes_is_not_the_next_one() -> None:
    first: Any = plain_tree(BY_HAND)
    before = repr(first)
    first["train"]["layers"].append("64")
    first["train"]["kwargs"].clear()
    assert repr(plain_tree(BY_HAND)) == before


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a: 1\na:\n  b: 2\n", {"a": {"b": "2"}}),
        ("b: 1\na: 2\nb: 3\n", {"b": "3", "a": "2"}),
        ("a:\n- b:\n  - c\n- d\n", {"a": [{"b": ["c"]}, "d"]}),
        ("- - - x\n    - y\n  - z\n", [[["x", "y"], "z"]]),
        ("a: ''\nb: \"\"\nc: 'null'\nd: ~\n", {"a": "", "b": "", "c": "null", "d": None}),
        ("url: http://host:8080/#top\n", {"url": "http://host:8080/#top"}),
        ("a:\n  words on the\n  next lines\nb: 1\n", {"a": "words on the next lines", "b": "1"}),
        ("a: one\n  two # 2\n", None),
        ("a: one # 1\n  two\n", None),
        ("a: one\n\n  two\n", None),
        ("a: null\n  two\n", None),
        ("a: 'one'\n  two\n", None),
        ("a: one\n  'two'\n", None),
        ("a: one\n  - two\n", None),
        ("a: one\ntwo\n", None),
        ("{}\n", {}),
        ("run.1\n", "run.1"),
        ("null", None),
        ("# nothing\n", None),
        ("", None),
    ],
)
def test_a_text_is_read_or_left(text: str, tree: Any) -> None:
    assert plain_tree(text) == tree
    agrees(text)


@pytest.mark.parametrize(
    "text",
    [
        *("a: &x 1\n", "a: *x\n", "a: !!int 1\n", "!x\na: 1\n", "a: |\n  b\n", "a: >-\n  b\n"),
        *("---\na: 1\n", "a: 1\n---\nb: 2\n", "a: 1\n...\n", "... a: 1\n", "--- a: 1\n"),
        *("%YAML 1.1\n", "? a\n: b\n", "a:\t1\n", "a: 1\t\n", "a: b: c\n", "a: b:\n", "a: - b\n"),
        *("<<: {a: 1}\n", "'<<':\n  a: 1\n", "{<<: 1}\n", "null: 1\n", "~: 1\n", "NULL:\n- a\n"),
        *(
            "{null: 1}\n",
            "a: 'it''s'\n",
            'a: "\\n"\n',
            "a: 'b\n  c'\n",
            "a: 'b' c\n",
            "a: 'b'#c\n",
            "a: []#\n",
            "'a' : 1\n",
        ),
        *("a: [1, [2]]\n", "a: [1,\n  2]\n", "a: [b: c]\n", "a: {b}\n", "a: [1, 2,]\n", "a: [,]\n"),
        *(
            "a: @b\n",
            "a: `b\n",
            "a: %b\n",
            "a: [1] 2\n",
            "[a]: 1\n",
            "a: 1\n  b: 2\n",
            "- a\nb: 1\n",
        ),
        *("  a: 1\nb: 2\n", "a:\n    b: 1\n  c: 2\n", "- a\n - b\n", "a: 1\n- b\n", "- a: 1\n - b"),
        *("\ufeffa: 1\n", "a: \x07\n", "a: \x7f\n", "a: b\x85c: d\n", "a: b\u2028c: d\n"),
        *("a: \ud800\n", "a: \uffff\n", "a: b\rc: d\n", "a: b\x00\n", f"{'a' * 1030}: 1\n"),
    ],
)
def test_all_else_is_left_to_the_parser(text: str) -> None:
    assert plain_tree(text) is None
    outcome = expected(text)
    if isinstance(outcome, ParseError):
        with pytest.raises(ParseError, match=re.escape(str(outcome))):
            parse_yaml(text)
    elif isinstance(outcome, str):
        assert repr(parse_yaml(text)) == outcome


def test_no_more_is_read_than_the_parser_may() -> None:
    deep = "".join(f"{' ' * level}a:\n" for level in range(MAX_NESTING + 1))
    assert plain_tree(deep) is None
    assert agrees("".join(f"{' ' * level}a:\n" for level in range(20)))
    wide = "- - - a: [1]\n" * 9_000
    assert len(wide.split("\n")) * 8 < MAX_EXPANDED
    assert agrees(wide)
    assert plain_tree("- - - a: [1]\n" * 10_000) is None
    assert plain_tree(f"a: [{'1, ' * 10_000}1]\n") is None
    assert agrees("a: b\n" + "  words\n" * 1_000)
    assert plain_tree("a: b\n" + "  words\n" * 5_000) is None
    assert plain_tree(f"{'#' * 900}\n" * (YAML_LIMIT // 900) + "a: 1\n") is None


@pytest.mark.parametrize(
    "around", ["a: x{}y", "a: '{}'", 'a: "{}"', "a: {}x", "a: [{}]", "{}: 1", "#{}"]
)
def test_every_character_that_is_read_is_one_of_yaml(around: str) -> None:
    codes = (*range(0x3100), *range(0xD700, 0x10000, 7), 0xFEFF, 0xFFFE, 0xFFFF, 0x1F600)
    texts = [around.format(chr(code)) for code in codes]
    read = [text for text in texts if plain_tree(f"b: 1\n{text}") is not None]
    assert len(read) > 1_000
    for start in range(0, len(read), 5_000):
        assert agrees("\n".join(f"- {text}" for text in read[start : start + 5_000]))


MANY = settings(max_examples=5 * settings().max_examples)

_PLAIN = st.one_of(
    st.sampled_from(
        ["", "null", "~", "yes", "1e-3", "-5", ".nan", "s3://b/k", "a b", "--lr 1", "<<"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text("ab1.-_ /:#", max_size=12),
)
_TREES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _PLAIN),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(_PLAIN, inner, max_size=4)
    ),
    max_leaves=20,
)


@MANY
@given(
    _TREES, st.sampled_from([False, None, True]), st.integers(2, 6), st.sampled_from([20, 80, 999])
)
def test_what_pyyaml_writes(tree: Any, flow: bool | None, indent: int, width: int) -> None:
    agrees(yaml.safe_dump(tree, default_flow_style=flow, indent=indent, width=width))
    agrees(yaml.safe_dump(tree, default_flow_style=flow, allow_unicode=True, sort_keys=False))


@MANY
@given(
    st.recursive(
        st.one_of(st.integers(), st.floats(), st.booleans(), st.text("ab/.", min_size=1)),
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=4),
            st.dictionaries(st.text("abk_/", min_size=1), inner, min_size=1, max_size=4),
        ),
        max_leaves=20,
    ).filter(lambda tree: isinstance(tree, dict))
)
def test_what_pyyaml_writes_of_plain_trees_is_read(tree: Any) -> None:
    text = yaml.safe_dump(tree, default_flow_style=False)
    assert agrees(text) or "- - - -" in text


def written_by_hand(choose: random.Random, columns: int = 0, depth: int = 0) -> list[str]:
    """Return lines as people might write them, some of them wrong."""
    pick = choose.choice
    scalars = ("1", "x y", "-1.5", "a#b", "a:b", "'q'", '"q # r"', "null", "~", "[1, a b]", "[]")
    more = ("{a: 1, b: 'c, d'}", "x  y ", "x # said", "--x", "'it''s'", "[1, [2]]", "a: b", "|")
    lines = []
    as_list = pick((True, False))
    for _ in range(choose.randint(1, 3)):
        pad = " " * max(0, columns + pick((0,) * 20 + (-1, 1, 2)))
        value = pick(scalars) if choose.random() < 0.95 else pick(more)
        start = "-" + " " * pick((1, 1, 1, 2, 3)) if as_list else ""
        key = pick(("a", "b.c", "d e", "'1'", "f")) + ":"
        inner = columns + pick((0, 2, 2, 2, 4))
        nested = written_by_hand(choose, inner, depth + 1) if depth < 4 else []
        match pick(("value", "item", "value", "nested", "compact", "more", "odd")):
            case "value":
                lines.append(f"{pad}{start}{key}{' ' * pick((1, 1, 1, 2))}{value}")
            case "item":
                lines.append(f"{pad}{start or key + ' '}{value}")
            case "nested":
                lines.extend(
                    [f"{pad}{start.rstrip() or key}{pick(('', '', ' ', ' # all'))}", *nested]
                )
            case "compact" if as_list and nested:
                first, *rest = written_by_hand(choose, columns + len(start), depth + 1)
                lines.extend([pad + start + first.lstrip(" "), *rest])
            case "more":
                below = pick(("and more", "then: x", "- y", "1", " # z"))
                lines.append(f"{pad}{start or key + ' '}some words")
                lines.append(f"{pad}{' ' * pick((0, 1, 2, 4))}{below}")
            case _:
                lines.append(pick(("", "  ", f"{pad}# note", "#", "      # far", f"{pad}{value}")))
    return lines


@settings(max_examples=1000, deadline=None)
@given(st.integers(0, 2**32))
def test_what_people_might_write(seed: int) -> None:
    agrees("\n".join(written_by_hand(random.Random(seed))))


@settings(max_examples=1000, deadline=None)
@given(st.text(" :-#[]{},'\"|>&*!%@`?~\n\n  ab1.<", max_size=40))
def test_random_text(text: str) -> None:
    agrees(text)
    agrees(f"a:\n  - b: 1\n{text}\n")


@settings(max_examples=1000, deadline=None)
@given(
    st.sampled_from([DVC_LOCK, BY_HAND]),
    st.lists(
        st.tuples(
            st.floats(0, 1),
            st.integers(0, 3),
            st.text(" :-#[]{},'\"|>&*!%@`?~\n\t\r\\ab1.<\x85\ufeff", max_size=3),
        ),
        min_size=1,
        max_size=3,
    ),
)
def test_a_text_that_somebody_damaged(text: str, changes: list[tuple[float, int, str]]) -> None:
    for where, removed, added in changes:
        place = int(where * len(text))
        text = text[:place] + added + text[place + removed :]
    agrees(text)
