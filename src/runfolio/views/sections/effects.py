"""Where gains come from: what share of the objective's variance each param explains."""

from __future__ import annotations

import math

from runfolio.analysis.effects import Effect, Effects, Group
from runfolio.analysis.judgeable import FEWEST
from runfolio.analysis.metrics import Metric
from runfolio.model.numbers import MINUS, format_percent, localized
from runfolio.views.blocks import Block, Cell, Chart, Column, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, number_word

NBSP = "\u00a0"
_MOST_SHOWN = 12


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    found = a.effects
    if a.objective is None or found is None or found.n < 2:
        return ()
    metric = a.metrics[a.objective.metric]
    if found.missing:
        return _missing(found, metric)
    limit = int(view.options.get("limit", _MOST_SHOWN))
    shown = found.effects[:limit]
    chart = Chart(
        key="effects-shares",
        kind="shares",
        title=_finding(found, metric),
        sentence=_sentence(found, metric),
        data={
            "f0": [_label(effect) for effect in shown],
            "f1": [100 * effect.share for effect in shown],
            "f2": [100 * effect.chance for effect in shown],
            "f3": ["beyond" if e.is_beyond_chance else "chance" for e in shown],
        },
        titles={
            "@x": f"Share of the variance of {_what(found, metric)} explained (%)",
            "@chance": "By chance up to (%)",
        },
        table=None,
        static=bool(view.options.get("static", True)),
    )
    blocks: list[Block] = [chart, _table(shown, metric)]
    blocks += [Prose((text,)) for text in (_dependence(found, metric), _tied(found)) if text]
    told = _limits(found, metric, len(found.effects) - len(shown))
    blocks.append(Prose((told, " ", method_link("effects")), "note"))
    return tuple(blocks)


def _finding(found: Effects, metric: Metric) -> str:
    telling = [effect for effect in found.effects if effect.is_beyond_chance]
    if not telling:
        which = "param that can be judged" if found.too_scattered or found.too_rare else "param"
        return f"No {which} explains more of {call(metric)} than chance would"
    first = telling[0]
    if len(telling) == 1:
        return (
            f"{_label(first)} {_explain(first)} {_percent(first.share)} of the variance of "
            f"{_what(found, metric)}"
        )
    return (
        f"{listed([_label(effect) for effect in telling], 3)} explain more of {call(metric)} than "
        f"chance would, {_label(first)} the most"
    )


def _what(found: Effects, metric: Metric) -> str:
    """Name what varies: the metric, or its ranks."""
    return f"the ranks of {call(metric)}" if found.by_rank else call(metric)


def _sentence(found: Effects, metric: Metric) -> str:
    first = found.effects[0]
    among = f"Between {count_of(found.n, 'configuration')}"
    if first.decided_by:
        among = f"Between the {count_of(first.n, 'configuration')} that set it"
    return (
        f"{among}, {_label(first)} {_explain(first)} {_percent(first.share)} of the variance of "
        f"{_what(found, metric)}; chance alone would give up to {_percent(first.chance)}. Each dot "
        "is the share that a param explains by itself, the grey bar behind it what chance alone "
        "stays below 95 times in 100."
    )


def _table(shown: tuple[Effect, ...], metric: Metric) -> Table:
    numeric = any(not math.isnan(effect.correlation) for effect in shown)
    columns = [
        Column("Param"),
        Column("Share explained", "number"),
        Column("By chance up to", "number"),
    ]
    if numeric:
        columns.append(Column("Rank correlation", "number", "Spearman's, with the objective"))
    columns += [Column("Best where"), Column(f"Mean {call(metric)} there", "number")]
    rows = []
    for effect in shown:
        best = _best(effect, metric)
        cells = [
            Cell(_label(effect)),
            Cell(_percent(effect.share), bar=(0.0, min(1.0, effect.share))),
            Cell(_percent(effect.chance)),
        ]
        if numeric:
            cells.append(Cell(_correlation(effect.correlation)))
        known = effect.is_beyond_chance
        cells += [
            Cell(f"{best.label} ({best.n} of {effect.n})" if known else "cannot be told"),
            Cell(metric.value(best.mean) if known else ""),
        ]
        rows.append(Row(tuple(cells)))
    return Table("What each param explains, by itself", tuple(columns), tuple(rows))


