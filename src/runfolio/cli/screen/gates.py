"""Gates on the terminal: the finding first, then a line for each requirement.

In: `Judged`. Out: text on stdout, as wide as the terminal, or one JSON object.
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import click

from runfolio.cli.screen.text import clean

if TYPE_CHECKING:
    from runfolio.pipeline import Judged

__all__ = ["gates_as_json", "shown_gates"]

_STYLES = {"good": "green", "bad": "red", "unsure": "yellow", "none": ""}
_SLUGS = ("requirement", "waiver", "objective", "champion")
"""How the names of problems begin that bear on whether requirements are met."""
_MOST_PROBLEMS = 10
_SIGNS = {"good": "✓", "bad": "✗", "unsure": "?", "none": "?"}


def shown_gates(judged: Judged) -> None:
    """Print the gates of the champion."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from runfolio.views.gate_words import asked_for, found, gate_sentence, gate_verdict, ordered

    a = judged.analysed
    if not judged.own or a.champion is None:
        click.echo(click.style("There is no champion, so nothing can be judged.", bold=True))
        _shown_problems(judged)
        return
    no_colour = bool(os.environ.get("NO_COLOR")) or None
    console = Console(highlight=False, markup=False, emoji=False, no_color=no_colour)
    click.echo(click.style(clean(gate_sentence(judged.own, a.champion.label)), bold=True))
    table = Table(box=box.SIMPLE, pad_edge=False, show_edge=False)
    for name in ("Requirement", "Verdict", "Asked for", "Found"):
        table.add_column(name, overflow="fold")
    for gate in ordered(judged.own):
        verdict = gate_verdict(gate)
        style = _STYLES[verdict.tone]
        table.add_row(
            Text(clean(gate.requirement.name), style="bold" if gate in judged.holding else ""),
            Text(f"{_SIGNS[verdict.tone]} {verdict.text}", style=style),
            Text(clean(asked_for(gate))),
            Text(clean(found(gate, a) or gate.reason)),
        )
    click.echo("")
    console.print(table)
    waiting = [gate.requirement.name for gate in judged.holding]
    _shown_problems(judged)
    click.echo("")
    if waiting:
        click.echo(f"Held back by: {clean('; '.join(waiting))}.")
    else:
        click.echo("Nothing that must be met holds a release back.")


def _shown_problems(judged: Judged) -> None:
    """Say what to do about requirements that could not be judged as they are written."""
    told = [problem for problem in judged.analysed.problems if problem.slug.startswith(_SLUGS)]
    for problem in told[:_MOST_PROBLEMS]:
        click.echo(f"\n{clean(problem.place)}: {clean(problem.message)} {clean(problem.hint)}")
    if len(told) > _MOST_PROBLEMS:
        click.echo(f"\n… and {len(told) - _MOST_PROBLEMS} more; `report check` tells them all.")


def gates_as_json(judged: Judged) -> str:
    """Return the gates of the champion as one JSON object."""
    from runfolio.render.gate_data import gate_json

    champion = judged.analysed.champion
    return json.dumps(
        {
            "champion": champion.label if champion else None,
            "passes": judged.passes,
            "gates": [
                {**gate_json(gate), "holds_back": gate in judged.holding} for gate in judged.own
            ],
        },
        ensure_ascii=False,
        indent=2,
    )
