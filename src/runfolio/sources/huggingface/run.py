"""Stage 1b: the runs of one output folder of Hugging Face's Trainer.

In: the folder. Out: a run for its training, and one for each other training that left a
checkpoint in it. The rows of the history are the metrics; the one at the end (``train_runtime``
…) and the files of results add those that were logged once.
"""

from __future__ import annotations

from runfolio.model.problems import Problem
from runfolio.model.records import DatasetUse, Records, RunRecord, Status
from runfolio.sources.base import Unit
from runfolio.sources.huggingface.settings import CARD, read_card, read_model
from runfolio.sources.huggingface.state import NOT_METRICS, STATE, State, parse_state
from runfolio.sources.huggingface.states import trainings
from runfolio.sources.reading.documents import read_mapping, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.listing import listed
from runfolio.sources.reading.parsing import Tree, text_of, to_float
from runfolio.sources.reading.paths import experiment_of, id_of, name_of
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["read_output"]

_SETTINGS = ("num_train_epochs", "max_steps", "train_batch_size")
_RESULTS = "_results.json"


def read_output(unit: Unit) -> Records:
    """Return the runs of an output folder."""
    problems: list[Problem] = []
    try:
        entries = listed(unit.place)
    except StorageError as error:
        findings = Findings(unit.place)
        unreadable(findings, error)
        return Records(problems=tuple(findings.problems()))
    nothing = parse_state(unit.place, "", b'{"log_history": []}', Findings(unit.place))
    own, *others = trainings(unit.place, entries, problems) or [nothing]
    runs = [_run(unit, entries, own, True, problems)]
    runs += [_run(unit, entries, other, False, problems) for other in others]
    return Records(runs=tuple(runs), problems=tuple(problems))


def _run(
    unit: Unit, entries: list[Entry], state: State, is_own: bool, problems: list[Problem]
) -> RunRecord:
    """Return a training's run; its own one has what lies beside the checkpoints."""
    place = unit.place if is_own else state.folder
    params = {
        key: text_of(value) for key in _SETTINGS if (value := state.facts.get(key)) is not None
    }
    params |= read_model([unit.place, state.folder] if is_own else [state.folder], problems)
    datasets: tuple[DatasetUse, ...] = ()
    if is_own and any(entry.name == CARD for entry in entries):
        listed, datasets = read_card(unit.place / CARD, problems)
        params |= listed
    trial = state.facts.get("trial_params")  # of a search for hyperparameters
    if isinstance(trial, dict):
        params |= {key: text_of(value) for key, value in trial.items()}
    if not is_own:
        # How it was trained is not known: it is no replicate of the folder's own training.
        params["checkpoint"] = text_of(state.step)
    if is_own:
        _add_results(unit.place, entries, state, problems)
    findings = Findings(state.folder / STATE)
    state.history.tell(findings)
    problems += findings.problems()
    name = state.facts.get("trial_name")
    return RunRecord(
        id=id_of(place),
        name=name if isinstance(name, str) and name else name_of(place),
        experiment=experiment_of(unit.place),
        format=unit.source,
        location=unit.location,
        path=place.shown,
        id_is_path=True,
        status=_status(state),
        params=dict(sorted(params.items())),
        series=state.history.series(),
        datasets=datasets,
    )


def _status(state: State) -> Status:
    wanted = to_float(state.facts.get("max_steps"))
    reached = wanted is not None and 0 < wanted <= state.step
    return "finished" if reached or state.has_ended else "unknown"


def _add_results(place: Place, entries: list[Entry], state: State, problems: list[Problem]) -> None:
    """Add as the last row what was measured after the training and is not in the history."""
    results: dict[str, Tree] = {}
    names = [e.name for e in entries if e.name.endswith(_RESULTS)]
    for name in sorted(names, key=lambda name: (name != f"all{_RESULTS}", name)):
        findings = Findings(place / name)
        for key, value in read_mapping(place / name, findings).items():
            results.setdefault(key, value)
        problems += findings.problems()
    added = results.keys() - state.names - set(NOT_METRICS)
    for key in sorted(added):
        state.history.add(key, results[key])
    if added:
        state.history.end_row(state.step)
