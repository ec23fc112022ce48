"""What was tried: each recipe is one configuration, trained once per seed.

Nothing goes in; out come the recipes. Their ``params`` are logged as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler

SEEDS = (1, 2, 3, 4, 5)

THRESHOLD = 0.5
MISSED_CASE_WEIGHT = 5
"""How many unneeded examinations a missed malignant case counts for."""

Features = Literal["10 means", "all 30"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """A model family with its settings, the measurements it sees and the data version."""

    slug: str
    model: Literal["logistic regression", "random forest", "gradient boosting"]
    features: Features
    malignant_weight: int
    settings: Mapping[str, Any]
    data_version: str = "v2"
    role: str = "candidate"

    @property
    def params(self) -> dict[str, Any]:
        """Everything that makes this configuration what it is, apart from the seed."""
        return {
            "model": self.model,
            "features": self.features,
            "malignant_weight": self.malignant_weight,
            "threshold": THRESHOLD,
            "data_version": self.data_version,
            **self.settings,
        }

    def columns(self, available: list[str]) -> list[str]:
        """Choose the measurements that this recipe sees."""
        if self.features == "all 30":
            return available
        return [name for name in available if name.startswith("mean ")]

    def build(self, seed: int) -> Pipeline:
        """Return an untrained pipeline whose last step is named ``model``."""
        settings = {name: value for name, value in self.settings.items() if name != "imputer"}
        steps: list[tuple[str, Any]] = []
        if "imputer" in self.settings:
            steps.append(("imputer", SimpleImputer(strategy=self.settings["imputer"])))
        if self.model == "logistic regression":
            steps.append(("scale", StandardScaler()))
            model = LogisticRegression(max_iter=1000, random_state=seed, **settings)
        elif self.model == "random forest":
            model = RandomForestClassifier(random_state=seed, **settings)
        else:
            model = GradientBoostingClassifier(random_state=seed, **settings)
        return Pipeline([*steps, ("model", model)])


def boosting(learning_rate: float, data_version: str = "v2") -> Recipe:
    """Return the boosting recipe with one learning rate."""
    settings = {
        "learning_rate": learning_rate,
        "n_estimators": 60,
        "max_depth": 2,
        "subsample": 0.7,
    }
    return Recipe(
        f"boosting-lr{learning_rate:g}",
        "gradient boosting",
        "all 30",
        MISSED_CASE_WEIGHT,
        settings,
        data_version,
    )


TODAY_ON_V1 = Recipe(
    "logistic-today-v1",
    "logistic regression",
    "10 means",
    1,
    {"C": 1.0, "imputer": "median"},
    data_version="v1",
    role="first look",
)
BOOSTING_ON_V1 = boosting(0.1, data_version="v1")

TODAY = Recipe("logistic-today", "logistic regression", "10 means", 1, {"C": 1.0}, role="baseline")
CANDIDATES = (
    Recipe("logistic-C1", "logistic regression", "all 30", MISSED_CASE_WEIGHT, {"C": 1.0}),
    Recipe("logistic-C0.1", "logistic regression", "all 30", MISSED_CASE_WEIGHT, {"C": 0.1}),
    Recipe(
        "forest",
        "random forest",
        "all 30",
        MISSED_CASE_WEIGHT,
        {"n_estimators": 200, "min_samples_leaf": 3},
    ),
)

SWEEP_RATES = (0.1, 0.3)
MISTYPED_RATE = 3.0
"""The decimal point of 0.3 went missing in one run of the sweep; it diverged."""
