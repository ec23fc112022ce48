"""The champion's model card, after Mitchell et al., "Model Cards for Model Reporting" (2019)."""

from __future__ import annotations

from runfolio.views.blocks import Link, Span
from runfolio.views.model_words import CARD_TEXT
from runfolio.views.pages import PageKind
from runfolio.views.view import View


def _title(view: View) -> str:
    a = view.analysed
    champion = a.champion.label if a.champion is not None else ""
    return f"Model card: {a.models.name or champion}"


def _kicker(view: View) -> str:
    a = view.analysed
    return f"The champion, {a.champion.label}" if a.champion is not None else ""


def _lede(view: View) -> tuple[Span, ...]:
    return ("To keep beside the model: ", Link("the same as Markdown", CARD_TEXT), ".")


page = PageKind(
    *("model-card", "Model card", "The project", 51),
    (
        *("card-details", "card-use", "card-data", "card-metrics", "slices"),
        *("card-requirements", "card-limits", "reproduction"),
    ),
    title=_title,
    lede=_lede,
    kicker=_kicker,
)
