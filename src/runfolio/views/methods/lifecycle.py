"""How the steps of the project are judged."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if not view.analysed.lifecycle:
        return ()
    looked = "; ".join(
        f"{one.step.number} {one.step.name}: {', '.join(shown.what for shown in one.shown)}"
        for one in view.analysed.lifecycle
    )
    return (
        "For each of the nine steps the same evidence is looked for in the logs and in "
        f"report.yaml ({looked}). A step is done where all of it was found, or where somebody "
        "states with name and date that it is; it is in progress where something was found or "
        "stated; else there is no evidence, which says nothing of whether it was done. Nothing "
        "is inferred from a step's neighbours.",
    )


method = Method("lifecycle", "Steps of the project", 340, build)
