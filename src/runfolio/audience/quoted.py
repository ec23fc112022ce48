"""Stage 2b: texts that quote what is hidden: notes, descriptions, problems, commit messages.

In: tables and settings from which all that is hidden was taken out, and what that was. Out: the
same with `NOT_SHOWN` wherever a text still holds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache

import numpy as np
import pandas as pd

from runfolio.audience.distinct import DistinctTexts, Gathered
from runfolio.audience.finding import Finder, folded
from runfolio.audience.hidden import Candidate, Cut, HiddenValue, distinctive
from runfolio.audience.texts import gathered, rewritten
from runfolio.config import Settings
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["rewriter", "without_quotes", "without_values"]


def without_quotes(
    tables: Tables,
    settings: Settings,
    candidates: Sequence[Candidate],
    distinct: DistinctTexts | None = None,
) -> Cut:
    """Put `NOT_SHOWN` wherever a hidden text stands, and return what may be found nowhere.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    candidates : sequence of Candidate
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.
    """
    distinct = distinct or DistinctTexts()
    hidden = distinctive(candidates, _shown(tables, settings, candidates, distinct))
    if hidden:
        tables, settings = without_values(tables, settings, hidden, distinct)
    return Cut(tables, settings, hidden)


def without_values(
    tables: Tables,
    settings: Settings,
    hidden: Sequence[HiddenValue],
    distinct: DistinctTexts | None = None,
) -> tuple[Tables, Settings]:
    """Put `NOT_SHOWN` wherever one of these values stands."""
    distinct = distinct or DistinctTexts()
    shown = gathered(tables, settings, distinct)
    finder = _finder(hidden)
    texts = shown.words
    if any(True for _ in finder.find(folded("\n".join(shown.numbers)))):
        texts |= shown.numbers
    rewrite = _rewriter(finder)
    changed = {text: new for text in texts if (new := rewrite(text)) != text}
    return rewritten(tables, settings, changed, distinct=distinct)


def rewriter(hidden: Sequence[HiddenValue]) -> Callable[[str], str]:
    """Return what puts `NOT_SHOWN` in a text wherever one of these values stands.

    It finds what the search of the finished files finds: whatever the case and the spaces.
    """
    return _rewriter(_finder(hidden))


def _finder(hidden: Iterable[HiddenValue]) -> Finder:
    return Finder(list({text: None for one in hidden if (text := folded(one.text))}))


def _rewriter(finder: Finder) -> Callable[[str], str]:
    texts = finder.texts
    shortest = min(map(len, texts), default=0)

    @cache
    def pattern(which: int) -> re.Pattern[str]:
        words = r"\s+".join(map(re.escape, texts[which].split()))
        return re.compile(rf"(?<![^\W_]){words}(?![^\W_])", re.IGNORECASE)

    def rewrite(text: str) -> str:
        if len(text) < shortest and text.isascii():
            return text
        found = set(finder.find(folded(text)))
        if not found:
            return text
        for which in sorted(found, key=lambda which: (-len(texts[which]), which)):
            text = pattern(which).sub(NOT_SHOWN, text)
        # What still stands there stands there in an unusual way, with signs that nobody sees.
        return NOT_SHOWN if any(True for _ in finder.find(folded(text))) else text

    return rewrite


def _shown(
    tables: Tables, settings: Settings, candidates: Iterable[Candidate], distinct: DistinctTexts
) -> Gathered:
    """Return the names and values that are still there: not what people wrote about them."""
    found: set[str] = set()
    columns: list[pd.Series | pd.Index] = []
    for frame, names in _frames(tables):
        columns += (frame[name] for name in names)
        if not pd.api.types.is_numeric_dtype(frame.index):
            columns.append(frame.index)
    plots = (plot for own in tables.plots.values() for plot in own)
    found.update(plot.name for plot in plots)
    found.update(c.name for own in tables.columns.values() for c in own)
    lists = (one for own in tables.features.values() for one in own)
    found.update(name for one in lists for name in (one.place, *one.names))
    found.update(one.name for own in tables.importances.values() for one in own)
    found.update(f for own in tables.importances.values() for one in own for f in one.values)
    found.update(path for history in tables.histories for path in history.files)
    found.update(settings.metrics)
    found.update(told.label or "" for told in settings.metrics.values())
    for one in settings.requirements:
        found.update((one.name, one.why, one.source))
    found.update(settings.data.sets)
    if settings.impact is not None:
        for outcome in settings.impact.outcomes:
            found.update((outcome.name, outcome.formula, outcome.explain, outcome.source))
        for quantity in settings.impact.quantities.values():
            found.update((quantity.label, quantity.explain, quantity.source))
    return Gathered(found | _measured(tables, candidates), map(distinct.of, columns))


def _frames(tables: Tables) -> Iterator[tuple[pd.DataFrame, tuple[str, ...]]]:
    named = ("name", "label", "slug", "experiment", "format", "location", "commit", "seed")
    yield tables.runs, named
    yield tables.params, ("param", "value")
    yield tables.tags, ("tag", "value")
    yield tables.metrics, ("metric",)
    yield tables.datasets, ("name", "digest", "context")
    yield tables.versions, ("name", "digest", "version", "source")
    yield tables.images, ("name",)
    yield tables.artifacts, ("name",)
    yield tables.environment, ("name", "value")
    yield tables.experiments, ("location", "primary_metric")
    yield tables.facts, ("unit",)
    yield tables.checks, ("suite", "check", "dataset", "column", "observed", "expected")
    yield tables.models, ("name", "version", "stage", "model_id", "model_type", "commit", "path")
    for history in tables.histories:
        yield history.values, ("metric",)
        yield history.params, ("param", "old", "new")
        yield history.data, ("path", "old", "new")
        yield history.commits, ("commit",)


def _measured(tables: Tables, candidates: Iterable[Candidate]) -> set[str]:
    """Return which numbers among the candidates were measured by something that is shown, too."""
    numbers = {one.text: value for one in candidates if (value := _number(one.text)) is not None}
    if not numbers:
        return set()
    shown = [tables.curves.values, *(h.values["value"].to_numpy() for h in tables.histories)]
    shown += (column for log in tables.production for column in log.columns.numbers.values())
    summary = tables.metrics.select_dtypes("number").to_numpy().ravel()
    asked = np.fromiter(numbers.values(), np.float64, len(numbers))
    is_shown = np.isin(asked, np.concatenate([*shown, summary]))
    return {text for text, told in zip(numbers, is_shown, strict=True) if told}


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
