"""What a run's model sees, and what matters most to it."""

from __future__ import annotations

from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import Block, Cell, Column, Details, Prose, Row, Table
from runfolio.views.feature_words import counted, kind_shown, told_features
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View

_MOST = 200
_FIRST = 10


def build(view: View) -> tuple[Block, ...]:
    features, run = view.analysed.features, view.run
    if features is None or run is None:
        return ()
    blocks: list[Block] = []
    told = features.lists.get(run.id)
    if told is not None:
        shown = f"“{told.label}”" if told.label and told.count is None else ""
        count = shown or counted(told.count or 0, told)
        found = f"{count}, told by {told_features(told)}. "
        blocks.append(Prose((found, method_link("features"), ".")))
        if told.names:
            names = ", ".join(told.names[:_MOST])
            left = len(told.names) - _MOST
            rest = f" and {format_count(left)} more" if left > 0 else ""
            blocks.append(Details("Their names", (Prose((names + rest + ".",)),)))
    kinds = features.by_run.get(run.id, ())[:3]
    for kind in kinds:
        ordered = sorted(kind.values.items(), key=lambda item: -item[1])[:_FIRST]
        title = kind_shown(kind.name).capitalize()
        spread = [kind.spreads.get(name) for name, _ in ordered]
        columns = [Column("Feature"), Column(title, "number")]
        if any(one is not None for one in spread):
            columns.append(Column("Standard deviation", "number", "Within this run"))
        rows = []
        for (name, value), own in zip(ordered, spread, strict=True):
            cells = [Cell(name), Cell(format_number(value, digits=3))]
            if len(columns) > 2:
                cells.append(Cell("" if own is None else format_number(own, digits=3)))
            rows.append(Row(tuple(cells)))
        blocks.append(Table("What matters most to it", tuple(columns), tuple(rows)))
    if kinds:
        blocks.append(Prose((method_link("importance", "How importances are told"), "."), "note"))
    return tuple(blocks)


section = SectionKind(
    "run-features", "Features", "a model signature or a features.txt of the run", build
)
