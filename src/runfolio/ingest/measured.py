"""Stage 1c: runs that each measured one commit are a history, too.

In: the runs of a format that is kept for this (asv's results). Out: a `History` for each
machine and environment, in the order of the graph where the commits are those of a repository
at hand, else of their dates. What lies between two measured commits is not known here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from runfolio.ingest.times import times_of
from runfolio.model.history import History
from runfolio.model.order import natural
from runfolio.model.records import RunRecord

__all__ = ["measured_histories"]

MOST_HISTORIES = 12
"""Machines with environments at most, those that measured most commits."""


def measured_histories(
    runs: Sequence[RunRecord], order: Mapping[str, int], aliases: Mapping[str, str]
) -> list[History]:
    """Return the history that each machine and environment measured.

    Parameters
    ----------
    runs : sequence of RunRecord
        Each with a commit, and with params ``machine`` and ``environment``.
    order : mapping of str to int
        Place of commits in the graph, larger for newer ones; empty if they are not known.
    aliases : mapping of str to str
        Names of metrics as logged, and those that they get.
    """
    groups: dict[tuple[str, str, str], list[RunRecord]] = defaultdict(list)
    for run in runs:
        if run.commit:
            where = (run.params.get("machine", ""), run.params.get("environment", ""))
            groups[(run.location, *where)].append(run)
    ranked = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    found = [
        _history(", ".join(filter(None, where)), members, order, aliases)
        for where, members in ranked[:MOST_HISTORIES]
        if len({run.commit for run in members}) > 1
    ]
    return sorted(found, key=lambda history: natural(history.name))


def _history(
    name: str, runs: Sequence[RunRecord], order: Mapping[str, int], aliases: Mapping[str, str]
) -> History:
    by_commit = {str(run.commit): run for run in runs}
    known = by_commit.keys() <= order.keys()

    def place(commit: str) -> tuple[int, int, str]:
        at = order[commit] if known else 0
        return at, by_commit[commit].started or 0, commit

    commits = sorted(by_commit, key=place)
    rows = sorted(
        (
            (aliases.get(series.metric, series.metric), position, series.summary.last)
            for position, commit in enumerate(commits)
            for series in by_commit[commit].series
        ),
        key=lambda row: (natural(row[0]), row[1]),
    )
    count = len(commits)
    frame = pd.DataFrame(
        {
            "commit": commits,
            "time": times_of([by_commit[commit].started for commit in commits]),
            **{name: [""] * count for name in ("subject", "author", "tags", "files")},
            **{name: np.zeros(count, np.int64) for name in ("parents", "file_count")},
        },
        index=pd.RangeIndex(count, name="position"),
    )
    values = pd.DataFrame(rows, columns=["metric", "position", "value"])
    nothing = pd.DataFrame({"position": np.empty(0, np.int64), "old": [], "new": []})
    return History(
        name=name,
        branch="",
        commits=frame,
        values=values.astype({"position": np.int64, "value": np.float64}),
        params=nothing.assign(param=[]),
        data=nothing.assign(path=[]),
        files=(),
    )
