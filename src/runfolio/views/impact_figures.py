"""Stage 4: the large figures about the champion's worth, for every page that opens with them."""

from __future__ import annotations

import math

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.draws import expected
from runfolio.analysis.impact.result import Impact, Spread
from runfolio.model.money import format_money, format_money_range
from runfolio.model.numbers import format_count, format_percent
from runfolio.views.blocks import KeyFigure, Span
from runfolio.views.impact_outcomes import difference_told
from runfolio.views.impact_words import (
    case_of,
    chance,
    ends_of,
    has_money,
    is_fixed,
    money,
    money_range,
    spoken_span,
    summed,
)
from runfolio.views.methods import method_link

__all__ = ["chance_figure", "other_figures", "payback_figure", "total_figures", "worth_figure"]


def worth_figure(a: Analysed, impact: Impact, *, sure: bool = False) -> KeyFigure | None:
    """Return the difference to the baseline with its range; None where there is none.

    `sure` tells the probability as well, where it has no figure of its own.
    """
    if impact.difference is None or case_of(a, impact) in ("unlike", "no money"):
        return None
    ends = money_range(impact, impact.difference, signed=True)
    told = f"{ends}, nine times of ten" if ends else "The same in nearly all draws"
    if is_fixed(impact.difference):
        told = "Nothing that enters it has a range"
    elif sure and case_of(a, impact) != "same":
        told += f"; worth more with a probability of {chance(impact.probability)}"
    return KeyFigure(
        f"Worth {summed(impact)}, against the baseline",
        money(impact, impact.difference, signed=True),
        (f"{told}. ", method_link("impact"), "."),
    )


def chance_figure(impact: Impact) -> KeyFigure | None:
    """Return the probability of being worth more; None where nothing is uncertain."""
    if impact.difference is None or is_fixed(impact.difference):
        return None
    if not math.isfinite(impact.probability) or not has_money(impact):
        return None
    return KeyFigure(
        "Probability that it is worth more",
        chance(impact.probability),
        (f"By {format_count(impact.draws)} draws. ", method_link("impact-range"), "."),
    )


def payback_figure(impact: Impact) -> KeyFigure | None:
    """Return when what is spent once comes back."""
    back, model = impact.payback, impact.model
    if back is None:
        return None
    horizon = spoken_span(model.horizon) if model.horizon is not None else ""
    told = ""
    if back.net is not None and horizon:
        ends = ends_of(back.net)
        told = f"Over {horizon} {format_money(back.net.mean, model.currency, ends, signed=True)}"
        if ends is not None:
            around = format_money_range(*ends, model.currency, signed=True)
            told += f" ({around}), and back in that time in {_share(back.within)} of the draws"
        told += ". "
    link = method_link("impact-payback")
    if model.fixed_cost is None or expected(model.fixed_cost) == 0:
        return _over_the_horizon(impact, back.net, horizon) if back.net is not None else None
    if back.years is None:
        value = f"not within {horizon}" if horizon else "never"
    else:
        value = f"after about {spoken_span(back.years)}"
    return KeyFigure("What it costs once is back", value, (told, link, "."))


def _over_the_horizon(impact: Impact, net: Spread, horizon: str) -> KeyFigure:
    ends = money_range(impact, net, signed=True)
    return KeyFigure(
        f"Worth over {horizon}, against the baseline",
        money(impact, net, signed=True),
        (f"{ends}, nine times of ten. " if ends else "", method_link("impact-payback"), "."),
    )


def _share(share: float) -> str:
    return format_percent(1) if share == 1 else chance(share)


def total_figures(a: Analysed, impact: Impact) -> list[KeyFigure]:
    """Return what champion and baseline are worth by themselves."""
    sides = [("champion", impact.champion), ("baseline", impact.baseline)]
    if a.champion is a.baseline:
        sides = sides[:1]
    found = []
    for mark, own in sides if has_money(impact) else ():
        if own is None:
            continue
        ends = money_range(impact, own.total)
        told: tuple[Span, ...] = (f"{ends}. " if ends else "", method_link("impact"), ".")
        found.append(
            KeyFigure(
                f"Worth of the {mark} {summed(impact)}",
                money(impact, own.total),
                (f"{own.configuration.label}. ", *told),
                mark,  # type: ignore[arg-type]
            )
        )
    return found


def other_figures(impact: Impact, most: int = 1) -> list[KeyFigure]:
    """Return the first outcomes that are not money, as differences to the baseline."""
    if impact.difference is None:
        return []
    pairs = zip(impact.model.outcomes, impact.outcomes, strict=True)
    return [
        KeyFigure(
            f"{outcome.name}, against the baseline",
            told,
            (f"{ends}. " if ends else "", method_link("impact"), "."),
        )
        for outcome, spread in pairs
        if outcome.sign == 0
        for told, ends in (difference_told(outcome, spread),)
    ][:most]
