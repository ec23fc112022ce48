"""Stage 1b: versions of models that the project itself keeps on record.

In: a folder with the records of one model, as `report register` writes them. People may add to
them. Out: the versions. What is no record is told and left as it is.

::

    models/<name>/v<k>.yaml     begins with the line "format: runfolio-model"
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from typing import Any

from runfolio.model.numbers import format_count
from runfolio.model.recorded import (
    RECORD_FORMAT,
    RECORD_VERSION,
    RecordedGate,
    RecordedMetric,
    RecordedModel,
)
from runfolio.model.records import Records
from runfolio.sources.base import Claim, Discovery, Unit
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_yaml, text_of, to_float
from runfolio.storage.base import Entry, Place, StorageError

__all__ = ["ModelRecords", "source"]

_FILE = re.compile(r"v([1-9]\d{0,8})\.ya?ml", re.IGNORECASE)
_SIGN = re.compile(rb"^format:\s*[\"']?" + RECORD_FORMAT.encode(), re.MULTILINE)
_HEAD = 4096
_LARGEST = 1024 * 1024
_MOST_FILES = 2_000
_MOST_ITEMS = 1_000
"""Runs, metrics, requirements and keys of one record that are kept."""
_LONGEST = 4_000
"""Characters of one text that are kept."""
_WRITTEN = frozenset(
    {
        *("format", "format_version", "name", "version", "fingerprint", "as_of", "registered"),
        *("configuration", "why", "runs", "objective", "metrics", "against_baseline", "optimism"),
        *("params", "seeds", "data", "code", "environment", "command", "artifacts", "missing"),
        *("gates", "forced", "stated", "stage", "aliases", "note"),
    }
)
"""Keys that are known; others were added by a person."""


class ModelRecords:
    """Reader of the records that `report register` writes."""

    name = "model-records"
    title = "Records of models"
    looks_like = "a folder with v1.yaml …, as `report register` writes them"
    order = 90

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is None:
            return None
        names = [e.name for e in entries if not e.is_folder and _FILE.fullmatch(e.name)]
        if not names or not any(_is_record(place / name) for name in names):
            return None
        return Claim.of(*names)

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, place.parent.shown, 0),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        names = [e.name for e in unit.place.entries() if _FILE.fullmatch(e.name)]
        if len(names) > _MOST_FILES:
            findings.add(
                "model-records-too-many",
                f"Only {format_count(_MOST_FILES)} of {format_count(len(names))} records of the "
                "model were read.",
                "Move old ones elsewhere.",
            )
            names = names[:_MOST_FILES]
        found = [_read(unit.place / name) for name in names]
        return Records(
            recorded=tuple(model for model, _ in found if model is not None),
            problems=(
                *findings.problems(),
                *(problem for _, one in found for problem in one.problems()),
            ),
        )


source = ModelRecords()


def _is_record(place: Place) -> bool:
    try:
        return _SIGN.search(place.head(_HEAD)) is not None
    except StorageError:
        return False


def _read(place: Place) -> tuple[RecordedModel | None, Findings]:
    """Return what a file records, and what is wrong with it."""
    findings = Findings(place)
    try:
        tree = parse_yaml(decode(place.read(_LARGEST))[0])
        if not isinstance(tree, dict):
            raise ParseError("holds no keys with values")
    except (StorageError, ParseError) as error:
        unreadable(findings, error)
        return None, findings
    if tree.get("format") != RECORD_FORMAT:
        findings.add(
            "model-record-unknown",
            f"The file is called like the record of a model, but does not say "
            f"'format: {RECORD_FORMAT}'; it was left out.",
            "Add the line if it is one.",
            "note",
        )
        return None, findings
    number = _FILE.fullmatch(place.name)
    assert number is not None
    name = _text(tree, "name") or place.parent.name
    version = int(number[1])
    if _text(tree, "version") not in ("", str(version)):
        findings.add(
            "model-record-renumbered",
            f"The file says that it is version {_text(tree, 'version')[:20]}, and is called "
            f"{place.name}; it counts as version {version}.",
            "Let both say the same.",
        )
    written = to_float(tree.get("format_version"))
    is_newer = written is None or written > RECORD_VERSION
    if is_newer:
        findings.add(
            "model-record-newer",
            "The record was written by a newer version of this program; what is not known of it "
            "is not shown, and the file stays as it is.",
            "Update runfolio.",
            "note",
        )
    return (
        RecordedModel(
            name=name,
            version=version,
            path=place.shown,
            fingerprint=_text(tree, "fingerprint"),
            as_of=_text(tree, "as_of"),
            configuration=_text(tree, "configuration"),
            runs=tuple(_text(run, "id") for run in _mappings(tree.get("runs"))),
            commits=_texts(_mapping(tree.get("code")).get("commits")),
            metrics=tuple(_metrics(_mapping(tree.get("metrics")))),
            gates=tuple(
                RecordedGate(*(_text(gate, key) for key in ("name", "outcome", "waived_until")))
                for gate in _mappings(tree.get("gates"))
            ),
            forced=_text(tree, "forced") == "true",
            stage=_text(tree, "stage"),
            aliases=_texts(tree.get("aliases")),
            note=_text(tree, "note"),
            added={
                str(key)[:200]: text_of(value)[:_LONGEST]
                for key, value in list(tree.items())[:_MOST_ITEMS]
                if key not in _WRITTEN and not is_newer
            },
            is_newer=is_newer,
        ),
        findings,
    )


def _metrics(tree: dict[str, Tree]) -> Iterator[RecordedMetric]:
    for name, about in list(tree.items())[:_MOST_ITEMS]:
        if isinstance(about, dict):
            mean, low, high = (_number(about.get(key)) for key in ("mean", "low", "high"))
            runs = _number(about.get("runs"))
            n = int(runs) if math.isfinite(runs) and 0 <= runs < 2**63 else 0
            yield RecordedMetric(str(name), mean, low, high, n)


def _number(value: Any) -> float:
    number = to_float(value)
    return math.nan if number is None else number


def _mapping(value: Tree) -> dict[str, Tree]:
    return value if isinstance(value, dict) else {}


def _mappings(value: Tree) -> list[dict[str, Tree]]:
    items = value if isinstance(value, list) else []
    return [item for item in items[:_MOST_ITEMS] if isinstance(item, dict)]


def _texts(value: Tree) -> tuple[str, ...]:
    items = value if isinstance(value, list) else [] if value is None else [value]
    return tuple(text_of(item)[:_LONGEST] for item in items[:_MOST_ITEMS])


def _text(tree: dict[str, Tree], key: str) -> str:
    value = tree.get(key)
    return "" if value is None else text_of(value)[:_LONGEST]
