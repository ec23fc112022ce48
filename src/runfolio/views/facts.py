"""Stage 4: the tables regrouped by run, once, so that a run's page costs no search."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.configurations import Configuration
from runfolio.views.blocks import Mark

__all__ = ["MetricRow", "RunFacts", "RunImage", "run_facts"]

_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif", "image/webp": "webp"}


@dataclass(frozen=True, slots=True)
class MetricRow:
    """A row of `Tables.metrics`, and its number there (which is also its curve's)."""

    row: int
    metric: str
    first: float
    last: float
    last_step: float
    min: float
    min_step: float
    max: float
    max_step: float
    mean: float
    count: int
    nonfinite: int


@dataclass(frozen=True, slots=True)
class RunImage:
    """A row of `Tables.images`: its number there, and its file's path in the site."""

    row: int
    name: str
    step: int
    path: str


@dataclass(slots=True)
class RunFacts:
    """One run with everything that was logged for it; see `Tables.runs` for the fields."""

    id: str
    name: str
    label: str
    slug: str
    experiment: str
    format: str
    location: str
    status: str
    started: pd.Timestamp
    ended: pd.Timestamp
    parent: str
    commit: str
    seed: str
    notes: str
    also_in: str
    mark: Mark = ""
    configuration: Configuration | None = None
    params: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    metrics: list[MetricRow] = field(default_factory=list)
    datasets: list[tuple[str, str, str]] = field(default_factory=list)
    images: list[RunImage] = field(default_factory=list)
    children: list[str] = field(default_factory=list)
    models: list[str] = field(default_factory=list)

    @property
    def page(self) -> str:
        return f"runs/{self.slug}.html"


def run_facts(a: Analysed) -> dict[str, RunFacts]:
    """Return the facts of every run by its id, in the tables' order."""
    tables = a.tables
    facts = {row[0]: RunFacts(*row) for row in _rows(tables.runs.reset_index())}
    for run, param, value in _rows(tables.params):
        facts[run].params[param] = value
    for run, tag, value in _rows(tables.tags):
        facts[run].tags[tag] = value
    for run, *dataset in _rows(tables.datasets):
        facts[run].datasets.append(tuple(dataset))
    for number, (run, *values) in enumerate(_rows(tables.metrics)):
        facts[run].metrics.append(MetricRow(number, *values))
    for number, (run, name, step, media_type, _) in enumerate(_rows(tables.images)):
        own = facts[run]
        path = f"data/{own.slug}-{len(own.images) + 1}.{_ENDINGS[media_type]}"
        own.images.append(RunImage(number, name, step, path))
    for model in tables.models.itertuples(index=False):
        if model.run in facts and model.kind == "registered":
            names = ", ".join(filter(None, (str(model.stage), str(model.aliases))))
            told = f"{model.name}, version {model.version}"
            facts[str(model.run)].models.append(f"{told} ({names})" if names else told)
    place = _places(a)
    for run in facts.values():
        run.metrics.sort(key=lambda row: place[row.metric])
        if run.parent in facts:
            facts[run.parent].children.append(run.id)
    for configuration in a.configurations:
        for run_id in configuration.runs:
            facts[run_id].configuration = configuration
            facts[run_id].mark = a.mark(configuration)  # type: ignore[assignment]
    return facts


def _places(a: Analysed) -> dict[str, tuple[bool, bool, int]]:
    """Return each metric's place on a run's page: the objective, its family, then the others."""
    first = a.objective.metric if a.objective else ""
    family = a.metrics[first].family if first else ""
    return {
        m.name: (m.name != first, m.family != family, number)
        for number, m in enumerate(a.metrics.values())
    }


def _rows(frame: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    return iter(frame.itertuples(index=False, name=None))
