"""Prints as JSON what Great Expectations' own loader reads of the validation results given."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from great_expectations.core.expectation_validation_result import (
    ExpectationSuiteValidationResultSchema,
)


def raised(info: dict[str, Any]) -> bool:
    """Tell whether an exception was raised: by the expectation, or by one of its metrics."""
    one = [info] if "raised_exception" in info else info.values()
    return any(item["raised_exception"] for item in one)


def main(paths: list[str]) -> None:
    said = {}
    for path in paths:
        tree = json.loads(Path(path).read_text("utf-8"))
        loaded = ExpectationSuiteValidationResultSchema().load(tree)
        said[path] = {
            "suite": loaded.suite_name,
            "dataset": loaded.asset_name,
            "time": loaded.meta["run_id"]["run_time"],
            "results": [
                {
                    "check": result.expectation_config.type,
                    "column": result.expectation_config.kwargs.get("column", ""),
                    "severity": str(result.expectation_config.severity.value),
                    "success": result.success,
                    "raised": raised(result.exception_info),
                    "rows": result.result.get("element_count"),
                    "percent": result.result.get("unexpected_percent"),
                    "observed": result.result.get("observed_value"),
                }
                for result in loaded.results
            ],
        }
    print(json.dumps(said))


if __name__ == "__main__":
    results = Path(sys.argv[1], "results").glob("[A-Z]*.json")
    kept = Path(sys.argv[1], "project/gx/uncommitted/validations").rglob("*.json")
    main([str(path) for path in (*results, *kept)])
