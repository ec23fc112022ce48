"""What every configuration is worth, how sure that is, and whether it may be used at all."""

from __future__ import annotations

import math
from collections.abc import Mapping

from runfolio.analysis.gate import Gate
from runfolio.analysis.gates import stops
from runfolio.analysis.impact.result import Impact, SideImpact, Spread
from runfolio.views.blocks import Block, Chart, Prose
from runfolio.views.gate_words import quoted
from runfolio.views.impact_axis import axis_of
from runfolio.views.impact_words import (
    CONFIDENT,
    NEEDS,
    chance,
    ends_of,
    has_money,
    is_fixed,
    money,
    rough,
    summed,
)
from runfolio.views.impact_worths import Told, worth_table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_LIMIT = 20


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    impact = a.impact
    if impact is None or not (impact.sides or impact.untold):
        return ()
    if not has_money(impact):
        return tuple(_untold(impact))
    limit = int(view.options.get("limit", _LIMIT))
    shown = [
        own for place, own in enumerate(impact.sides) if place < limit or a.mark(own.configuration)
    ]
    told = _differences(view, impact)
    held = _held_back(view)
    blocks: list[Block] = [Prose((_sentence(view, impact, held), " ", method_link("impact"), "."))]
    if len(shown) > 1:
        blocks.append(_chart(view, impact, shown, told))
    if shown:
        blocks.append(worth_table(view, impact, shown, told, held))
    blocks += _untold(impact)
    return tuple(blocks)


def _held_back(view: View) -> dict[str, tuple[Gate, ...]]:
    """Return the requirements that hold each configuration back, of those that were judged."""
    found: dict[str, list[Gate]] = {}
    for gate in view.analysed.gates:
        found.setdefault(gate.configuration, []).append(gate)
    return {label: stops(own) for label, own in found.items()}


def _differences(view: View, impact: Impact) -> Told:
    a = view.analysed
    told = dict(impact.candidates)
    if a.champion is not None and impact.difference is not None:
        told[a.champion.label] = (impact.difference, impact.probability)
    return told


def _sentence(view: View, impact: Impact, held: Mapping[str, tuple[Gate, ...]]) -> str:
    a = view.analysed
    if not impact.sides:
        return "No configuration's worth can be told."
    best = impact.sides[0]
    label = best.configuration.label
    total = count_of(len(impact.sides), "configuration")
    if len(impact.sides) == 1:
        told = f"{label} is the only one whose worth can be told"
    elif a.mark(best.configuration):
        told = f"{label}, the {a.mark(best.configuration)}, is expected to be worth most of {total}"
    else:
        told = f"{label} is expected to be worth most of {total}{_than_the_champion(impact, label)}"
    holding = held.get(label, ())
    if holding:
        names = listed([quoted(gate.requirement.name) for gate in holding], 3)
        told += f", but it is not recommended: it does not meet {names}, which must be met"
        free = [
            s.configuration.label for s in impact.sides if held.get(s.configuration.label) == ()
        ]
        if free:
            told += f". Of those that meet what must be met, {free[0]} is expected to be worth most"
    return f"{told}."


def _than_the_champion(impact: Impact, label: str) -> str:
    """Say whether another is worth more than the champion, which was picked by a metric."""
    if label not in impact.rivals:
        return ""
    spread, probability = impact.rivals[label]
    size = f"{money(impact, rough(spread.mean))} {summed(impact)}"
    if is_fixed(spread):
        return (
            f": by the values as stated {size} more than the champion, which was picked by the "
            "objective and not by what it is worth"
        )
    if not math.isfinite(probability):
        return ""
    if probability >= CONFIDENT:
        return (
            f": {size} more than the champion, which was picked by the objective and not by what "
            f"it is worth (probability {chance(probability)})"
        )
    return (
        f", but it cannot be told apart from the champion: {size} more, with a probability of "
        f"{chance(probability)}"
    )


def _finding(view: View, impact: Impact, best: SideImpact) -> str:
    """Name the one that is expected to be worth most, and whether that is sure."""
    label = best.configuration.label
    rival = impact.rivals.get(label)
    champion = view.analysed.champion
    if rival is None or rival[1] >= CONFIDENT or is_fixed(rival[0]) or champion is None:
        return f"{label} is expected to be worth most"
    return f"It is not certain that {label} is worth more than {champion.label}, the champion"


def _chart(view: View, impact: Impact, shown: list[SideImpact], told: Told) -> Chart:
    """Draw differences to the baseline: what moves all alike says nothing of which to take."""
    a = view.analysed
    base = impact.baseline if told else None
    at = base.total.mean if base is not None else 0.0
    rows: list[tuple[object, ...]] = []
    spreads = [_drawn(impact, own, told) for own in shown]
    axis = axis_of(impact, [end for s in spreads for end in (s.mean, s.low, s.high) if end == end])
    for own, spread in zip(shown, spreads, strict=True):
        name, mark = own.configuration.label, a.mark(own.configuration)
        ends: tuple[object, object] = (None, None)
        if ends_of(spread) is not None:
            ends = (spread.low / axis.divisor, spread.high / axis.divisor)
        rows.append((name, spread.mean / axis.divisor, mark, "mean", *ends))
        if len(own.by_run) > 1:
            rows += [
                (name, (value - at) / axis.divisor, mark, "run", None, None)
                for value in own.by_run.values()
            ]
    against = " against the baseline" if base is not None else ""
    return Chart(
        key="worth-by-configuration",
        kind="dots",
        title=_finding(view, impact, shown[0]),
        sentence=(
            f"What each configuration is worth{against}. The large mark is what is expected, the "
            "bar from where to where it lies nine times of ten; each small mark is one run, with "
            "every quantity as expected. Further right is better."
        ),
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={"@x": f"{axis.title}{against}"},
        static=True,
    )


def _drawn(impact: Impact, own: SideImpact, told: Told) -> Spread:
    """Return the difference to the baseline, or without one the worth itself."""
    if not told or impact.baseline is None:
        return own.total
    if own.configuration is impact.baseline.configuration:
        return Spread(0.0, 0.0, 0.0, has_range=False)
    found = told.get(own.configuration.label)
    mean = own.total.mean - impact.baseline.total.mean
    return found[0] if found is not None else Spread(mean, mean, mean, has_range=False)


def _untold(impact: Impact) -> list[Block]:
    """Name what cannot be told, and why, those with one reason together."""
    by_reason: dict[str, list[str]] = {}
    for label, why in impact.untold.items():
        by_reason.setdefault(why, []).append(label)
    return [
        Prose((f"Not told: {listed(labels, 6)}. {why}",), "note")
        for why, labels in by_reason.items()
    ]


section = SectionKind("impact-configurations", "What each configuration is worth", NEEDS, build)
