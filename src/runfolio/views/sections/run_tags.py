"""A run's tags."""

from __future__ import annotations

from runfolio.views.blocks import Block, Definition, Definitions
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    if view.run is None or not view.run.tags:
        return ()
    return (Definitions(tuple(Definition(k, v) for k, v in view.run.tags.items())),)


section = SectionKind("run-tags", "Tags", "tags", build)
