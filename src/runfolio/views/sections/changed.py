"""What champion and baseline do not share: params, data, code and what they were run with."""

from __future__ import annotations

from runfolio.views.blocks import Block, Prose
from runfolio.views.change_blocks import change_blocks
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.changes is None or a.champion is None or a.baseline is None:
        return ()
    blocks = change_blocks(a.changes, "Champion", "Baseline")
    how = Prose((method_link("changed", "How that is told"), "."), "note")
    if not (a.champion.params or a.baseline.params):
        untold = "Neither the champion nor the baseline logged any param, so what was done "
        return (Prose((f"{untold}differently is not known.",)), *blocks, how)
    shared = len(a.champion.params.keys() | a.baseline.params.keys()) - len(a.changes.params)
    if not a.changes.params:
        return (Prose(("Champion and baseline logged the same params.",)), *blocks, how)
    if shared:
        rest = f"{count_of(shared, 'further param is', 'further params are')} the same."
        return (*blocks[:1], Prose((rest,), "note"), *blocks[1:], how)
    return (*blocks, how)


section = SectionKind(
    "changed", "What is different about it", "a baseline and logged params", build
)
