"""Stage 2b: the metric by which everything is ranked cannot be hidden, also where nobody named it.

Where report.yaml names no objective, one is chosen among what was logged. Without it another
would be chosen in silence, and with it another champion.
"""

from __future__ import annotations

from collections.abc import Mapping

from runfolio.analysis.metrics import Metric, describe_metrics
from runfolio.analysis.objective import Objective, choose_objective, tracker_goals
from runfolio.audience.choice import Choice
from runfolio.audience.cut_metrics import metric_rules
from runfolio.config import Settings
from runfolio.errors import UsageError
from runfolio.model.tables import Tables

__all__ = ["check_objective", "lost_directions"]


def check_objective(
    before: tuple[Tables, Settings], after: tuple[Tables, Settings], choice: Choice
) -> None:
    """Refuse a cut that makes another metric decide.

    Parameters
    ----------
    before, after : (Tables, Settings)
        The cut's.
    choice : Choice
        Of metrics.

    Raises
    ------
    UsageError
    """
    if not choice or before[1].objective.metric is not None:
        return  # of one that is named, the configuration was asked
    old = _objective(*before)
    if old is None or not metric_rules([old.metric], before[1], choice):
        return
    if _objective(*after) is None:
        return  # nothing is ranked at all
    raise UsageError(
        f"The audience does not see the metric {old.metric!r}, by which everything is ranked "
        f"({old.why}); another one would make another champion. Show it, or name the metric that "
        "is to decide for everybody, as objective: metric: in report.yaml.",
        "audience-hides-needed",
    )


def lost_directions(before: tuple[Tables, Settings], after: tuple[Tables, Settings]) -> int:
    """Count the metrics with a direction that a cut took: sides would be compared on them."""
    return len(_directed(*before) - _directed(*after))


def _directed(tables: Tables, settings: Settings) -> set[str]:
    return {name for name, metric in _metrics(tables, settings).items() if metric.goal}


def _metrics(tables: Tables, settings: Settings) -> Mapping[str, Metric]:
    return describe_metrics(
        *(tables.metrics, settings.metrics, tracker_goals(tables.experiments), tables.facts),
        settings.glossary,
    )


def _objective(tables: Tables, settings: Settings) -> Objective | None:
    metrics = _metrics(tables, settings)
    return choose_objective(metrics, tables.experiments, settings.objective, len(tables.runs))
