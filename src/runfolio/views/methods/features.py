"""How the features of a model are found."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View

_FOUND = (
    "Which features a run's model sees is taken from the surest place that tells it: the "
    "signature of a model that MLflow logged; a list among the artifacts (features.txt, "
    "feature_names.json …); a param that lists them (features, feature_columns …) as JSON, as "
    "Python prints a list or with commas; the tags in which Feast names features and feature "
    "views; the names in a table of importances. A param that only counts features, or calls them "
    "something, is shown as that. Where nothing else tells, the columns of the data that the run "
    "was trained on are shown and called so, since what is predicted may be among them.",
    "Features are the same where their names are, in capitals and all. A configuration's are those "
    "of most of its runs; where runs differ, or two places of one run, that is said. New are those "
    "that the champion sees and the baseline does not; dropped the other way round.",
)


def build(view: View) -> tuple[str, ...]:
    return _FOUND if view.analysed.features is not None else ()


method = Method("features", "Features of a model", 130, build)
