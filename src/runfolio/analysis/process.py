"""Stage 3: each experiment from its question to its decision, with what the runs say.

In: the analysed runs and what was written. Out: per experiment its runs and data, its best
configuration against the baseline, and whether its predictions are borne out. The comparisons
are those of all other pages, or made on the same terms.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from runfolio.analysis.comparability import used_text
from runfolio.analysis.comparison import Case, Comparison, compare_family, mean_over
from runfolio.analysis.configurations import Configuration
from runfolio.analysis.experiment_result import (
    ExperimentResult,
    metric_called,
    result_of,
    unknown_metric,
)
from runfolio.analysis.metrics import Metric
from runfolio.analysis.predictions import (
    Borne,
    Prediction,
    all_borne,
    judge_difference,
    judge_value,
)
from runfolio.analysis.write_ups import WriteUp, write_ups
from runfolio.model.experiment_notes import ExperimentNote
from runfolio.model.problems import Problem
from runfolio.model.tables import MADE

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed

__all__ = ["Experiment", "experiments_of"]


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment, from its question to its decision.

    Parameters
    ----------
    name : str
    anchor : str
        Its address on the page of experiments; unique.
    note : ExperimentNote
        What is written about it.
    logged : tuple of str
        Names of the logged experiments that it is about.
    runs : tuple of str
        Ids, in the tables' order.
    status : dict of str to int
        Its runs by how they ended.
    started, ended : Timestamp
        The first and the last start of a run; NaT where none is known.
    data : tuple of (str, int)
        Data that its runs used, as people read it, and by how many.
    result : ExperimentResult
        What came out of it.
    predictions : tuple of Prediction
    """

    name: str
    anchor: str
    note: ExperimentNote
    logged: tuple[str, ...]
    runs: tuple[str, ...]
    status: Mapping[str, int]
    started: pd.Timestamp
    ended: pd.Timestamp
    data: tuple[tuple[str, int], ...]
    result: ExperimentResult = field(default_factory=ExperimentResult)
    predictions: tuple[Prediction, ...] = ()

    @property
    def borne(self) -> Borne | None:
        """What the runs say of all predictions together; None where nothing was predicted."""
        return all_borne(self.predictions)

    @property
    def when(self) -> pd.Timestamp:
        """The date that is written, else that of its last run; NaT where there is neither."""
        return pd.Timestamp(self.note.date, tz="UTC") if self.note.date else self.ended


def experiments_of(a: Analysed) -> tuple[tuple[Experiment, ...], tuple[Problem, ...]]:
    """Tell of every experiment, in the order of their dates.

    Parameters
    ----------
    a : Analysed
        All else that is known of the runs.

    Returns
    -------
    experiments : tuple of Experiment
        Those without a date come last.
    problems : tuple of Problem
        Of what was written.
    """
    found, told = write_ups(a.tables)
    problems = list(told)
    logged = _Logged.of(a)
    taken: set[str] = set()
    experiments = [_experiment(a, own, logged, taken, problems) for own in found]

    def order(one: Experiment) -> float:
        return math.inf if pd.isna(one.when) else one.when.timestamp()

    return tuple(sorted(experiments, key=order)), tuple(problems)


@dataclass(frozen=True, slots=True)
class _Logged:
    """What is known of each run, by its id: a look-up in a table for each takes its time."""

    status: Mapping[str, str]
    started: Mapping[str, pd.Timestamp]
    data: Mapping[str, Sequence[str]]
    configuration: Mapping[str, Configuration]

    @classmethod
    def of(cls, a: Analysed) -> _Logged:
        runs = a.tables.runs
        ids = runs.index.tolist()
        return cls(
            dict(zip(ids, runs["status"].tolist(), strict=True)),
            dict(zip(ids, runs["started"].tolist(), strict=True)),
            _data_by_run(a),
            {run: c for c in a.configurations for run in c.runs},
        )


def _experiment(
    a: Analysed,
    own: WriteUp,
    logged: _Logged,
    taken: set[str],
    problems: list[Problem],
) -> Experiment:
    among = {c.label: c for run in own.runs if (c := logged.configuration.get(run)) is not None}
    nothing: Any = pd.NaT
    begun = [time for run in own.runs if not pd.isna(time := logged.started[run])]
    found = Experiment(
        *(own.name, _anchor(own.name, taken), own.note, own.experiments, own.runs),
        status=Counter(logged.status[run] for run in own.runs),
        started=min(begun) if begun else nothing,
        ended=max(begun) if begun else nothing,
        data=tuple(Counter(t for run in own.runs for t in logged.data.get(run, ())).items()),
        result=result_of(a, own, [*among.values()], problems),
    )
    return _predicted(a, found, problems)


def _predicted(a: Analysed, one: Experiment, problems: list[Problem]) -> Experiment:
    """Hold its predictions against its runs."""
    if not one.note.expects:
        return one
    known = {e.metric: metric_called(a, e.metric) for e in one.note.expects}
    measured = _differences(a, one, {m.name: m for m in known.values() if m is not None})
    candidate = one.result.candidate
    judged = []
    for expectation in one.note.expects:
        metric = known[expectation.metric]
        if metric is None:
            problems.append(unknown_metric(a, one.name, one.note, "expects", expectation.metric))
            reason = f"No run logged {expectation.metric}."
            judged.append(Prediction(expectation, None, "open", reason))
        elif candidate is None:
            reason = "It has no configuration that can be judged."
            reason = reason if one.runs else "It has no runs yet."
            judged.append(Prediction(expectation, metric, "open", reason))
        elif expectation.of == "value":
            mean = mean_over(a.values[metric.name], candidate.configuration)
            judged.append(judge_value(expectation, metric, mean, one.result.picked_from or 1))
        elif metric.name in measured:
            comparison = measured[metric.name]
            judged.append(
                judge_difference(expectation, metric, comparison, one.result.picked_from or 1)
            )
        else:
            reason = "There is no baseline to compare it with."
            judged.append(Prediction(expectation, metric, "open", reason))
    return replace(one, predictions=tuple(judged))


def _differences(
    a: Analysed, one: Experiment, metrics: Mapping[str, Metric]
) -> dict[str, Comparison]:
    """Return the differences of its candidate from its baseline, by metric.

    The champion's are those of the scorecard; of others, all that are predicted are compared
    together.
    """
    result = one.result
    if result.comparison is None or result.candidate is None or result.baseline is None:
        return {}
    candidate, baseline = result.candidate.configuration, result.baseline.configuration
    found = {}
    if candidate is a.champion and baseline is a.baseline:
        found = {c.metric: c for c in a.scorecard if c.metric in metrics}
    found[result.comparison.metric] = result.comparison
    rest = [m for name, m in metrics.items() if name not in found]
    cases = [Case(m, a.values[m.name], candidate, baseline) for m in rest]
    return found | dict(zip((m.name for m in rest), compare_family(cases, a.terms), strict=True))


def _data_by_run(a: Analysed) -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = {}
    columns = a.tables.datasets[["run", "name", "digest", "context"]]
    for run, name, digest, context in columns.itertuples(index=False, name=None):
        if context != MADE:
            found.setdefault(run, {})[used_text((name, digest, ""))] = None
    return {run: list(texts) for run, texts in found.items()}


def _anchor(name: str, taken: set[str]) -> str:
    """Return an address for a name: ASCII, and numbered where another has it."""
    plain = unicodedata.normalize("NFKD", name[:200]).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50].rstrip("-")
    first = anchor = f"exp-{slug or 'unnamed'}"
    number = 1
    while anchor in taken:
        number += 1
        anchor = f"{first}-{number}"
    taken.add(anchor)
    return anchor
