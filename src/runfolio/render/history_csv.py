"""Stage 5: ``history.csv``: what metrics were at which commits, for other programs.

In: analysed histories. Out: CSV, one row per metric and commit that measured it, values as
logged.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from io import StringIO

from runfolio.analysis.history import Moves
from runfolio.render.csv_text import exact_text, harmless
from runfolio.render.json_text import utc_time
from runfolio.render.text import visible

__all__ = ["history_csv"]

_COLUMNS = ("repository", "position", "commit", "time", "tags", "metric", "value")


def history_csv(histories: Sequence[Moves]) -> str:
    """Return the text of ``history.csv``.

    Parameters
    ----------
    histories : sequence of Moves

    Returns
    -------
    str
        Rows by repository, metric (as in the report) and commit, the oldest first. A position
        is the number of commits since the oldest one; several tags of a commit stand with
        spaces between them, which no tag's name can hold.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for moves in histories:
        commits = moves.history.commits
        name = _text(moves.history.name)
        times = [utc_time(time) or "" for time in commits["time"].tolist()]
        tags = [_text(" ".join(text.split())) for text in commits["tags"].tolist()]
        about = list(zip(commits["commit"].tolist(), times, tags, strict=True))
        for trend in moves.trends:
            metric = _text(trend.metric.name)
            writer.writerows(
                (name, position, *about[position], metric, exact_text(value))
                for position, value in zip(
                    trend.positions.tolist(), trend.values.tolist(), strict=True
                )
            )
    return out.getvalue()


def _text(text: str) -> str:
    return harmless(visible(text))
