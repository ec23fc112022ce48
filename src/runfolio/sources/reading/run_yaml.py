"""Stage 1b: ``run.yaml``, in which people say what they know of a run.

In: its parsed keys, each of which is optional. Out: their values, checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from runfolio.model.problems import near_miss
from runfolio.model.records import DatasetUse, Status
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import Tree, flatten, parse_time, text_of, to_float

__all__ = ["About", "read_about"]

_TEXT_KEYS = ("id", "name", "experiment", "parent", "commit", "seed", "notes")
_KEYS = (*_TEXT_KEYS, "status", "started", "ended", "params", "tags", "datasets")
_STATUS: dict[str, Status] = {
    **dict.fromkeys(("finished", "complete", "completed", "success", "done", "ok"), "finished"),
    **dict.fromkeys(("failed", "error", "crashed"), "failed"),
    **dict.fromkeys(("killed", "cancelled", "canceled", "interrupted", "aborted"), "killed"),
    **dict.fromkeys(("running", "unfinished"), "unfinished"),
    **dict.fromkeys(("scheduled", "queued", "pending"), "scheduled"),
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a ``run.yaml`` says; ``texts`` by key: id, name, experiment, parent …"""

    texts: dict[str, str]
    status: Status
    started: int | None
    ended: int | None
    params: dict[str, str]
    tags: dict[str, str]
    datasets: tuple[DatasetUse, ...]


def read_about(about: dict[str, Tree], findings: Findings) -> About:
    """Return the values of the keys; what cannot be used is told and left out."""
    for key in sorted(about.keys() - set(_KEYS)):
        findings.add(
            "run-key-unknown",
            f"There is no key {key!r}; it was left out.",
            near_miss(key, _KEYS, "Known keys"),
        )
    return About(
        texts={key: text_of(about[key]) for key in _TEXT_KEYS if about.get(key) is not None},
        status=_status(about.get("status"), findings),
        started=_time("started", about, findings),
        ended=_time("ended", about, findings),
        params=_pairs("params", about, findings),
        tags=_pairs("tags", about, findings),
        datasets=tuple(_datasets(about.get("datasets"), findings)),
    )


def _pairs(key: str, about: dict[str, Tree], findings: Findings) -> dict[str, str]:
    """Return the mapping of a key; a list of words becomes a mapping to nothing."""
    tree = about.get(key)
    if isinstance(tree, dict):
        return {name: text_of(value) for name, value in flatten(tree)}
    if isinstance(tree, list):
        return {text_of(item): "" for item in tree}
    if tree is not None:
        findings.add(
            "run-value-unusable",
            f"{key!r} holds no names with values; it was left out.",
            f"Write {key}: with indented lines of name: value below it.",
        )
    return {}


def _status(value: Tree, findings: Findings) -> Status:
    if value is None:
        return "unknown"
    status = _STATUS.get(text_of(value).strip().lower())
    if status is None:
        findings.add(
            "run-value-unusable",
            f"{text_of(value)!r:.80} is no known status.",
            "Use finished, failed, killed, unfinished, scheduled or unknown.",
        )
    return status or "unknown"


def _time(key: str, about: dict[str, Tree], findings: Findings) -> int | None:
    value = about.get(key)
    if value is None:
        return None
    time = parse_time(text_of(value))
    if time is None:
        findings.add(
            "run-value-unusable",
            f"{key!r} is {text_of(value)!r:.80}, which is no time; it was left out.",
            "Write it like 2025-03-01T12:30:00Z.",
        )
    return time


def _datasets(tree: Tree, findings: Findings) -> Iterator[DatasetUse]:
    for item in tree if isinstance(tree, list) else [] if tree is None else [tree]:
        known = item if isinstance(item, dict) else {"name": item}
        if known.get("name") is None or isinstance(known["name"], list | dict):
            findings.add(
                "run-value-unusable",
                f"A dataset has no name ({text_of(item)!r:.80}); it was left out.",
                "Write datasets as a list of names, or of name:, digest: and context:.",
            )
            continue
        rows = to_float(known.get("rows"))
        yield DatasetUse(
            name=text_of(known["name"]),
            digest=text_of(known["digest"]) if known.get("digest") is not None else "",
            context=text_of(known["context"]) if known.get("context") is not None else "",
            rows=int(rows) if rows is not None and 0 <= rows < 2**63 else None,
            version=text_of(known["version"]) if known.get("version") is not None else "",
        )
