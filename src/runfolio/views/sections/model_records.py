"""The versions of models that the project keeps on record, as they were judged then."""

from __future__ import annotations

from runfolio.model.recorded import RecordedModel
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Details,
    Heading,
    Prose,
    Row,
    Table,
    Verdict,
)
from runfolio.views.dates import day_of
from runfolio.views.history_facts import commit_in
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, number_word

_MOST = 50
_SHORT = 10


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    recorded = a.models.recorded
    if not recorded:
        return ()
    own = a.models.is_recorded
    if own is not None:
        told = f"The champion is on record as version {own.version} of {own.name} ({own.path})."
    elif a.champion is not None:
        told = "The champion is not on record yet; report register writes it."
    else:
        told = "What was registered with this report, as it was judged then."
    blocks: list[Block] = [Prose((told,))]
    names = dict.fromkeys(one.name for one in recorded)
    for name in names:
        versions = [one for one in recorded if one.name == name]
        if len(names) > 1:
            blocks.append(Heading(name))
        blocks.append(_table(view, name, versions[:_MOST]))
        noted = [one for one in versions if one.note or one.added]
        blocks += [_notes(one) for one in noted[:_MOST]]
        if len(versions) > _MOST:
            more = count_of(len(versions) - _MOST, "older version is", "older versions are")
            blocks.append(Prose((f"{more} on record.",), "note"))
    return tuple(blocks)


def _table(view: View, name: str, versions: list[RecordedModel]) -> Table:
    a = view.analysed
    metric = a.metrics[a.objective.metric] if a.objective else None
    columns = [Column("Version"), Column("Logs up to"), Column("Configuration"), Column("Code")]
    if metric is not None:
        columns.append(Column(f"{metric.label} then", "number"))
    columns.append(Column("Requirements then", "verdict"))
    has_use = any(one.stage or one.aliases for one in versions)
    columns += [Column("Used as")] * has_use
    own = a.models.is_recorded
    rows = []
    for one in versions:
        cells = [
            Cell(str(one.version)),
            Cell(day_of(one.as_of).replace("\u00a0", " ")),
            _configuration(view, one),
            _code(view, one),
        ]
        if metric is not None:
            then = next((m for m in one.metrics if m.metric == metric.name), None)
            cells.append(Cell(metric.value(then.value) if then else ""))
        cells.append(Cell(verdict=_gates(one)))
        if has_use:
            cells.append(Cell(", ".join(filter(None, (one.stage, *one.aliases)))))
        rows.append(Row(tuple(cells), "champion" if one is own else ""))
    return Table(f"Versions of {name} on record", tuple(columns), tuple(rows))


def _configuration(view: View, one: RecordedModel) -> Cell:
    run = next((view.runs[run] for run in one.runs if run in view.runs), None)
    return Cell(one.configuration or (run.label if run else ""), run.page if run else "")


def _code(view: View, one: RecordedModel) -> Cell:
    if not one.commits:
        return Cell("not logged")
    commit = one.commits[0]
    found = commit_in(view.histories, commit)
    more = f" and {len(one.commits) - 1} more" if len(one.commits) > 1 else ""
    return Cell(commit[:_SHORT] + more, found[0].href(found[1]) if found else "")


def _gates(one: RecordedModel) -> Verdict:
    """Return what the requirements came to when it was registered."""
    if one.is_newer:
        return Verdict("Written by a newer version", "none")
    if not one.gates:
        return Verdict("None stated", "none")
    many = len(one.gates)
    open_ = [gate for gate in one.gates if not gate.is_met]
    waived = [gate for gate in open_ if gate.waived_until]
    if open_ and len(waived) == len(open_):
        return Verdict(f"{many - len(open_)} of {many} met, {len(waived)} waived", "unsure")
    if not open_:
        return Verdict(f"All {number_word(many)} met" if many > 1 else "Met", "good")
    told = f"{len(open_)} of {many} not met"
    return Verdict(f"{told}, forced", "bad") if one.forced else Verdict(told, "unsure")


def _notes(one: RecordedModel) -> Block:
    items = [Definition("Note", one.note)] if one.note else []
    items += [Definition(name, value) for name, value in one.added.items()]
    return Details(f"Added by hand to version {one.version}", (Definitions(tuple(items)),))


section = SectionKind(
    "model-records",
    "On record in this project",
    "records of models: report register writes them into models/ beside report.yaml",
    build,
)
