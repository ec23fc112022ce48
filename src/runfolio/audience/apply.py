"""Stage 2b: who a build is for, and the order in which what they must not see is taken out."""

from __future__ import annotations

from dataclasses import dataclass

from runfolio.audience.hidden import Cut
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
        return self.told.redact or (_NOTHING if self.is_internal else _EVERYTHING)

    def sees(self, tables: Tables, settings: Settings) -> Cut:
        """Return what is left of tables and settings for this audience.

        Parameters
        ----------
        tables : Tables
        settings : Settings
            With the report's title, also where that is made of a folder's name.
        """
        return Cut(tables, settings)


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
