"""What could be wrong with the finding, in plain words."""

from __future__ import annotations

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.comparison import Comparison
from runfolio.analysis.metrics import Metric
from runfolio.views.blocks import Block, Callout, Link, Span, Tone
from runfolio.views.impact_production import production_callout
from runfolio.views.methods import method_link
from runfolio.views.optimism_words import luck_of
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, lost_runs, number_word


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    off = production_callout(a, a.impact) if a.impact is not None else None
    found = [Callout(tone, title, spans) for tone, title, spans in _risks(a)]
    return (*([off] if off is not None else []), *found)


def _risks(a: Analysed) -> list[tuple[Tone, str, tuple[Span, ...]]]:
    found: list[tuple[Tone, str, tuple[Span, ...]]] = []
    worse = [call(a.metrics[c.metric]) for c in a.scorecard if c.outcome == "worse"]
    if worse:
        found.append(
            (
                "bad",
                f"It is worse by {listed(worse)}",
                (
                    "The gain has a price: weigh it against these before deciding. "
                    if a.comparison is not None and a.comparison.outcome == "better"
                    else "Weigh that before deciding. ",
                    method_link("difference"),
                    ".",
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
                    "all the figures that were compared. ",
                    method_link("difference"),
                    ".",
                ),
            )
        )
    c = a.comparison
    if c is not None and c.outcome != "better":
        link = (" ", method_link("difference"), ".")
        found.append(("unsure", _doubt(a.metrics[c.metric], c), (c.reason, *link)))
    elif c is not None and len(a.alike) > 2 and a.champion_of > 1:
        found.append(
            (
                "unsure",
                "The winner was picked after looking",
                (
                    f"It is the {a.champion_why}. Whoever picks the best of several picks "
                    f"some luck with it. {luck_of(a)} ",
                    method_link("optimism", "How that is estimated"),
                    ".",
                ),
            )
        )
    if a.rivals and a.objective is not None:
        metric = a.metrics[a.objective.metric]
        means = {s.configuration.label: metric.value(s.estimate.value) for s in a.standings}
        names = [f"{rival.label} ({means[rival.label]})" for rival in a.rivals]
        found.append(
            (
                "unsure",
                f"{number_word(len(names)).capitalize()} "
                f"other{'s' if len(names) > 1 else ''} may be just as good",
                (
                    f"{listed(names)} cannot be told apart from the champion by "
                    f"{call(metric)}, whatever their means; choose among them by what they cost. ",
                    method_link("difference"),
                    ".",
                ),
            )
        )
    if a.baseline is None and a.objective is not None:
        found.append(
            (
                "unsure",
                "Nothing to compare with",
                (
                    "The baseline that is named is not among the runs that can be compared, so "
                    "nothing here says whether anything beats it."
                    if any(problem.slug == "baseline-not-found" for problem in a.problems)
                    else "No baseline is named, so nothing here says whether it beats today's way.",
                ),
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
                    )
                    + " ",
                    method_link("comparability"),
                    ".",
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
                (
                    f"{listed(parts)}; what went wrong is no part of what is compared by the "
                    f"objective. {' '.join(lost_runs(a))} ",
                    method_link("left-out"),
                    ".",
                ),
            )
        )
    serious = [p for p in a.problems if p.severity != "note"]
    if serious:
        asked = all(problem.place == "report.yaml" for problem in serious)
        found.append(
            (
                "unsure",
                f"{count_of(len(serious), 'problem')} in {'report.yaml' if asked else 'the input'}",
                (
                    "Not all that it asks for could be done. "
                    if asked
                    else "Some of it could not be read, or not be done as asked. ",
                    Link("See what and where", "problems.html"),
                    ".",
                ),
            )
        )
    return found


def _doubt(metric: Metric, c: Comparison) -> str:
    """Name what is wrong with a champion that is not found to be better."""
    if c.difference is None:
        return "Whether there is a gain is not known"
    if c.outcome == "equivalent":
        return "There is no gain that matters"
    if c.outcome != "not comparable" and not metric.improvement(c.difference.value) > 0:
        return "There is no gain"
    return "The gain is not proven"


section = SectionKind("risks", "What could be wrong", "nothing: it lists what it finds", build)
