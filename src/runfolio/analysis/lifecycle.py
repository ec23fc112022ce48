"""Stage 3: how far is the project? What the logs and the configuration show of each step.

In: all other answers. Out: each step as done, in progress or without evidence. Nothing is
guessed: a step for which nothing was found is not said to be undone, only not to be shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from runfolio.analysis.gates import of_side
from runfolio.model.lifecycle import STEPS, Step
from runfolio.model.numbers import format_count

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Settings, StatedStep

__all__ = ["CI_FILES", "Shown", "StepEvidence", "StepState", "steps_shown"]

StepState = Literal["done", "in progress", "no evidence"]

CI_FILES = (
    ".github/workflows/*.yml",
    ".github/workflows/*.yaml",
    ".gitlab-ci.yml",
    ".circleci/config.yml",
    "azure-pipelines.yml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
)
"""Files beside report.yaml that set up continuous integration."""

_CI_TAG = re.compile(
    r"(^|[._-])(ci|github[._-](run|workflow|sha)\w*|gitlab|jenkins|buildkite|circleci)"
    r"([._-]|$)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind of evidence.

    Parameters
    ----------
    what : str
        What is looked for, as in "requirements written".
    told : str
        What was found, in a clause; empty where nothing was.
    page : str
        Name of the page of the site that has more; may be empty.
    """

    what: str
    told: str = ""
    page: str = ""


@dataclass(frozen=True, slots=True)
class StepEvidence:
    """A step with what shows it.

    Parameters
    ----------
    step : Step
    state : StepState
    shown : tuple of Shown
        All that is looked for, found or not.
    stated : tuple of StatedStep
        What people say of it.
    """

    step: Step
    state: StepState
    shown: tuple[Shown, ...]
    stated: tuple[StatedStep, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What was looked for and not found."""
        return tuple(one.what for one in self.shown if not one.told)


def steps_shown(a: Analysed, settings: Settings) -> tuple[StepEvidence, ...]:
    """Look for evidence of each step.

    A step is done where all that is looked for was found, or somebody states with name and
    date that it is; it is in progress where something was found or stated.

    Parameters
    ----------
    a : Analysed
    settings : Settings
    """
    found = []
    for step, look in zip(STEPS, _LOOKS, strict=True):
        shown = tuple(look(a, settings))
        stated = tuple(one for one in settings.lifecycle if one.step == step.number)
        there = sum(bool(one.told) for one in shown)
        state: StepState = "no evidence"
        if there == len(shown) or any(one.done for one in stated):
            state = "done"
        elif there or stated:
            state = "in progress"
        found.append(StepEvidence(step, state, shown, stated))
    return tuple(found)


def _count(count: int, one: str) -> str:
    return f"{format_count(count)} {one}{'' if count == 1 else 's'}" if count else ""


def _problem_definition(a: Analysed, settings: Settings) -> Iterator[Shown]:
    told = settings.subtitle or settings.description
    yield Shown("a question or description", "the question is written" if told else "", "index")
    asked = _count(len(settings.requirements), "requirement")
    yield Shown("requirements written", f"{asked} written" if asked else "", "requirements")


def _exploration(a: Analysed, settings: Settings) -> Iterator[Shown]:
    checks = len(a.quality.checks)
    told = f"data checked ({_count(checks, 'rule')})" if checks else ""
    yield Shown("data profiled", told, "data")
    versions = a.tables.datasets[a.tables.datasets["digest"] != ""][["name", "digest"]]
    known = _count(len(versions.drop_duplicates()), "version")
    told = f"{known} of data recorded" if known else ""
    yield Shown("versions of data recorded", told, "data")


def _implementation(a: Analysed, settings: Settings) -> Iterator[Shown]:
    methods = sum("method" in one.note.parts for one in a.experiments)
    told = f"{_count(methods, 'method')} written" if methods else ""
    yield Shown("a method written down", told, "experiments")
    told = f"the baseline is {a.baseline.label}" if a.baseline is not None else ""
    yield Shown("a baseline to beat", told, "index")


def _features(a: Analysed, settings: Settings) -> Iterator[Shown]:
    runs = len(a.tables.features)
    yield Shown(
        "features recorded", f"features of {_count(runs, 'run')}" if runs else "", "features"
    )
    measured = len(a.tables.importances)
    told = f"their importance in {_count(measured, 'run')}" if measured else ""
    yield Shown("their importance measured", told, "features")


def _experiment_design(a: Analysed, settings: Settings) -> Iterator[Shown]:
    stated = sum("hypothesis" in one.note.parts for one in a.experiments)
    told = _count(stated, "hypothesis").replace("hypothesiss", "hypotheses")
    yield Shown("a hypothesis stated", told, "experiments")
    repeated = sum(c.n > 1 for c in a.configurations)
    told = f"{_count(repeated, 'configuration')} repeated over seeds" if repeated else ""
    yield Shown("runs repeated over seeds", told, "data-scientist")


def _training(a: Analysed, settings: Settings) -> Iterator[Shown]:
    finished = int((a.tables.runs["status"] == "finished").sum())
    finished = finished or sum(c.n for c in a.configurations)
    told = f"{_count(finished, 'run')} finished" if finished else ""
    yield Shown("experiments run", told, "runs")
    c = a.comparison
    compared = c is not None and c.outcome not in ("not comparable", "too few runs")
    told = "champion and baseline are compared" if compared else ""
    yield Shown("a comparison with the baseline", told, "data-scientist")
    judged = sum(gate.outcome != "not evaluated" for gate in of_side(a.gates, "champion"))
    told = f"{_count(judged, 'requirement')} judged" if judged else ""
    yield Shown("requirements judged", told, "requirements")


def _automation(a: Analysed, settings: Settings) -> Iterator[Shown]:
    files = [path for pattern in CI_FILES for path in a.tables.files.get(pattern, ())]
    yield Shown("continuous integration set up", ", ".join(files[:2]))
    tags = a.tables.tags
    names = [tag for tag in tags["tag"].unique() if _CI_TAG.search(tag)]
    by_ci = tags.loc[tags["tag"].isin(names), "run"].nunique()
    told = f"{_count(by_ci, 'run')} recorded by it" if by_ci else ""
    yield Shown("a run of it recorded", told, "runs")


def _deployment(a: Analysed, settings: Settings) -> Iterator[Shown]:
    versions = a.models.registry.versions
    own = [one for one in versions if a.champion is not None and one.configuration is a.champion]
    recorded = a.models.is_recorded
    told = f"{own[0].name} {own[0].version} is the champion" if own else ""
    if recorded is not None:
        told = f"the champion is on record as {recorded.name}, version {recorded.version}"
    yield Shown("the champion registered", told, "models")
    live = sorted({f"{one.name} {one.version}" for one in a.models.registry.production})
    told = f"in production: {', '.join(live[:3])}" if live else ""
    yield Shown("a version in production", told, "models")


def _maintenance(a: Analysed, settings: Settings) -> Iterator[Shown]:
    told = "metrics from production are read" if a.monitoring is not None else ""
    yield Shown("monitoring data", told, "monitoring")
    levels = a.monitoring.levels if a.monitoring is not None else ()
    held = sum(bool(level.thresholds) for level in levels)
    told = f"{_count(held, 'metric')} held to a level" if held else ""
    yield Shown("levels that it is held to", told, "monitoring")


_LOOKS: Sequence[Callable[[Analysed, Settings], Iterator[Shown]]] = (
    _problem_definition,
    _exploration,
    _implementation,
    _features,
    _experiment_design,
    _training,
    _automation,
    _deployment,
    _maintenance,
)
"""What is looked for in each step, in the order of the steps."""
