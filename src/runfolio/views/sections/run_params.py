"""A run's params, set off where they differ from the baseline's."""

from __future__ import annotations

from runfolio.model.numbers import same_value
from runfolio.views.blocks import Block, Definition, Definitions, Prose
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    a, run = view.analysed, view.run
    if run is None:
        return ()
    if not run.params:
        return (Prose(("This run logged no params.",)),)
    base: dict[str, str] = {}
    if a.baseline_run and run.mark != "baseline":
        base = view.runs[a.baseline_run].params
    differing = {
        name for name, value in run.params.items() if base and not same_value(value, base.get(name))
    }
    blocks: list[Block] = [
        Definitions(
            tuple(
                Definition(name, value, differs=name in differing)
                for name, value in run.params.items()
            )
        )
    ]
    if differing:
        blocks.insert(0, Prose(("Set off: what differs from the baseline.",), "note"))
    return tuple(blocks)


section = SectionKind("run-params", "Params", "params", build)
