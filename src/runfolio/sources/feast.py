"""Stage 1b: the registry file of a Feast feature store (``registry.db``).

In: the file, a message of protocol buffers. Out: feature views with their features. Transformations
written in Python, which the file holds as pickles, are not looked at; Feast itself is not needed.

References
----------
The numbers of fields are those of ``feast/core/Registry.proto`` and the files it imports, which
Feast keeps from version to version.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runfolio.model.features import MOST_FEATURES, FeatureField, FeatureView
from runfolio.model.problems import Problem
from runfolio.sources.reading.documents import unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.protobuf import BYTES, VARINT, WireError, fields
from runfolio.storage.base import Place, StorageError

__all__ = ["FeastRegistry", "feature_store"]

_MOST_BYTES = 32 * 1024 * 1024
_MOST_VIEWS = 2_000
_SPEC = 1
_NAME, _DATA_SOURCE_NAME = 1, 20
_FEATURE_NAME, _FEATURE_TYPE, _FEATURE_DESCRIPTION = 1, 2, 4

_KINDS: dict[int, dict[str, int]] = {
    # By the field of the registry: where a view's specification has what is read of it.
    6: {"entities": 3, "features": 4, "source": 7, "description": 10, "owner": 11},
    8: {"entities": 13, "features": 3, "description": 6, "owner": 8},  # on demand
    14: {"entities": 3, "features": 4, "source": 10, "description": 6, "owner": 8},  # stream
}
_TYPES = dict(
    enumerate(
        ["", "bytes", "string", "int32", "int64", "double", "float", "bool", "unix timestamp"]
    )
)
_LISTS = 10
"""A list's number is that of what it holds, and ten."""


class FeastRegistry:
    """Reader of Feast's registry file."""

    name = "feast"

    def read(self, place: Place) -> tuple[tuple[FeatureView, ...], list[Problem]]:
        """Return the feature views, by their names, and what was wrong."""
        findings = Findings(place)
        return _views(place, findings), findings.problems()


feature_store = FeastRegistry()


def _views(place: Place, findings: Findings) -> tuple[FeatureView, ...]:
    found: dict[str, FeatureView] = {}
    try:
        for number, wire, view in fields(place.read(_MOST_BYTES)):
            if number in _KINDS and wire == BYTES and len(found) < _MOST_VIEWS:
                for inner, kind, spec in fields(view):
                    if inner == _SPEC and kind == BYTES:
                        one = _view(spec, _KINDS[number])
                        found[one.name] = one
    except StorageError as error:
        unreadable(findings, error)
    except WireError as error:
        findings.add(
            "feast-registry-unreadable",
            f"The file {error}; feature views behind that were left out.",
            "Name the registry file that `feast apply` writes, usually data/registry.db.",
            "error",
        )
    found.pop("", None)
    return tuple(found[name] for name in sorted(found))


def _view(spec: bytes, numbers: dict[str, int]) -> FeatureView:
    texts: dict[int, str] = {}
    entities: list[str] = []
    features: list[FeatureField] = []
    source = ""
    for number, wire, value in fields(spec):
        if wire != BYTES:
            continue
        if number == numbers["features"]:
            if len(features) < MOST_FEATURES:
                features.append(_feature(value))
        elif number == numbers["entities"]:
            entities.append(_text(value))
        elif number == numbers.get("source"):
            source = _source(value)
        elif number in (_NAME, numbers["description"], numbers["owner"]):
            texts[number] = _text(value)
    return FeatureView(
        texts.get(_NAME, ""),
        tuple(one for one in features if one.name),
        texts.get(numbers["owner"], ""),
        texts.get(numbers["description"], ""),
        tuple(name for name in entities if name != "__dummy"),  # Feast's word for none
        source,
    )


def _feature(spec: bytes) -> FeatureField:
    texts: dict[int, str] = {}
    kind = 0
    for number, wire, value in fields(spec):
        if number == _FEATURE_TYPE and wire == VARINT:
            kind = value
        elif wire == BYTES and number in (_FEATURE_NAME, _FEATURE_DESCRIPTION):
            texts[number] = _text(value)
    return FeatureField(
        texts.get(_FEATURE_NAME, ""), _type(kind), texts.get(_FEATURE_DESCRIPTION, "")
    )


def _type(number: int) -> str:
    inner = _TYPES.get(number - _LISTS) if number > _LISTS else None
    return f"list of {inner}" if inner else _TYPES.get(number, "")


def _source(data: bytes) -> str:
    """Return a source's name; where people gave it none, Feast takes the path of its file."""
    names: Iterator[str] = (
        _text(value)
        for number, wire, value in fields(data)
        if number == _DATA_SOURCE_NAME and wire == BYTES
    )
    return re.split(r"[/\\]", next(names, "").rstrip("/\\"))[-1].partition("?")[0]


def _text(value: bytes) -> str:
    return value.decode("utf-8", "replace")
