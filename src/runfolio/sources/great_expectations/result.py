"""Stage 1b: one result of Great Expectations as a check.

In: the parsed content of a file. Out: its validations, and each result as a record. An
expectation that raised an exception counts as not evaluated, whatever its result says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runfolio.model.records import CheckRecord, CheckStatus
from runfolio.sources.reading.check_text import pairs, reason, seen_in, short, table_name
from runfolio.sources.reading.parsing import ParseError, Tree, parse_time, text_of, to_float

__all__ = ["Validation", "read_result", "validations"]

_NOT_ASKED_FOR = frozenset(
    {
        *("column", "column_A", "column_B", "batch_id", "result_format", "include_config"),
        *("catch_exceptions", "condition_parser", "profiler_config", "auto", "meta"),
    }
)
_OF_TABLES = "expect_table_columns"
_OF_TYPES = ("_type", "_type_list")
_MILD = frozenset({"warning", "info"})


@dataclass(frozen=True, slots=True)
class Validation:
    """What the results of one validation have in common, and these."""

    suite: str
    dataset: str
    checked: int | None
    results: list[Tree]


def validations(tree: Tree, name: str) -> Iterator[Validation]:
    """Yield the validations in a file: it is one, or that of a checkpoint with several.

    Parameters
    ----------
    tree : Tree
        The content.
    name : str
        What the suite is called where the file does not say it.

    Raises
    ------
    ParseError
        If it is neither.
    """
    content = _mapping(tree)
    if isinstance(results := content.get("results"), list):
        yield _validation(content, results, name)
    elif isinstance(runs := content.get("run_results"), dict):
        for key, run in runs.items():
            one = _mapping(_mapping(run).get("validation_result", run))
            # ValidationResultIdentifier::<suite>/<run name>/<time>/<batch>
            suite = key.partition("::")[2].rsplit("/", 3)[0] or name
            yield _validation(one, _list(one.get("results")), suite)
    elif isinstance(described := content.get("validation_results"), list):
        for one in map(_mapping, described):
            yield _validation(one, _list(one.get("expectations")), name)
    else:
        raise ParseError("holds no results of expectations")


def _validation(content: dict[str, Tree], results: list[Tree], name: str) -> Validation:
    meta = _mapping(content.get("meta"))
    suite = content.get("suite_name") or meta.get("expectation_suite_name")
    # validation_time first: in 0.x run_time is local time that is marked as UTC.
    run = meta.get("run_id")
    times = (meta.get("validation_time"), run if isinstance(run, str) else _mapping(run))
    return Validation(
        suite=short(suite) if isinstance(suite, str) and suite else name,
        dataset=_dataset(meta),
        checked=next((time for time in map(_time, times) if time is not None), None),
        results=results,
    )


def _dataset(meta: dict[str, Tree]) -> str:
    for part, keys in (
        ("active_batch_definition", ("data_asset_name",)),
        ("batch_kwargs", ("data_asset_name", "table", "path")),
        ("batch_spec", ("data_asset_name", "table_name", "path")),
    ):
        for key in keys:
            if name := table_name(_mapping(meta.get(part)).get(key)):
                return name
    return ""


def read_result(
    tree: Tree, validation: Validation, source: str, location: str
) -> CheckRecord | None:
    """Return a result as a check; None if it does not say what was checked."""
    content = _mapping(tree)
    config = _mapping(content.get("expectation_config", content))
    check = config.get("type") or config.get("expectation_type")
    if not isinstance(check, str) or not check:
        return None
    kwargs, result = _mapping(config.get("kwargs")), _mapping(content.get("result"))
    failure = _exception(content.get("exception_info"))
    share, rows = to_float(result.get("unexpected_percent")), to_float(result.get("element_count"))
    return CheckRecord(
        suite=validation.suite,
        check=short(check),
        format=source,
        location=location,
        status=_status(content.get("success"), failure, config.get("severity")),
        dataset=validation.dataset,
        column=_columns(check, kwargs),
        observed=_observed(check, result),
        expected=_expected(check, kwargs),
        share=share / 100 if share is not None and 0 <= share <= 100 else None,
        rows=int(rows) if rows is not None and 0 <= rows < 2**63 else None,
        checked=validation.checked,
        message=reason(failure, [text_of(value) for value in kwargs.values()]),
    )


def _exception(info: Tree) -> str | None:
    """Return the message of an exception if one was raised; 1.x has one per metric."""
    found = _mapping(info)
    for one in (found, *map(_mapping, found.values())):
        if one.get("raised_exception") is True:
            message = one.get("exception_message")
            return message if isinstance(message, str) else ""
    return None


def _status(success: Tree, failure: str | None, severity: Tree) -> CheckStatus:
    if failure is not None or not isinstance(success, bool):
        return "error"
    if success:
        return "pass"
    return "warning" if isinstance(severity, str) and severity in _MILD else "fail"


def _columns(check: str, kwargs: dict[str, Tree]) -> str:
    names = [kwargs.get(key) for key in ("column", "column_A", "column_B")]
    if not check.startswith(_OF_TABLES):
        names += _list(kwargs.get("column_list"))
    named = [name for name in names if isinstance(name, str)]
    return short(", ".join(named)) if named else ""


def _expected(check: str, kwargs: dict[str, Tree]) -> str:
    left_out = _NOT_ASKED_FOR
    if not check.startswith(_OF_TABLES):
        left_out |= {"column_list"}  # these are the columns that it is about
    return pairs({key: value for key, value in kwargs.items() if key not in left_out})


def _observed(check: str, result: dict[str, Tree]) -> str:
    """Return what was found, as far as it is none of the data's own values."""
    value = result.get("observed_value")
    if isinstance(value, list):
        return short(value) if check.startswith(_OF_TABLES) else f"{len(value)} values"
    if isinstance(value, dict):  # quantiles and the like
        lists = [item for item in value.values() if isinstance(item, list)]
        numbers = all(seen_in(item) for items in lists for item in items)
        return pairs(value) if lists and numbers and len(lists) == len(value) else ""
    if isinstance(value, str):
        telling = check.endswith(_OF_TYPES) or parse_time(value) is not None
        return short(value) if telling else ""
    if value is not None:
        return seen_in(value)
    unexpected, percent = result.get("unexpected_count"), result.get("unexpected_percent")
    if not seen_in(unexpected):
        return f"{seen_in(percent)} % unexpected" if seen_in(percent) else ""
    count, rows, missing = map(
        to_float, (unexpected, result.get("element_count"), result.get("missing_count"))
    )
    text = f"{seen_in(unexpected)} unexpected"
    if rows is not None and count is not None:
        text = f"{count:.0f} of {rows - (missing or 0):.0f} unexpected"
    return f"{text}, {missing:.0f} missing" if missing else text


def _time(value: Tree) -> int | None:
    text = value.get("run_time") if isinstance(value, dict) else value
    return parse_time(text) if isinstance(text, str) else None


def _mapping(tree: Tree) -> dict[str, Tree]:
    return tree if isinstance(tree, dict) else {}


def _list(tree: Tree) -> list[Tree]:
    return tree if isinstance(tree, list) else []
