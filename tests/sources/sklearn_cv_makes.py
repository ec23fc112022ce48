"""Run searches of scikit-learn, save their results as people do: OUT/<name>.csv.

Beside each table lies what ``cv_results_`` itself says, as OUT/said/<name>.json.
"""

from __future__ import annotations

import json
import math
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

OUT = Path(sys.argv[1])
(OUT / "said").mkdir(parents=True, exist_ok=True)
warnings.simplefilter("ignore")
X, Y = load_iris(return_X_y=True)


def save(name: str, search: Any, **options: Any) -> None:
    search.fit(X, Y)
    results = search.cv_results_
    pd.DataFrame(results).to_csv(OUT / f"{name}.csv", **options)
    said = {key: [_plain(value) for value in values] for key, values in results.items()}
    (OUT / "said" / f"{name}.json").write_text(json.dumps(said))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: str(inner) for key, inner in value.items()}
    if value is np.ma.masked:
        return None
    number = isinstance(value, int | float | np.number)
    return str(value) if not number or not math.isfinite(value) else float(value)


grid = [{"kernel": ["linear"], "C": [0.1, 1]}, {"kernel": ["rbf"], "C": [1], "gamma": [0.1, 1]}]
save("single", GridSearchCV(SVC(), grid, cv=3, return_train_score=True))
save(
    "several",
    GridSearchCV(
        make_pipeline(StandardScaler(), SVC()),
        {"svc__C": [0.1, 10], "standardscaler__with_mean": [True, False]},
        scoring=["accuracy", "neg_log_loss", "f1_macro"][::2],
        refit=False,
        cv=4,
    ),
    index=False,
)
save("failing", GridSearchCV(SVC(), {"C": [1, -1], "class_weight": [None, "balanced"]}, cv=2))
save(
    "halving",
    HalvingGridSearchCV(
        RandomForestClassifier(n_estimators=5, random_state=0),
        {"max_depth": [1, 2, 4]},
        min_resources=40,
        random_state=0,
        cv=2,
    ),
)
save("losses", GridSearchCV(Ridge(), {"alpha": [0.1, 1]}, scoring="neg_mean_squared_error", cv=2))
