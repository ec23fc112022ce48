"""Stage 3: seed replicates become configurations, the unit that is compared.

Replicates are runs equal in all params but the seed, on the same data. Runs that failed,
were killed, never ended or diverged are counted, but not part of a configuration's numbers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np
import pandas as pd

from runfolio.model.seeds import is_seed
from runfolio.model.tables import MADE, Tables

__all__ = ["Configuration", "LeftOut", "configurations"]

_COMPARED = ("finished", "unknown")
_SAYS_NOTHING = frozenset({"version", "run", "trial", "exp", "experiment", "checkpoint"})
_LONGEST_VALUE = 40
_COUNTED = re.compile(
    r"([\s,;:|/_\-.(]*(seed|fold|run|trial)|([\s,;:|/_\-.(]+|^|(?<=\d))(rep|s))?"
    r"[\s,;:|/=#_\-.(]*\d*$"
)
"""The end of what names of replicates share: a word before a number.

``s`` and ``rep`` end other words too ("losses"), so these stand behind a sign or a digit.
"""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Runs that differ in nothing but the seed.

    Parameters
    ----------
    label : str
        Readable and unique among the configurations.
    runs : tuple of str
        Ids, in the tables' order.
    params : dict of str to str
        Without the seeds.
    data : tuple of str
        The datasets they used, as ``name digest``.
    experiments : tuple of str
    diverged : tuple of str
        Ids of runs of it that are left out, since a loss of theirs ends at NaN or infinity.
    """

    label: str
    runs: tuple[str, ...]
    params: dict[str, str]
    data: tuple[str, ...]
    experiments: tuple[str, ...]
    diverged: tuple[str, ...] = ()

    @property
    def n(self) -> int:
        return len(self.runs)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Runs that are shown and counted, but not compared: ids by reason.

    ``compared`` names the ways to end that were asked to be compared all the same; ``monitoring``
    are runs that log a model in production, however they ended.
    """

    diverged: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    killed: tuple[str, ...] = ()
    unfinished: tuple[str, ...] = ()
    compared: tuple[str, ...] = ()
    monitoring: tuple[str, ...] = ()


def configurations(
    tables: Tables,
    seed_params: Sequence[str],
    also: Sequence[str] = (),
    monitoring: Sequence[str] = (),
) -> tuple[tuple[Configuration, ...], LeftOut]:
    """Group the runs into configurations.

    Parameters
    ----------
    tables : Tables
    seed_params : sequence of str
        Params that tell replicates apart, such as ``seed``.
    also : sequence of str
        Of ``failed``, ``killed`` and ``unfinished``: how runs may have ended that are compared
        too.
    monitoring : sequence of str
        Ids of runs that log production: they are no experiments.

    Returns
    -------
    configurations : tuple of Configuration
        In the order of their first run.
    left_out : LeftOut
        Where no run has finished, unfinished runs are compared and not left out.
    """
    status = tables.runs["status"].drop(list(monitoring))
    compared = status[status.isin([*_COMPARED, *also])].index
    unfinished = status[status.isin({"unfinished", "scheduled"} - set(also))].index
    if not len(compared):
        compared, unfinished = unfinished, unfinished[:0]
    is_diverged = compared.isin([*_diverged(tables.metrics), *tables.not_shown.diverged])
    left_out = LeftOut(
        diverged=tuple(compared[is_diverged]),
        failed=tuple(status[status.isin({"failed"} - set(also))].index),
        killed=tuple(status[status.isin({"killed"} - set(also))].index),
        unfinished=tuple(unfinished),
        compared=tuple(also),
        monitoring=tuple(monitoring),
    )
    seeds = set(seed_params)
    seed_like = {param: is_seed(param, seeds) for param in tables.params["param"].unique()}
    params: dict[str, dict[str, str]] = {run: {} for run in tables.runs.index}
    for run, param, value in tables.params.itertuples(index=False, name=None):
        if not seed_like[param]:
            params[run][param] = value
    data: dict[str, set[str]] = {run: set() for run in tables.runs.index}
    for run, name, digest, context in tables.datasets.itertuples(index=False, name=None):
        if context != MADE:  # what a run made is not what it was made from
            data[run].add(f"{name} {digest}".strip())
    logged = set(tables.metrics["run"].unique())

    def key_of(run: str) -> tuple[object, ...]:
        # Without any param, runs are told apart by nothing: each stands for itself.
        alone = "" if params[run] else run
        return tuple(params[run].items()), tuple(sorted(data[run])), alone

    groups: dict[tuple[object, ...], list[str]] = {}
    lost: dict[tuple[object, ...], list[str]] = {}
    for run, gone in zip(compared, is_diverged, strict=True):
        if run in logged:
            (lost if gone else groups).setdefault(key_of(run), []).append(run)
    names = tables.runs["label"]
    experiment = tables.runs["experiment"]
    members = list(groups.values())
    labels = _labels(
        [[names[run] for run in runs] for runs in members],
        [params[runs[0]] for runs in members],
        [tuple(sorted(data[runs[0]])) for runs in members],
    )
    return tuple(
        Configuration(
            label=label,
            runs=tuple(runs),
            params=params[runs[0]],
            data=tuple(sorted(data[runs[0]])),
            experiments=tuple(dict.fromkeys(experiment[run] for run in runs)),
            diverged=tuple(lost.get(key, ())),
        )
        for label, (key, runs) in zip(labels, groups.items(), strict=True)
    ), left_out


def _diverged(metrics: pd.DataFrame) -> list[str]:
    """Return the runs with a loss whose last value is NaN or infinite."""
    loss = metrics["metric"].str.lower().str.contains("loss", regex=False)
    runs: list[str] = metrics["run"][loss & ~np.isfinite(metrics["last"])].unique().tolist()
    return runs


def _labels(
    names: Sequence[Sequence[str]],
    params: Sequence[Mapping[str, str]],
    data: Sequence[tuple[str, ...]],
) -> list[str]:
    """Return a unique label for each group: its runs' common name, else what sets it apart."""
    stems = [_stem(group) for group in names]
    count = Counter(stems)
    telling = _varying(params)
    labels = []
    for stem, own, used, group in zip(stems, params, data, names, strict=True):
        if stem and count[stem] == 1:
            labels.append(stem)
            continue
        parts = [f"{name}={_short(own[name])}" for name in telling if name in own][:4]
        if stem:
            parts.insert(0, stem)
        labels.append(", ".join(parts) or " ".join(used) or _first_of(group))
    again = Counter(labels)
    labels = [
        f"{label} on {' and '.join(used)}" if again[label] > 1 and used else label
        for label, used in zip(labels, data, strict=True)
    ]
    again = Counter(labels)
    return [
        f"{label} ({group[0]})" if again[label] > 1 else label
        for label, group in zip(labels, names, strict=True)
    ]


def _stem(names: Sequence[str]) -> str:
    """What the names of replicates share, without a trailing seed number or separator."""
    if len(names) == 1:
        return names[0]
    first, last = min(names), max(names)  # what these two share, all share
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    stem = "".join(a for a, _ in same)
    twins = re.sub(r"\s*\([^()]*$", "", stem)  # of "rules (a1)" and "rules (a2)": one name
    stem = twins if twins != stem else _COUNTED.sub("", stem)
    return stem if len(stem) >= 3 and stem.lower() not in _SAYS_NOTHING else ""


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST_VALUE else f"…{value[1 - _LONGEST_VALUE :]}"


def _first_of(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"


def _varying(params: Sequence[Mapping[str, str]]) -> list[str]:
    """Names of params that are not the same in all groups, most telling (fewest values) first.

    Paths and long texts come last: where something else tells groups apart, they say nothing.
    """
    names = sorted({name for own in params for name in own})
    values = {name: {own.get(name) for own in params} for name in names}
    clumsy = {
        name: any("/" in v or len(v) > _LONGEST_VALUE for v in values[name] if v) for name in names
    }
    return sorted(
        (name for name in names if len(values[name]) > 1),
        key=lambda name: (clumsy[name], len(values[name]), name),
    )
