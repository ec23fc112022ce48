"""Stage 1b: results of Great Expectations (0.x and 1.x), which are checks and no runs.

In: a JSON file with the result of a validation, or of a checkpoint that made several. Out: a
check per expectation. Never taken along is what the file quotes of the data (unexpected values
and rows, distinct values) and where the data lies.

::

    uncommitted/validations/<suite>/<run name>/<time>/<batch>.json
"""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.model.records import CheckRecord, Records
from runfolio.sources.base import WHOLE, Claim, Discovery, Unit
from runfolio.sources.great_expectations.result import Validation, read_result, validations
from runfolio.sources.reading.check_text import base_name
from runfolio.sources.reading.documents import read_json, unreadable
from runfolio.sources.reading.findings import Findings
from runfolio.sources.reading.parsing import ParseError
from runfolio.sources.reading.paths import folder_above
from runfolio.storage.base import Entry, Place, readable

__all__ = ["GreatExpectations", "source"]

_HEAD = 64 * 1024
_LIMIT = 32 * 1024 * 1024
_STORE = "validations"
_RESULTS = (b'"results"', b'"run_results"', b'"validation_results"')
_OWN = (b'"expectation_config"', b'"great_expectations_version"', b'"expectation_type"')


class GreatExpectations:
    """Reader of Great Expectations' results."""

    name = "great-expectations"
    title = "Great Expectations"
    looks_like = "a JSON file with the results of expectations in it"
    order = 800

    def matches(self, place: Place, entries: Sequence[Entry] | None) -> Claim | None:
        if entries is not None or not place.name.endswith(".json"):
            return None
        head = place.head(_HEAD)
        if any(key in head for key in _OWN) and any(key in head for key in _RESULTS):
            return WHOLE
        return None

    def discover(self, place: Place) -> Discovery:
        return Discovery((Unit(self.name, place, _location(place)),))

    def read(self, unit: Unit) -> Records:
        findings = Findings(unit.place)
        checks: list[CheckRecord] = []
        tree = read_json(unit.place, findings, limit=_LIMIT)
        try:
            if tree is not None:
                stem = base_name(readable(unit.place.name))
                for validation in validations(tree, stem):
                    checks += _checks(validation, unit.location, findings)
        except ParseError as error:
            unreadable(findings, error)
        return Records(checks=tuple(checks), problems=tuple(findings.problems()))


source = GreatExpectations()


def _location(place: Place) -> str:
    """Return the store that a file lies in, or its folder."""
    folders = place.path.split("/")[:-1]
    if _STORE in folders:
        return Place(place.storage, "/".join(folders[: folders.index(_STORE) + 1])).shown
    return folder_above(place)


def _checks(validation: Validation, location: str, findings: Findings) -> list[CheckRecord]:
    checks = []
    for number, result in enumerate(validation.results, 1):
        check = read_result(result, validation, source.name, location)
        if check is not None:
            checks.append(check)
            continue
        findings.add(
            "check-unreadable",
            f"Result {number} of the suite {validation.suite!r} does not name its expectation; "
            "it was left out.",
            "Validate the data again.",
        )
    if not validation.results:
        findings.add(
            "checks-empty",
            f"The validation with the suite {validation.suite!r} checked nothing.",
            "Add expectations to the suite.",
            "note",
        )
    return checks
