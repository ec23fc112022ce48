"""Configuration: ``report.yaml`` becomes typed, frozen settings.

In: the file, every key of which is optional. Out: `Settings`, or one `ConfigError` with
all mistakes at once. A file a topic; pydantic is imported here only.
"""

from runfolio.config.data import DataSet, DataSettings, QualityRule
from runfolio.config.history import HistorySettings
from runfolio.config.load import FILE_NAMES, find_config, load_settings
from runfolio.config.metrics import MetricSettings, Objective, SimpleSummary, SummaryOf, Tolerance
from runfolio.config.runs import Compared, Replicates, Selector
from runfolio.config.settings import Settings, json_schema
from runfolio.config.sources import SourceSettings
from runfolio.config.theme import ThemeSettings
from runfolio.model.records import Goal

__all__ = [
    "FILE_NAMES",
    "Compared",
    "DataSet",
    "DataSettings",
    "Goal",
    "HistorySettings",
    "MetricSettings",
    "Objective",
    "QualityRule",
    "Replicates",
    "Selector",
    "Settings",
    "SimpleSummary",
    "SourceSettings",
    "SummaryOf",
    "ThemeSettings",
    "Tolerance",
    "find_config",
    "json_schema",
    "load_settings",
]
