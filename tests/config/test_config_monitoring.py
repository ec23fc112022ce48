"""report.yaml: what it says of production, and every mistake in it with its line."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import yaml

from runfolio.config import Monitored, Settings, json_schema, load_settings
from runfolio.errors import ConfigError

FULL = """\
monitoring:
  - path: production.csv
    time: day
    version: model_version
    metrics:
      recall: {metric: val/recall, count: malignant, at_least: 0.8, forecast: deployed}
      cases: {forecast: {value: expected, low: 5, high: most}}
      latency: {at_most: 50, forecast: 12.5}
    window: 4w
    alert_after: 2
    least: 20
  - {runs: {tags: {monitoring: "true"}}}
  - {path: cases.jsonl, inputs: "mean *", outputs: [score], reference: patients@v1}
"""


def settings(folder: Path, text: str) -> Settings:
    path = folder / "report.yaml"
    path.write_text(text)
    return load_settings(path)


def test_all_that_can_be_said_of_production(tmp_path: Path) -> None:
    log, runs, cases = settings(tmp_path, FULL).monitoring
    assert (log.path, log.time, log.hours) == ("production.csv", "day", 28 * 24)
    assert (log.alert_after, log.least) == (2, 20)
    recall = log.metrics["recall"]
    assert (recall.metric, recall.count, recall.at_least) == ("val/recall", "malignant", 0.8)
    assert recall.forecast is not None
    assert recall.forecast.offline == "deployed"
    told = log.metrics["cases"].forecast
    assert told is not None
    assert (told.value, told.low, told.high) == ("expected", 5.0, "most")
    number = log.metrics["latency"].forecast
    assert number is not None
    assert number.value == 12.5
    assert runs.runs is not None
    assert runs.runs.tags == {"monitoring": "true"}
    assert (cases.inputs, cases.outputs, cases.reference) == (
        *(("mean *",), ("score",), "patients@v1"),
    )


def test_the_schema_for_editors_takes_it() -> None:
    checker = jsonschema.Draft202012Validator(json_schema())
    assert [error.message for error in checker.iter_errors(yaml.safe_load(FULL))] == []


@pytest.mark.parametrize("text", ["monitoring: production.csv\n", "monitoring: [production.csv]\n"])
def test_a_path_alone_will_do(tmp_path: Path, text: str) -> None:
    assert settings(tmp_path, text).monitoring == (Monitored(path="production.csv"),)


def test_metrics_may_be_a_list_of_columns(tmp_path: Path) -> None:
    text = "monitoring: [{path: a.csv, metrics: [recall, latency]}]\n"
    assert list(settings(tmp_path, text).monitoring[0].metrics) == ["recall", "latency"]


@pytest.mark.parametrize(("written", "hours"), [("12h", 12), ("14 d", 336), ("1w", 168)])
def test_a_window_is_of_hours_days_or_weeks(tmp_path: Path, written: str, hours: int) -> None:
    found = settings(tmp_path, f"monitoring: [{{path: a.csv, window: {written}}}]\n")
    assert found.monitoring[0].hours == hours


@pytest.mark.parametrize(
    ("entry", "slug", "said"),
    [
        ("{time: day}", "config-monitoring", "names no log, or two"),
        ("{path: a.csv, runs: prod}", "config-wrong-type", "must be keys with values"),
        ("{path: a.csv, runs: {run: prod}}", "config-monitoring", "names no log, or two"),
        ("{path: a.csv, window: a month}", "config-monitoring", "no span of time"),
        ("{path: a.csv, window: 0d}", "config-monitoring", "no span of time"),
        ("{path: a.csv, inputs: age}", "config-monitoring", "nothing to compare them with"),
        ("{path: a.csv, windows: 3d}", "config-unknown-key", "'window'"),
        ("{path: a.csv, metrics: {r: {at_leest: 1}}}", "config-unknown-key", "'at_least'"),
        ("{path: a.csv, metrics: {r: {forecast: champ}}}", "config-unknown-value", "'champion'"),
        ("{path: a.csv, metrics: {r: {forecast: {low: 1}}}}", "config-forecast", "no forecast"),
    ],
)
def test_mistakes_are_told_with_their_line(
    tmp_path: Path, entry: str, slug: str, said: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        settings(tmp_path, f"title: T\nmonitoring:\n  - {entry}\n")
    (problem,) = caught.value.problems
    assert problem.place.endswith("report.yaml:3")
    assert problem.slug == slug
    assert said in f"{problem.message} {problem.hint}"
