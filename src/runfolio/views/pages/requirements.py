"""What is asked of the model, and what law and privacy ask of the project."""

from __future__ import annotations

from runfolio.analysis.gates import of_side, stops
from runfolio.views.pages import PageKind
from runfolio.views.view import View
from runfolio.views.words import count_of, number_word


def _title(view: View) -> str:
    a = view.analysed
    own = of_side(a.gates, "champion")
    still = sum(len(one.open) for one in a.compliance)
    if not own and any(one.slug == "requirements-without-champion" for one in a.problems):
        return "The requirements are not judged yet"
    if not own:
        return f"{count_of(still, 'item')} open" if still else "No item is open"
    waiting = stops(own)
    if waiting:
        verb = "holds" if len(waiting) == 1 else "hold"
        what = "requirement" if len(waiting) == 1 else "requirements"
        return f"{number_word(len(waiting)).capitalize()} {what} {verb} a release back"
    met = sum(gate.is_met for gate in own)
    if met == len(own):
        return f"All {count_of(met, 'requirement')} are met" if met > 1 else "What is asked is met"
    return "Nothing that must be met holds a release back"


page = PageKind(
    *("requirements", "Requirements", "The project", 1),
    ("requirements", "requirement-candidates", "compliance"),
    _title,
    lede=lambda view: (
        "What the business, its users and the law ask of the model. "
        "A figure that is missing is never a pass."
    ),
)
