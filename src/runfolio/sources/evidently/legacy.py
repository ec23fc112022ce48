"""Stage 1b: reports and test suites of Evidently up to 0.6, and their snapshots.

In: the parsed content. Out: checks. Of a metric's result those values are taken that stand in
it by themselves (or for the current data, ``current``), and those by column; what is nested
deeper are distributions and counts of the data's values. Drift is told for each column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from runfolio.model.records import CheckRecord
from runfolio.sources.evidently.checks import STATUS, Report, mapping, unreadable_test
from runfolio.sources.reading.check_text import pairs, reason, seen_in, short
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, text_of

__all__ = ["is_legacy", "read_legacy"]

_CURRENT = ("current", "current_characteristics")
_BY_COLUMN = "_by_column"
_DRIFT = "drift_by_columns"
_NOT_TOLD = frozenset({"most_common"})  # a value of the data, if it is a number
_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "=", "not_eq": "!="}

_IN_BOLD = re.compile(r"(?:column|feature) \*\*(.+?)\*\*")


def is_legacy(tree: dict[str, Tree]) -> bool:
    """Tell whether a report is of this kind."""
    if isinstance(tree.get("suite"), dict):
        return True
    listed = tree.get("metrics") or tree.get("tests")
    one = mapping(listed[0]) if isinstance(listed, list) and listed else {}
    return "metric" in one or ("status" in one and "metric_config" not in one)


def read_legacy(tree: dict[str, Tree], report: Report, findings: Findings) -> list[CheckRecord]:
    """Return the tests of a file, or its metrics.

    Raises
    ------
    ParseError
        If it holds neither.
    """
    suite = mapping(tree.get("suite"))
    tests = suite.get("test_results") if suite else tree.get("tests")
    metrics = _of_snapshot(suite) if suite else tree.get("metrics")
    checks: list[CheckRecord] = []
    if isinstance(tests, list) and tests:  # the metrics behind tests are no results of their own
        checks += [check for test in tests for check in _test(mapping(test), report)]
        if len(checks) < len(tests):
            unreadable_test(findings, len(tests) - len(checks))
    elif isinstance(metrics, list):
        for metric in map(mapping, metrics):
            name = short(text_of(metric.get("metric") or "metric"))
            checks += _metric(name, mapping(metric.get("result")), report)
    else:
        raise ParseError("holds neither metrics nor tests")
    return list(dict.fromkeys(checks))  # presets bring the same metric more than once


def _of_snapshot(suite: dict[str, Tree]) -> Tree:
    """Return the metrics of a snapshot in the shape that they have in a report."""
    made, results = suite.get("metrics"), suite.get("metric_results")
    if not isinstance(made, list) or not isinstance(results, list):
        return None
    return [
        {
            "metric": text_of(mapping(one).get("type")).replace(":", ".").rpartition(".")[2],
            **{"result": result},
        }
        for one, result in zip(made, results, strict=False)
    ]


def _metric(name: str, result: dict[str, Tree], report: Report) -> Iterator[CheckRecord]:
    column = result.get("column_name")
    check = replace(report.check(name), column=short(column) if isinstance(column, str) else "")
    for values in (result, *(mapping(result.get(key)) for key in _CURRENT)):
        for key, value in values.items():
            if seen_in(value) and key not in _NOT_TOLD:
                yield replace(check, check=f"{name}.{short(key)}", observed=seen_in(value))
            elif key.endswith(_BY_COLUMN):
                for of, one in mapping(value).items():
                    if seen_in(one):
                        part = f"{name}.{short(key.removesuffix(_BY_COLUMN))}"
                        yield replace(check, check=part, column=short(of), observed=seen_in(one))
    for of, drift in mapping(result.get(_DRIFT)).items():
        yield _drift(replace(check, column=short(of)), mapping(drift), "stattest_name")


def _drift(check: CheckRecord, drift: dict[str, Tree], method: str) -> CheckRecord:
    detected = drift.get("drift_detected", drift.get("detected"))
    threshold = drift.get("stattest_threshold", drift.get("threshold"))
    return replace(
        check,
        observed=seen_in(drift.get("drift_score", drift.get("score"))),
        expected=pairs({"method": drift.get(method), "threshold": threshold}),
        message="" if detected is None else f"drift {'' if detected else 'not '}detected",
    )


def _test(test: dict[str, Tree], report: Report) -> Iterator[CheckRecord]:
    status = STATUS.get(text_of(test.get("status")))
    name = test.get("name")
    if status is None or not isinstance(name, str):
        return
    known = mapping(test.get("parameters"))
    column = known.get("column_name")
    if not isinstance(column, str):  # most tests name it only in their sentence
        found = _IN_BOLD.search(text_of(test.get("description"))[:1000])
        column = found[1] if found else ""
    check = replace(report.check(short(name), status), column=short(column))
    if "stattest" in known:
        yield _drift(check, known, "stattest")
        return
    features = mapping(known.get("features"))
    drifted = sum(mapping(feature).get("detected") is True for feature in features.values())
    shares = f"{drifted} of {len(features)} columns drifted" if features else ""
    yield replace(
        check,
        observed=seen_in(known.get("value", known.get("current_mean"))) or shares,
        expected=_wanted(mapping(known.get("condition"))),
        message=reason(test.get("description")) if status in ("error", "skipped") else "",
    )


def _wanted(condition: dict[str, Tree]) -> str:
    """Return a condition such as ``{"gte": 100}`` as text."""
    parts = []
    for key, limit in condition.items():
        if key in _SIGNS and limit is not None:
            value = limit.get("value") if isinstance(limit, dict) else limit
            parts.append(f"{_SIGNS[key]} {short(value)}")
    return " and ".join(parts)
