"""Writes reports with Evidently 0.7: ``python evidently_makes.py OUT``.

OUT/report.json and OUT/workspace of one report with tests, and OUT/legacy_report.json,
legacy_tests.json and legacy_snapshot.json as versions before 0.7 wrote them.
"""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import pandas.core.dtypes.common as pandas_types

# Evidently imports a function that pandas 3 no longer has, for one test that is not used here.
vars(pandas_types).setdefault("infer_dtype_from_object", lambda dtype: np.dtype(dtype).type)

from evidently import DataDefinition, Dataset, Report  # noqa: E402
from evidently.legacy import metric_preset, report, test_suite  # noqa: E402
from evidently.legacy import tests as legacy  # noqa: E402
from evidently.metrics import (  # noqa: E402
    CategoryCount,
    MeanValue,
    MissingValueCount,
    QuantileValue,
    RowCount,
    UniqueValueCount,
)
from evidently.presets import DataDriftPreset  # noqa: E402
from evidently.tests import eq, gt, gte, lt, lte  # noqa: E402
from evidently.ui.workspace import Workspace  # noqa: E402

NOON = datetime(2025, 3, 1, 12)


def frame(mean: float, rng: np.random.Generator) -> pd.DataFrame:
    """Return data of two hundred people."""
    return pd.DataFrame(
        {
            "age": rng.normal(mean, 5, 200),
            "name": rng.choice(["cat-a", "marker-b"], 200, p=[0.4, 0.6]),
            "score": rng.normal(0, 1, 200),
        }
    )


def main(out: Path) -> None:
    rng = np.random.default_rng(7)
    reference, current = frame(40, rng), frame(50, rng)
    current.loc[:9, "score"] = np.nan
    definition = DataDefinition(numerical_columns=["age", "score"], categorical_columns=["name"])
    snapshot = Report(
        [
            DataDriftPreset(),
            MeanValue(column="age", tests=[gt(60), lt(100)]),
            MissingValueCount(column="score", tests=[eq(0, is_critical=False)]),
            MissingValueCount(column="age", share_tests=[lte(0.1)]),
            RowCount(tests=[gte(100)]),
            CategoryCount(column="name", category="cat-a"),
            UniqueValueCount(column="name"),
            QuantileValue(column="age", quantile=0.25),
            QuantileValue(column="age", quantile=0.75),
        ],
        include_tests=True,
    ).run(
        Dataset.from_pandas(current, definition),
        Dataset.from_pandas(reference, definition),
        timestamp=NOON,
        name="nightly",
    )
    snapshot.save_json(str(out / "report.json"))
    workspace = Workspace.create(str(out / "workspace"))
    workspace.add_run(workspace.create_project("clinic").id, snapshot)
    drift = report.Report([metric_preset.DataDriftPreset()], timestamp=NOON)
    drift.run(reference_data=reference, current_data=current)
    drift.save_json(str(out / "legacy_report.json"))
    drift.save(str(out / "legacy_snapshot.json"))
    suite = test_suite.TestSuite(
        [
            legacy.TestNumberOfRows(gte=100),
            legacy.TestColumnDrift(column_name="age"),
            legacy.TestShareOfDriftedColumns(lt=0.3),
            legacy.TestColumnValueMin(column_name="absent", gte=0),
            legacy.TestMostCommonValueShare(column_name="name"),
            legacy.TestNumberOfMissingValues(eq=0, is_critical=False),
        ],
        timestamp=NOON,
    )
    suite.run(reference_data=reference, current_data=current)
    suite.save_json(str(out / "legacy_tests.json"))


main(Path(sys.argv[1]))
