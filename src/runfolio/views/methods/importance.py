"""How importances of features are summed up."""

from __future__ import annotations

from runfolio.views.blocks import Prose
from runfolio.views.methods import Method, method_link
from runfolio.views.view import View

_FOUND = (
    "Importances are taken as they were logged, a number a feature and run: files such as "
    "feature_importance.json or permutation_importance.csv, or metrics such as importance/age. "
    "What the number means (how much the loss grows when the feature is shuffled, how often trees "
    "split by it, how far it moves predictions) is told by its name alone, so those of different "
    "kinds are never mixed, and those of different model families compare only where the kind "
    "does.",
    "Shown is the mean over the runs of a configuration. “First” counts the runs in which no other "
    "feature has a higher value. Where runs scatter much, which feature is first is chance.",
)


def build(view: View) -> tuple[str | Prose, ...]:
    features = view.analysed.features
    if features is None or not features.importances:
        return ()
    interval = ("Its interval is that of a mean over runs. ", method_link("mean", "How it is made"))
    return (*_FOUND, Prose(interval))


method = Method("importance", "Importance of features", 131, build)
