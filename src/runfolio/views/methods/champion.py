"""How baseline and champion were chosen."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    chosen = []
    if a.baseline is not None:
        chosen.append(f"The baseline is {a.baseline.label}, because {a.baseline_why}.")
    else:
        chosen.append(
            "The baseline that is named is not among the runs that can be compared."
            if any(problem.slug == "baseline-not-found" for problem in a.problems)
            else "No baseline is named and none could be told from names, tags or registry."
        )
    if a.champion is not None:
        chosen.append(f"The champion is {a.champion.label}: {a.champion_why}.")
        if a.champion_of > 1:
            chosen.append(
                "The best of several means is a little too good on average. Of equal means the "
                "baseline's counts as the best."
            )
        chosen.append(
            "The run opened as its example, and named in report.json, is the one nearest to "
            "the mean."
        )
    return (" ".join(chosen),)


method = Method("champion", "Baseline and champion", 70, build)
