"""Stage 2b: ``Run A-1``, ``Run A-2`` … in the place of the names that people gave to runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import pandas as pd

from runfolio.audience.configurations import comparable_runs, signatures
from runfolio.audience.cut_params import in_order
from runfolio.audience.letters import letters
from runfolio.audience.named_values import plain_name
from runfolio.config import Settings
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["labels_by", "named_like_models", "run_names", "with_named_baseline"]

_BASELINE = "baseline"
_MODEL_NAME = re.compile(
    r"(?:^|_)(?:model|arch|architecture|backbone|network|net|estimator|classifier|regressor|"
    r"algorithm|algo|method|optimizer|optimiser|encoder)(?:_(?:name|type|id))?$"
)


def with_named_baseline(tables: Tables, settings: Settings) -> Tables:
    """Tag the runs that only their name makes the baseline, for pseudonyms do not say so.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    """
    names, tags = tables.runs["name"], tables.tags
    called = tables.runs.index[names.str.lower().str.contains(_BASELINE, regex=False)]
    tagged = tags["run"][tags["value"].str.lower() == _BASELINE]
    if (
        settings.baseline is not None
        or not len(called)
        or comparable_runs(tables, settings).isin(tagged).any()
    ):
        return tables
    rows = pd.DataFrame({"run": called, "tag": NOT_SHOWN, "value": _BASELINE}, dtype=object)
    return replace(tables, tags=in_order([tags, rows], tables.runs.index))


def run_names(tables: Tables, seeds: Sequence[str]) -> dict[str, str]:
    """Return pseudonyms by the names of runs: a letter for each configuration, a number in it.

    Both are given in the order in which the names were first used, so that later runs rename
    nothing. Runs without a time are counted by themselves, so that runs with one do not rename
    them.

    Parameters
    ----------
    tables : Tables
    seeds : sequence of str
        Params that tell replicates apart.
    """
    runs = tables.runs.assign(configuration=signatures(tables, seeds))
    is_dated = runs["started"].notna()
    dated = runs[is_dated].sort_values("started", kind="stable")
    found = _numbered(dated, "Run", {})
    return found | _numbered(runs[~is_dated], "Undated run", found)


def named_like_models(tables: Tables, names: Collection[str]) -> set[str]:
    """Return the names of runs that say no more than which model it is, as a param does.

    Parameters
    ----------
    tables : Tables
    names : collection of str
        Of runs.
    """
    params = tables.params[tables.params["value"].isin(list(names))]
    told = [name for name in params["param"].unique() if _MODEL_NAME.search(plain_name(name))]
    return set(params["value"][params["param"].isin(told)])


def _numbered(runs: pd.DataFrame, word: str, known: Mapping[str, str]) -> dict[str, str]:
    groups: dict[int, tuple[str, set[str]]] = {}
    found: dict[str, str] = {}
    for name, configuration in zip(runs["name"], runs["configuration"], strict=True):
        if not name or name in known or name in found:
            continue
        if configuration not in groups:
            groups[configuration] = (letters([len(groups)])[0], set())
        letter, own = groups[configuration]
        own.add(name)
        found[name] = f"{word} {letter}-{len(own)}"
    return found


def labels_by(runs: pd.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    """Return new labels by the old ones: with the pseudonym in the place of the name.

    Parameters
    ----------
    runs : DataFrame
        As of `Tables`.
    names : mapping of str to str
        Pseudonyms by name.
    """
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name, label in zip(runs["name"], runs["label"], strict=True):
        plain, instead = " ".join(name.split()), names.get(name, "")
        new = label
        if plain:
            new = re.sub(rf"(?<![^\W_]){re.escape(plain)}(?![^\W_])", instead, label, count=1)
            if new == label:
                new = label.replace(plain, instead, 1)
        number = 1
        while (one := new if number == 1 else f"{new} ({number})") in taken:
            number += 1
        taken.add(one)
        found[label] = one
    return found
