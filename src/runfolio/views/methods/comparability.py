"""When two configurations were measured in the same way."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if len(view.analysed.configurations) < 2:
        return ()
    return (
        "Configurations are compared only where, as far as the logs tell, they were measured on "
        "the same data (name, version and split) and in the same way. Where both say which data "
        "they were measured on (test, validation, holdout …), these count, else all that were "
        "logged; if only one side logged its data, they are not known to be the same.",
        "How metrics came about is told by params and tags such as eval_split, test_size, "
        "n_splits, cv, scoring or metric_version, by a way to average over classes, and by the "
        "version of the code that evaluates where DVC recorded it. What one side does not log is "
        "no difference, and neither is another commit: that is told among what is different.",
    )


method = Method("comparability", "What can be compared", 55, build)
