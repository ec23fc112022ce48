"""Stage 2b: where secrets were masked, told as problems.

In: the tables before and after. Out: a problem for each param, tag or other place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import fields

import pandas as pd

from runfolio.model.numbers import format_count
from runfolio.model.problems import Problem
from runfolio.model.tables import Tables

__all__ = ["problems_of"]

_MOST_NAMED = 3
_FOLLOWS = frozenset({"runs.label", "runs.slug"})
"""Columns that are made of others."""
_THINGS = {
    "runs": "run",
    "params": "param",
    "tags": "tag",
    "experiments": "experiment",
    "models": "model",
    "datasets": "data set",
    "versions": "data set",
    "checks": "check",
    "artifacts": "artifact",
    "images": "image",
    "environment": "environment",
    "metrics": "metric",
    "facts": "metric",
    "commands": "command",
    "recorded": "models on record",
    "experiment_notes": "write-ups of experiments",
    "feature_views": "feature store",
    "quality": "data quality",
    "production": "production log",
    "checklists": "checklists",
    "problems": "problems",
    "sources": "sources",
}


def problems_of(old: Tables, new: Tables, *, is_settings: bool) -> list[Problem]:
    """Return a problem for each place in which the tables differ.

    Parameters
    ----------
    old, new : Tables
        Before and after; rows are in the same order.
    is_settings : bool
        Whether the configuration held a secret, too.
    """
    labels = dict(zip(new.runs.index, new.runs["label"], strict=True))
    runs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for thing, name, run in _places(old, new):
        runs[thing, name].append(labels.get(run, run))
    if is_settings:
        runs["report.yaml", ""].append("")
    return [_problem(thing, name, own) for (thing, name), own in runs.items()]


def _places(old: Tables, new: Tables) -> Iterator[tuple[str, str, str]]:
    """Yield kind and name of each place that holds a mask now, and its run, where it has one."""
    for field in fields(Tables):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if after is before:
            continue
        thing = _THINGS.get(field.name, field.name)
        if isinstance(before, pd.DataFrame):
            for column in before.columns:
                if f"{field.name}.{column}" not in _FOLLOWS:
                    yield from _cells(thing, column, before, after)
        elif field.name == "commands":
            commands = zip(after, before.values(), after.values(), strict=True)
            yield from (("command", "", run) for run, one, other in commands if one != other)
        elif field.name == "histories":
            for one, other in zip(before, after, strict=True):
                for _, name, _ in _cells("commit", "subject", one.commits, other.commits):
                    yield "commit", name, ""
                if one.params is not other.params:
                    yield "history", other.name, ""
        else:
            yield thing, "", ""


def _cells(
    thing: str, column: str, before: pd.DataFrame, after: pd.DataFrame
) -> Iterator[tuple[str, str, str]]:
    if before[column].dtype != object and not isinstance(before[column].dtype, pd.StringDtype):
        return
    differs = before[column].to_numpy(dtype=object) != after[column].to_numpy(dtype=object)
    if not differs.any():
        return
    some = after[differs]
    if thing in ("param", "tag"):
        yield from ((thing, name, run) for name, run in zip(some[thing], some["run"], strict=True))
    elif thing == "run":
        yield from ((column, "", run) for run in some.index)
    elif thing == "commit":
        yield from ((thing, commit[:8], "") for commit in some["commit"])
    elif thing == "experiment":
        yield from ((thing, f"{name}, {column}", "") for name in some.index)
    else:
        named = some[thing] if thing in some else some.get("name", some.index)
        owners = some["run"] if "run" in some else [""] * len(some)
        told = zip(named, owners, strict=True)
        yield from ((thing, f"{name}, {column}", run) for name, run in told)


def _problem(thing: str, name: str, runs: list[str]) -> Problem:
    known = list(dict.fromkeys(run for run in runs if run))
    what = f"{thing} {name}".strip()
    more = ""
    if len(known) > 1:
        named = ", ".join(known[1 : 1 + _MOST_NAMED])
        left = len(known) - 1 - _MOST_NAMED
        and_more = f" and {format_count(left)} more" if left > 0 else ""
        more = f" {format_count(len(known))} runs have one there, also {named}{and_more}."
    return Problem(
        f"{known[0]}: {what}" if known else what,
        "secret-masked",
        f"What stands there looks like a password, a token or a key, and is masked.{more}",
        "Revoke it: it stands in the logs, where others may have read it. Then keep it out of "
        "them.",
    )
