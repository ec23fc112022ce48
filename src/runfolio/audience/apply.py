"""Stage 2b: who a build is for, and the order in which what they must not see is taken out."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from runfolio.audience.choice import Choice
from runfolio.audience.cut import cut
from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.gone import gone
from runfolio.audience.hidden import Cut, HiddenValue
from runfolio.audience.pseudonyms import anonymized
from runfolio.audience.quoted import without_values
from runfolio.audience.ranked_by import check_objective
from runfolio.audience.redaction import redacted
from runfolio.audience.searchable import searchable
from runfolio.audience.secrets import masked
from runfolio.config import INTERNAL, Anonymized, AudienceSettings, Redacted, Settings
from runfolio.errors import UsageError
from runfolio.model.problems import near_miss
from runfolio.model.tables import Tables

__all__ = ["Audience", "audience_named"]

_EVERYTHING = Redacted()
_NOTHING = Redacted.model_validate(dict.fromkeys(Redacted.model_fields, "off"))


@dataclass(frozen=True, slots=True)
class Audience:
    """Who a build is for.

    Parameters
    ----------
    name : str
    told : AudienceSettings
        What the configuration says of it.
    anonymized : Anonymized or None
        Whether pseudonyms are used, and for which names beside those that logs tell.
    """

    name: str
    told: AudienceSettings
    anonymized: Anonymized | None = None

    @property
    def is_internal(self) -> bool:
        return self.name == INTERNAL

    @property
    def redacted(self) -> Redacted:
        """What is taken out of all texts."""
        is_open = self.is_internal and self.anonymized is None
        return self.told.redact or (_NOTHING if is_open else _EVERYTHING)

    def sees(self, tables: Tables, settings: Settings, known: Sequence[HiddenValue] = ()) -> Cut:
        """Return what is left of tables and settings for this audience.

        Parameters
        ----------
        tables : Tables
        settings : Settings
            With the report's title, also where that is made of a folder's name.
        known : sequence of HiddenValue
            What was taken out elsewhere, and must not be in these tables either.

        Returns
        -------
        Cut
            Its hidden values are those that every file can be searched for; how many cannot is
            a problem of its tables.

        Raises
        ------
        UsageError
            Where no run is left, or another metric would decide.
        """
        with _no_collection():
            return self._sees(tables, settings, known)

    def _sees(self, tables: Tables, settings: Settings, known: Sequence[HiddenValue]) -> Cut:
        before = (tables, settings)
        distinct = DistinctTexts()  # most columns stay as they are from step to step
        safe = masked(tables, settings, distinct)
        cut_ = cut(safe.tables, safe.settings, self.told, self.name, distinct)
        if not known:
            metrics = Choice.of(self.told, "metrics")
            check_objective((tables, settings), (cut_.tables, cut_.settings), metrics)
        named, told = cut_, self.anonymized
        if told is not None:
            named = anonymized(cut_.tables, cut_.settings, told, distinct)
        plain = redacted(named.tables, named.settings, self.redacted, distinct)
        hidden = (*known, *safe.hidden, *cut_.hidden, *named.hidden, *plain.hidden)
        tables, settings = plain.tables, plain.settings
        if not hidden and self.is_internal and self.anonymized is None:
            return plain  # nothing was taken out, so that there is nothing to search for
        if known:
            tables, settings = without_values(tables, settings, known, distinct)
        lost = gone(before, (tables, settings), f"audiences: {self.name}", distinct)
        found = searchable((*hidden, *lost), tables, settings, distinct)
        if (note := found.problem()) is not None:
            tables = replace(tables, problems=tuple(sorted({*tables.problems, note})))
        return Cut(tables, settings, found.values)


@contextmanager
def _no_collection() -> Iterator[None]:
    """Look for no circles among objects: a million texts hold none, and it takes half the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def audience_named(settings: Settings, name: str | None, *, anonymize: bool = False) -> Audience:
    """Return the audience that a build names, `internal` where it names none.

    Parameters
    ----------
    settings : Settings
    name : str or None
    anonymize : bool
        Whether pseudonyms are used even if the configuration does not say so.

    Raises
    ------
    UsageError
        If report.yaml has no audience of that name.
    """
    name = name or INTERNAL
    told = settings.audiences.get(name)
    if told is None and name != INTERNAL:
        known = [*settings.audiences, INTERNAL]
        raise UsageError(
            f"There is no audience {name!r}. {near_miss(name, known, 'Audiences')} "
            "Write it under audiences: in report.yaml.",
            "audience-unknown",
        )
    told = told or AudienceSettings()
    return Audience(name, told, told.anonymize or (Anonymized() if anonymize else None))
