"""Stage 3: all that is told of models: the registry, the champion's making, what is stated."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runfolio.analysis.model_registry import ModelRegistry, registry_of
from runfolio.analysis.reproduction import Reproduction, reproduction_of
from runfolio.model.recorded import RecordedModel

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import ModelSettings

__all__ = ["Models", "Stated", "models_of"]


@dataclass(frozen=True, slots=True)
class Stated:
    """What the team states of the model in ``report.yaml``; empty where it states nothing."""

    purpose: str = ""
    users: tuple[str, ...] = ()
    out_of_scope: tuple[str, ...] = ()
    limits: tuple[str, ...] = ()
    ethics: tuple[str, ...] = ()
    owner: str = ""
    license: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """What is known of models.

    Parameters
    ----------
    name : str
        The champion's model: as the configuration names it, else as it is registered; empty
        without either.
    description : str
        The registry's own words on it.
    registry : ModelRegistry
    reproduction : Reproduction or None
        Of the champion.
    stated : Stated
    recorded : tuple of RecordedModel
        Versions on record in the project, by name, the newest first.
    """

    name: str = ""
    description: str = ""
    registry: ModelRegistry = field(default_factory=ModelRegistry)
    reproduction: Reproduction | None = None
    stated: Stated = field(default_factory=Stated)
    recorded: tuple[RecordedModel, ...] = ()

    @property
    def is_recorded(self) -> RecordedModel | None:
        """The version on record that the champion is, if any."""
        if self.reproduction is None:
            return None
        own = self.reproduction.fingerprint
        return next((one for one in self.recorded if one.fingerprint == own), None)


def models_of(a: Analysed, settings: ModelSettings) -> Models:
    """Gather what is known of models.

    Parameters
    ----------
    a : Analysed
        All else.
    settings : ModelSettings
    """
    registry = registry_of(a, settings.name or "")
    own = next(
        (v for v in registry.versions if a.champion is not None and v.configuration is a.champion),
        registry.in_use,
    )
    return Models(
        name=settings.name or (own.name if own is not None else ""),
        description=own.description if own is not None and own.configuration is a.champion else "",
        registry=registry,
        reproduction=reproduction_of(a.tables, a.champion) if a.champion is not None else None,
        stated=Stated(
            settings.purpose or "",
            settings.users,
            settings.out_of_scope,
            settings.limits,
            settings.ethics,
            settings.owner or "",
            settings.license or "",
        ),
        recorded=tuple(
            sorted(a.tables.recorded, key=lambda one: (one.name, -one.version, one.path))
        ),
    )
