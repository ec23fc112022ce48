"""Stage 1b: the files beside a W&B log, which older clients and runs with a server have.

In: the folder that holds them. Out: config, final values, status, start, commit and program; all
else that ``wandb-metadata.json`` tells (whose machine it was) is not looked at. Of the environment
the versions of Python and of packages are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from runfolio.model.problems import Problem
from runfolio.model.records import Status
from runfolio.sources.reading.documents import read_json, read_mapping, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.json_lines import json_objects
from runfolio.sources.reading.logged_rows import History
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_time
from runfolio.sources.reading.requirements import pinned, python_version
from runfolio.storage.base import Place, StorageError

__all__ = ["CONFIG", "HISTORY", "METADATA", "SUMMARY", "Files", "read_files", "read_history"]

CONFIG = "config.yaml"
SUMMARY = "wandb-summary.json"
METADATA = "wandb-metadata.json"
HISTORY = "wandb-history.jsonl"
REQUIREMENTS = "requirements.txt"
_HEAD = 256 * 1024

_STATUS: dict[Tree, Status] = {
    "finished": "finished",
    "failed": "failed",
    "crashed": "failed",
    "killed": "killed",
}
"""Clients write "running" at the start; most never change it, so that it says nothing."""


@dataclass(frozen=True, slots=True)
class Files:
    """What the files of a run say."""

    config: dict[str, Tree] = field(default_factory=dict)
    summary: dict[str, Tree] = field(default_factory=dict)
    status: Status = "unknown"
    started: int | None = None
    commit: str = ""
    program: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_files(folder: Place, names: Iterable[str]) -> Files:
    """Read those of the files that are among a folder's names."""
    wanted = (CONFIG, SUMMARY, METADATA, REQUIREMENTS)
    found = {name: Findings(folder / name) for name in names if name in wanted}
    config: dict[str, Tree] = {}
    summary: Tree = None
    metadata: Tree = None
    if CONFIG in found:
        config = _values(read_mapping(folder / CONFIG, found[CONFIG]))
    if SUMMARY in found:
        summary = read_json(folder / SUMMARY, found[SUMMARY])
    if METADATA in found:
        metadata = read_json(folder / METADATA, found[METADATA])
    packages: dict[str, str] = {}
    if REQUIREMENTS in found:
        packages = _packages(folder / REQUIREMENTS, found[REQUIREMENTS])
    about = metadata if isinstance(metadata, dict) else {}
    git = about.get("git")
    state = about.get("state")
    return Files(
        config=config,
        summary=summary if isinstance(summary, dict) else {},
        status=_STATUS.get(state, "unknown") if isinstance(state, str) else "unknown",
        started=parse_time(str(about["startedAt"])) if "startedAt" in about else None,
        commit=str(git.get("commit") or "") if isinstance(git, dict) else "",
        program=next(
            (v for v in (about.get("codePath"), about.get("program")) if isinstance(v, str)), ""
        ),
        environment=dict(sorted({**packages, **python_version(about.get("python"))}.items())),
        problems=tuple(problem for findings in found.values() for problem in findings.problems()),
    )


def read_history(place: Place, history: History) -> tuple[Problem, ...]:
    """Add the rows of ``wandb-history.jsonl``, which the oldest clients wrote."""
    findings = Findings(place)
    for _, row in json_objects(place, findings):
        row.pop("_wandb", None)
        history.add_all(row)
        history.end_row(row.get("_step"))
    return tuple(findings.problems())


def _packages(place: Place, findings: Findings) -> dict[str, str]:
    try:
        return pinned(decode(place.head(_HEAD))[0].splitlines())
    except (StorageError, ParseError) as error:
        unreadable(findings, error)
        return {}


def _values(tree: dict[str, Tree]) -> dict[str, Tree]:
    """Return the values of ``name: {desc: …, value: …}``; what looks otherwise is none's."""
    return {
        name: about["value"]
        for name, about in tree.items()
        if isinstance(about, dict) and "value" in about and name != "_wandb"
    }
