"""Stage 1b: a report of Evidently 0.7, or the snapshot that a workspace keeps of it.

In: the parsed content. Out: checks. A metric has one value, or a few with names (``count`` and
``share``, ``mean`` and ``std``, one per label); a test judges one of them. Both are told apart
by what they were made with: the column stands for itself, what sets a limit is what is
expected, and all else is part of the check's name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from runfolio.model.records import CheckRecord, CheckStatus
from runfolio.sources.reading.check_text import pairs, reason, seen_in, short
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, text_of

__all__ = ["STATUS", "Report", "mapping", "read_report", "unreadable_test"]

STATUS: dict[str, CheckStatus] = {
    "SUCCESS": "pass",
    "FAIL": "fail",
    "ERROR": "error",
    "WARNING": "warning",
    "SKIPPED": "skipped",
}
_LIMITS = ("method", "threshold", "drift_share")
_NOT_TOLD = frozenset({"type", "tests", "column", *_LIMITS})
_SIGNS = {
    "GreaterThan": ">",
    "GreaterOrEqual": ">=",
    "LessThan": "<",
    "LessOrEqual": "<=",
    "Equal": "=",
    "NotEqual": "!=",
    "IsIn": "in",
    "NotIn": "not in",
}
_PARTS = ("count", "share", "mean", "std")
_MOST_LABELS = 100


@dataclass(frozen=True, slots=True)
class Report:
    """What all checks of a file have in common."""

    suite: str
    dataset: str
    format: str
    location: str
    checked: int | None

    def check(self, name: str, status: CheckStatus = "measured") -> CheckRecord:
        """Return a check of this report, of which more is to be said."""
        return CheckRecord(
            suite=self.suite,
            check=name,
            format=self.format,
            location=self.location,
            status=status,
            dataset=self.dataset,
            checked=self.checked,
        )


@dataclass(frozen=True, slots=True)
class _Metric:
    """A metric: how it was made, and its values by their name, which is empty for a single one."""

    check: CheckRecord
    values: dict[str, Tree]


def read_report(tree: dict[str, Tree], report: Report, findings: Findings) -> list[CheckRecord]:
    """Return the tests of a report, and the values that none of them judges.

    Raises
    ------
    ParseError
        If it holds no metrics.
    """
    metrics: dict[str, _Metric] = {}
    tests: list[Tree] = []
    if isinstance(results := tree.get("metric_results"), dict):
        shown = tree.get("top_level_metrics")
        for key in map(str, shown) if isinstance(shown, list) and shown else results:
            result = mapping(results.get(key))
            config = mapping(mapping(result.get("metric_value_location")).get("metric"))
            metrics[key] = _metric(mapping(config.get("params")), _snapshot_value(result), report)
            tests += _list(result.get("tests"))
    elif isinstance(listed := tree.get("metrics"), list):
        for number, item in enumerate(map(mapping, listed)):
            config = mapping(item.get("config")) or _named(item)
            key = item.get("id")
            metrics[key if isinstance(key, str) else str(number)] = _metric(
                config, item.get("value"), report
            )
        tests = _list(tree.get("tests"))
    else:
        raise ParseError("holds no metrics")
    judged: set[tuple[str, str]] = set()
    checks = [check for test in tests for check in _test(mapping(test), metrics, judged, report)]
    if len(checks) < len(tests):
        unreadable_test(findings, len(tests) - len(checks))
    for key, metric in metrics.items():
        checks += [
            replace(metric.check, check=_part(metric.check.check, name), observed=seen_in(value))
            for name, value in metric.values.items()
            if (key, name) not in judged
        ]
        if not metric.values:  # a table, or counts by value
            checks.append(metric.check)
    return checks


def unreadable_test(findings: Findings, count: int) -> None:
    """Tell of tests without a name or a known status."""
    findings.add(
        "check-unreadable",
        f"{count} tests have no name or no known status; they were left out.",
        "Make the report again.",
    )


def mapping(tree: Tree) -> dict[str, Tree]:
    """Return a mapping; an empty one where it is none."""
    return tree if isinstance(tree, dict) else {}


def _metric(config: dict[str, Tree], value: Tree, report: Report) -> _Metric:
    kind = text_of(config.get("type") or "metric").rpartition(":")[2]
    settings = {
        key: item
        for key, item in config.items()
        if key not in _NOT_TOLD and not key.endswith("_tests") and not isinstance(item, dict)
    }
    made_with = pairs(settings)
    check = report.check(f"{short(kind)}({made_with})" if made_with else short(kind))
    column = config.get("column")
    check = replace(
        check,
        column=short(column) if isinstance(column, str) else "",
        expected=pairs({key: config.get(key) for key in _LIMITS if key in config}),
    )
    if seen_in(value):
        return _Metric(check, {"": value})
    named = mapping(value)
    if {"counts", "shares"} & named.keys():  # by value of a column: the data itself
        count = len(mapping(named.get("counts")) or mapping(named.get("shares")))
        return _Metric(replace(check, observed=f"{count} different values"), {})
    values = {key: item for key, item in named.items() if seen_in(item)}
    if not values or len(values) > _MOST_LABELS:
        return _Metric(replace(check, observed="no single value"), {})
    return _Metric(check, values)


def _named(item: dict[str, Tree]) -> dict[str, Tree]:
    """Return the settings in a metric's name, ``ValueDrift(column=age)``; 0.7.0 has no others."""
    name = text_of(item.get("metric_name") or item.get("metric_id") or "metric")
    kind, _, inner = name.partition("(")
    settings = (part.partition("=") for part in inner.rstrip(")").split(","))
    return {"type": kind, **{key.strip(): value for key, sign, value in settings if sign}}


