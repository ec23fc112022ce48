"""What the reader of a page should decide or check next."""

from __future__ import annotations

from runfolio.views.blocks import Block, Items, Link, Prose
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    told = view.verdict
    if told is None:
        return ()
    evidence = Prose(
        (
            "The evidence: ",
            Link("what was tried", "experiments.html"),
            ", ",
            Link("every run", "runs.html"),
            ", ",
            Link("how each number is computed", "methods.html"),
            ".",
        ),
        "note",
    )
    return (Items(told.steps), evidence) if told.steps else (evidence,)


section = SectionKind("next-steps", "What to decide or check next", "a role's page", build)
