"""A model card's first part: which model this is."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.views.blocks import Block, Definition, Definitions, Prose
from runfolio.views.dates import day
from runfolio.views.model_words import version_words
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_NOT_STATED = "Not stated (model: in report.yaml)"
_FEW = 8


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None or a.models.reproduction is None:
        return ()
    models, stated = a.models, a.models.stated
    items = [
        Definition("Model", models.name or a.champion.label),
        Definition("In the registry's words", models.description),
        Definition("Configuration", a.champion.label),
        *(Definition("Registered as", told) for told in _registered(a)),
        Definition("Chosen because", a.champion_why),
        *_settings(a),
        Definition("Trained", _when(a)),
        Definition("Answers for it", stated.owner or _NOT_STATED),
        Definition("Licence", stated.license or _NOT_STATED),
    ]
    note = (
        "This card is made from the logs and from what the team states; what neither tells is said "
        "to be missing."
    )
    return (Definitions(tuple(item for item in items if item.value)), Prose((note,), "note"))


def _registered(a: Analysed) -> list[str]:
    found = []
    for version in a.models.registry.versions:
        if version.configuration is a.champion and version.version and not version.is_record:
            used = ", ".join(filter(None, (version.stage, *version.aliases)))
            words = version_words(version)
            found.append(f"{words} in {version.location}" + (f" ({used})" if used else ""))
    record = a.models.is_recorded
    if record is not None:
        found.append(f"version {record.version} of {record.name} in {record.path}")
    return found[:_FEW]


def _settings(a: Analysed) -> list[Definition]:
    assert a.champion is not None
    params = a.champion.params
    shown = [f"{name} = {value}" for name, value in list(params.items())[:_FEW]]
    if len(params) > _FEW:
        shown.append(f"and {len(params) - _FEW} more")
    return [Definition("Settings", ", ".join(shown))] if shown else []


def _when(a: Analysed) -> str:
    assert a.champion is not None
    times = a.tables.runs.loc[list(a.champion.runs), "started"].dropna()
    runs = count_of(len(a.champion.runs), "run")
    if times.empty:
        return f"{runs}; when was not logged"
    first, last = day(times.min()), day(times.max())
    return f"{runs}, {first}" if first == last else f"{runs}, {first} to {last}"


section = SectionKind(
    "card-details",
    "Model details",
    "a champion: an objective, and runs that logged it",
    build,
)
