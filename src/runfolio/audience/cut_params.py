"""Stage 2b: params and tags that an audience does not see, and what stands in their place.

What is hidden still tells configurations apart, seeds and pairs of runs, and how metrics were
measured. So that no number changes, opaque letters stand where hidden values differ: one param
for all hidden ones together, one tag for each that tells how metrics were measured.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.configurations import is_seed_of, sums_by_run
from runfolio.audience.letters import letters
from runfolio.config import Settings
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["in_order", "unique", "without_params", "without_tags"]

CHOSEN = "(chosen)"
"""The tag of runs that a condition means which is not shown."""
PAIRED = "(paired by)"
"""The param that stands for a hidden one by which runs belong together."""


def without_params(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out params, wherever they are told.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    choice : Choice
    taken : Taken
        Gets what was taken out.
    """
    changed = [name for history in tables.histories for name in history.params["param"].unique()]
    seeds = settings.replicates.ignore
    gone = choice.rules(tables.params["param"].unique())
    gone |= {name: rule for name in changed if (rule := choice.rule(name, _below(name)))}
    named = choice.rules([*seeds, settings.replicates.pair_by])
    if not gone and not named:
        return tables, settings
    taken.counts["params"] = len(set(map(_below, gone)))
    _tell_params(tables, gone, taken)
    params = tables.params
    is_gone = params["param"].isin(list(gone)).to_numpy()
    hidden, left = params[is_gone], params[~is_gone]
    runs = _with_ordinal_seeds(tables, hidden, left, seeds, by_name=bool(choice.rule("seed")))
    settings = _settings_without(settings, {*gone, *named})
    is_seed_row = is_seed_of(hidden["param"], seeds)
    rows = [left, _stand_ins(tables.runs.index, hidden[~is_seed_row], left, seeds)]
    pair_by = settings.replicates.pair_by
    if pair_by != "seed" and pair_by in {*gone, *named}:
        own = hidden[hidden["param"] == pair_by]
        rows.append(own.assign(param=PAIRED, value=_ordinals(own["value"])))
        replicates = settings.replicates
        changes = {"pair_by": PAIRED, "ignore": (*replicates.ignore, PAIRED)}
        settings = settings.model_copy(update={"replicates": replicates.model_copy(update=changes)})
    tables = replace(
        tables,
        params=in_order(rows, runs.index),
        runs=runs.assign(label=_labels(runs, hidden)),
        histories=tuple(
            replace(h, params=h.params[~h.params["param"].isin(list(gone))].reset_index(drop=True))
            for h in tables.histories
        ),
        commands=_commands(tables.commands, hidden),
        recorded=tuple(
            replace(
                one,
                configuration=_without_parts(one.configuration, gone),
                added={k: v for k, v in one.added.items() if not choice.rule(k)},
            )
            for one in tables.recorded
        ),
    )
    return tables, settings


