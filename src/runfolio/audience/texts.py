"""Stage 2b: every text that a report could show, rewritten in one go.

In: tables, settings, and what to write in place of a text. Out: the same with the new texts;
what does not change is shared, not copied.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

import pandas as pd

from runfolio.audience.distinct import Distinct, DistinctTexts, Gathered
from runfolio.audience.new_texts import Texts
from runfolio.audience.text_walk import At, Walk
from runfolio.config import Settings
from runfolio.model.slugs import run_slug
from runfolio.model.tables import Tables

__all__ = ["gathered", "rewritten", "texts_of"]


def rewritten(
    tables: Tables,
    settings: Settings,
    rewrite: Callable[[str], str] | Mapping[str, str],
    at: At | None = None,
    distinct: DistinctTexts | None = None,
) -> tuple[Tables, Settings]:
    """Rewrite every text in tables and settings.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    rewrite : callable or mapping of str to str
        From a text to the one that takes its place; asked once for each text, so that the same
        text is the same everywhere. Where two names become one, the second gets a number. A
        mapping has the texts that change, which is quicker.
    at : mapping of str to callable, optional
        What is written in certain fields and columns instead.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.

    Returns
    -------
    (Tables, Settings)
        With the types of columns kept; images are left alone.
    """
    found = _Found(tables, settings)
    texts = Texts(rewrite)
    distinct = distinct or DistinctTexts()
    while True:
        new = Walk(texts, at, distinct.of).of(found, "")
        if not texts.number_twins():
            break
    return _with_slugs(tables, new.tables), new.settings


def texts_of(tables: Tables, settings: Settings) -> set[str]:
    """Return every text in tables and settings that `rewritten` would rewrite."""
    return set(gathered(tables, settings))


def gathered(tables: Tables, settings: Settings, distinct: DistinctTexts | None = None) -> Gathered:
    """Return every text in tables and settings that `rewritten` would rewrite.

    Parameters
    ----------
    tables : Tables
    settings : Settings
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.
    """
    columns: list[Distinct] = []
    distinct = distinct or DistinctTexts()

    def seen(column: pd.Series | pd.Index) -> Distinct:
        columns.append(distinct.of(column))
        return columns[-1]

    texts = Texts({})  # none changes, so that all are only met
    Walk(texts, None, seen).of(_Found(tables, settings), "")
    return Gathered(texts, columns)


class _Found(NamedTuple):
    tables: Tables
    settings: Settings


def _with_slugs(old: Tables, new: Tables) -> Tables:
    """Make file names anew for runs that are now called otherwise."""
    before, after = old.runs, new.runs
    columns = [name for name in ("name", "label", "experiment") if name in before]
    if after is before or "slug" not in before or not len(before):
        return new
    differs = (before[columns].to_numpy() != after[columns].to_numpy()).any(axis=1)
    differs |= before.index.to_numpy() != after.index.to_numpy()
    if not differs.any():
        return new
    for digits in (6, 12, 64):
        slugs = [
            run_slug(label, run, digits) if is_new else slug
            for run, label, slug, is_new in zip(
                after.index, after["label"], before["slug"], differs, strict=True
            )
        ]
        if len(set(slugs)) == len(slugs):
            break
    runs = after.copy(deep=False)
    runs["slug"] = pd.Series(slugs, index=runs.index, dtype=before["slug"].dtype)
    return replace(new, runs=runs)
