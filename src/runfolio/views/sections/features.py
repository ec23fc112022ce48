"""Every feature: who sees it, in which experiments, who answers for it and what it means."""

from __future__ import annotations

from runfolio.analysis.feature_uses import FeatureUse
from runfolio.analysis.features import Features, SideFeatures
from runfolio.model.numbers import format_count
from runfolio.views.blocks import Block, Cell, Column, Details, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST = 200
_FIRST = 12
"""Features in the open table; the others are folded away."""
_YES = "yes"


def build(view: View) -> tuple[Block, ...]:
    features = view.analysed.features
    if features is None or not features.uses:
        return ()
    uses = features.uses
    total = _experiments(features, view)
    everywhere = sum(len(use.experiments) == total for use in uses)
    told = f"{count_of(len(uses), 'feature')} are named by {count_of(len(features.lists), 'run')}"
    if total > 1:
        share = "each of them" if everywhere == len(uses) else f"{format_count(everywhere)} of them"
        told += f"; {share} in all {total} experiments that name any"
    unowned = sum(not use.owner for use in uses)
    if unowned < len(uses):
        told += f". {_owned(len(uses), unowned)}"
    blocks: list[Block] = [Prose((f"{told}. ", method_link("features"), "."))]
    if unowned == len(uses):
        hint = (
            "Nobody is named who answers for a feature: data.features.owner in report.yaml says it."
        )
        blocks.append(Prose((hint,), "note"))
    first = int(view.options.get("limit", _FIRST))
    blocks.append(_table(features, slice(0, first), total))
    rest = len(uses) - first
    if rest > 0:
        table = _table(features, slice(first, _MOST), total)
        blocks.append(Details(f"{count_of(rest, 'more feature')}", (table,)))
    alone = _views(view)
    if alone is not None:
        blocks.append(Details("Feature views of the feature store", (alone,)))
    return tuple(blocks)


def _owned(total: int, unowned: int) -> str:
    if not unowned:
        return "Each has an owner"
    return f"{format_count(unowned)} of them {'has' if unowned == 1 else 'have'} no owner"


def _experiments(features: Features, view: View) -> int:
    runs = view.analysed.tables.runs["experiment"].to_dict()
    return len({runs[run] for run, one in features.lists.items() if one.names})


def _table(features: Features, part: slice, total: int) -> Table:
    kinds = features.champion.importances if features.champion else ()
    kind = kinds[0] if kinds else None
    order = {one.feature: number for number, one in enumerate(kind.features)} if kind else {}
    uses = sorted(features.uses, key=lambda use: order.get(use.name, len(order)))
    shown = uses[part]
    has_type = any(use.type for use in shown)
    has_view = any(use.view for use in shown)
    has_owner = any(use.owner for use in shown)
    has_text = any(use.description for use in shown)
    columns = [Column("Feature")]
    columns += [Column("Type")] if has_type else []
    columns += [Column("What it is")] if has_text else []
    columns += [Column("Owner")] if has_owner else []
    columns += [Column("View", hint="In the feature store")] if has_view else []
    sides = [(features.champion, "Champion"), (features.baseline, "Baseline")]
    named = [(names, label) for side, label in sides if (names := _names(side))]
    columns += [Column(label, hint=f"Whether the {label.lower()} sees it") for _, label in named]
    columns += [Column("Runs", "number"), Column("Experiments")]
    rows = []
    for use in shown:
        cells = [Cell(use.name)]
        cells += [Cell(use.type)] if has_type else []
        cells += [Cell(use.description)] if has_text else []
        cells += [Cell(use.owner)] if has_owner else []
        cells += [Cell(use.view)] if has_view else []
        cells += [Cell(_YES if use.name in names else "–") for names, _ in named]
        cells += [Cell(format_count(len(use.runs))), Cell(_where(use, total))]
        rows.append(Row(tuple(cells)))
    left = len(uses) - _MOST if part.start else 0
    caption = "Features that runs name" + (
        f"; {format_count(left)} more in report.json" if left > 0 else ""
    )
    if kind is not None:
        caption += ", those first that matter most to the champion"
    return Table(caption, tuple(columns), tuple(rows))


def _names(side: SideFeatures | None) -> frozenset[str]:
    return frozenset(side.told.names) if side is not None and side.told is not None else frozenset()


def _where(use: FeatureUse, total: int) -> str:
    if total > 1 and len(use.experiments) == total:
        return f"All {total}"
    return listed(list(use.experiments), 3)


def _views(view: View) -> Table | None:
    views = view.analysed.tables.feature_views
    if not views:
        return None
    return Table(
        "Feature views in the registry",
        tuple(map(Column, ("View", "Features", "Of", "From", "Owner", "What it is"))),
        tuple(
            Row(
                (
                    Cell(one.name),
                    Cell(listed([field.name for field in one.fields], 8)),
                    Cell(", ".join(one.entities)),
                    *(Cell(one.source), Cell(one.owner), Cell(one.description)),
                )
            )
            for one in views[:_MOST]
        ),
    )


section = SectionKind(
    "features",
    "Every feature",
    "the names of features: a model signature, a features.txt among the artifacts, or a param that "
    "lists them",
    build,
)