def without_tags(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out tags; what they tell of how runs were measured, or of the baseline, stays known."""
    tags = tables.tags
    added = (NOT_SHOWN, CHOSEN)
    gone = choice.rules(name for name in tags["tag"].unique() if not name.startswith(added))
    if not gone:
        return tables, settings
    taken.counts["tags"] = len(gone)
    taken.names(gone)
    is_gone = tags["tag"].isin(list(gone)).to_numpy()
    hidden, left = tags[is_gone], tags[~is_gone]
    for name, rule in gone.items():
        taken.values(hidden["value"][hidden["tag"] == name].unique(), rule)
    rows = [left]
    if settings.baseline is None:  # a tag with this value names it, whatever the tag
        says_so = hidden[hidden["value"].str.lower() == "baseline"].drop_duplicates("run")
        rows.append(says_so.assign(tag=NOT_SHOWN))
    tables = replace(tables, tags=in_order(rows, tables.runs.index))
    return tables, _settings_without(settings, set(gone))


def _tell_params(tables: Tables, gone: Mapping[str, str], taken: Taken) -> None:
    taken.names(dict(gone))
    taken.names({_below(name): rule for name, rule in gone.items()})
    params = tables.params
    shown = {_last(name) for name in params["param"].unique() if name not in gone}
    taken.names({_last(name): rule for name, rule in gone.items() if _last(name) not in shown})
    told = params[params["param"].isin(list(gone))].drop_duplicates(["param", "value"])
    for name, own in told.groupby("param")["value"]:
        values = own.tolist()
        short = _last(str(name))
        taken.values([*values, *(f"{short}={value}" for value in values)], gone[str(name)])
    for history in tables.histories:
        for name, old, new in history.params[["param", "old", "new"]].itertuples(index=False):
            if name in gone:
                short = _last(name)
                told_so = [f"{short}={value}" for value in (old, new) if value]
                taken.values([old, new, *told_so], gone[name])


def _last(name: str) -> str:
    """Return the last of the names in one such as ``train.dropout_rate``, as people write it."""
    return _below(name).rpartition(".")[2]


def _stand_ins(
    index: pd.Index, hidden: pd.DataFrame, left: pd.DataFrame, seeds: Sequence[str]
) -> pd.DataFrame:
    """Return the param that keeps configurations apart, in as far as they would merge."""
    sums = sums_by_run(index, hidden["run"], hidden["param"], hidden["value"])
    has_own = index.isin(hidden["run"].unique())
    others = left["run"][~is_seed_of(left["param"], seeds)].unique()
    is_needed = len(np.unique(sums)) > 1 or bool((has_own & ~index.isin(others)).any())
    if not is_needed:
        return hidden.iloc[:0]
    codes, _ = pd.factorize(sums[has_own])
    return pd.DataFrame({"run": index[has_own], "param": NOT_SHOWN, "value": letters(codes)})


def _ordinals(values: pd.Series) -> list[str]:
    """Number different values from 1 on; an empty one stays empty."""
    codes, _ = pd.factorize(values.where(values != ""))
    return [str(code + 1) if code >= 0 else "" for code in codes]


def _with_ordinal_seeds(
    tables: Tables, hidden: pd.DataFrame, left: pd.DataFrame, seeds: Sequence[str], *, by_name: bool
) -> pd.DataFrame:
    """Return the runs, their seeds as ordinals where a hidden param tells any of them."""
    runs = tables.runs

    def tell_it(frame: pd.DataFrame) -> NDArray[np.bool_]:
        own = frame[is_seed_of(frame["param"], seeds)]
        is_it = own["value"].to_numpy() == runs["seed"].reindex(own["run"]).to_numpy()
        return runs.index.isin(own["run"][is_it].unique())

    needed = by_name or bool((tell_it(hidden) & ~tell_it(left)).any())
    return runs.assign(seed=_ordinals(runs["seed"])) if needed else runs


def in_order(rows: Sequence[pd.DataFrame], index: pd.Index) -> pd.DataFrame:
    """Put rows together, run by run; what was added comes last of each."""
    frame = rows[0]
    if len(rows) > 1:  # texts stay of the type that they had, which is small and quick
        frame = pd.concat(rows, ignore_index=True).astype(rows[0].dtypes)
    order = np.argsort(index.get_indexer(pd.Index(frame["run"])), kind="stable")
    return frame.iloc[order].reset_index(drop=True)


def _labels(runs: pd.DataFrame, hidden: pd.DataFrame) -> list[str]:
    """Return labels without the hidden params that were added to like names."""
    marks = {f", {name.rpartition('.')[2]}=" for name in hidden["param"].unique()}
    found: list[str] = []
    if not runs["label"].str.contains("=", regex=False).any():
        return runs["label"].tolist()
    for run, label, name in zip(runs.index, runs["label"], runs["name"], strict=True):
        start = min((at for mark in marks if (at := label.find(mark, len(name))) >= 0), default=-1)
        found.append(label if start < 0 else f"{label[:start]} ({run.rpartition('/')[2][:8]})")
    return found if found == runs["label"].tolist() else unique(found)


def unique(labels: Iterable[str]) -> list[str]:
    """Return labels each only once, whatever their case: a number is added to later ones."""
    told: set[str] = set()
    found = []
    for label in labels:
        own = label
        for number in count(2):
            if own.casefold() not in told:
                break
            own = f"{label} ({number})"
        told.add(own.casefold())
        found.append(own)
    return found


def _commands(commands: Mapping[str, str], hidden: pd.DataFrame) -> dict[str, str]:
    """Leave out commands that name a hidden param of their run."""
    own = hidden.groupby("run")["param"].agg(list).to_dict() if commands else {}
    return {
        run: text
        for run, text in commands.items()
        if not any(name in text or _below(name) in text for name in own.get(run, ()))
    }


def _without_parts(label: str, gone: Iterable[str]) -> str:
    """Return what a configuration was called, without the params in it."""
    hidden = set(gone)
    parts = label.split(", ")
    return ", ".join(p for p in parts if "=" not in p or p.partition("=")[0] not in hidden)


def _below(name: str) -> str:
    """Return a param without the file that it stands in."""
    return name.rpartition(":")[2]


def _settings_without(settings: Settings, gone: set[str]) -> Settings:
    """Leave hidden names out of what tells how runs repeat, and how they were measured."""
    replicates, compared = settings.replicates, settings.compared
    changed: dict[str, Any] = {}
    ignored = tuple(name for name in replicates.ignore if name not in gone)
    if ignored != replicates.ignore:
        changed["replicates"] = replicates.model_copy(update={"ignore": ignored})
    told = tuple(p for p in compared.evaluation if p.removeprefix("!") not in gone)
    if told != compared.evaluation:
        changed["compared"] = compared.model_copy(update={"evaluation": told})
    return settings.model_copy(update=changed) if changed else settings
