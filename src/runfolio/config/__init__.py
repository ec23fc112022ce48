"""Configuration: ``report.yaml`` becomes typed, frozen settings.

In: the file, every key of which is optional. Out: `Settings`, or one `ConfigError` with
all mistakes at once. A file a topic; pydantic is imported here only.
"""

from runfolio.config.audiences import INTERNAL, Anonymized, AudienceSettings, Chosen, Redacted
from runfolio.config.compliance import ChecklistUse, ItemAnswer
from runfolio.config.data import DataSet, DataSettings, QualityRule
from runfolio.config.deliver import (
    CommentSettings,
    DeliverSettings,
    EmailSettings,
    PagesSettings,
)
from runfolio.config.history import HistorySettings
from runfolio.config.impact import (
    Distribution,
    ImpactSettings,
    Outcome,
    OutcomeKind,
    Period,
    Quantity,
    ThresholdSettings,
)
from runfolio.config.lifecycle import StatedStep
from runfolio.config.load import FILE_NAMES, find_config, load_settings
from runfolio.config.metrics import MetricSettings, Objective, SimpleSummary, SummaryOf, Tolerance
from runfolio.config.model import ModelSettings
from runfolio.config.monitoring import Forecast, Monitored, ProductionMetric
from runfolio.config.requirements import Evidence, Requirement, Waiver
from runfolio.config.runs import Compared, Replicates, Selector
from runfolio.config.settings import Settings, json_schema
from runfolio.config.sources import SourceSettings
from runfolio.config.theme import ThemeSettings
from runfolio.model.records import Goal

__all__ = [
    "FILE_NAMES",
    "INTERNAL",
    "Anonymized",
    "AudienceSettings",
    "ChecklistUse",
    "Chosen",
    "CommentSettings",
    "Compared",
    "DataSet",
    "DataSettings",
    "DeliverSettings",
    "Distribution",
    "EmailSettings",
    "Evidence",
    "Forecast",
    "Goal",
    "HistorySettings",
    "ImpactSettings",
    "ItemAnswer",
    "MetricSettings",
    "ModelSettings",
    "Monitored",
    "Objective",
    "Outcome",
    "OutcomeKind",
    "PagesSettings",
    "Period",
    "ProductionMetric",
    "QualityRule",
    "Quantity",
    "Redacted",
    "Replicates",
    "Requirement",
    "Selector",
    "Settings",
    "SimpleSummary",
    "SourceSettings",
    "StatedStep",
    "SummaryOf",
    "ThemeSettings",
    "ThresholdSettings",
    "Tolerance",
    "Waiver",
    "find_config",
    "json_schema",
    "load_settings",
]
