"""Writes validation results with Great Expectations 1.x: ``python gx_makes.py OUT``.

OUT/results/<result format>.json as to_json_dict() has them, OUT/results/described.json of a
checkpoint, and OUT/project/gx/uncommitted/validations as the library's own store keeps them.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd


def main(out: Path) -> None:
    context = gx.get_context(mode="file", project_root_dir=str(out / "project"))
    asset = context.data_sources.add_pandas("clinic").add_dataframe_asset("patients")
    suite = context.suites.add(gx.ExpectationSuite("intake"))
    for expectation in (
        gxe.ExpectColumnValuesToNotBeNull(column="age", mostly=0.9),
        gxe.ExpectColumnValuesToBeBetween(column="age", min_value=0, max_value=120),
        gxe.ExpectColumnValuesToBeInSet(column="sex", value_set=["f", "m"]),
        gxe.ExpectColumnValuesToMatchRegex(column="name", regex=r"^[A-Z]\w+$", severity="warning"),
        gxe.ExpectTableRowCountToEqual(value=4),
        gxe.ExpectColumnMeanToBeBetween(column="age", min_value=10, max_value=60),
        gxe.ExpectColumnValuesToNotBeNull(column="absent"),
        gxe.ExpectTableColumnsToMatchOrderedList(column_list=["age", "sex"]),
        gxe.ExpectColumnPairValuesToBeEqual(column_A="name", column_B="sex"),
        gxe.ExpectCompoundColumnsToBeUnique(column_list=["name", "sex"]),
        gxe.ExpectColumnDistinctValuesToBeInSet(column="sex", value_set=["f", "m"]),
        gxe.ExpectColumnValuesToBeOfType(column="age", type_="float64"),
    ):
        suite.add_expectation(expectation)
    suite.save()
    definition = context.validation_definitions.add(
        gx.ValidationDefinition(
            name="nightly", data=asset.add_batch_definition_whole_dataframe("all"), suite=suite
        )
    )
    frame = pd.DataFrame(
        {
            "age": [18, 32, None, 140],
            "name": ["Ada", "Bo", "marker-row-value", "Di"],
            "sex": ["f", "m", "f", "marker-sex"],
        }
    )
    (out / "results").mkdir()
    for form in ("COMPLETE", "SUMMARY", "BASIC", "BOOLEAN_ONLY"):
        result = definition.run(batch_parameters={"dataframe": frame}, result_format=form)
        text = json.dumps(result.to_json_dict(), indent=2)
        (out / "results" / f"{form}.json").write_text(text, "utf-8")
    checkpoint = context.checkpoints.add(
        gx.Checkpoint(name="all", validation_definitions=[definition], result_format="SUMMARY")
    )
    described = checkpoint.run(batch_parameters={"dataframe": frame}).describe_dict()
    (out / "results" / "described.json").write_text(json.dumps(described), "utf-8")


main(Path(sys.argv[1]))
