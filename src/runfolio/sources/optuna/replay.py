"""Stage 1b: an Optuna journal, replayed.

In: the lines of a journal, each an operation. Out: the studies and trials as they stand at its
end, by the rules of Optuna itself.

An operation that creates a study or trial does not carry the id that it makes: they are
counted. Several workers write without asking each other, so that what comes too late (a value
for a trial that has ended, a trial that two have taken, a study created twice) is in the file
and has no effect.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice

from runfolio.sources.optuna import rules
from runfolio.sources.optuna.distributions import Distribution, distribution
from runfolio.sources.optuna.rules import Trial
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json, to_float

__all__ = ["Journal", "Replayed", "ReplayedStudy"]

MOST_TRIALS = 400_000
"""Studies and trials in a journal at most."""
MOST_POINTS = 4_000_000
"""What they may have reported."""
_STATES = ("RUNNING", "COMPLETE", "PRUNED", "FAIL", "WAITING")
_OPEN = frozenset({"RUNNING", "WAITING"})
_DIRECTIONS = ("NOT_SET", "MINIMIZE", "MAXIMIZE")
_Operation = dict[str, Tree]


@dataclass(slots=True)
class Replayed(Trial):
    """A trial while the journal is replayed."""

    study: int = 0
    reported: dict[int, float] = field(default_factory=dict)


@dataclass(slots=True)
class ReplayedStudy:
    """A study while the journal is replayed."""

    name: str
    directions: list[str]
    user: dict[str, Tree] = field(default_factory=dict)
    system: dict[str, Tree] = field(default_factory=dict)
    trials: list[Replayed] = field(default_factory=list)
    kinds: dict[str, tuple[int, Distribution]] = field(default_factory=dict)
    """Of each param: the first trial that has it, and its distribution there."""


class Journal:
    """What the operations so far have made."""

    def __init__(self, findings: Findings) -> None:
        from pydantic_core import from_json  # here, as all that is heavy

        self._from_json = from_json
        self.studies: dict[int, ReplayedStudy] = {}
        self.trials: list[Replayed] = []
        self.deleted = 0
        self.left_out = 0
        """Operations that made more than there is room for."""
        self._points = 0
        self._names: set[str] = set()
        self._findings = findings
        self._operations: dict[int, Callable[[_Operation], None]] = {
            0: self._create_study,
            1: self._delete_study,
            2: lambda told: self._entry(told).user.update(told["user_attr"]),
            3: lambda told: self._entry(told).system.update(told["system_attr"]),
            4: self._create_trial,
            5: self._set_param,
            6: self._set_state,
            7: self._report,
            8: self._set_attribute,
            9: lambda told: None,  # how the sampler works
            10: lambda told: None,  # another implementation's, which Optuna passes over too
        }

    def replay(self, lines: bytes, number: int, *, ended: bool = True) -> int:
        """Apply the operations in some lines.

        Parameters
        ----------
        lines : bytes
            Without the end of the last line.
        number : int
            The first line's.
        ended : bool
            Whether the last line has an end.

        Returns
        -------
        int
            The number of the next line.
        """
        found = lines.split(b"\n")
        following = number + len(found)
        from_json, operations = self._from_json, self._operations
        for at, line in enumerate(found, number):
            if not line:
                continue
            try:
                try:
                    told = from_json(line)
                except ValueError:  # told, or understood, as in all other files
                    if not line.strip():
                        continue
                    told = parse_json(decode(line)[0])
                operation = operations.get(told["op_code"])
                if operation is None:
                    self._tell_unknown(told["op_code"], at)
                else:
                    operation(told)
            except ParseError as error:
                self._tell_no_operation(error, at, cut=not ended and at == following - 1)
            except (AttributeError, IndexError, KeyError, TypeError, ValueError, OverflowError):
                self._tell_unusable(at)
        return following

    def _tell_unknown(self, code: Tree, number: int) -> None:
        self._findings.add(
            "journal-operation-unknown",
            f"The operation {code!r:.40} is not one of Optuna's; it was left out.",
            "If a newer Optuna wrote it, please report it with the line.",
            line=number,
        )

    def _tell_no_operation(self, error: ParseError, number: int, *, cut: bool) -> None:
        self._findings.add(
            "json-line-cut" if cut else "journal-line-unusable",
            "The last line is cut off in its middle; it was left out."
            if cut
            else f"The line {error}; it was left out. If it created a trial, later lines "
            "may be given to the wrong one.",
            "Nothing to do if the study is still going on." if cut else "Correct the line.",
            "note" if cut else "warning",
            number,
        )

    def _tell_unusable(self, number: int) -> None:
        self._findings.add(
            "journal-line-unusable",
            "The line does not hold what its operation needs; it was left out.",
            "Correct the line.",
            line=number,
        )

    def _room(self, count: int) -> int:
        """Return for how many of `count` points there is room, which is taken."""
        kept = min(count, MOST_POINTS - self._points)
        self._points += kept
        self.left_out += count - kept
        return kept

    def _has_room(self) -> bool:
        """Tell whether there is room for another study or trial."""
        if len(self.trials) + len(self._names) + self.deleted < MOST_TRIALS:
            return True
        self.left_out += 1
        return False

    def _entry(self, told: _Operation) -> ReplayedStudy:
        """Return the study of an operation; a new one that nobody sees if it is gone."""
        return self.studies.get(told["study_id"]) or ReplayedStudy("", [])

    def _create_study(self, told: _Operation) -> None:
        name = str(told["study_name"])
        directions = [_DIRECTIONS[number] for number in told["directions"]]
        if name not in self._names and self._has_room():
            self._names.add(name)
            self.studies[len(self.studies) + self.deleted] = ReplayedStudy(name, directions)

    def _delete_study(self, told: _Operation) -> None:
        if entry := self.studies.pop(told["study_id"], None):
            self._names.remove(entry.name)
            self.deleted += 1

    def _create_trial(self, told: _Operation) -> None:
        study = told["study_id"]
        entry = self.studies.get(study)
        if entry is None or not self._has_room():
            return
        trial = Replayed(len(entry.trials), study=study)
        # It counts whatever else is wrong with it.
        self.trials.append(trial)
        entry.trials.append(trial)
        trial.started = rules.milliseconds(told.get("datetime_start"))
        trial.ended = rules.milliseconds(told.get("datetime_complete"))
        trial.state = _STATES[told.get("state", 0)]
        single = told.get("value")
        trial.values = _numbers(told.get("values") or ([] if single is None else [single]))
        trial.tags = rules.words(told.get("user_attrs", {}))
        reported = told.get("intermediate_values", {})
        points = zip(map(_step, reported), map(_number, reported.values()), strict=True)
        trial.reported.update(islice(points, self._room(len(reported))))
        kinds = told.get("distributions", {})
        for name, number in told.get("params", {}).items():
            kind = distribution(kinds[name])
            trial.params[name] = kind.shown(number)
            entry.kinds.setdefault(name, (trial.number, kind))

    def _trial(self, number: int) -> Replayed | None:
        """Return a trial that can still be changed."""
        if 0 <= number < len(self.trials) and (trial := self.trials[number]).state in _OPEN:
            return trial
        return None

    def _set_param(self, told: _Operation) -> None:
        if not (trial := self._trial(told["trial_id"])):
            return
        name, kind = told["param_name"], distribution(told["distribution"])
        entry = self.studies.get(trial.study) or ReplayedStudy("", [])
        first, known = entry.kinds.get(name, (trial.number, kind))
        if known is kind or known == kind:
            trial.params[name] = kind.shown(told["param_value_internal"])
            if trial.number <= first:
                entry.kinds[name] = (trial.number, kind)

    def _set_state(self, told: _Operation) -> None:
        trial, state = self._trial(told["trial_id"]), _STATES[told["state"]]
        if not trial or trial.state == state == "RUNNING":
            return
        if state == "RUNNING":
            trial.started = rules.milliseconds(told["datetime_start"])
        elif state not in _OPEN:
            trial.ended = rules.milliseconds(told["datetime_complete"])
        trial.state = state
        if told["values"] is not None:
            trial.values = _numbers(told["values"])

    def _report(self, told: _Operation) -> None:
        if trial := self._trial(told["trial_id"]):
            step, value = _step(told["step"]), _number(told["intermediate_value"])
            if self._room(1):
                trial.reported[step] = value

    def _set_attribute(self, told: _Operation) -> None:
        if trial := self._trial(told["trial_id"]):
            trial.tags.update(rules.words(told["user_attr"]))


def _numbers(values: list[Tree]) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: Tree) -> float:
    number = value if type(value) is float else to_float(value)
    if number is None:
        raise ValueError("no number")
    return number


def _step(value: Tree) -> int:
    step = int(value)
    if not -(2**63) <= step < 2**63:
        raise ValueError("no step")
    return step
