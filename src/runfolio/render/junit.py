"""Stage 5: gates as JUnit XML, which CI systems show as test results.

The elements and attributes are those of the schema that Apache Ant's JUnit reports go back to
(``testsuites``, ``testsuite``, ``testcase``, ``failure``, ``error``, ``skipped``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from xml.etree import ElementTree

from runfolio.analysis.gate import Gate

__all__ = ["junit_xml"]

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold."""


def junit_xml(gates: Sequence[Gate], name: str, holding: Collection[Gate]) -> str:
    """Return the gates of one configuration as JUnit XML.

    What holds a release back is a failure, or an error where it was not evaluated; what does
    not and is not met is skipped, with the reason. Without gates there is one error, so that
    no CI system takes it for a pass.

    Parameters
    ----------
    gates : sequence of Gate
    name : str
        The suite's.
    holding : collection of Gate
        Those that hold a release back.
    """
    kinds = [_kind(gate, gate in holding) for gate in gates] or ["error"]
    failures, errors, skipped = (kinds.count(kind) for kind in ("failure", "error", "skipped"))
    counts = {
        "tests": str(len(kinds)),
        "failures": str(failures),
        "errors": str(errors),
        "skipped": str(skipped),
    }
    suites = ElementTree.Element("testsuites", {"name": _text(name), **counts})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": _text(name), **counts})
    if not gates:
        case = ElementTree.SubElement(suite, "testcase", {"name": "champion", "classname": "gates"})
        told = {"message": "There is no champion, so nothing can be judged."}
        ElementTree.SubElement(case, "error", {**told, "type": "not evaluated"})
    for gate, kind in zip(gates, kinds, strict=False):
        one = gate.requirement
        case = ElementTree.SubElement(
            suite, "testcase", {"name": _text(one.name), "classname": _text(f"gates.{one.kind}")}
        )
        told = {"message": _text(f"{gate.outcome}: {gate.reason}")}
        if kind == "skipped":
            ElementTree.SubElement(case, kind, told)
        elif kind:
            ElementTree.SubElement(case, kind, {**told, "type": gate.outcome})
        else:
            ElementTree.SubElement(case, "system-out").text = told["message"]
    ElementTree.indent(suites)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(suites, "unicode")}\n'


def _kind(gate: Gate, holds_back: bool) -> str:
    """Return the element that says what became of a gate; none where it is met."""
    if holds_back:
        return "error" if gate.outcome == "not evaluated" else "failure"
    return "" if gate.is_met else "skipped"


def _text(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
