"""What a better model is worth, and how sure that is."""

from __future__ import annotations

from runfolio.views.blocks import Span
from runfolio.views.impact_hedges import hedges
from runfolio.views.impact_words import impact_headline
from runfolio.views.methods import method_link
from runfolio.views.pages import PageKind
from runfolio.views.view import View


def _title(view: View) -> str:
    a = view.analysed
    return impact_headline(a, a.impact) if a.impact is not None else ""


def _lede(view: View) -> tuple[Span, ...]:
    a = view.analysed
    told = hedges(a, a.impact) if a.impact is not None else []
    return (f"{' '.join(told)} ", method_link("impact"), ".") if told else ()


page = PageKind(
    *("impact", "Impact", "The project", 2),
    (
        "impact-verdict",
        "impact-what-if",
        "impact-outcomes",
        "impact-scenarios",
        "impact-drivers",
        "impact-break-even",
        "impact-points",
        "impact-threshold",
        "impact-configurations",
        "impact-pareto",
        "impact-assumptions",
        "impact-model",
    ),
    _title,
    lede=_lede,
)
