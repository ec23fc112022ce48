"""Every registered version of every model, by registry, and the models that runs logged."""

from __future__ import annotations

from runfolio.analysis.interval import Estimate
from runfolio.analysis.metrics import Metric
from runfolio.analysis.model_versions import LoggedModel, ModelVersion
from runfolio.views.blocks import Block, Cell, Column, Details, Heading, Prose, Row, Table, Verdict
from runfolio.views.dates import day
from runfolio.views.history_facts import commit_in
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_MOST_VERSIONS = 50
"""Versions of one model that are shown; the newest."""
_MOST_MODELS = 30
_MOST_LOGGED = 200
_SHORT = 10
"""Characters of a commit's id."""


def build(view: View) -> tuple[Block, ...]:
    registry = view.analysed.models.registry
    groups: dict[tuple[str, str], list[ModelVersion]] = {}
    for version in registry.versions:
        if version.is_record:
            continue  # those have a section of their own
        groups.setdefault((version.location, version.name), []).append(version)
    blocks: list[Block] = []
    for (location, name), versions in list(groups.items())[:_MOST_MODELS]:
        blocks.append(Heading(name))
        told = f"{count_of(sum(bool(v.version) for v in versions), 'version')} in {location}."
        described = {v.description for v in versions if v.description}
        if len(described) == 1:
            told += f" {described.pop()}"
        blocks.append(Prose((told,)))
        blocks.append(_table(view, name, versions))
    if len(groups) > _MOST_MODELS:
        rest = count_of(len(groups) - _MOST_MODELS, "further model is", "further models are")
        blocks.append(Prose((f"{rest} registered.",), "note"))
    if registry.logged:
        blocks += _logged(view, registry.logged)
    if groups and view.analysed.objective is not None:
        blocks.append(
            Prose((method_link("production", "How versions get their figures"), "."), "note")
        )
    return tuple(blocks)


def _table(view: View, name: str, versions: list[ModelVersion]) -> Table:
    a = view.analysed
    shown = versions[:_MOST_VERSIONS]
    metric = a.metrics[a.objective.metric] if a.objective else None
    has_value = metric is not None and any(v.estimate for v in shown)
    has_interval = any(v.estimate and v.estimate.has_interval for v in shown)
    has_stage = any(v.stage or v.aliases or v.status == "deprecated" for v in shown)
    described = len({v.description for v in shown}) > 1
    columns = [Column("Version")]
    columns += [Column("Used as")] * has_stage
    columns += [Column("Registered"), Column("From")]
    if has_value and metric is not None:
        columns.append(Column(metric.label, "number"))
        columns += [Column("95\u00a0% interval", "number")] * has_interval
    columns += [Column("Description")] * described
    rows = []
    for version in shown:
        cells = [Cell(version.version or "none yet")]
        if has_stage:
            cells.append(_use(version))
        cells += [Cell(day(version.created).replace("\u00a0", " ")), _from(view, version)]
        if has_value and metric is not None:
            estimate = version.estimate
            cells.append(Cell(metric.value(estimate.value) if estimate else ""))
            if has_interval:
                cells.append(_interval(metric, estimate))
        if described:
            cells.append(Cell(version.description))
        mark = a.mark(version.configuration) if version.configuration is not None else ""
        rows.append(Row(tuple(cells), mark))  # type: ignore[arg-type]
    more = len(versions) - len(shown)
    caption = f"Versions of {name}" + (f", the newest {_MOST_VERSIONS} of them" if more else "")
    return Table(caption, tuple(columns), tuple(rows))


def _interval(metric: Metric, estimate: Estimate | None) -> Cell:
    if estimate is None or not estimate.has_interval:
        return Cell()
    return Cell(metric.range(estimate.low, estimate.high))


def _use(version: ModelVersion) -> Cell:
    names = [*filter(None, (version.stage, *version.aliases))]
    if version.status == "deprecated":
        names.append("deprecated")
    told = ", ".join(names)
    return Cell(verdict=Verdict(told, "good")) if version.in_production else Cell(told)


def _from(view: View, version: ModelVersion) -> Cell:
    run = view.runs.get(version.run)
    if run is not None:
        return Cell(run.label, run.page)
    if version.commit:
        found = commit_in(view.histories, version.commit)
        href = (found[0].href(found[1]) or "history.html") if found else ""
        return Cell(f"commit {version.commit[:_SHORT]}", href)
    return Cell("a run that was not read" if version.version else "")


def _logged(view: View, logged: tuple[LoggedModel, ...]) -> tuple[Block, ...]:
    rows = tuple(
        Row(
            (
                Cell(one.name),
                Cell(view.runs[one.run].label, view.runs[one.run].page),
                Cell(one.kind),
                Cell(one.status.lower()),
            )
        )
        for one in logged[:_MOST_LOGGED]
    )
    columns = (Column("Model"), Column("Run"), Column("Kind"), Column("State"))
    table = Table("Models that runs logged", columns, rows)
    many = count_of(len(logged), "model")
    more = f", of which the first {_MOST_LOGGED} are shown" if len(logged) > _MOST_LOGGED else ""
    return (Details(f"{many} logged by runs{more}", (table,)),)


section = SectionKind(
    "registry",
    "Registered models",
    "a model registry among the sources: MLflow's, tags of GTO in a git repository, or models "
    "that runs logged",
    build,
)
