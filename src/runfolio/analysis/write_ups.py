"""Stage 3: which write-up is about which experiment, and which runs are its own?

In: what was written in files, in report.yaml and in trackers. Out: every experiment once, with
all that is said of it, and what was wrong with the asking.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from runfolio.analysis.selection import matching_runs
from runfolio.model.experiment_notes import ExperimentNote, parts_of
from runfolio.model.problems import Problem, near_miss
from runfolio.model.tables import Tables

__all__ = ["WriteUp", "write_ups"]

_MOST_NAMED = 12
"""Experiments that a hint names."""


@dataclass(frozen=True, slots=True)
class WriteUp:
    """An experiment and what is written about it.

    Parameters
    ----------
    name : str
    note : ExperimentNote
        Without any text where nobody wrote one.
    experiments : tuple of str
        The logged experiments that it is about.
    runs : tuple of str
        Ids, in the tables' order.
    """

    name: str
    note: ExperimentNote
    experiments: tuple[str, ...]
    runs: tuple[str, ...]


def write_ups(tables: Tables) -> tuple[tuple[WriteUp, ...], tuple[Problem, ...]]:
    """Bring what was written together with what was logged.

    A write-up is about the experiments and runs that it names; one that names none, about the
    experiment that is called like its title or its file. What is said twice counts where it is
    said first: in files by their names, then in report.yaml, then in the tracker.

    Parameters
    ----------
    tables : Tables

    Returns
    -------
    write_ups : tuple of WriteUp
        Those with a note first, in the notes' order, then what else was logged.
    problems : tuple of Problem
    """
    known = list(map(str, tables.experiments.index))
    runs_of: dict[str, list[str]] = {}
    for run, experiment in tables.runs["experiment"].items():
        runs_of.setdefault(str(experiment), []).append(str(run))
    texts = dict(zip(known, tables.experiments["notes"].tolist(), strict=True))
    places = dict(zip(known, tables.experiments["location"].tolist(), strict=True))
    problems: list[Problem] = []
    whole: dict[tuple[str, ...], WriteUp] = {}
    parts: list[WriteUp] = []
    for note in tables.experiment_notes:
        names = _names(note, known, problems)
        runs = _runs(note, names, tables, runs_of, problems)
        name = note.title or ", ".join(names or note.experiments) or _stem(note.place)
        own = WriteUp(name, note, names, runs)
        if note.runs or not names:
            parts.append(own)
        elif (key := tuple(sorted(names))) in whole:
            first = whole[key]
            filled, clash = _filled(first.note, note)
            whole[key] = replace(first, note=filled)
            problems.append(_twice(first, note, clash))
        else:
            whole[key] = own
    told = {name for names in whole for name in names}
    for name in known:
        written = parts_of(str(texts[name]))
        place = str(places[name])
        own_note = ExperimentNote(
            place, outcome=written.outcome, parts=written.parts, text=written.text
        )
        if (name,) in whole:
            first = whole[(name,)]
            whole[(name,)] = replace(first, note=_filled(first.note, own_note)[0])
        elif name not in told:
            whole[(name,)] = WriteUp(name, own_note, (name,), tuple(runs_of.get(name, ())))
    return (*whole.values(), *parts), tuple(problems)


def _names(note: ExperimentNote, known: Sequence[str], problems: list[Problem]) -> tuple[str, ...]:
    """Return the logged experiments that a write-up is about."""
    folded = {name.casefold(): name for name in reversed(known)}
    found: dict[str, None] = {}
    for wanted in note.experiments:
        name = wanted if wanted in known else folded.get(wanted.casefold())
        if name is not None:
            found[name] = None
        else:
            problems.append(
                Problem(
                    note.at("experiment"),
                    "experiment-unknown",
                    f"No experiment is called {wanted!r}; what is written about it stands alone.",
                    near_miss(wanted, known[:_MOST_NAMED], "Logged were")
                    if known
                    else "No experiment was logged.",
                )
            )
    if found or note.experiments or note.runs:
        return tuple(found)
    plain = {_plain(name): name for name in reversed(known)}
    for told in (note.title, _stem(note.place)):
        if told and _plain(told) in plain:
            return (plain[_plain(told)],)
    if note.status != "planned":
        problems.append(
            Problem(
                note.place,
                "experiment-without-runs",
                "This write-up names no experiment and no runs, and none is called like it; "
                "it is shown without a result.",
                "Begin it with a line '---', then 'experiment: NAME' and another '---'; "
                "'status: planned' says that there are no runs yet.",
            )
        )
    return ()


def _runs(
    note: ExperimentNote,
    names: Sequence[str],
    tables: Tables,
    runs_of: Mapping[str, Sequence[str]],
    problems: list[Problem],
) -> tuple[str, ...]:
    of_names = {run for name in names for run in runs_of.get(name, ())}
    if not note.runs:
        return tuple(run for run in tables.runs.index if run in of_names)
    picked: set[str] = set()
    for wanted in note.runs:
        found = matching_runs(tables, wanted)
        picked.update(found)
        if not found:
            problems.append(
                Problem(
                    note.at("runs"),
                    "experiment-runs-none",
                    "No run meets a condition under 'runs'.",
                    "Compare it with the names, tags and params on the page of all runs.",
                )
            )
    if note.experiments:
        picked &= of_names
    return tuple(run for run in tables.runs.index if run in picked)


def _filled(first: ExperimentNote, other: ExperimentNote) -> tuple[ExperimentNote, list[str]]:
    """Return a write-up with what only the other one says, and what both say in two ways."""
    clash = [
        part
        for part in first.parts
        if part in other.parts
        and " ".join(first.parts[part].split()) != " ".join(other.parts[part].split())
    ]
    keys = ("status", "owner", "date", "outcome", "expects", "metric", "baseline", "candidate")
    clash += [
        key
        for key in keys
        if getattr(first, key) and getattr(other, key) not in (None, "", (), getattr(first, key))
    ]
    filled = replace(
        first,
        parts={**other.parts, **first.parts},
        text=first.text or other.text,
        **{key: getattr(first, key) or getattr(other, key) for key in keys},
    )
    return filled, clash


def _twice(first: WriteUp, note: ExperimentNote, clash: Sequence[str]) -> Problem:
    said = f"; of what both say ({', '.join(clash)}) the first counts" if clash else ""
    return Problem(
        note.at("experiment"),
        "experiment-twice",
        f"{first.name!r} is written about in {first.note.place} already{said}.",
        "Keep one of them, or name under 'runs' which runs each is about.",
    )


def _stem(place: str) -> str:
    name = place.rpartition("/")[2]
    return name.removesuffix(".md").replace("-", " ").replace("_", " ").strip() or name


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())
