"""Stage 2b, in every build: passwords, tokens and keys that somebody logged are masked.

In: tables and settings. Out: the same with `SECRET_MASKED` in the place of each secret, a problem
for each place where one stood, and the secrets, which no file may hold.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache

from ahocorasick_rs import AhoCorasick, Implementation

from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.hidden import Candidate, Cut, HiddenValue, distinctive
from runfolio.audience.known_texts import Place, covered, found_in, places_of
from runfolio.audience.named_values import named_values, with_cells
from runfolio.audience.secret_names import ASSIGNED_KEYWORDS, assigned, is_secret, kind_of_name
from runfolio.audience.secret_places import problems_of
from runfolio.audience.secret_rules import RULES, Rule, Span
from runfolio.audience.texts import gathered, rewritten
from runfolio.config import Settings
from runfolio.model.tables import Tables

__all__ = ["SECRET_MASKED", "masked", "secrets_in"]

SECRET_MASKED = "(secret masked)"
"""What stands where a secret stood."""

_SHORTEST = 8
"""Characters of a text that can hold a secret and say so."""
_AFTER_NAME = frozenset("\"'])`*=:, \t\n")
"""Signs of which one follows a name that is given a value."""
_LEAST_LETTERS = 16
"""Letters of a secret that is no word of any language, so that it may be looked for."""
_LABEL_VALUE = 24
"""Characters of a value in a run's label; of a longer one its beginning stands there."""


def masked(tables: Tables, settings: Settings, distinct: DistinctTexts | None = None) -> Cut:
    """Mask passwords, tokens and keys, wherever they stand.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    Cut
        Its tables have a problem ``secret-masked`` for each param, tag or other place. What is
        hidden are the secrets that can be told from other texts.
    """
    distinct = distinct or DistinctTexts()
    texts = gathered(tables, settings, distinct)
    spans = secrets_in(texts.words)
    pairs = {
        (name, value)
        for kind, (name, value) in named_values(tables, kind_of_name)
        if is_secret(kind, value, name)
    }
    if not spans and not pairs:
        return Cut(tables, settings)
    told = {text[one.start : one.end] for text, found in spans.items() for one in found}
    hidden = _hidden({*told, *(value for _, value in pairs)})
    secrets = {one.text: SECRET_MASKED for one in hidden}
    places = places_of(texts.able(secrets), secrets)
    for text, found in spans.items():
        own = (Place(one.start, one.end, SECRET_MASKED) for one in found)
        places[text] = [*places.get(text, ()), *own]
    changed = {text: covered(text, found) for text, found in places.items()}
    changed |= _labels(tables, pairs, changed)
    new, new_settings = rewritten(tables, settings, changed, distinct=distinct)
    new = with_cells(tables, new, dict.fromkeys(pairs, SECRET_MASKED))
    problems = problems_of(tables, new, is_settings=new_settings is not settings)
    new = replace(new, problems=tuple(sorted({*new.problems, *problems})))
    return Cut(new, new_settings, hidden)


def secrets_in(texts: Iterable[str]) -> dict[str, list[Span]]:
    """Return where secrets stand in texts, by the texts that have any.

    Parameters
    ----------
    texts : iterable of str
        Searched together: a million short ones take less than a second.
    """
    able = [text for text in texts if len(text) >= _SHORTEST]
    by_keyword, automaton = _keywords()
    suspected: dict[int, set[Rule | None]] = defaultdict(set)

    def wanted(which: int, after: str) -> bool:
        return by_keyword[which] != (None,) or after in _AFTER_NAME

    for which, at in found_in(able, automaton, wanted):
        suspected[at].update(by_keyword[which])
    found: dict[str, list[Span]] = {}
    for at, own in suspected.items():
        text = able[at]
        spans = [span for rule in own if rule for span in rule.spans(text)]
        spans += assigned(text) if None in own else ()
        if spans:
            found[text] = sorted(spans)
    return found


@cache
def _keywords() -> tuple[tuple[tuple[Rule | None, ...], ...], AhoCorasick]:
    """Return the rules of each keyword (None for `assigned`), and what finds keywords."""
    told: dict[str, list[Rule | None]] = defaultdict(list)
    for rule in RULES:
        for word in rule.keywords:
            told[word].append(rule)
    for word in ASSIGNED_KEYWORDS:
        told[word].append(None)
    automaton = AhoCorasick(list(told), implementation=Implementation.DFA)
    return tuple(map(tuple, told.values())), automaton


def _hidden(secrets: Iterable[str]) -> tuple[HiddenValue, ...]:
    """Return what of secrets can be searched for: no plain words, no first line of a key."""
    lines = (line.strip() for secret in secrets for line in secret.splitlines())
    told = [
        Candidate(line, "secrets")
        for line in lines
        if not line.startswith("-----") and not (line.isalpha() and len(line) < _LEAST_LETTERS)
    ]
    return distinctive(told, ())


def _labels(
    tables: Tables, pairs: Iterable[tuple[str, str]], changed: Mapping[str, str]
) -> dict[str, str]:
    """Return labels without the secrets by which runs were told apart, by the old ones."""
    short = {
        f"{name.rpartition('.')[2]}={part}"
        for name, value in pairs
        for plain in (" ".join(value.split()),)
        for part in (plain, f"{plain[: _LABEL_VALUE - 1]}…")
    }
    ordered = sorted(short, key=len, reverse=True)
    found = {}
    for label in tables.runs["label"] if ordered else ():
        new = changed.get(label, label)
        for part in ordered:
            if part in new:
                new = new.replace(part, f"{part.partition('=')[0]}={SECRET_MASKED}")
        if new != label:
            found[label] = new
    return found
