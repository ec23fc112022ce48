"""What is new since the last report."""

from __future__ import annotations

import math

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.since import Flip, SinceLast
from runfolio.views.blocks import Block, Details, Link, Prose, Span, Strong
from runfolio.views.change_blocks import change_blocks
from runfolio.views.gate_words import gate_verdict, quoted
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed

_NAMED = 12
"""Runs that are named; the others are counted."""


def build(view: View) -> tuple[Block, ...]:
    a, since = view.analysed, view.analysed.since
    if since is None:
        return ()
    blocks: list[Block] = [Prose(("Since the last report: ", Strong(_sentence(a, since)), "."))]
    notes = _notes(a, since)
    told = f"{' '.join(notes)} " if notes else ""
    blocks.append(Prose((told, method_link("changed"), "."), "note"))
    blocks += [Prose(_flip(flip), "body") for flip in since.flipped]
    if since.changes is not None:
        found = change_blocks(since.changes, "Champion now", "Champion then")
        if found and bool(view.options.get("details", True)):
            blocks.append(Details("What is different about the new champion", found))
    if since.new_runs and bool(view.options.get("details", True)):
        blocks.append(Details(count_of(len(since.new_runs), "new run"), (_runs(view, since),)))
    return tuple(blocks)


def _sentence(a: Analysed, since: SinceLast) -> str:
    """Say what came, and what became of the champion, without a full stop."""
    came = count_of(len(since.new_runs), "new run") if since.new_runs else "no new run"
    told = [came]
    if since.gone_runs:
        told.append(f"{count_of(len(since.gone_runs), 'run')} no longer there")
    before, now = since.champion_before, a.champion
    if before is None or now is None:
        if now is not None:
            told.append(f"{now.label} is the champion; there was none")
        elif before is not None:
            told.append(f"there is no champion now; it was {before.label}")
    elif since.champion_changed:
        told.append(f"the champion changed from {before.label} to {now.label}{_move(a, since)}")
    else:
        told.append(f"{now.label} is still the champion{_move(a, since)}")
    return ", ".join(told)


def _move(a: Analysed, since: SinceLast) -> str:
    if a.objective is None or not math.isfinite(since.move):
        return ""
    metric = a.metrics[a.objective.metric]
    if since.move == 0:
        return f" (the same {call(metric)})"
    return f" ({call(metric)} {metric.fine_for(since.move).delta(since.move)})"


def _flip(flip: Flip) -> tuple[Span, ...]:
    verdict = gate_verdict(flip.gate)
    return (
        Strong(f"{quoted(flip.gate.requirement.name)} changed"),
        f": {flip.before} in the last report, {verdict.text.lower()} now. {flip.gate.reason} ",
        method_link("gates"),
        ".",
    )


def _notes(a: Analysed, since: SinceLast) -> list[str]:
    notes = []
    now = a.objective.metric if a.objective else ""
    if since.objective_before and now and since.objective_before != now:
        notes.append(f"The last report ranked by {since.objective_before}, this one by {now}.")
    if since.differences:
        notes.append("The champions' values then and now cannot be compared.")
        notes += since.differences
    elif since.champion_changed and math.isfinite(since.move):
        notes.append(
            "That is the difference of two means, each of a champion that was picked; it says "
            "nothing of how sure it is."
        )
    serious = [one for one in since.new_problems if one.severity != "note"]
    if serious:
        notes.append(f"{count_of(len(serious), 'problem is', 'problems are')} new.")
    if since.gone_runs:
        notes.append(f"No longer there: {listed(since.gone_runs, 4)}.")
    return notes


def _runs(view: View, since: SinceLast) -> Prose:
    spans: list[Span] = []
    for number, run in enumerate(since.new_runs[:_NAMED]):
        facts = view.runs[run]
        spans += [", " if number else "", Link(facts.label, facts.page)]
    if len(since.new_runs) > _NAMED:
        spans.append(f" and {len(since.new_runs) - _NAMED} more")
    return Prose((*(span for span in spans if span), "."))


section = SectionKind(
    "since-last",
    "Since the last report",
    "an earlier site: name its folder under previous: in report.yaml",
    build,
)
