"""The three figures that the reader of a page is told first."""

from __future__ import annotations

from runfolio.views.blocks import Block, KeyFigures
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    told = view.verdict
    return (KeyFigures(told.figures),) if told is not None and told.figures else ()


section = SectionKind(
    "verdict-figures", "At a glance", "runs with a metric that decides", build, headed=False
)
