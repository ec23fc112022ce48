"""The ways on: a page for each role."""

from __future__ import annotations

from runfolio.views.blocks import Block, Door, Doors
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    if not view.roles:
        return ()
    return (Doors(tuple(Door(title, path, question) for path, title, question in view.roles)),)


section = SectionKind("doors", "Read it as …", "role files", build)
