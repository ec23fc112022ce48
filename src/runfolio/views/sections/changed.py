"""What champion and baseline do not share: params, data, code and what they were run with."""

from __future__ import annotations

from runfolio.views.blocks import Block, Prose
from runfolio.views.change_blocks import change_blocks
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.changes is None or a.champion is None or a.baseline is None:
        return ()
    blocks = change_blocks(a.changes, "Champion", "Baseline")
    shared = len(a.champion.params.keys() | a.baseline.params.keys()) - len(a.changes.params)
    if not a.changes.params:
        return (Prose(("Champion and baseline logged the same params.",)), *blocks)
    if shared:
        rest = f"{count_of(shared, 'further param is', 'further params are')} the same."
        return (*blocks[:1], Prose((rest,), "note"), *blocks[1:])
    return blocks


section = SectionKind(
    "changed", "What is different about it", "a baseline and logged params", build
)
