"""How it is told which model is in production, and what the champion is set against."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    registry = view.analysed.models.registry
    if not registry.versions:
        return ()
    told = (
        "A version is in production where its registry says so: by an alias or stage called "
        "production, prod or live, or by the alias champion. Of GTO's tags the last event on a "
        "stage counts. "
        "A version's figure is the mean of the objective over all runs of the configuration whose "
        "run made it, not the figure of that one run; of a version that is a git tag, it is that "
        "of the run at that commit, else the value that the history has there."
    )
    if registry.against:
        told += (
            " The champion is compared with the version in production as with any other "
            "configuration: only where both were measured alike, with an interval for the "
            "difference, and with verdicts that allow for all metrics shown together (Holm)."
        )
    return (told,)


method = Method("production", "What is in production", 75, build)
