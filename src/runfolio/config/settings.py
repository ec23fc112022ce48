"""Configuration: all that ``report.yaml`` may say; a topic has a file of its own."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field
from pydantic.json_schema import GenerateJsonSchema

from runfolio.config.audiences import AudienceSettings
from runfolio.config.compliance import Checklists
from runfolio.config.data import DataSettings
from runfolio.config.deliver import DeliverSettings
from runfolio.config.experiments import Experiments, ExperimentsSettings
from runfolio.config.history import History, HistorySettings
from runfolio.config.impact import ImpactSettings
from runfolio.config.lifecycle import StatedStep
from runfolio.config.metrics import MetricSettings, Objective
from runfolio.config.model import ModelSettings
from runfolio.config.monitoring import Monitoring
from runfolio.config.parts import Part, one_or_more, switch
from runfolio.config.reader_locale import ReaderLocale
from runfolio.config.requirements import Requirement
from runfolio.config.runs import Baseline, Compared, Replicates
from runfolio.config.sources import Source
from runfolio.config.theme import Theme, ThemeSettings

__all__ = [
    "Settings",
    "json_schema",
]


class Settings(Part, frozen=True):
    """What ``report.yaml`` says. Paths are relative to its folder."""

    title: str | None = Field(default=None, description="Title of the report.")
    subtitle: str | None = Field(default=None, description="The question that the report answers.")
    description: str | None = Field(
        default=None,
        description="Markdown shown on the overview, or the path of a .md file with it.",
    )
    locale: ReaderLocale = Field(
        default="en",
        description="How numbers, money and dates are written: a language, or one and a country, "
        "such as de, de-CH or en-IN. Words stay English.",
    )
    theme: Theme = Field(
        default=ThemeSettings(),
        description="Name of a theme, a theme's folder, or `extends` and the tokens to change.",
    )
    sources: Annotated[
        tuple[Source, ...],
        BeforeValidator(one_or_more, json_schema_input_type=Source | tuple[Source, ...]),
    ] = Field(
        default=(),
        description="Where the run logs are; without it, what is found in the current folder.",
    )
    dedupe: Annotated[
        Literal["on", "off"],
        BeforeValidator(switch, json_schema_input_type=bool | Literal["on", "off"]),
    ] = Field(
        default="on",
        description="Whether one run in several logs is one run: `on`, or `off` to count each.",
    )
    aliases: dict[str, str] = Field(
        default={},
        description="Names of metrics as logged, each with the name that it gets everywhere.",
    )
    history: History = Field(
        default=HistorySettings(),
        description="The history in git: `on`, `off`, or what to follow.",
    )
    objective: Objective = Field(
        default=Objective(), description="The metric that decides, and how."
    )
    metrics: dict[str, MetricSettings] = Field(
        default={}, description="What the logs cannot say about metrics, by the metric's name."
    )
    baseline: Baseline | None = Field(
        default=None, description="The run to compare with: its id or name, or conditions."
    )
    champion: Annotated[
        Baseline | None,
        BeforeValidator(
            lambda value: None if value == "auto" else value,
            json_schema_input_type=Literal["auto"] | Baseline,
        ),
    ] = Field(
        default=None,
        description="The run put forward: `auto`, the best by the objective (None in Python), "
        "or one given like the baseline.",
    )
    compared: Compared = Field(
        default=Compared(),
        description="Runs that did not finish are shown and counted, and compared only if told.",
    )
    replicates: Replicates = Field(
        default=Replicates(), description="When runs count as one configuration that was repeated."
    )
    experiments: Experiments = Field(
        default=ExperimentsSettings(),
        description="Where experiments are written about: files as patterns, or `notes`; without "
        "it the folder `experiments` beside this file.",
    )
    glossary: dict[str, str] = Field(
        default={},
        description="What terms and metrics mean, in the project's own words: term: explanation.",
    )
    requirements: tuple[Requirement, ...] = Field(
        default=(), description="What the business asks of the model; each is judged as a gate."
    )
    impact: ImpactSettings | None = Field(
        default=None,
        description="What the model's work is worth: quantities, and outcomes by formulas.",
    )
    compliance: Checklists = Field(
        default=(),
        description="Checklists of law and privacy, and the answers to their items.",
    )
    lifecycle: tuple[StatedStep, ...] = Field(
        default=(), description="What was done in the nine steps that no log tells."
    )
    as_of: date | None = Field(
        default=None,
        description="The day of the report, by which ages and waivers are told; without it, the "
        "newest day in the logs.",
    )
    data: DataSettings = Field(
        default=DataSettings(), description="The project's own data, and what must hold of them."
    )
    monitoring: Monitoring = Field(
        default=(),
        description="What production logs: files, or runs, with what is measured there.",
    )
    model: ModelSettings = Field(
        default=ModelSettings(),
        description="What is stated of the model, for its card and its records.",
    )
    previous: str | None = Field(
        default=None,
        description="Folder of an earlier site: what is new since then is told.",
    )
    roles: str | None = Field(
        default=None,
        description="Folder with role files that add to the built-in roles or change them.",
    )
    audiences: dict[str, AudienceSettings] = Field(
        default={},
        description="Who builds are for, by name, and what these may contain; `internal`, the "
        "team itself, is the audience of a build that names none.",
    )
    deliver: DeliverSettings = Field(
        default=DeliverSettings(), description="Where the site goes, and to whom."
    )


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of ``report.yaml``, for editors."""
    schema = Settings.model_json_schema(mode="validation", schema_generator=_Schema)
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        **schema,
        "title": "report.yaml",
        "description": "What `report build` should know beyond the run logs. No key is required.",
    }


class _Schema(GenerateJsonSchema):
    """Leaves out titles that only repeat the keys."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False
