"""Models: what is registered, what is in production, what it takes to make the champion again."""

from __future__ import annotations

from runfolio.views.blocks import Link, Span
from runfolio.views.model_words import CARD, production_finding
from runfolio.views.pages import PageKind
from runfolio.views.roles import SectionUse
from runfolio.views.view import View


def _lede(view: View) -> tuple[Span, ...]:
    a = view.analysed
    if a.champion is None:
        return ()
    return (
        f"The champion is {a.champion.label}. Its ",
        Link("model card", CARD),
        " says the rest.",
    )


page = PageKind(
    *("models", "Models", "The project", 50),
    (
        SectionUse("production", options={"finding": False}),  # the title says it
        *("registry", "model-records", "reproduction"),
    ),
    title=lambda view: production_finding(view.analysed),
    lede=_lede,
)
