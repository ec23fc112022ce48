"""Stage 1c: a built site is read again: its ``report.json`` becomes tables.

In: a site's folder. Out: `BuiltSite`. It has the summary values of each series and no curves.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from runfolio.errors import UsageError
from runfolio.model.problems import Problem
from runfolio.model.records import CheckRecord
from runfolio.model.tables import METRIC_VALUES, Curves, Tables

__all__ = ["BuiltSite", "read_site"]

FILE = "report.json"
FORMAT = "runfolio-report"
VERSION = 1
_OF_MODELS = (
    *("name", "kind", "version", "run", "stage", "aliases", "description", "status", "location"),
    *("model_id", "model_type", "commit", "path", "created"),
)
LARGEST = 1 << 30
"""Bytes of a report that are read."""


@dataclass(frozen=True, slots=True)
class BuiltSite:
    """What a site tells.

    Parameters
    ----------
    title : str
    tables : Tables
        Runs (label, experiment, status, seed and commit), params, tags, summary values of metrics,
        datasets and problems; all else is empty.
    champion : str or None
        Id of its champion's typical run.
    champion_label : str
        Of its configuration; empty where the site does not tell it.
    champion_runs : tuple of str
        Ids of the champion's runs: of sites that do not tell them, the typical one alone.
    gates : mapping of str to str
        What became of each requirement for the champion, by its name.
    summary : str
        Which value of a series counts.
    """

    title: str
    tables: Tables
    champion: str | None
    summary: str
    champion_label: str = ""
    champion_runs: tuple[str, ...] = ()
    gates: Mapping[str, str] = field(default_factory=dict)


def read_site(folder: str) -> BuiltSite:
    """Read the ``report.json`` of a site.

    Parameters
    ----------
    folder : str
        The site's, as it was given.

    Raises
    ------
    UsageError
        If it cannot be read, or is of a version that is not known.
    """
    path = Path(folder) / FILE
    try:
        if path.stat().st_size > LARGEST:
            raise ValueError(f"more than {LARGEST // 2**20} MiB")
        content = json.loads(path.read_bytes())
        if content["format"] != FORMAT or content["version"] != VERSION:
            raise ValueError(f"format {content['format']!r}, version {content['version']!r}")
        return _site(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} cannot be read as the report of a site ({type(error).__name__}: {error}). "
            "Build the site again with this version of runfolio.",
            "site-unreadable",
        ) from error


def _site(content: dict[str, Any]) -> BuiltSite:
    runs: list[dict[str, Any]] = content["runs"]
    objective = content["objective"] or {"metric": "", "goal": "", "summary": "last"}
    told = (content.get("configurations") or {}).get("champion") or {}
    metrics = [
        (run["id"], name, *(_number(values[column]) for column in METRIC_VALUES))
        for run in runs
        for name, values in run["metrics"].items()
    ]
    names = [str(run["name"]) for run in runs]
    no_times = pd.DatetimeIndex([pd.NaT] * len(runs), tz="UTC")
    frame = pd.DataFrame(
        {
            "name": names,
            "label": names,
            "slug": "",
            "experiment": [str(run.get("experiment") or "") for run in runs],
            "format": "",
            "location": "",
            "status": [str(run.get("status") or "unknown") for run in runs],
            "started": no_times,
            "ended": no_times,
            "parent": "",
            "commit": [str(run.get("commit") or "") for run in runs],
            "seed": [str(run.get("seed") or "") for run in runs],
            "notes": "",
            "also_in": "",
        },
        index=pd.Index([str(run["id"]) for run in runs], name="run", dtype=object),
    )
    return BuiltSite(
        str(content["title"]),
        Tables(
            runs=frame[~frame.index.duplicated()],
            params=_frame(
                ((run["id"], *param) for run in runs for param in run["params"].items()),
                *("run", "param", "value"),
            ),
            tags=_frame(
                ((run["id"], *tag) for run in runs for tag in run.get("tags", {}).items()),
                *("run", "tag", "value"),
            ),
            metrics=_frame(metrics, "run", "metric", *METRIC_VALUES),
            curves=Curves(np.zeros(len(metrics) + 1, np.int64), np.empty(0), np.empty(0)),
            datasets=_frame(
                (
                    (run["id"], one["name"], one["digest"], one["context"])
                    for run in runs
                    for one in run["datasets"]
                ),
                *("run", "name", "digest", "context"),
            ),
            images=_frame((), "run", "name", "step", "media_type", "data"),
            experiments=pd.DataFrame(
                [("", "", objective["metric"] or "", objective["goal"] or "")],
                columns=["location", "notes", "primary_metric", "goal"],
                index=pd.Index([""], name="experiment"),
            ),
            facts=pd.DataFrame({"goal": [], "unit": []}, index=pd.Index([], name="metric")),
            checks=_frame((), *(field.name for field in fields(CheckRecord))),
            models=_frame((), *_OF_MODELS),
            sources=(),
            problems=tuple(_problem(one) for one in content.get("problems", ())),
        ),
        champion=content["champion"],
        summary=str(objective["summary"]),
        champion_label=str(told.get("label", "")),
        champion_runs=tuple(
            map(str, told.get("runs", [content["champion"]] if content["champion"] else []))
        ),
        gates={
            str(gate["requirement"]): str(gate["outcome"])
            for gate in content.get("gates", ())
            if gate["side"] == "champion"
        },
    )


def _problem(told: dict[str, Any]) -> Problem:
    place, slug, message, hint = (str(told[key]) for key in ("place", "slug", "message", "hint"))
    return Problem(place, slug, message, hint, told["severity"])


def _frame(rows: Any, *columns: str) -> pd.DataFrame:
    return pd.DataFrame(list(rows), columns=list(columns))


def _number(value: Any) -> float:
    """Return a number; JSON has none for what is not finite, which is written as text."""
    number = float(value)
    return number if isinstance(value, str) or math.isfinite(number) else math.nan
