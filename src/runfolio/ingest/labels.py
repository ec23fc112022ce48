"""Stage 1c: what runs are called: readable labels, file names and their order.

In: runs with names as logged, which may be empty, repeated, numbers or in any script. Out:
labels and slugs, each only once. The name as logged stays beside them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress

from runfolio.model.order import natural
from runfolio.model.records import RunRecord
from runfolio.model.slugs import run_slug

__all__ = ["labels", "run_order", "slugs"]

_PARAMS_IN_LABEL = 3
_LONGEST_VALUE = 24
_SHORT_ID = 8
_NO_NAME = re.compile(r"[\W\d_]*|[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.IGNORECASE)
"""What names nothing: no letter at all, or an id as trackers make them."""


def run_order(run: RunRecord) -> tuple[object, ...]:
    """Return the sort key of a run: by start, then as people count names."""
    started = run.started if run.started is not None else float("inf")
    return (started, natural(run.experiment), natural(run.name), natural(run.id))


def labels(runs: Sequence[RunRecord]) -> list[str]:
    """Return readable labels, each only once.

    A label is the name as logged, where it says something; else the experiment and what of
    the name there is. Where runs share a name, their experiments are added, then the params
    that tell them apart, and where those do not, a part of the id.
    """
    found = [_plain(run) for run in runs]
    for group in _sharing(found):
        if len({runs[index].experiment for index in group}) > 1:
            for index in group:
                above = " ".join(runs[index].experiment.split())
                if above and not found[index].startswith(above):
                    found[index] = f"{above}: {found[index]}"
    for group in _sharing(found):
        telling = _telling([runs[index].params for index in group])
        for index in group:
            own = runs[index].params
            shown = {_short(own[name]): name for name in reversed(telling) if name in own}
            parts = [f"{name.rpartition('.')[2]}={value}" for value, name in shown.items()]
            if parts:
                found[index] += f", {', '.join(reversed(parts))}"
    for part in (_short_id, lambda run: run.id):
        for group in _sharing(found):
            for index in group:
                found[index] += f" ({part(runs[index])})"
    while twins := _sharing(found):
        for group in twins:
            for number, index in enumerate(group, 1):
                found[index] += f" ({number})"
    return found


def slugs(runs: Sequence[RunRecord]) -> list[str]:
    """Return ASCII names for files and URLs: readable part and a hash of the id.

    They follow from the run alone, so that its address stays when others come and go. The
    hash keeps names apart that differ only in case or in other scripts; it grows where six
    digits of it are not enough.
    """
    found: list[str] = []
    for digits in (6, 12, 40):
        found = [run_slug(_plain(run), run.id, digits) for run in runs]
        if len(set(found)) == len(found):
            return found
    return [f"{slug}-{number}" for number, slug in enumerate(found)]


def _plain(run: RunRecord) -> str:
    name = " ".join(run.name.split())
    if not _NO_NAME.fullmatch(name):
        return name
    above = " ".join(run.experiment.split()) or "run"
    return f"{above} {name}" if name and len(name) <= 12 else above


def _sharing(names: Sequence[str]) -> list[list[int]]:
    """Return the groups of positions at which one name stands, whatever its case."""
    groups: dict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(names):
        groups[name.casefold()].append(index)
    return [group for group in groups.values() if len(group) > 1]


def _telling(params: Sequence[dict[str, str]]) -> list[str]:
    """Return the params that differ, those with the fewest values first."""
    values = {name: {own.get(name) for own in params} for own in params for name in own}
    differ = [name for name, found in values.items() if len(found) > 1]
    plain = [n for n in differ if all(len(v) <= _LONGEST_VALUE for v in values[n] if v)]
    ordered = sorted(plain or differ, key=lambda name: (len(values[name]), name))
    return ordered[-_PARAMS_IN_LABEL:]


def _short(value: str) -> str:
    plain = " ".join(value.split())
    if "/" in plain:  # of a path, what it leads to
        plain = plain.rstrip("/").rpartition("/")[2] or plain
    if "." in plain:
        with suppress(ValueError):
            plain = f"{float(plain):.4g}"
    return plain if len(plain) <= _LONGEST_VALUE else f"{plain[: _LONGEST_VALUE - 1]}…"


def _short_id(run: RunRecord) -> str:
    last = run.id.rpartition("/")[2]
    return last if len(last) <= 2 * _SHORT_ID else last[:_SHORT_ID]
