"""Stage 1b: the YAML that most programs and people write, read line by line.

In: text. Out: the tree that `parse_yaml` makes of it, several times as quickly; or None, where
anything else of YAML stands in it. Read are mappings and lists by indentation; words, also over
several lines; quoted words that end on their line; lists and mappings of words in brackets;
comments. Every line must be of that form: one that is not, such as one with an anchor, a tag, a
block of text or a mistake, leaves the whole text to the real parser (https://yaml.org/spec/1.1).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runfolio.sources.reading.parsing import Tree

__all__ = ["plain_tree"]

# These are well within what `parse_yaml` allows.
_LONGEST = 1024 * 1024
_LONGEST_WORDS = 10_000
"""Characters of one value, which is copied for each line that adds to it."""
_MOST_ROWS = 10_000
"""Lines and commas together; a line without commas holds eight values at most."""
_DEEPEST = 32
_LINES_KEPT = 8192
"""Versions of a file have most of their lines in common: each of these is taken apart once."""
_NULL = frozenset({"~", "null", "Null", "NULL"})

# All of it is possessive, so that a line takes time in proportion to its length.
_OTHERS = r"\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff"
_VISIBLE = rf"[!-\"$-9;-~{_OTHERS}]"  # without # and :, which mean something beside a space
_PLAIN = (
    rf"-{{0,2}}+[\w./+$(=~<^]{_VISIBLE}*+"
    rf"(?:(?::(?=[^ ])|\#|\ ++(?=[^ :\#])){_VISIBLE}*+)*+"
)
_QUOTED = rf"(?:'[ -&(-~{_OTHERS}]*+'|\"[ !\#-\[\]-~{_OTHERS}]*+\")"
_KEY = r"(?!~|<|(?:null|Null|NULL):|['\"]<)"  # none that is null, and none that merges
_WORDS = r"-?+[\w./+][\w./+-]*+(?:\ ++[\w./+][\w./+-]*+)*+"
_ITEM = rf"(?:{_WORDS}|{_QUOTED})"
_PAIR = rf"{_KEY}[\w./][\w./-]*+:\ ++{_ITEM}"
_LIST = rf"\[\ *+(?:{_ITEM}\ *+(?:,\ *+{_ITEM}\ *+)*+)?+\]"
_MAPPING = rf"\{{\ *+(?:{_PAIR}\ *+(?:,\ *+{_PAIR}\ *+)*+)?+\}}"
_LINE = re.compile(
    rf"""(?!.{{1000}}|\.\.\.)    # the colon of a key comes within 1024 characters
    (\ *+)                      # how far it is indented
    ((?:-(?:\ ++|$)){{0,3}}+)   # dashes of lists
    (?:{_KEY}({_PLAIN}|{_QUOTED}):(?:\ ++|$))?+
    (?:({_PLAIN})|({_QUOTED})|({_LIST}|{_MAPPING}))?+
    (\ *+(?<![^ ])\#[ -~{_OTHERS}]*+)?+\ *+""",
    re.VERBOSE,
)
_ITEMS = re.compile(_ITEM, re.VERBOSE)
_PAIRS = re.compile(_PAIR, re.VERBOSE)


_Row = tuple[tuple[int, ...], str | int, str | None, str, int]
"""A line, taken apart.

The lists and mappings that it has items of, each by its place: twice the column, and one more
for a list, whose dashes may stand right below the key that it belongs to. Where in the last of
them its value is. The value; what is in brackets as it is written. How it ends: "open" for a
value on the next lines, "words" for more of them, "brackets", "closed" or "blank". Its indent.
"""


def plain_tree(text: str) -> Tree | None:
    """Return what `parse_yaml` returns for a text of plain YAML; None if it is not plain.

    A text without any value is left to `parse_yaml`, too.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if len(text) > _LONGEST or text.count("\n") + text.count(",") >= _MOST_ROWS:
        return None
    root: list[Tree] = [None]
    node: Tree = root  # the innermost list or mapping
    level = -1  # its place
    outer: list[tuple[int, Tree]] = []  # those around it
    slot: str | int = 0  # where in it the newest value is
    before = "open"  # the end of the line before
    for row in map(_row, text.split("\n")):
        if row is None:
            return None
        places, new_slot, value, end, indent = row
        if places:
            for place in places:
                if place > level:
                    if before != "open" or len(outer) > _DEEPEST:
                        return None
                    outer.append((level, node))
                    level = place
                    node[slot] = node = [] if place & 1 else {}
                else:
                    while place < level:
                        level, node = outer.pop()
                    if place != level:
                        return None
                if place & 1:
                    node.append(None)
                    slot, before = -1, "open"
            slot = new_slot
        elif end == "blank":
            if before == "words":
                before = "closed"
            continue
        elif 2 * indent <= level:
            return None
        elif before == "words" == end and len(node[slot]) < _LONGEST_WORDS:
            value = f"{node[slot]} {value}"
        elif before != "open":
            return None
        node[slot] = value if value is None or end != "brackets" else _in_brackets(value)
        before = end
    return root[0]


@lru_cache(_LINES_KEPT)
def _row(line: str) -> _Row | None:
    found = _LINE.fullmatch(line)
    if found is None:
        return None
    indent, dashes, key, plain, quoted, brackets, comment = found.groups()
    column = len(indent)
    places: tuple[int, ...] = ()
    slot: str | int = -1
    if dashes:
        for dash in dashes.split("-")[1:]:
            places += (2 * column + 1,)
            column += 1 + len(dash)
    if key:
        places += (2 * column,)
        slot = key[1:-1] if key[0] in "'\"" else key
    if plain:
        value = None if plain in _NULL else plain
        end = "closed" if comment or value is None else "words"
    elif quoted:
        value, end = quoted[1:-1], "closed"
    elif brackets:
        value, end = brackets, "brackets"
    else:
        value, end = None, "open" if places else "blank"
    return places, slot, value, end, len(indent)


def _in_brackets(written: str) -> Tree:
    if written[0] == "[":
        return [_word(item) for item in _ITEMS.findall(written)]
    pairs = (pair.partition(":") for pair in _PAIRS.findall(written))
    return {key: _word(item.lstrip(" ")) for key, _, item in pairs}


def _word(written: str) -> str | None:
    if written[0] in "'\"":
        return written[1:-1]
    return None if written in _NULL else written
