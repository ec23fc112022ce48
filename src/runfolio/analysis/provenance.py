"""Stage 3: what is different about a configuration, beside its metrics?

Params, versions of data, commits of the code and what the runs were made with: what two
configurations logged, set against each other. Nothing here is a verdict; see
`runfolio.analysis.comparability` for what keeps them from being compared.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.differences import Difference, differing_params
from runfolio.model.history import Web
from runfolio.model.order import natural
from runfolio.model.tables import MADE, Tables

__all__ = ["Changes", "Commits", "changes_between", "commits_of"]

_MANY = ", "


@dataclass(frozen=True, slots=True)
class Commits:
    """The commits of the code that two configurations were run at.

    Parameters
    ----------
    candidate, baseline : tuple of str
        Ids, in the order of the runs; more than one where a side is mixed, empty where no run
        of it logged one.
    pages : dict of str to str
        Addresses of commits on the web, of those that have one.
    compare : str
        Address of what lies between both, where each side is one commit; else empty.
    """

    candidate: tuple[str, ...]
    baseline: tuple[str, ...]
    pages: dict[str, str]
    compare: str = ""

    @property
    def differ(self) -> bool:
        """Whether they are known to be other commits."""
        sides = set(self.candidate), set(self.baseline)
        return all(sides) and sides[0] != sides[1]


@dataclass(frozen=True, slots=True)
class Changes:
    """What two configurations do not share.

    Parameters
    ----------
    params : tuple of Difference
    data : tuple of Difference
        By name (and use, where it is told); the values are versions. None where one side did
        not log its data.
    commits : Commits
    environment : tuple of Difference
        Of what both sides tell: the versions of Python and of libraries.
    """

    params: tuple[Difference, ...]
    data: tuple[Difference, ...]
    commits: Commits
    environment: tuple[Difference, ...]


def changes_between(
    tables: Tables,
    candidate: Configuration,
    baseline: Configuration,
    before: Tables | None = None,
) -> Changes:
    """Gather what differs between two configurations.

    Runs of one configuration may have several commits or versions of a library: then all of
    them are given, in the order of the runs.

    Parameters
    ----------
    tables : Tables
    candidate, baseline : Configuration
    before : Tables, optional
        Those that the baseline is of, where these are others.

    Returns
    -------
    Changes
    """
    theirs = tables if before is None else before
    ours_used, theirs_used = _versions(tables, candidate), _versions(theirs, baseline)
    ours_with, theirs_with = _environment(tables, candidate), _environment(theirs, baseline)
    return Changes(
        params=differing_params(candidate.params, baseline.params),
        data=differing_params(ours_used, theirs_used) if ours_used and theirs_used else (),
        commits=_commits(tables, _commit_ids(tables, candidate), _commit_ids(theirs, baseline)),
        # A list of libraries is often the whole machine's: what one side lacks says little.
        environment=differing_params(
            {name: ours_with[name] for name in ours_with.keys() & theirs_with.keys()},
            {name: theirs_with[name] for name in ours_with.keys() & theirs_with.keys()},
        ),
    )


def commits_of(tables: Tables, configuration: Configuration) -> Commits:
    """Return the commits that a configuration's runs were made at; its baseline has none."""
    return _commits(tables, _commit_ids(tables, configuration), ())


def _versions(tables: Tables, configuration: Configuration) -> dict[str, str]:
    """Return the versions of the data that a configuration's runs used, by name and use."""
    frame = tables.datasets
    frame = frame[frame["run"].isin(configuration.runs) & (frame["context"] != MADE)]
    found: dict[str, dict[str, None]] = {}
    for name, digest, context in frame[["name", "digest", "context"]].itertuples(
        index=False, name=None
    ):
        found.setdefault(f"{name} ({context})" if context else name, {})[digest] = None
    return _joined(found)


def _environment(tables: Tables, configuration: Configuration) -> dict[str, str]:
    frame = tables.environment
    frame = frame[frame["run"].isin(configuration.runs)]
    found: dict[str, dict[str, None]] = {}
    for name, value in frame[["name", "value"]].itertuples(index=False, name=None):
        found.setdefault(name, {})[value] = None
    return _joined(found)


def _joined(found: Mapping[str, Mapping[str, None]]) -> dict[str, str]:
    return {name: _MANY.join(sorted(values, key=natural)) for name, values in found.items()}


def _commit_ids(tables: Tables, configuration: Configuration) -> tuple[str, ...]:
    runs = tables.runs
    if "commit" not in runs:
        return ()
    own = runs.loc[[run for run in configuration.runs if run in runs.index], "commit"]
    return tuple(dict.fromkeys(commit for commit in own.tolist() if commit))


def _commits(tables: Tables, candidate: tuple[str, ...], baseline: tuple[str, ...]) -> Commits:
    """Find the commits on the web, in those histories that have them."""
    pages: dict[str, str] = {}
    compare = ""
    for history in tables.histories:
        if history.web is None:
            continue
        known = {
            commit: whole
            for commit in dict.fromkeys((*candidate, *baseline))
            if (whole := _whole_id(history.commits["commit"], commit))
        }
        for commit, whole in known.items():
            pages.setdefault(commit, history.web.commit.format(whole))
        if not compare and candidate != baseline and len(candidate) == len(baseline) == 1:
            compare = _between(history.web, known.get(baseline[0]), known.get(candidate[0]))
    return Commits(candidate, baseline, pages, compare)


def _between(web: Web, old: str | None, new: str | None) -> str:
    return web.compare.format(old, new) if old and new else ""


def _whole_id(ids: pd.Series[str], commit: str) -> str:
    """Return the id of the history's commit that a run names, perhaps by its beginning."""
    if len(commit) < 7:
        return ""
    found = ids[ids.str.startswith(commit)]
    return str(found.iloc[0]) if len(found) == 1 else ""
