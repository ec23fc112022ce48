"""What was wrong in the input, and what was read."""

from __future__ import annotations

from runfolio.views.pages import PageKind
from runfolio.views.view import View
from runfolio.views.words import count_of


def _title(view: View) -> str:
    serious = sum(problem.severity != "note" for problem in view.analysed.problems)
    return f"{count_of(serious, 'problem')} in the input" if serious else "No problems found"


page = PageKind("problems", "Problems", "About", 9, ("problems", "sources"), _title)
