"""For whoever decides what becomes of it: is it better, is it worth it, is it safe?"""

from __future__ import annotations

from runfolio.analysis.gates import of_side
from runfolio.analysis.impact.result import Impact
from runfolio.views.blocks import Link, Span, Strong
from runfolio.views.gate_words import gate_sentence, quoted
from runfolio.views.impact_decision import impact_steps
from runfolio.views.impact_figures import other_figures, total_figures, worth_figure
from runfolio.views.impact_hedges import hedges
from runfolio.views.impact_words import has_money, impact_headline
from runfolio.views.sections.figures import difference_figure, side_figures
from runfolio.views.verdict_parts import alert_steps, asked_figure, gate_steps, own_gates
from runfolio.views.verdicts import RoleVerdict, VerdictKind
from runfolio.views.view import View
from runfolio.views.words import count_of, headline, listed, opening


def build(view: View) -> RoleVerdict:
    a = view.analysed
    if a.impact is not None and a.impact.champion is not None:
        return _by_worth(view, a.impact)
    gates = of_side(a.gates, "champion")
    lede: list[Span] = [opening(a)]
    if gates and a.champion is not None:
        lede.append(f" {gate_sentence(gates, a.champion.label)}.")
    asked = asked_figure(view)
    sides = side_figures(view)
    last = [asked] if asked is not None else sides[1:]
    figures = [*sides[:1], *difference_figure(view), *last]
    return RoleVerdict(headline(a), tuple(lede), tuple(figures[:3]), tuple(_steps(view)))


def _by_worth(view: View, impact: Impact) -> RoleVerdict:
    """Tell first what it is worth, how sure that is, and what stands in its way."""
    a = view.analysed
    told = hedges(a, impact) or [f"{headline(a)}.", opening(a)]
    unsure = [
        quoted(gate.requirement.name)
        for gate in of_side(a.gates, "champion")
        if gate.outcome == "met, not certain" and gate.requirement.severity == "must"
    ]
    if unsure:
        told.append(f"That it meets {listed(unsure, 2)} is not certain.")
    worth = worth_figure(a, impact, sure=True)
    others = other_figures(impact) if worth is not None or not has_money(impact) else []
    asked = asked_figure(view)
    figures = [worth] if worth is not None else total_figures(a, impact)[:1]
    figures += [*others, *([asked] if asked is not None else [])]
    rest = [*difference_figure(view), *side_figures(view)]
    steps = [*_steps(view), *impact_steps(view, impact)]
    return RoleVerdict(
        impact_headline(a, impact), (" ".join(told),), tuple([*figures, *rest][:3]), tuple(steps)
    )


def _steps(view: View) -> list[tuple[Span, ...]]:
    a = view.analysed
    gates = of_side(a.gates, "champion")
    steps = gate_steps([gate for gate in gates if gate.stops or gate.waived])
    own = own_gates(view, "business stakeholder") + own_gates(view, "product owner")
    steps += gate_steps([gate for gate in own if not (gate.stops or gate.waived)])
    if not gates:
        steps.append(
            (
                Strong("Say what is good enough."),
                " With requirements in report.yaml this page says whether they are met.",
            )
        )
    nobody = sum(not item.owner for one in a.compliance for item in one.open)
    if nobody:
        steps.append(
            (
                Strong(f"Name who answers for {count_of(nobody, 'open item')} of law and privacy."),
                " ",
                Link("The checklists", "requirements.html#compliance"),
                ".",
            )
        )
    told = " They concern the model that is in use today."
    return steps + alert_steps(view, "Ask about {}.", told)


verdict = VerdictKind("value", build)
