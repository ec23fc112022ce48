"""What could be wrong with the finding, in plain words."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.optimism import Optimism
from runfolio.views.blocks import Block, Callout, Link, Span, Tone
from runfolio.views.methods import method_link
from runfolio.views.optimism_words import luck_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, number_word


def build(view: View) -> tuple[Block, ...]:
    return tuple(Callout(tone, title, spans) for tone, title, spans in _risks(view.analysed))


def _risks(a: Analysed) -> list[tuple[Tone, str, tuple[Span, ...]]]:
    found: list[tuple[Tone, str, tuple[Span, ...]]] = []
    worse = [call(a.metrics[c.metric]) for c in a.scorecard if c.outcome == "worse"]
    if worse:
        found.append(
            (
                "bad",
                f"It is worse by {listed(worse)}",
                (
                    "The gain has a price: weigh it against these before deciding."
                    if a.comparison is not None and a.comparison.outcome == "better"
                    else "Weigh that before deciding.",
                ),
            )
        )
    perhaps = [call(a.metrics[c.metric]) for c in a.scorecard if c.leaning == "worse"]
    if perhaps:
        found.append(
            (
                "unsure",
                f"It is perhaps worse by {listed(perhaps)}",
                (
                    "The runs point that way, but not so clearly that chance is ruled out among "
                    "all the figures that were compared.",
                ),
            )
        )
    c = a.comparison
    if c is not None and c.outcome != "better":
        found.append(("unsure", "The gain is not proven", (c.reason,)))
    elif c is not None and len(a.alike) > 2 and a.champion_of > 1:
        told = isinstance(a.optimism, Optimism)
        found.append(
            (
                "unsure",
                "The winner was picked after looking",
                (
                    f"It is the {a.champion_why}. Whoever picks the best of several picks "
                    f"some luck with it. {luck_of(a)} ",
                    *((method_link("optimism", "How that is estimated"), ".") if told else ()),
                ),
            )
        )
    if a.rivals and a.objective is not None:
        names = [rival.label for rival in a.rivals]
        found.append(
            (
                "unsure",
                f"{number_word(len(names)).capitalize()} "
                f"other{'s' if len(names) > 1 else ''} may be just as good",
                (
                    f"{listed(names)} cannot be told apart from the champion by "
                    f"{call(a.metrics[a.objective.metric])}; choose among them by what they cost.",
                ),
            )
        )
    if a.baseline is None and a.objective is not None:
        found.append(
            (
                "unsure",
                "Nothing to compare with",
                ("No baseline is named, so nothing here says whether it beats today's way.",),
            )
        )
    versions = sorted({" and ".join(g.data) for g in a.configurations if g.data})
    if len(versions) > 1:
        found.append(
            (
                "unsure",
                f"The runs used {len(versions)} versions of the data",
                (
                    f"{listed(versions, 4)}. "
                    + (
                        "They are compared all the same, as configured (force)."
                        if a.terms.force
                        else "Only what was measured on the same data is compared."
                    ),
                ),
            )
        )
    failed = len(a.left_out.failed) + len(a.left_out.killed)
    diverged = a.diverged
    counts = ((failed, "failed or stopped"), (diverged, "diverged"))
    parts = [f"{count} {word}" for count, word in counts if count]
    if parts:
        found.append(
            (
                "none",
                f"{count_of(failed + diverged, 'run')} went wrong",
                (f"{listed(parts)}; they are no part of what is compared by the objective.",),
            )
        )
    serious = [p for p in a.problems if p.severity != "note"]
    if serious:
        found.append(
            (
                "unsure",
                f"{count_of(len(serious), 'problem')} in the logs",
                (
                    "Some of what was logged could not be read. ",
                    Link("See what and where", "problems.html"),
                    ".",
                ),
            )
        )
    return found


section = SectionKind("risks", "What could be wrong", "nothing: it lists what it finds", build)
