"""Stage 4: what each reader is told first and asked to do last, a file for each point of view.

A role file names one of these as its ``verdict``; its page opens with the sentence and the
figures, and ends with what to decide or check next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runfolio.views.blocks import KeyFigure, Span
from runfolio.views.view import View

__all__ = ["RoleVerdict", "VerdictKind"]


@dataclass(frozen=True, slots=True)
class RoleVerdict:
    """What one reader is told.

    Parameters
    ----------
    title : str
        The finding in one sentence without a full stop.
    lede : tuple of Span
        What has to be known beside it.
    figures : tuple of KeyFigure
        Three of them, with their uncertainty.
    steps : tuple of tuple of Span
        What to decide or check next, the most pressing first.
    """

    title: str
    lede: tuple[Span, ...]
    figures: tuple[KeyFigure, ...]
    steps: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class VerdictKind:
    """A point of view: its name in role files, and what it says of a report."""

    name: str
    build: Callable[[View], RoleVerdict]
