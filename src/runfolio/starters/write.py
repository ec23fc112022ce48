"""Starting points are written into a project, and nothing that is there is changed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runfolio.config import FILE_NAMES, find_config
from runfolio.config.marked_yaml import parse
from runfolio.errors import ConfigError, OutputError, UsageError
from runfolio.formula import inputs_of, parse_formula
from runfolio.starters import impact_starter, report_starter

__all__ = ["Started", "start"]


@dataclass(frozen=True, slots=True)
class Started:
    """What was written.

    Parameters
    ----------
    path : Path
        The configuration.
    created : bool
        Whether it is new; else the impact was added to it.
    metrics : tuple of str
        Names of metrics in the formulas that were written.
    """

    path: Path
    created: bool
    metrics: tuple[str, ...]


def start(folder: Path, case: str | None = None) -> Started:
    """Write a ``report.yaml`` to start from, or add a model of the impact to the one there is.

    Parameters
    ----------
    folder : Path
    case : str, optional
        One of `runfolio.starters.impact_cases`.

    Raises
    ------
    UsageError
        If what would be written is there already, or cannot be added without changing more.
    ConfigError
        If the file that is there cannot be read.
    OutputError
        If it cannot be written.
    """
    impact = impact_starter(case) if case is not None else ""
    metrics = _metrics(parse(impact.encode()).value)
    path = find_config((), folder)
    if path is None:
        path = folder / FILE_NAMES[0]
        text = report_starter()
        _write(path, "xb", f"{text}\n{impact}".encode() if impact else text.encode())
        return Started(path, True, metrics)
    if not impact:
        raise UsageError(
            f"There is a {path.name} already, and it was left as it is. "
            "Add what a better model is worth with --impact.",
            "init-exists",
        )
    _write(path, "ab", _addition(path, impact))
    return Started(path, False, metrics)


def _addition(path: Path, impact: str) -> bytes:
    """Return what is to stand behind the bytes that are there."""
    try:
        there = path.read_bytes()
    except OSError as error:
        raise _unwritable(path, error) from error
    old = parse(there)
    if old.mistakes:
        raise ConfigError([mistake.told(path.name, "error") for mistake in old.mistakes])
    keys = {} if old.value is None else old.value
    if isinstance(keys, dict) and "impact" in keys:
        raise UsageError(
            f"{path.name} has 'impact' already, in line {old.lines[('impact',)]}, and was left as "
            "it is. Take it out, or write the model in another folder and copy from it.",
            "init-impact-exists",
        )
    end = "\r\n" if b"\r\n" in there else "\n"
    gap = "" if not there else end if there.endswith(b"\n") else 2 * end
    added = (gap + impact.replace("\n", end)).encode()
    new = parse(there + added)
    wanted = {**keys, **parse(impact.encode()).value} if isinstance(keys, dict) else None
    if new.mistakes or new.value != wanted:
        raise UsageError(
            f"Nothing can be added at the end of {path.name}, which was left as it is: its keys "
            "must stand one to a line, without indentation, and nothing may end the document. "
            "Or write the model in another folder and copy from it.",
            "init-not-appendable",
        )
    return added


def _metrics(model: Any) -> tuple[str, ...]:
    if model is None:
        return ()
    formulas = [parse_formula(outcome["formula"]) for outcome in model["impact"]["outcomes"]]
    used = [one for formula in formulas for one in inputs_of(formula) if one.kind == "metric"]
    return tuple(dict.fromkeys(one.names[0] for one in used))


def _write(path: Path, mode: str, data: bytes) -> None:
    try:
        with path.open(mode) as file:
            file.write(data)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> OutputError:
    return OutputError(
        f"{path.name} cannot be written: {error.strerror or error}. Check the folder and its "
        "permissions.",
        "init-unwritable",
    )
