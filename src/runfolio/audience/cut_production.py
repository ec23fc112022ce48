"""Stage 2b: what production logs of metrics that an audience does not see."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from runfolio.audience.choice import Choice
from runfolio.config import Monitored, Settings
from runfolio.model.patterns import first_match
from runfolio.model.production import Columns, ProductionLog

__all__ = ["other_names", "production_without"]

Names = Callable[[str], tuple[str, ...]]


def other_names(settings: Settings) -> Names:
    """Return a function that gives all names of a metric: its own, its label, those logged."""
    logged: dict[str, list[str]] = {}
    for old, new in settings.aliases.items():
        logged.setdefault(new, []).append(old)

    def called(name: str) -> tuple[str, ...]:
        told = settings.metrics.get(name)
        label = (told.label or "") if told else ""
        return name, label, name.rpartition(":")[2], *logged.get(name, ())

    return called


def production_without(
    logs: Iterable[ProductionLog], settings: Settings, choice: Choice
) -> tuple[tuple[ProductionLog, ...], tuple[Monitored, ...]]:
    """Leave hidden metrics out of what production logs, with what belongs to them alone.

    Parameters
    ----------
    logs : iterable of ProductionLog
    settings : Settings
    choice : Choice
        Of metrics.

    Returns
    -------
    logs : tuple of ProductionLog
    monitoring : tuple of Monitored
        The settings of the logs: as many as before, in the same places.
    """
    called = other_names(settings)
    monitoring = [_without(one, choice, called) for one in settings.monitoring]
    kept = []
    for log in logs:
        before = settings.monitoring[log.entry] if log.entry >= 0 else Monitored(path=log.name)
        after = monitoring[log.entry] if log.entry >= 0 else before
        names = [*log.columns.numbers, *log.columns.texts]
        away = _lost(before, after)
        away |= {
            name
            for name in names
            if name not in before.metrics and _is_hidden(name, before, choice, called)
        }
        if before.metrics and not after.metrics and not (before.inputs or before.outputs):
            continue  # where no metric is named, all columns would count as metrics
        reference = log.reference and _columns(log.reference, away)
        kept.append(replace(log, columns=_columns(log.columns, away), reference=reference))
    return tuple(kept), tuple(monitoring)


def _without(one: Monitored, choice: Choice, called: Names) -> Monitored:
    left = {
        column: told
        for column, told in one.metrics.items()
        if not choice.rule(column, *called(told.metric or column))
    }
    for column, told in left.items():
        expected = told.forecast.metric if told.forecast else None
        if expected and choice.rule(*called(expected)):
            left[column] = told.model_copy(update={"forecast": None})
    return one.model_copy(update={"metrics": left}) if left != one.metrics else one


def _is_hidden(name: str, one: Monitored, choice: Choice, called: Names) -> bool:
    """Tell whether a column is hidden that is not named as a metric's."""
    is_metric = not one.metrics and first_match((name,), (*one.inputs, *one.outputs)) is None
    return bool(choice.rule(*called(name))) if is_metric else choice.hides(*called(name))


def _lost(before: Monitored, after: Monitored) -> set[str]:
    """Return the columns that only hidden metrics need."""
    gone = before.metrics.keys() - after.metrics.keys()
    needed = {part for column in after.metrics for part in _parts(before, column)}
    return {part for column in gone for part in _parts(before, column)} - needed


def _parts(one: Monitored, column: str) -> Iterator[str]:
    """Yield the columns of a metric: its own, its count and its forecast."""
    told = one.metrics[column]
    yield column
    yield told.count or f"{column}_n"
    if told.forecast is not None:
        given = (told.forecast.value, told.forecast.low, told.forecast.high)
        yield from (name for name in given if isinstance(name, str))


def _columns(columns: Columns, away: set[str]) -> Columns:
    return Columns(
        {name: told for name, told in columns.numbers.items() if name not in away},
        {name: told for name, told in columns.texts.items() if name not in away},
    )
