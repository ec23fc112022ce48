"""Champion against baseline: every run as a mark, the mean and its interval."""

from __future__ import annotations

from runfolio.views.blocks import Block, Prose
from runfolio.views.dots import dot_chart
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.comparison is None or a.objective is None:
        return ()
    sides = [s for s in a.standings if a.mark(s.configuration)]
    if not sides:
        return ()
    chart = dot_chart(a, sides, key="champion-and-baseline", title=_finding(view), static=True)
    return (chart, Prose((a.comparison.reason,), "note"))


def _finding(view: View) -> str:
    a = view.analysed
    assert a.objective is not None
    values = {a.mark(s.configuration): s.values for s in a.standings}
    best, base = values.get("champion", ()), values.get("baseline", ())
    if best and base and len(best) > 1 and len(base) > 1:
        up = a.objective.goal == "maximize"
        apart = min(best) > max(base) if up else max(best) < min(base)
        if apart:
            return "Every run of the champion is better than every run of the baseline"
        return "The runs of champion and baseline overlap"
    return "Champion and baseline, run by run"


section = SectionKind(
    "comparison",
    "Is it really better?",
    "a baseline: name one under baseline: in report.yaml",
    build,
)
