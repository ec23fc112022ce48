"""What people wrote about a run."""

from __future__ import annotations

from runfolio.views.blocks import Block, Markdown
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    if view.run is None or not view.run.notes.strip():
        return ()
    return (Markdown(view.run.notes),)


section = SectionKind("run-notes", "Notes", "a note (in MLflow: the run's description)", build)
