"""Stage 2b: requirements and outcomes that an audience does not see, and what needs what is hidden.

A requirement whose metric or check of data is hidden cannot be judged honestly: it goes, too, as
does an outcome that is computed from a hidden metric. Of metrics that is a mistake of report.yaml.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from runfolio.audience.choice import Choice, Taken
from runfolio.audience.cut_metrics import metric_rules
from runfolio.config import ImpactSettings, Requirement, Settings
from runfolio.config.experiments import ExperimentsSettings
from runfolio.formula import inputs_of, parse_formula
from runfolio.model.not_shown import NOT_SHOWN
from runfolio.model.tables import Tables

__all__ = ["only_judgeable", "without_outcomes", "without_requirements", "without_run_names"]


def without_requirements(
    tables: Tables, settings: Settings, choice: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out requirements, also where earlier versions of a model were judged by them."""
    recorded = [gate.name for one in tables.recorded for gate in one.gates]
    gone = choice.rules([*(one.name for one in settings.requirements), *recorded])
    if not gone:
        return tables, settings
    taken.counts["requirements"] += sum(one.name in gone for one in settings.requirements)
    taken.names(gone)
    for one in settings.requirements:
        if one.name in gone:
            taken.values([one.why, one.source, *_said(one)], gone[one.name])
    return _without_gates(tables, gone), _with_requirements(
        settings, (one for one in settings.requirements if one.name not in gone)
    )


def only_judgeable(
    before: Tables, tables: Tables, settings: Settings, metrics: Choice, taken: Taken
) -> tuple[Tables, Settings]:
    """Take out requirements whose metric or check of data was taken out.

    Parameters
    ----------
    before, tables : Tables
        Before and after data were taken out.
    settings : Settings
        Before metrics were taken out of it.
    metrics : Choice
    taken : Taken
    """
    named = (one.metric for one in settings.requirements if one.metric)
    hidden = metric_rules(named, settings, metrics)
    checks = _lost(_checks(before), _checks(tables))

    def can_be_judged(one: Requirement) -> bool:
        told = one.evidence
        return one.metric not in hidden if told is None else not _fits_any(checks, told.check)

    left = tuple(filter(can_be_judged, settings.requirements))
    if left == settings.requirements:
        return tables, settings
    gone = {one.name for one in settings.requirements} - {one.name for one in left}
    taken.counts["requirements"] += len(gone)
    return _without_gates(tables, gone), _with_requirements(settings, left)


def without_outcomes(settings: Settings, choice: Choice, metrics: Choice, taken: Taken) -> Settings:
    """Take out outcomes, with the quantities that only they need.

    To be called before metrics are taken out of the settings.
    """
    impact = settings.impact
    if impact is None or not (choice or metrics):
        return settings
    gone = choice.rules(one.name for one in impact.outcomes)
    needs = {
        one.name: {(part.kind, part.names[0]) for part in inputs_of(parse_formula(one.formula))}
        for one in impact.outcomes
    }
    named = {name for own in needs.values() for kind, name in own if kind == "metric"}
    hidden = metric_rules(named, settings, metrics)
    for name, own in needs.items():
        lost = next((hidden[part] for kind, part in own if kind == "metric" and part in hidden), "")
        if lost:
            gone.setdefault(name, lost)
    threshold = _threshold(impact, settings, metrics)
    if not gone:
        return settings.model_copy(
            update={"impact": impact.model_copy(update={"threshold": threshold})}
        )
    taken.counts["outcomes"] = len(gone)
    taken.names(gone)
    lost_names = {name for one in gone for kind, name in needs[one] if kind == "quantity"}
    kept_names = {
        name
        for one, own in needs.items()
        if one not in gone
        for kind, name in own
        if kind == "quantity"
    }
    for one in impact.outcomes:
        if one.name in gone:
            taken.values([one.explain, one.source], gone[one.name])
    left = tuple(one for one in impact.outcomes if one.name not in gone)
    away = lost_names - kept_names
    changed = {
        "outcomes": left,
        "quantities": {name: q for name, q in impact.quantities.items() if name not in away},
        "threshold": threshold,
    }
    return settings.model_copy(
        update={"impact": impact.model_copy(update=changed) if left else None}
    )


def without_run_names(
    before: Tables, after: Tables, settings: Settings, experiments: Choice
) -> Settings:
    """Forget runs and experiments that selectors name and that are hidden, and what is read.

    What tells where things are read from is not needed any more once they are.
    """
    lost = before.runs.drop(after.runs.index)
    names = {*lost.index, *lost["name"], *lost["label"]}
    names -= {"", *after.runs.index, *after.runs["name"], *after.runs["label"]}
    changed: dict[str, Any] = {"experiments": ExperimentsSettings(), "audiences": {}}

    def seen(told: Any) -> Any:
        is_gone = told.run in names or (told.experiment and experiments.rule(told.experiment))
        return type(told)(run=NOT_SHOWN) if is_gone else told

    for key in ("baseline", "champion"):
        if (told := getattr(settings, key)) is not None:
            changed[key] = seen(told)
    changed["monitoring"] = tuple(
        one.model_copy(update={"runs": seen(one.runs)}) if one.runs is not None else one
        for one in settings.monitoring
    )
    return settings.model_copy(update=changed)


def _said(one: Requirement) -> list[str]:
    told = one.evidence.statement if one.evidence else None
    return [told or "", one.waiver.reason if one.waiver else ""]


def _with_requirements(settings: Settings, left: Iterable[Requirement]) -> Settings:
    return settings.model_copy(update={"requirements": tuple(left)})


def _without_gates(tables: Tables, gone: Iterable[str]) -> Tables:
    names = set(gone)
    return replace(
        tables,
        recorded=tuple(
            replace(one, gates=tuple(gate for gate in one.gates if gate.name not in names))
            for one in tables.recorded
        ),
    )


def _lost(before: Iterable[str], after: Iterable[str]) -> set[str]:
    return set(before) - set(after)


def _checks(tables: Tables) -> list[str]:
    checks = tables.checks
    return [*checks["check"], *(checks["suite"] + "/" + checks["check"])]


def _fits_any(names: Iterable[str], pattern: str | None) -> bool:
    return pattern is not None and any(fnmatchcase(name, pattern) for name in names)


def _threshold(impact: ImpactSettings, settings: Settings, metrics: Choice) -> Any:
    told = impact.threshold
    keys = ("true_positive_rate", "false_positive_rate", "precision")
    named = {key: getattr(told, key) for key in keys}
    hidden = metric_rules((name for name in named.values() if name), settings, metrics)
    return told.model_copy(update={key: None for key, name in named.items() if name in hidden})
