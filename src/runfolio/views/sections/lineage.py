"""Where the champion and the baseline come from, as a drawing, a sentence and a table."""

from __future__ import annotations

from runfolio.analysis.lineage import STAGES, Lineage, LineageLane, LineageNode, Stage
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Details,
    Flow,
    FlowNode,
    FlowStage,
    Mark,
    Prose,
    Row,
    Table,
)
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_TITLES: dict[Stage, str] = {
    "source": "Source",
    "data": "Data",
    "features": "Features",
    "training": "Training",
    "model": "Model",
}
_LOG: dict[Stage, str] = {
    "source": "where the data come from is not logged",
    "data": "no data set is logged",
    "features": "its features are not logged",
    "training": "",
    "model": "no model is registered",
}
_PAGES: dict[Stage, str] = {
    "data": "data.html#data-versions",
    "features": "features.html",
    "model": "models.html",
}
_MOST = 3


def build(view: View) -> tuple[Block, ...]:
    lineage = view.analysed.lineage
    if lineage is None:
        return ()
    blocks: list[Block] = [Prose((_sentence(lineage),))]
    if view.options.get("brief"):
        return tuple(blocks)
    blocks.append(_drawing(view, lineage))
    blocks.append(Details("The same as a table", (_table(lineage),)))
    return tuple(blocks)


def _sentence(lineage: Lineage) -> str:
    """Tell the ways from the source to the model; what they share once."""
    first = lineage.lanes[0]
    if len(lineage.lanes) > 1 and _shares_data(lineage) and first.node("data"):
        rest = "; ".join(f"the {lane.whose} {_made(lane)}" for lane in lineage.lanes)
        return f"Champion and baseline were trained on the same data, {_data(first)}: {rest}."
    told = []
    for lane in lineage.lanes:
        if lane.node("data"):
            told.append(f"The {lane.whose} was trained on {_data(lane)}, {_made(lane)}.")
        else:
            gap = f"Which data the {lane.whose} was trained on is not logged"
            told.append(f"{gap}; it was made {_made(lane)}.")
    return " ".join(told)


def _shares_data(lineage: Lineage) -> bool:
    return all(
        lane.node(stage) == lineage.lanes[0].node(stage)
        for lane in lineage.lanes
        for stage in STAGES[:2]
    )


def _data(lane: LineageLane) -> str:
    data, source = lane.node("data"), lane.node("source")
    if source is None:
        return _names(data)
    return f"{_names(data)} {'made by' if _is_script(source) else 'from'} {_names(source)}"


def _made(lane: LineageLane) -> str:
    """Say with which features, in how many runs, and what came of it."""
    features, training = lane.node("features"), lane.node("training")
    parts = []
    if features is not None and features.names[0][:1].isdigit():
        parts.append(f"with {_names(features)}")
    if training is not None:
        parts.append(f"in {training.details[0]}")
    told = " ".join(parts)
    model = lane.node("model")
    is_registered = model is not None and model.is_registered
    return f"{told}, registered as {_names(model)}" if is_registered else told


def _is_script(node: LineageNode) -> bool:
    return all(name.endswith((".py", ".ipynb", ".sql", ".R", ".sh")) for name in node.names)


def _names(node: LineageNode | None) -> str:
    return listed(list(node.names), _MOST) if node is not None else ""


def _drawing(view: View, lineage: Lineage) -> Flow:
    marks: list[Mark] = [lane.whose for lane in lineage.lanes]
    stages = []
    for stage in STAGES:
        own = [lane.node(stage) for lane in lineage.lanes]
        shared = len(own) > 1 and own[0] == own[1]
        nodes = (
            [_node(view, stage, own[0], lineage.lanes[0], tuple(marks))]
            if shared
            else [
                _node(view, stage, node, lane, (lane.whose,))
                for node, lane in zip(own, lineage.lanes, strict=True)
            ]
        )
        stages.append(FlowStage(_TITLES[stage], tuple(nodes)))
    return Flow("From the source of the data to the model", tuple(stages), len(marks))


def _node(
    view: View, stage: Stage, node: LineageNode | None, lane: LineageLane, marks: tuple[Mark, ...]
) -> FlowNode:
    if node is None:
        return FlowNode(_LOG[stage].capitalize(), marks=marks, is_missing=True)
    more = len(node.names) - _MOST
    details = [*node.names[1:_MOST], *([f"and {more} more"] if more > 0 else []), *node.details]
    return FlowNode(node.names[0], tuple(details), _href(view, stage, lane), marks)


def _href(view: View, stage: Stage, lane: LineageLane) -> str:
    if stage == "training":
        a = view.analysed
        run = a.champion_run if lane.whose == "champion" else a.baseline_run
        return view.runs[run].page if run is not None and run in view.runs else ""
    return _PAGES.get(stage, "")


def _table(lineage: Lineage) -> Table:
    rows = []
    for stage in STAGES:
        cells = [Cell(_TITLES[stage])]
        for lane in lineage.lanes:
            node = lane.node(stage)
            cells.append(
                Cell(", ".join((*node.names, *node.details)) if node else f"({_LOG[stage]})")
            )
        rows.append(Row(tuple(cells)))
    heads = [Column(lane.whose.capitalize()) for lane in lineage.lanes]
    return Table("From the source of the data to the model", (Column("Stage"), *heads), tuple(rows))


section = SectionKind(
    "lineage",
    "Where it comes from",
    "the data and features of runs: a dataset and a model signature that MLflow logged, or "
    "dvc.lock and a features.txt",
    build,
)
