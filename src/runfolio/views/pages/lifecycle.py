"""The three stages and nine steps of the project."""

from __future__ import annotations

from runfolio.views.pages import PageKind
from runfolio.views.view import View
from runfolio.views.words import number_word


def _title(view: View) -> str:
    done = sum(step.state == "done" for step in view.analysed.lifecycle)
    if not done:
        return "From the question to production"
    return f"{number_word(done).capitalize()} of nine steps {'is' if done == 1 else 'are'} done"


page = PageKind(
    *("lifecycle", "Lifecycle", "The project", 9, ("lifecycle", "lifecycle-roles"), _title),
    lede=lambda view: (
        "Design, development, deployment: what the logs and the configuration show of each step. "
        "What nothing shows may still have been done; then say so in report.yaml (lifecycle:)."
    ),
)
