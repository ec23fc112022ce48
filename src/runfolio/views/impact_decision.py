"""Stage 4: what is to be decided by what the champion is worth, and what a wrong decision costs."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.impact.result import Impact, Spread
from runfolio.views.blocks import Span, Strong
from runfolio.views.gate_words import quoted
from runfolio.views.impact_inputs import input_label, owner_title, quantity_label
from runfolio.views.impact_payback import falls_short, once_told, what_would_pay
from runfolio.views.impact_stated import examples, used_quantities
from runfolio.views.impact_words import (
    case_of,
    chance,
    money,
    rough,
    stopped_by,
    summed,
    turned,
)
from runfolio.views.view import View
from runfolio.views.words import call, listed, says_nothing

__all__ = ["impact_decision", "impact_steps"]


def impact_decision(view: View, impact: Impact) -> tuple[Span, ...]:
    """Say what to decide, and what it costs if that is wrong; nothing where money says nothing."""
    a = view.analysed
    difference, case = impact.difference, case_of(a, impact)
    if a.champion is None or difference is None or case in ("unlike", "no money"):
        return ()
    name, size = a.champion.label, money(impact, difference)
    if examples(impact):
        return (
            Strong("Put in your own numbers first."),
            " Those of a starting model say nothing of what the champion is worth to you; nothing "
            "is to be decided by them.",
        )
    stopping = stopped_by(a)
    if difference.mean > 0 and falls_short(impact):
        nor = f" Nor does it meet {stopping}." if stopping else ""
        return (
            Strong(f"Do not bring {name} into use for its worth as it stands."),
            f" {once_told(impact)} {what_would_pay(impact, difference)}{nor}"
            f"{_to_settle(view, impact)}",
        )
    if stopping and difference.mean > 0 and case != "perhaps less":
        return (
            Strong(f"Decide whether to have {stopping} met."),
            f" Until then {name} is not recommended, however much it is worth. Waiting has its "
            f"price: about {size} {summed(impact)} is what it is expected to be worth more than "
            "the baseline.",
        )
    if case == "same":
        return (
            Strong("Keep the baseline."),
            f" By the formulas {name} is worth as much, so its worth is no reason to change.",
        )
    if case == "fixed":
        return _fixed(impact, name, difference)
    if (case in ("more", "perhaps more")) != (difference.mean >= 0):
        return _against_the_odds(view, impact, name, difference)
    if case == "more":
        return (
            Strong(f"Decide whether to bring {name} into use."),
            f" {_if_not(impact, difference)} {_if_wrong(impact, difference)}{_once(impact)}"
            f"{_price(a)}",
        )
    if case == "perhaps more":
        return (
            Strong(f"Decide whether to bring {name} into use now, or to find out more first."),
            f" With a probability of {chance(impact.probability)} it is worth more. "
            f"{_if_not(impact, difference)} {_if_wrong(impact, difference)}"
            f"{_once(impact)}{_to_settle(view, impact)}{_price(a)}",
        )
    if case == "perhaps less":
        return (
            Strong("Keep the baseline for now."),
            f" It is more likely than not that {name} is worth less: with a probability of "
            f"{chance(1 - impact.probability)}.{_to_settle(view, impact)}",
        )
    return (
        Strong("Keep the baseline."),
        f" {name} is expected to be worth about {money(impact, turned(difference))} "
        f"{summed(impact)} less.",
    )


def _against_the_odds(
    view: View, impact: Impact, name: str, difference: Spread
) -> tuple[Span, ...]:
    """Say what to do where what is likely and what is expected point to different sides."""
    loses = difference.mean < 0
    way, probability = ("more", impact.probability) if loses else ("less", 1 - impact.probability)
    size = money(impact, turned(difference) if loses else difference)
    verb, much = ("lose", "loses") if loses else ("gain", "gains")
    but = (
        f"but what it may {verb} outweighs that: by what is expected it {much} about {size} "
        f"{summed(impact)}."
    )
    return (
        Strong("Keep the baseline for now."),
        f" It is more likely than not that {name} is worth {way}, with a probability of "
        f"{chance(probability)}, {but}{_once(impact)}{_to_settle(view, impact)}",
    )


def _fixed(impact: Impact, name: str, difference: Spread) -> tuple[Span, ...]:
    if difference.mean <= 0:
        return (
            Strong("Keep the baseline."),
            f" By the values as stated {name} is worth no more.",
        )
    return (
        Strong(f"Decide whether the values as stated are sure enough to bring {name} into use."),
        f" By them it is worth {money(impact, difference)} {summed(impact)} more. Nothing has a "
        f"range, so what it costs if they are wrong cannot be told.{_once(impact)}",
    )


def _once(impact: Impact) -> str:
    told = once_told(impact)
    return f" {told}" if told else ""


def _if_not(impact: Impact, difference: Spread) -> str:
    if says_nothing(money(impact, difference)):
        return "What is expected of it is about what leaving things as they are brings."
    return (
        "Leaving things as they are is expected to give up about "
        f"{money(impact, difference)} {summed(impact)}."
    )


def _if_wrong(impact: Impact, difference: Spread) -> str:
    """Say what it costs if it comes badly: one time in twenty."""
    size = money(impact, rough(abs(difference.low), difference.high - difference.low))
    if difference.low >= 0:
        return (
            f"Even if it comes badly, as one time in twenty, it is worth about {size} "
            f"{summed(impact)} more."
        )
    return (
        f"If it comes badly, as one time in twenty, it loses {size} {summed(impact)} or more "
        "against the baseline."
    )


def _to_settle(view: View, impact: Impact) -> str:
    if not impact.drivers or not impact.drivers[0].swing > 0:
        return ""
    label = quoted(input_label(view, impact, impact.drivers[0].input))
    return f" What would settle it most is to know {label} better."


def _price(a: Analysed) -> str:
    """Name what gets worse, whether the formulas price it or not."""
    worse = [call(a.metrics[c.metric]) for c in a.scorecard if c.outcome == "worse"]
    if not worse:
        return ""
    verb = "gets" if len(worse) == 1 else "get"
    return f" {listed(worse, 3)} {verb} worse for it."


def impact_steps(view: View, impact: Impact) -> list[tuple[Span, ...]]:
    """Return what makes the figures surer: the number that matters most, and who answers."""
    steps: list[tuple[Span, ...]] = []
    quantities = used_quantities(impact)
    first = next(
        (
            d
            for d in impact.drivers
            if d.input.kind == "quantity" and d.input.names[0] in quantities
        ),
        None,
    )
    if first is not None and first is impact.drivers[0]:
        stated = quantities[first.input.names[0]]
        who = f" Owner: {owner_title(view, stated.owner)}." if stated.owner else ""
        source = f" Source so far: {stated.source.rstrip('.')}." if stated.source else ""
        steps.append(
            (
                Strong(f"Have {quoted(input_label(view, impact, first.input))} checked."),
                f" The answer depends most on it.{who}{source or ' It has no source.'}",
            )
        )
    nobody = [quantity_label(name, one) for name, one in quantities.items() if not one.owner]
    if nobody:
        steps.append(
            (
                Strong(f"Name who answers for {listed([quoted(one) for one in nobody], 3)}."),
                " The figures rest on it, and nobody is named as its owner."
                if len(nobody) == 1
                else " The figures rest on them, and nobody is named as their owner.",
            )
        )
    return steps
