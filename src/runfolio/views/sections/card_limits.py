"""A model card: limits and ethical considerations as stated, and what the evidence leaves open."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.views.blocks import Block, Heading
from runfolio.views.sections.card_use import told
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.champion is None:
        return ()
    stated = a.models.stated
    found = _open(a)
    return (
        *told("From the team", stated.limits),
        *(told("From the runs", found) if found else ()),
        Heading("Ethical considerations"),
        *told("From the team", stated.ethics),
    )


def _open(a: Analysed) -> list[str]:
    """Say what the runs themselves leave open."""
    assert a.champion is not None
    found = []
    n = len(a.champion.runs)
    if n < 3:
        runs = "one run" if n == 1 else "two runs"
        found.append(f"It was trained in {runs} only: how much its figures vary is hardly known.")
    if a.champion_of > 1:
        found.append(
            f"It was picked as the {a.champion_why} by the figures that are shown here; only "
            "fresh data can confirm them."
        )
    if a.baseline is None:
        found.append("It was not compared with a baseline.")
    made = a.models.reproduction
    if made is not None and made.missing:
        found.append(f"Not logged: {listed([one.what for one in made.missing], 8)}.")
    return found


section = SectionKind(
    "card-limits",
    "Limits",
    "a champion, and model: {limits: …, ethics: …} in report.yaml",
    build,
)