def _best(effect: Effect, metric: Metric) -> Group:
    sign = 1 if metric.goal == "maximize" else -1
    return max(effect.groups, key=lambda group: sign * group.mean)


def _dependence(found: Effects, metric: Metric) -> str:
    if not found.interactions:
        return ""
    one = found.interactions[0]
    ranks = " of the ranks" if found.by_rank else ""
    told = (
        f"The effect of {one.first} on {call(metric)} depends on {one.second}: their combinations "
        f"explain {_percent(one.together)} of the variance{ranks}, both side by side "
        f"{_percent(one.side_by_side)}. Neither should be tuned alone."
    )
    rest = [f"{pair.first} with {pair.second}" for pair in found.interactions[1:]]
    return f"{told} The same holds for {listed(rest)}." if rest else told


def _tied(found: Effects) -> str:
    tied = [effect.params for effect in found.effects if len(effect.params) > 1]
    return " ".join(
        f"{listed(params)} vary together: their shares cannot be told apart." for params in tied
    )


def _limits(found: Effects, metric: Metric, hidden: int) -> str:
    parts = []
    if hidden:
        parts.append(f"{count_of(hidden, 'further param is', 'further params are')} not shown.")
    parts += [
        f"{effect.name} is judged only where {effect.decided_by} is {listed(effect.where)}, which "
        "is where it is set."
        for effect in found.effects
        if effect.decided_by
    ]
    if found.by_rank:
        parts.append(
            f"A few configurations lie so far off that they make nearly all the variance of "
            f"{call(metric)}, so ranks are used."
        )
    if not math.isnan(found.noise):
        parts.append(
            f"Seeds alone account for about {_percent(found.noise)} of the variance, which no "
            "param can explain."
        )
    if found.too_scattered:
        parts.append(
            f"Nothing can be said of {listed(found.too_scattered)}: nearly every configuration "
            "has its own value."
        )
    if found.too_rare:
        parts.append(f"Too few configurations set {listed(found.too_rare)}.")
    if found.implied:
        verbs = ("follows", "is") if len(found.implied) == 1 else ("follow", "are")
        parts.append(
            f"{listed(found.implied)} only {verbs[0]} another param, and {verbs[1]} always the "
            "same where set."
        )
    parts.append(
        "Shares are what goes along with a param in what was tried, not what it causes; they "
        "overlap where params were not varied independently, and so need not add up to "
        f"{format_percent(1)}."
    )
    return " ".join(parts)


def _missing(found: Effects, metric: Metric) -> tuple[Block, ...]:
    """Say what there is not enough of."""
    unjudged = [*found.too_scattered, *found.too_rare]
    if found.missing == "params" and not unjudged:
        return ()
    told = {
        "params": f"Where gains come from cannot be said of {listed(unjudged)}: of "
        f"{count_of(found.n, 'configuration')} on the same data too few share a value.",
        "variance": f"All {count_of(found.n, 'configuration')} on the same data have the same "
        f"{call(metric)}, so there are no gains to explain.",
        "configurations": f"{count_of(found.n, 'configuration')} on the same data are too few to "
        f"say where gains come from: at least {number_word(FEWEST)} are needed to tell a param's "
        "effect from chance.",
    }
    return (Prose((told[found.missing],)),)


def _label(effect: Effect) -> str:
    more = len(effect.params) - 1
    if not more:
        return effect.name
    return " and ".join(effect.params) if more == 1 else f"{effect.name} (with {more} more)"


def _explain(effect: Effect) -> str:
    return "explain" if len(effect.params) == 2 else "explains"  # two are named, more are not


def _percent(share: float) -> str:
    return format_percent(share)


def _correlation(value: float) -> str:
    if math.isnan(value):
        return ""
    text = f"{abs(value):.2f}"
    sign = "" if text == "0.00" else "+" if value > 0 else MINUS
    return localized(f"{sign}{text}")


section = SectionKind(
    "effects", "Where gains come from", "at least six configurations with varied params", build
)
