"""How metrics moved over the commits of repositories."""

from __future__ import annotations

from runfolio.views.history_words import headline_of, opening_of, span_of
from runfolio.views.pages import PageKind
from runfolio.views.view import View


def _title(view: View) -> str:
    if len(view.histories) != 1:
        return f"How metrics moved in {len(view.histories)} repositories"
    objective = view.analysed.objective
    return headline_of(view.histories[0], objective.metric if objective else "")


def _kicker(view: View) -> str:
    if len(view.histories) != 1:
        return ""
    [facts] = view.histories
    return f"{facts.place}: {span_of(facts)}"


page = PageKind(
    *("history", "History", "The runs", 3, ("history",), _title),
    lede=lambda view: opening_of(view.histories[0]) if len(view.histories) == 1 else (),
    kicker=_kicker,
)
