"""How much each feature matters to the champion, and whether its runs agree."""

from __future__ import annotations

from runfolio.analysis.features import Features
from runfolio.analysis.importance import FeatureImportance, ImportanceKind
from runfolio.model.numbers import format_count, format_number
from runfolio.views.blocks import Block, Cell, Chart, Column, Details, Link, Prose, Row, Table
from runfolio.views.feature_words import kind_shown, leading
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, number_word

_MOST = 12
_MOST_KINDS = 3
_LISTED = 100
_FIRST = 3


def build(view: View) -> tuple[Block, ...]:
    features = view.analysed.features
    if features is None:
        return ()
    limit = int(view.options.get("limit", _MOST))
    brief = bool(view.options.get("brief"))
    side, mark = (
        (features.champion, "champion")
        if features.champion is not None and features.champion.importances
        else (features.baseline, "baseline")
    )
    blocks: list[Block] = []
    kinds = side.importances if side is not None else ()
    for number, kind in enumerate(kinds[: 1 if brief else _MOST_KINDS], 1):
        blocks.append(_chart(features, kind, number, mark, limit))
    if brief:
        if blocks:
            blocks.append(Prose((Link("All features", "features.html"),), "note"))
        return tuple(blocks)
    if kinds:
        blocks.append(Prose((_caution(kinds[0]), " ", method_link("importance")), "note"))
    table = _by_configuration(features)
    if table is not None:
        blocks.append(Details("What matters most to each configuration", (table,)))
    return tuple(blocks)


def _chart(features: Features, kind: ImportanceKind, number: int, mark: str, limit: int) -> Chart:
    shown = kind.features[:limit]
    rows: list[tuple[object, ...]] = []
    for one in shown:
        mean = one.mean
        ends = (mean.low, mean.high) if mean.has_interval else (None, None)
        rows.append((one.feature, mean.value, mark, "mean", *ends))
        if kind.runs > 1:
            rows += [(one.feature, value, mark, "run", None, None) for value in one.values]
    what = "diamond" if mark == "champion" else "ring"
    of = f"the {count_of(len(shown), 'feature')} that matter most"
    sentence = (
        f"The {mark}'s {kind_shown(kind.name)}: {of} of {format_count(len(kind.features))}. "
        if len(shown) < len(kind.features)
        else f"The {mark}'s {kind_shown(kind.name)} of {count_of(len(shown), 'feature')}. "
    )
    sentence += (
        f"Each of the {number_word(kind.runs)} runs is a dot, their mean a {what} with its "
        "95\u00a0% interval. Further right, the model leans on it more."
        if kind.runs > 1
        else f"One run, a {what}. Further right, the model leans on it more."
    )
    return Chart(
        key=f"importance-{number}",
        kind="dots",
        title=leading(kind),
        sentence=sentence,
        data={f"f{i}": list(column) for i, column in enumerate(zip(*rows, strict=True))},
        titles={"@x": kind_shown(kind.name).capitalize()},
        table=_table(features, kind, mark),
        static=True,
    )


def _table(features: Features, kind: ImportanceKind, mark: str) -> Table:
    """Return the importances of all features, those of the baseline beside them."""
    other = None
    if mark == "champion" and features.baseline is not None:
        other = next((k for k in features.baseline.importances if k.name == kind.name), None)
    several = kind.runs > 1
    columns = [Column("Feature"), Column(mark.capitalize(), "number")]
    if several:
        columns += [
            Column("95\u00a0% interval", "number"),
            Column("First", "number", f"In how many of {kind.runs} runs nothing matters more"),
        ]
    if other is not None:
        columns.append(Column("Baseline", "number"))
    highest = max((one.mean.value for one in kind.features), default=0.0)
    rows = []
    for one in kind.features[:_LISTED]:
        bar = (0.0, one.mean.value / highest) if highest > 0 and one.mean.value > 0 else None
        cells = [Cell(one.feature), Cell(_number(one.mean.value), bar=bar)]
        if several:
            cells += [Cell(_range(one)), Cell(str(one.firsts) if one.firsts else "")]
        if other is not None:
            theirs = other.of(one.feature)
            cells.append(Cell(_number(theirs.mean.value) if theirs else "not seen"))
        rows.append(Row(tuple(cells)))
    title = kind_shown(kind.name).capitalize()
    left = len(kind.features) - len(rows)
    caption = f"{title} of each feature" + (
        f"; {format_count(left)} more in report.json" if left else ""
    )
    return Table(caption, tuple(columns), tuple(rows))


def _caution(kind: ImportanceKind) -> str:
    told = (
        "How much a model leans on a feature says nothing of cause and effect, and of two features "
        "that say the same either may come out high."
    )
    unsure = sum(one.mean.has_interval and one.mean.low <= 0 for one in kind.features)
    if unsure and any(value < 0 for one in kind.features for value in one.values):
        told = (
            f"For {number_word(unsure)} of {number_word(len(kind.features))} features the interval "
            f"reaches zero: these runs cannot tell whether the model needs them. {told}"
        )
    return told


def _by_configuration(features: Features) -> Table | None:
    """Return the first features of every configuration, of the kind that most of them tell."""
    names = [kind.name for kinds in features.importances.values() for kind in kinds]
    if len(features.importances) < 2:
        return None
    common = max(dict.fromkeys(names), key=names.count)
    rows = []
    for label, kinds in features.importances.items():
        kind = next((kind for kind in kinds if kind.name == common), None)
        if kind is None:
            continue
        first = [Cell(one.feature) for one in kind.features[:_FIRST]]
        first += [Cell()] * (_FIRST - len(first))
        rows.append(Row((Cell(label), *first, Cell(format_count(kind.runs)))))
    columns = ("First", "Second", "Third")
    return Table(
        f"Features that matter most by {kind_shown(common)}, on average",
        (Column("Configuration"), *map(Column, columns), Column("Runs", "number")),
        tuple(rows),
    )


def _number(value: float) -> str:
    return format_number(value, digits=3)


def _range(one: FeatureImportance) -> str:
    if not one.mean.has_interval:
        return ""
    return f"{_number(one.mean.low)} to {_number(one.mean.high)}"


section = SectionKind(
    "feature-importance",
    "What matters to the model",
    "importances of features: a feature_importance.json or .csv among the artifacts, or metrics "
    "such as importance/age",
    build,
)
