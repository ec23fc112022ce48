"""What the champion is worth, how sure that is, and what stands in its way."""

from __future__ import annotations

import math

from runfolio.analysis.gates import of_side, stops
from runfolio.views.blocks import Block, Callout, KeyFigures, Link, Prose
from runfolio.views.impact_figures import (
    chance_figure,
    other_figures,
    payback_figure,
    total_figures,
    worth_figure,
)
from runfolio.views.impact_hedges import luck_in_money
from runfolio.views.impact_production import production_callout
from runfolio.views.impact_words import (
    NEEDS,
    case_of,
    chance,
    has_money,
    is_fixed,
    money,
    stopped_by,
    summed,
)
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    impact = a.impact
    if impact is None:
        return ()
    worth = worth_figure(a, impact)
    found = [worth, chance_figure(impact), payback_figure(impact)] if worth is not None else []
    figures = [one for one in found if one is not None]
    figures += other_figures(impact) if worth is not None or not has_money(impact) else []
    figures = figures or total_figures(a, impact)
    blocks: list[Block] = [KeyFigures(tuple(figures))] if figures else []
    blocks += _held_back(view)
    production = production_callout(a, impact)
    if production is not None:
        blocks.append(production)
    luck = luck_in_money(a, impact)
    if luck:
        blocks.append(Prose((f"{luck} ", method_link("optimism"), "."), "note"))
    best = _better_than_the_baseline(view)
    if best:
        blocks.append(Prose((best, " ", method_link("impact-range"), ".")))
    if not impact.is_exact and impact.difference is not None and impact.difference.error > 0:
        error = money(impact, impact.difference.error)
        told = f"Expected values are computed by draws; their standard error is {error}. "
        blocks.append(Prose((told, method_link("impact-range"), "."), "note"))
    return tuple(blocks)


def _held_back(view: View) -> list[Block]:
    stopping = stopped_by(view.analysed)
    if not stopping:
        return []
    verb = "is" if len(stops(of_side(view.analysed.gates, "champion"))) == 1 else "are"
    return [
        Callout(
            "bad",
            "It is not recommended, however much it is worth",
            (
                f"{stopping} must be met before it may be used, and {verb} not. ",
                Link("Requirements", "requirements.html"),
                ".",
            ),
        )
    ]


def _better_than_the_baseline(view: View) -> str:
    """Where the champion is the baseline: what another configuration would be worth."""
    a = view.analysed
    impact = a.impact
    if impact is None or case_of(a, impact) != "itself" or not impact.candidates:
        return ""
    known = [
        (label, spread, probability)
        for label, (spread, probability) in impact.candidates.items()
        if math.isfinite(spread.mean) and math.isfinite(probability)
    ]
    if not known:
        return ""
    label, spread, probability = max(known, key=lambda one: (one[1].mean, one[0]))
    if spread.mean <= 0:
        return "None of the other configurations is expected to be worth more."
    told = f"{money(impact, spread, signed=True)} {summed(impact)} against the baseline"
    if is_fixed(spread):
        return f"By the values as stated, of the others {label} is worth most: {told}."
    return (
        f"Of the others {label} is expected to be worth most: {told}, with a probability of "
        f"{chance(probability)} of being worth more."
    )


section = SectionKind("impact-verdict", "What it is worth", NEEDS, build, headed=False)
