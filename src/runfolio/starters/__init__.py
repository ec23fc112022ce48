"""What people start from: a ``report.yaml``, and models of what a better model is worth.

``impact/<case>.yaml`` is one such model; its first line says what it is about. They are read by
people and changed by them, so they are text with comments, and ours only until they are written.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["impact_starter", "impact_starters", "report_starter"]

_FOLDER = Path(__file__).parent
_CASES = _FOLDER / "impact"


def impact_starters() -> dict[str, str]:
    """Return what each case is about in one sentence, by its name."""
    found = {}
    for path in sorted(_CASES.glob("*.yaml")):
        first = path.read_text("utf-8").partition("\n")[0]  # "# Name: what it is about."
        about = first.partition(": ")[2]
        found[path.stem] = about[:1].upper() + about[1:]
    return found


def impact_starter(case: str) -> str:
    """Return the key ``impact`` with a model to start from, and how to make it one's own.

    Parameters
    ----------
    case : str
        One of `impact_starters`.
    """
    notes = (_FOLDER / "impact_notes.yaml").read_text("utf-8")
    return f"{notes}#\n{(_CASES / f'{case}.yaml').read_text('utf-8')}"


def report_starter() -> str:
    """Return a ``report.yaml`` to start from, most of it in comments."""
    return (_FOLDER / "report.yaml").read_text("utf-8")
