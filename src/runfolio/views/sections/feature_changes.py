"""What the champion sees, and what is new or gone against the baseline."""

from __future__ import annotations

from runfolio.analysis.features import Features, SideFeatures
from runfolio.model.numbers import format_count
from runfolio.views.blocks import (
    Block,
    Callout,
    Cell,
    Column,
    Details,
    Link,
    Prose,
    Row,
    Span,
    Table,
)
from runfolio.views.feature_words import feature_finding, told_by, told_features
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST = 60
"""Names that are shown of one kind."""


def build(view: View) -> tuple[Block, ...]:
    features = view.analysed.features
    if features is None:
        return ()
    finding = f"{feature_finding(features)}."
    if view.options.get("brief"):
        return (Prose((finding, " ", Link("The features", "features.html"))),)
    blocks: list[Block] = []
    if view.options.get("finding", True):
        blocks.append(Prose((finding,)))
    needs = _needs(features)
    if needs:
        blocks.append(Prose((needs,)))
    table = _lists(features)
    if table is not None:
        blocks.append(table)
    every = _every(features)
    if every is not None:
        blocks.append(Details("Features of each configuration", (every,)))
    sides = ((features.champion, "champion"), (features.baseline, "baseline"))
    told = [told_by(side, whose) for side, whose in sides if side is not None]
    if features.champion and features.baseline and _is_one(features):
        told = told[:1]
    blocks.append(Prose((" ".join(told), " ", method_link("features")), "note"))
    blocks += _warnings(view, features)
    return tuple(blocks)


def _is_one(features: Features) -> bool:
    assert features.champion is not None
    assert features.baseline is not None
    return features.champion.configuration is features.baseline.configuration


def _needs(features: Features) -> str:
    """Say what it takes to use the champion in the baseline's place."""
    if not features.is_compared or not (features.added or features.removed):
        return ""
    told = []
    if features.added:
        new = count_of(len(features.added), "feature")
        told.append(f"To use the champion, {new} must be at hand that the baseline does without")
    if features.removed:
        gone = count_of(len(features.removed), "feature")
        are = "is" if len(features.removed) == 1 else "are"
        told.append(f"{gone} that the baseline needs {are} needed no more")
    return "; ".join(told) + "."


def _lists(features: Features) -> Table | None:
    if features.is_compared:
        parts = (
            ("New", features.added),
            ("Dropped", features.removed),
            ("Seen by both", features.kept),
        )
        rows = [_row(what, names) for what, names in parts if names]
        rows += [
            Row((Cell("Of another type"), Cell(f"{name}: {before} before, {now} now")))
            for name, before, now in features.retyped[:_MOST]
        ]
    else:
        side = features.champion
        if side is None or side.told is None or not side.told.names:
            return None
        rows = [_row("Seen", side.told.names)]
    caption = "Features of the champion" + (" against the baseline" if features.is_compared else "")
    columns = (Column("Against the baseline" if features.is_compared else "Features"),)
    return Table(caption, (*columns, Column("Which")), tuple(rows))


def _every(features: Features) -> Table | None:
    """Return how many features each configuration sees, and how many are new or gone."""
    if len(features.sides) < 2:
        return None
    base = features.baseline.told if features.baseline is not None else None
    names = frozenset(base.names) if base is not None else frozenset()
    rows = []
    for label, side in list(features.sides.items())[:_MOST]:
        own = frozenset(side.told.names) if side.told is not None else frozenset()
        compared = bool(names and own)
        rows.append(
            Row(
                (
                    Cell(label),
                    Cell(_size(side)),
                    Cell(format_count(len(own - names)) if compared else ""),
                    Cell(format_count(len(names - own)) if compared else ""),
                )
            )
        )
    return Table(
        "Features of each configuration, against the baseline",
        (
            Column("Configuration"),
            Column("Features", "number"),
            Column("New", "number"),
            Column("Dropped", "number"),
        ),
        tuple(rows),
    )


def _size(side: SideFeatures) -> str:
    if side.told is None:
        return ""
    return format_count(side.told.count) if side.told.count is not None else side.told.label


def _row(what: str, names: tuple[str, ...]) -> Row:
    return Row((Cell(f"{what}: {format_count(len(names))}"), Cell(listed(list(names), _MOST))))


def _warnings(view: View, features: Features) -> list[Block]:
    blocks: list[Block] = []
    if features.disagreements:
        run, one, other = features.disagreements[0]
        facts = view.runs[run]
        sizes = f"{told_features(one)} tells {one.count}, {told_features(other)} {other.count}"
        if one.count == other.count:
            sizes = f"{told_features(one)} and {told_features(other)} name other ones"
        spans: tuple[Span, ...] = (
            f"{count_of(len(features.disagreements), 'run tells', 'runs tell')} the features in "
            "two ways that differ: in ",
            Link(facts.label, facts.page),
            f" {sizes}. The first is taken.",
        )
        blocks.append(Callout("unsure", "Two lists that do not agree", spans))
    mixed = [
        whose
        for side, whose in ((features.champion, "champion"), (features.baseline, "baseline"))
        if side is not None and side.others
    ]
    if mixed:
        told = (
            f"Runs of the {listed(mixed)} were trained on different features, though all their "
            "params are the same: they are no replicates of one another."
        )
        blocks.append(Callout("unsure", "Not all runs see the same", (told,)))
    return blocks


section = SectionKind(
    "feature-changes",
    "What the champion sees",
    "the features that models see: a model signature, a features.txt among the artifacts, or a "
    "param called features",
    build,
)
