"""Stage 1b: reports of Evidently (0.2 to 0.7), which are checks and measurements and no runs.

In: a JSON file: a report, a test suite, or a snapshot from a workspace. Out: a check per test,
and a measurement per value of a metric that no test judges. What is no single value is not
taken along, since it quotes the data: distributions, counts by value, tables. Reports in HTML
are not read.

::

    <report>.json                                       save_json()
    <workspace>/<project>/snapshots/<id>.json           with metadata.json beside snapshots/
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from runfolio.model.records import Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.evidently.checks import Report, read_report
from runfolio.sources.evidently.legacy import is_legacy, read_legacy
from runfolio.sources.reading.check_text import base_name, short
from runfolio.sources.reading.documents import read_json, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError, decode, parse_json, parse_time
from runfolio.sources.reading.paths import folder_above
from runfolio.storage.base import Entry, Place, StorageError, readable

__all__ = ["Evidently", "source"]

_HEAD = 64 * 1024
_LIMIT = 32 * 1024 * 1024
_SNAPSHOTS = "snapshots"
_STATUS = rb'"status"\s*:\s*"(?:SUCCESS|FAIL|ERROR|WARNING|SKIPPED)"'
_OWN = re.compile(
    rb'"evidently(?::(?:metric|test|bound_test)|\.(?:metrics|tests)\.)'  # a class of it
    rb'|"metrics"\s*:\s*\[\s*\{\s*"metric"\s*:\s*"[A-Z]\w*"\s*,\s*"result"\s*:'  # to 0.6
    rb'|"tests"\s*:\s*\[\s*\{\s*"name"\s*:\s*"[^"]{0,200}"\s*,\s*"description"\s*:'
    rb'\s*"(?:[^"\\]|\\.){0,2000}"\s*,\s*' + _STATUS
)


class Evidently:
    """Reader of Evidently's reports."""

    name = "evidently"
    title = "Evidently"
    looks_like = "a JSON file with the metrics and tests of a report in it"
    order = 810

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is not None or not place.name.endswith(".json"):
            return None
        head = place.head(_HEAD)
        return WHOLE if (b'"metric' in head or b'"tests"' in head) and _OWN.search(head) else None

    def discover(self, place: Place) -> Discovery:
        in_workspace = place.parent.name == _SNAPSHOTS
        location = place.parent.parent.shown if in_workspace else folder_above(place)
        return Discovery((Unit(self.name, place, location),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        tree = read_json(unit.place, findings, limit=_LIMIT)
        checks = []
        try:
            if tree is not None:
                if not isinstance(tree, dict):
                    raise ParseError("holds no report")
                name = _project(unit.place) or base_name(readable(unit.place.name))
                time, title = tree.get("timestamp"), tree.get("name")
                report = Report(
                    suite=short(title) if isinstance(title, str) and title else name,
                    dataset=name,
                    format=self.name,
                    location=unit.location,
                    checked=parse_time(time) if isinstance(time, str) else None,
                )
                read = read_legacy if is_legacy(tree) else read_report
                checks = read(tree, report, findings)
        except ParseError as error:
            unreadable(findings, error)
        return Records(checks=tuple(checks), problems=tuple(findings.problems()))


source = Evidently()


def _project(place: Place) -> str:
    """Return the name of the project that a workspace's snapshot belongs to, if it is one."""
    if place.parent.name != _SNAPSHOTS:
        return ""
    try:
        about = parse_json(decode((place.parent.parent / "metadata.json").read(_HEAD))[0])
    except (StorageError, ParseError):
        return ""  # its file name does as well
    name = about.get("name") if isinstance(about, dict) else None
    return short(name) if isinstance(name, str) else ""
