"""Stage 2b: which of the texts that were taken out can be searched for without false alarm.

In: what each step took out, and what the audience is left with. Out: the texts that `LeakSearch`
looks for. A text that the report says by itself, or that is a part of a name that is shown,
proves nothing where it is found: such texts are counted, and the count is told.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.audience.distinct import DistinctTexts, Gathered, numbers_among
from runfolio.audience.finding import Finder, folded
from runfolio.audience.hidden import HiddenValue
from runfolio.audience.texts import gathered
from runfolio.config import Settings
from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.slugs import slug_of
from runfolio.model.tables import Tables

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

__all__ = ["Searchable", "searchable"]

SHORTEST = 4
"""Characters of a text that is searched for; fewer are found everywhere."""

_SHORTEST_FORM = 8
_LONGEST_NAME = 120
_SHORTEST_LONG = 25
# Labels shorten values from 24 characters on, and sentences from 60: whole words before that.
_BEGINNING = re.compile(r"(?=.{25}).{11,22}\w(?!\w)", re.DOTALL)
_BEGINNING_OF_PROSE = re.compile(r"(?=.{61}).{11,58}\w(?!\w)", re.DOTALL)
_LITERAL = re.compile(r'"""[\s\S]*?"""|"((?:[^"\\\n]|\\.)*)"')
_JOINED = re.compile(r'"\s*\n\s*[frb]*"')
_HASH = re.compile(r"(?=.{0,6}[a-f])[0-9a-f]{32,}")
_PAIR = re.compile(r"[^=]*[a-z0-9][^=]*=[0-9.]{8,}")
_PLAIN_NUMBER = re.compile(r"[0-9]+\.[0-9]+")
_LONGEST_SLUG = 40
_DIGITS = re.compile(r"[\W\d_]*")
_TOO_SHORT = "too short"
_OWN = "words of the report itself"
_SHOWN = "also in names that are shown"


@dataclass(frozen=True, slots=True)
class Searchable:
    """What is searched for, and how much is not.

    Parameters
    ----------
    values : tuple of HiddenValue
    left : mapping of str to int
        How many texts are not searched for, by the reason.
    """

    values: tuple[HiddenValue, ...]
    left: Mapping[str, int] = field(default_factory=dict)

    def problem(self) -> Problem | None:
        """Return a note that tells how many texts are not searched for."""
        if not self.left:
            return None
        told = ", ".join(f"{format_count(n)} {reason}" for reason, n in sorted(self.left.items()))
        return Problem(
            "the audience",
            "audience-not-searched",
            f"{format_count(sum(self.left.values()))} texts were taken out, but the finished files "
            f"are not searched for them, since they would be found anyway: {told}.",
            "Nothing to do, unless one of them is a secret by itself: then give it a longer name.",
            "note",
        )


def searchable(
    hidden: Iterable[HiddenValue],
    tables: Tables,
    settings: Settings,
    distinct: DistinctTexts | None = None,
) -> Searchable:
    """Return what can be searched for.

    Parameters
    ----------
    hidden : iterable of HiddenValue
        What was taken out, by all rules together.
    tables : Tables
        What is left for the audience.
    settings : Settings
        What is left of the configuration.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    Searchable
        With each text, what file names and shortened labels make of it.
    """
    distinct = distinct or DistinctTexts()
    found: dict[str, str] = {}
    left: Counter[str] = Counter()
    for one in hidden:
        text = folded(one.text)
        if len(text) < SHORTEST or (len(text) < 6 and _DIGITS.fullmatch(text)):
            left[_TOO_SHORT] += 1
        else:
            found.setdefault(text, one.rule)
    texts = list(found)
    finder = Finder(texts)
    common = {texts[which]: _OWN for which in finder.find(_own_texts())}
    common |= dict.fromkeys(_texts_shown(tables, distinct, texts).intersection(texts), _SHOWN)
    left.update(common.values())
    kept = {text: rule for text, rule in found.items() if text not in common}
    shown = gathered(tables, settings, distinct)
    pairs = {text for text in kept if _is_pair(text) and text.partition("=")[2] in kept}
    forms = {
        form: rule
        for text, rule in kept.items()
        if len(text) >= _SHORTEST_LONG or text not in pairs
        for form in _forms(text, text in pairs)
    }
    forms = _uncommon(forms, tables, shown)
    more = {
        form: kept[text]
        for text in pairs
        for value in (text.partition("=")[2].replace(".", "-"),)
        if value not in forms and value not in kept
        for form in _spellings(text)
    }
    kept = _uncommon(more, tables, shown) | forms | kept
    return Searchable(tuple(HiddenValue(*one) for one in sorted(kept.items())), dict(left))


def _is_pair(text: str) -> bool:
    """Whether a text is a name with a number, whose slug ends with that of the number."""
    is_short = "=" in text and len(text) <= _LONGEST_SLUG and text.isascii()
    return is_short and bool(_PAIR.fullmatch(text))


def _texts_shown(tables: Tables, distinct: DistinctTexts, asked: Iterable[str]) -> set[str]:
    """Return the names and the values that the audience sees; numbers only where some are asked."""
    shown = [tables.runs[name] for name in ("name", "label", "experiment")]
    shown += [tables.params[name] for name in ("param", "value")]
    shown += [tables.tags[name] for name in ("tag", "value")]
    shown += [tables.metrics["metric"], tables.datasets["name"], tables.models["name"]]
    found = Gathered((), map(distinct.of, shown))
    numbers = map(str.lower, found.numbers) if numbers_among(asked) else ()
    return {*map(folded, found.words), *numbers}


def _uncommon(forms: Mapping[str, str], tables: Tables, shown: Gathered) -> dict[str, str]:
    """Return the forms that neither the report nor any text in it has by itself."""
    texts = list(forms)
    if not texts:
        return {}
    finder = Finder(texts)
    slugs = tables.runs["slug"].tolist()
    told = folded("\n".join((*shown.able(texts), *slugs)))
    common = {*finder.find(_own_texts()), *finder.find(told)}
    return {text: forms[text] for which, text in enumerate(texts) if which not in common}


def _forms(text: str, is_pair: bool) -> Iterator[str]:
    """Yield what else stands for a text: in file names, in labels, and where it is shortened.

    Of a name with a number, the forms of the number alone are found wherever its own would be.
    """
    if not is_pair:
        yield from _spellings(text)
    if len(text) < _SHORTEST_LONG:
        return
    if _HASH.fullmatch(text):
        yield from (text[:digits] for digits in (7, 8, 10, 12))
    beginning = (_BEGINNING if text.count(" ") < 3 else _BEGINNING_OF_PROSE).match(text)
    if beginning:
        yield beginning[0]


def _spellings(text: str) -> Iterator[str]:
    if len(text) <= _LONGEST_SLUG and _PLAIN_NUMBER.fullmatch(text):
        slug = text.replace(".", "-")
        if len(slug) >= _SHORTEST_FORM:
            yield slug
    elif len(text) <= _LONGEST_NAME:
        for form in (slug_of(text), text.replace("_", " ")):
            if len(form) >= _SHORTEST_FORM and form != text:
                yield form


@cache
def _own_texts() -> str:
    """Return what the report itself says: the texts in its code, its data and its templates."""
    package = files("runfolio")
    folders = [package]
    if not (package / "themes").is_dir():  # installed as a checkout, which has them beside src/
        folders.append(Path(str(package)).parents[1] / "themes")
    return folded("\n".join(text for folder in folders for text in _texts_below(folder)))


def _texts_below(folder: Traversable) -> Iterator[str]:
    for item in folder.iterdir():
        if item.is_dir():
            yield from _texts_below(item)
        elif item.name.endswith(".py"):
            code = _JOINED.sub("", item.read_text("utf-8"))
            yield from (text for text in _LITERAL.findall(code) if text)
        elif item.name.endswith((".yaml", ".html", ".json")):
            yield item.read_text("utf-8")
