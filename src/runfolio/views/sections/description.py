"""What the project says of itself."""

from __future__ import annotations

from runfolio.views.blocks import Block, Markdown
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    return (Markdown(view.description),) if view.description.strip() else ()


section = SectionKind(
    "description", "What this is about", "description: in report.yaml (a text or a .md file)", build
)
