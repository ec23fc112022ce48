"""A model card: what the model is meant for, and what not, as the team states it."""

from __future__ import annotations

from collections.abc import Sequence

from runfolio.views.blocks import Block, Items, Prose, Strong
from runfolio.views.view import SectionKind, View

_NOT_STATED = "not stated (model: in report.yaml)."


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None:
        return ()
    stated = a.models.stated
    return (
        *told("Meant for", [stated.purpose] if stated.purpose else []),
        *told("Used by", stated.users),
        *told("Not meant for", stated.out_of_scope),
    )


def told(what: str, texts: Sequence[str]) -> tuple[Block, ...]:
    """Return what is stated, a line each where it is more than one, or that nothing is."""
    if len(texts) > 1:
        return (Prose((Strong(f"{what}:"),)), Items(tuple((text,) for text in texts)))
    return (Prose((Strong(f"{what}:"), f" {texts[0] if texts else _NOT_STATED}")),)


section = SectionKind(
    "card-use", "Intended use", "a champion, and model: {purpose: …} in report.yaml", build
)
