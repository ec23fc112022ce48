"""Where a run comes from: experiment, times, data, code, place in the logs."""

from __future__ import annotations

from runfolio.views.blocks import Block, Definition, Definitions
from runfolio.views.data_words import data_shown
from runfolio.views.dates import moment
from runfolio.views.experiment_words import address_of
from runfolio.views.history_facts import commit_in
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

STATUS = {
    "finished": "Finished",
    "failed": "Failed",
    "killed": "Stopped before its end",
    "unfinished": "Never ended: still running, or stopped without a word",
    "scheduled": "Scheduled, not started",
    "unknown": "Not logged",
}


def build(view: View) -> tuple[Block, ...]:
    run = view.run
    if run is None:
        return ()
    parent = view.runs.get(run.parent)
    items = [
        Definition("Experiment", run.experiment, address_of(view.analysed, run.experiment)),
        Definition("Status", STATUS[run.status]),
        Definition("Started", moment(run.started)),
        Definition("Ended", moment(run.ended)),
        Definition("Seed", run.seed),
        Definition(
            "Parent run", parent.label if parent else run.parent, parent.page if parent else ""
        ),
        _commit(view, run.commit),
    ]
    items += [
        Definition(
            f"Data ({context})" if context else "Data", data_shown(view.analysed, name, digest)
        )
        for name, digest, context in run.datasets
    ]
    items += [Definition("Registered as", model) for model in run.models]
    items += [
        Definition("Read from", ", also in ".join((run.location, *run.also_in.splitlines()))),
        Definition("Id", run.id),
        Definition("Name as logged", run.name if run.name != run.label else ""),
    ]
    items += [
        Definition("Child run", view.runs[child].label, view.runs[child].page)
        for child in run.children[:20]
    ]
    if len(run.children) > 20:
        items.append(Definition("Child runs", f"{count_of(len(run.children), 'run')} in all"))
    return (Definitions(tuple(item for item in items if item.value)),)


def _commit(view: View, commit: str) -> Definition:
    """Name the commit as the history knows it, if it is in one."""
    found = commit_in(view.histories, commit) if commit else None
    if found is None:
        return Definition("Commit of the code", commit)
    facts, position = found
    told = f"{commit} {facts.subject(position, 120)}".strip()
    return Definition("Commit of the code", told, facts.href(position) or "history.html")


section = SectionKind("run-about", "About this run", "nothing: every run has it", build)
