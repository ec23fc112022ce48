"""What people start from: a ``report.yaml``, models of what a better model is worth, workflows.

``impact/<case>.yaml`` is one such model; its first line says what it is about. They are read by
people and changed by them, so they are text with comments, and ours only until they are written.
"""

from __future__ import annotations

from pathlib import Path

__all__ = [
    "ci_starter",
    "ci_systems",
    "impact_cases",
    "impact_starter",
    "impact_starters",
    "report_starter",
]

_FOLDER = Path(__file__).parent
_CASES = _FOLDER / "impact"
_SYSTEMS = _FOLDER / "ci"


def ci_systems() -> tuple[str, ...]:
    """Return the names of the CI systems, by listing the folder alone."""
    return tuple(sorted(path.stem for path in _SYSTEMS.glob("*.yml")))


def ci_starter(system: str) -> str:
    """Return a workflow with marks (``@SOURCE@`` …) for what differs between projects."""
    return (_SYSTEMS / f"{system}.yml").read_text("utf-8")


def impact_cases() -> tuple[str, ...]:
    """Return the names of all cases, by listing the folder alone."""
    return tuple(sorted(path.stem for path in _CASES.glob("*.yaml")))


def impact_starters() -> dict[str, str]:
    """Return what each case is about in one sentence, by its name."""
    found = {}
    for case in impact_cases():
        text = (_CASES / f"{case}.yaml").read_text("utf-8")
        about = text.partition("\n")[0].partition(": ")[2]  # "# Name: what it is about."
        found[case] = about[:1].upper() + about[1:]
    return found


def impact_starter(case: str) -> str:
    """Return the key ``impact`` with a model to start from, and how to make it one's own.

    Parameters
    ----------
    case : str
        One of `impact_cases`.
    """
    notes = (_FOLDER / "impact_notes.yaml").read_text("utf-8")
    return f"{notes}#\n{(_CASES / f'{case}.yaml').read_text('utf-8')}"


def report_starter() -> str:
    """Return a ``report.yaml`` to start from, most of it in comments."""
    return (_FOLDER / "report.yaml").read_text("utf-8")
