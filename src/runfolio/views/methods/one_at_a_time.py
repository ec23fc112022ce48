"""How single changes of the champion are judged."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    if view.analysed.objective is None or view.analysed.champion is None:
        return ()
    return (
        "Configurations on the champion's data are shown that differ from it in exactly one "
        "param; a param of which every configuration has its own text, such as an output "
        "folder, does not count beside another. The change is the other configuration minus the "
        "champion, with the interval of any candidate and baseline. The verdict follows "
        "its p after Holm's method over all changes shown, at 5 %, so that it may say not "
        "distinguishable where a single interval leaves out zero. The champion was picked for "
        "its good mean, so that changes look a little worse than they are.",
    )


method = Method("one-at-a-time", "One change at a time", 150, build)