def _snapshot_value(result: dict[str, Tree]) -> Tree:
    """Return the value in a snapshot as a report would have it."""
    if isinstance(by_label := result.get("values"), dict):
        return {key: mapping(item).get("value") for key, item in by_label.items()}
    parts = {key: mapping(result[key]).get("value") for key in _PARTS if key in result}
    if parts:
        return parts
    return result if "counts" in result else result.get("value")


def _test(
    test: dict[str, Tree],
    metrics: dict[str, _Metric],
    judged: set[tuple[str, str]],
    report: Report,
) -> Iterator[CheckRecord]:
    status = STATUS.get(text_of(test.get("status")))
    about = mapping(test.get("metric_config"))
    name = test.get("name") or test.get("id")
    if status is None or not isinstance(name, str):
        return
    key = about.get("metric_id")
    metric = metrics.get(key) if isinstance(key, str) else None
    if metric is None:
        params = mapping(about.get("params"))
        metric = _metric(params or {"type": name}, None, report)
        metric = replace(metric, check=replace(metric.check, observed=""))
    part = _judged_part(mapping(test.get("bound_test")), metric)
    if part in metric.values and isinstance(key, str):
        judged.add((key, part))
    yield replace(
        metric.check,
        check=_part(metric.check.check, part),
        status=status,
        observed=seen_in(metric.values.get(part)) or metric.check.observed,
        expected=_wanted(test) or metric.check.expected,
        message=reason(test.get("description")) if status in ("error", "skipped") else "",
    )


def _judged_part(bound: dict[str, Tree], metric: _Metric) -> str:
    """Return which value of a metric a test is about."""
    for key, (yes, no) in {"is_count": _PARTS[:2], "is_mean": _PARTS[2:]}.items():
        if isinstance(bound.get(key), bool):
            return yes if bound[key] else no
    label = bound.get("label")
    return text_of(label) if label is not None and text_of(label) in metric.values else ""


def _wanted(test: dict[str, Tree]) -> str:
    """Return the condition of a test, such as ``> 60``."""
    config = mapping(test.get("test_config"))
    kind = text_of(config.get("type") or "").rpartition(":")[2].removesuffix("MetricTest")
    for key in ("threshold", "expected", "values"):
        if kind in _SIGNS and config.get(key) is not None:
            limit = config[key]
            if isinstance(limit, dict):
                within = {name: item for name, item in limit.items() if name != "type"}
                limit = f"reference ({pairs(within)})"
            return f"{_SIGNS[kind]} {short(limit)}"
    return ""


def _part(check: str, name: str) -> str:
    return f"{check}.{short(name)}" if name else check


def _list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []
