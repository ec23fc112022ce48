"""Stage 3: were two configurations measured in the same way, as far as their logs tell?

Only then is a difference of their metrics one of the configurations. Logs tell it by the data
that runs used (name, version, what for) and by params and tags whose names say how the metrics
came about. What one side logged and the other did not is no difference, but for the data:
what is not known to be the same carries no verdict.

The commit differs between nearly all runs, so it is no difference by itself; what changed is
told by `runfolio.analysis.provenance`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.evaluation_names import measuring_part, telling
from runfolio.model.order import natural
from runfolio.model.tables import MADE, Tables

__all__ = ["Evaluation", "Use", "differences_of", "evaluations", "used_text"]

Use = tuple[str, str, str]
"""Name, digest and context of data that a run used."""

_SAYS_NOTHING = frozenset({"", "input", "dependency"})
"""Contexts that do not tell what the data were used for."""

_HEX = re.compile(r"[0-9a-f]{8,}(\.dir)?")
_MOST = 3
"""Data or params that one sentence names."""
_LONGEST, _BEFORE = 60, 20
"""Characters of a value, and of what comes before a difference, where it is cut."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a configuration's metrics were measured, as far as its logs tell.

    Parameters
    ----------
    data : tuple of (str, str, str)
        Name, digest and context of each, sorted; not what its runs made.
    definition : dict of str to (tuple of str)
        Params and tags that tell how the metrics came about, each with the values that the
        configuration's runs have.
    named_data : dict of str to (tuple of str)
        The same of those that name the data, in case none were logged.
    """

    data: tuple[Use, ...]
    definition: dict[str, tuple[str, ...]]
    named_data: dict[str, tuple[str, ...]]


def evaluations(
    tables: Tables, configurations: Sequence[Configuration], patterns: Sequence[str] = ()
) -> dict[str, Evaluation]:
    """Gather how each configuration was evaluated.

    Parameters
    ----------
    tables : Tables
    configurations : sequence of Configuration
    patterns : sequence of str
        As of `runfolio.analysis.evaluation_names.telling`.

    Returns
    -------
    dict of str to Evaluation
        By the configurations' labels.
    """
    owner = {run: one.label for one in configurations for run in one.runs}
    data: dict[str, set[Use]] = {one.label: set() for one in configurations}
    for run, name, digest, context in tables.datasets.itertuples(index=False, name=None):
        if run in owner and context != MADE:
            data[owner[run]].add((name, digest, context))
    tells = telling(patterns)
    found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}

    def keep(label: str, name: str, value: str) -> None:
        kind = tells(name, value)
        if kind and value.strip():
            found.setdefault((label, kind), {}).setdefault(name, {})[value] = None

    for one in configurations:
        for name, value in one.params.items():
            keep(one.label, name, value)
    for run, name, value in tables.tags.itertuples(index=False, name=None):
        if run in owner:
            keep(owner[run], name, value)

    def of_kind(label: str, kind: str) -> dict[str, tuple[str, ...]]:
        told = found.get((label, kind), {})
        return {name: tuple(sorted(told[name], key=natural)) for name in sorted(told, key=natural)}

    return {
        one.label: Evaluation(
            tuple(sorted(data[one.label])),
            of_kind(one.label, "definition"),
            of_kind(one.label, "data"),
        )
        for one in configurations
    }


def differences_of(candidate: Evaluation, baseline: Evaluation) -> tuple[str, ...]:
    """Tell in which ways two configurations were not measured alike.

    Of data, those that both used to measure are compared, where both say which these were;
    else all that they used. They are the same in name, version and what they were used for; a
    version or use that one side does not tell is no difference. If only one side logged its
    data, they are not known to be the same.

    Parameters
    ----------
    candidate, baseline : Evaluation

    Returns
    -------
    tuple of str
        Sentences, each with the candidate's side first; empty where they can be compared.

    Examples
    --------
    >>> a = Evaluation((("cases", "v1", ""),), {"cv": ("5",)}, {})
    >>> b = Evaluation((("cases", "v2", ""),), {"cv": ("10",)}, {})
    >>> for sentence in differences_of(a, b):
    ...     print(sentence)
    They used different data: cases v1 against cases v2.
    Their metrics were measured in different ways: cv is 5 against 10.
    """
    found = [*_data_differences(candidate, baseline)]
    ways = _unlike(candidate.definition, baseline.definition)
    if ways:
        found.append(f"Their metrics were measured in different ways: {_some(ways)}.")
    return tuple(found)


def used_text(use: Use, *, context: bool = False) -> str:
    """Return data as people read it; of a long digest the first eight characters."""
    name, digest, used_for = use
    told = name
    if digest:
        told = f"{name} ({digest[:8]})" if _HEX.fullmatch(digest) else f"{name} {digest}"
    return f"{told} as {used_for}" if context and used_for else told


def _data_differences(candidate: Evaluation, baseline: Evaluation) -> Iterator[str]:
    if candidate.data and baseline.data:
        yield from _unlike_data(candidate.data, baseline.data)
        return
    named = _unlike(candidate.named_data, baseline.named_data)
    if named:
        yield f"They used different data: {_some(named)}."
    elif candidate.named_data.keys() & baseline.named_data.keys():
        return  # what both name is the same
    elif candidate.data or baseline.data:
        side = "candidate" if candidate.data else "baseline"
        yield f"Only the {side} logged its data: {_listed(candidate.data or baseline.data)}."


def _unlike_data(candidate: tuple[Use, ...], baseline: tuple[Use, ...]) -> Iterator[str]:
    ours, theirs = _measured_on(candidate), _measured_on(baseline)
    if not (ours and theirs):
        ours, theirs = candidate, baseline
    only_ours, only_theirs = _without_like(ours, theirs), _without_like(theirs, ours)
    if only_ours and only_theirs:
        yield f"They used different data: {_sides(only_ours, only_theirs)}."
    elif only_ours or only_theirs:
        side = "candidate" if only_ours else "baseline"
        yield f"They used different data: only the {side} used {_listed(only_ours or only_theirs)}."


def _measured_on(data: Iterable[Use]) -> tuple[Use, ...]:
    return tuple(one for one in data if measuring_part(one[2]))


def _without_like(data: Sequence[Use], others: Sequence[Use]) -> list[Use]:
    """Return the data for which there is nothing alike among others."""
    by_name: dict[str, list[Use]] = {}
    for other in others:
        by_name.setdefault(other[0], []).append(other)
    return [one for one in data if not any(_same_data(one, it) for it in by_name.get(one[0], ()))]


def _same_data(one: Use, other: Use) -> bool:
    same_version = one[1] == other[1] or not (one[1] and other[1])
    contexts = {_context(one[2]), _context(other[2])} - _SAYS_NOTHING
    return same_version and len(contexts) < 2


def _context(context: str) -> str:
    return measuring_part(context) or context.strip().casefold()


def _sides(ours: Sequence[Use], theirs: Sequence[Use]) -> str:
    """Set both sides' data against each other, with their use where nothing else differs."""
    plain = {used_text(one) for one in ours} & {used_text(one) for one in theirs}
    left, right = _listed(ours, context=bool(plain)), _listed(theirs, context=bool(plain))
    return f"{left} against {right}"


def _listed(data: Sequence[Use], *, context: bool = False) -> str:
    return _some(list(dict.fromkeys(used_text(one, context=context) for one in data)))


def _some(items: Sequence[str]) -> str:
    shown = list(items[:_MOST])
    if len(items) > _MOST:
        shown.append(f"{len(items) - _MOST} more")
    *first, last = shown
    return f"{', '.join(first)} and {last}" if first else last


def _unlike(
    candidate: dict[str, tuple[str, ...]], baseline: dict[str, tuple[str, ...]]
) -> list[str]:
    """Return what both sides tell and differ in, as ``name is … against …``."""
    found = []
    for name in (name for name in candidate if name in baseline):
        ours = {_canonical(value): value for value in candidate[name]}
        theirs = {_canonical(value): value for value in baseline[name]}
        if ours.keys() != theirs.keys():
            # What only one side has comes first: it must not be among those left out.
            left = _some([ours[key] for key in sorted(ours, key=lambda key: key in theirs)])
            right = _some([theirs[key] for key in sorted(theirs, key=lambda key: key in ours)])
            found.append(f"{name} is {' against '.join(_around(left, right))}")
    return found


def _around(ours: str, theirs: str) -> tuple[str, str]:
    """Shorten long texts to where they differ."""
    same = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
    )
    start = same - _BEFORE if same > _LONGEST - _BEFORE else 0

    def cut(text: str) -> str:
        part = text[start : start + _LONGEST]
        return f"{'…' if start else ''}{part}{'…' if start + _LONGEST < len(text) else ''}"

    return cut(ours), cut(theirs)


def _canonical(value: str) -> float | str:
    """Return what is the same for the same values, as `same_value` has it."""
    try:
        number = float(value)
    except ValueError:
        return value.strip().casefold()
    return "nan" if math.isnan(number) else number
