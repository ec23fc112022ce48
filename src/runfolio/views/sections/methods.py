"""How each number is computed, as it was done for this report."""

from __future__ import annotations

from runfolio.analysis.interval import LEVEL
from runfolio.model.series import MAX_POINTS
from runfolio.views.blocks import Block, Cell, Column, Heading, Prose, Row, Table
from runfolio.views.history_method import history_methods
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of

_RULES = {
    "last": "the last value of its series",
    "first": "the first value of its series",
    "best": "the best value of its series, by the metric's direction",
    "min": "the lowest finite value of its series",
    "max": "the highest finite value of its series",
    "mean": "the mean of the finite values of its series",
}


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    blocks: list[Block] = []

    def rule(title: str, *texts: str) -> None:
        blocks.append(Heading(title, 2))
        blocks.extend(Prose((text,)) for text in texts)

    if a.objective is not None:
        metric = a.metrics[a.objective.metric]
        rule(
            "The objective",
            f"Runs are judged by {metric.label} ({metric.name}), because {a.objective.why}. "
            f"{'More' if metric.goal == 'maximize' else 'Less'} is better, as told by "
            f"{metric.goal_from}.",
        )
    summary = a.objective.summary if a.objective else "last"
    rule(
        "One number for each run",
        f"For every metric a run shows {_RULES[summary]}. In MLflow's logs the last value is the "
        "one with the highest step, then the latest time, then the highest value, as MLflow "
        "itself has it; elsewhere it is the one logged last. Summary values are computed from "
        "all points; NaN and infinite values are counted and left out of lowest, highest and "
        "mean.",
    )
    rule(
        "Curves",
        f"A series of more than {MAX_POINTS} points is drawn with at most {MAX_POINTS} of them: "
        "the lowest and the highest of equally long stretches and both ends, so that peaks and "
        "dips stay. The chart says so where it was done.",
    )
    ignored = ", ".join(view.seed_params)
    rule(
        "Configurations and seed replicates",
        "Runs that are equal in all params but the seed, on the same data, are replicates of "
        f"one configuration. Params taken for seeds: {ignored}. The value of a configuration is "
        "the mean over its finished runs with a finite value.",
    )
    rule(
        "The interval of a mean",
        f"Student's t: mean ± t s / √n at {LEVEL:.0%}, where s is the standard deviation of the "
        "runs (n − 1). One run has no interval. The interval of a share is cut at 0 and 100 %.",
    )
    rule(
        "Champion against baseline",
        "The difference is champion minus baseline, in the metric's unit, with a 95 % interval "
        "by Welch's method: (x̄ − ȳ) ± t √(s²/n + r²/m), the degrees of freedom after Welch and "
        "Satterthwaite. An interval without zero is called better or worse by the metric's "
        "direction; one with zero is not distinguishable. With one run on a side there are too "
        "few runs to tell a difference from noise. Configurations that used different data are "
        "not comparable.",
    )
    chosen = []
    if a.baseline is not None:
        chosen.append(f"The baseline is {a.baseline.label}, because {a.baseline_why}.")
    else:
        chosen.append("No baseline is named and none could be told from names, tags or registry.")
    if a.champion is not None:
        chosen.append(f"The champion is {a.champion.label}: {a.champion_why}.")
        if a.champion_why.startswith("best of"):
            chosen.append(
                "The best of several means is a little too good on average, because luck is "
                "picked along; the intervals do not correct for that."
            )
        chosen.append(
            "The run opened as its example, and named in report.json, is the one nearest to "
            "the mean."
        )
    rule("Baseline and champion", " ".join(chosen))
    ends = {"failed": "failed", "killed": "were killed", "unfinished": "never said that they ended"}
    also = a.left_out.compared
    apart = [told for end, told in ends.items() if end not in also]
    asked = ""
    if also:
        asked = (
            f" As the configuration asks, runs that {' or '.join(ends[e] for e in also)} are "
            "compared like those that finished."
        )
    rule(
        "One run in several logs",
        "A run that several logs hold is counted once. That is told by the tracker's id; by the "
        "folder that two logs lie in; or by equal values: curves whose first, last, lowest and "
        "highest value are equal as 32-bit floats, at least three of which are no round numbers, "
        "with no metric and no param that differs. Within one format only runs without ids of "
        "their own are compared so, and all their values, params and times must be equal. The "
        "finer series of each metric is kept.",
    )
    rule(
        "What is left out",
        f"Runs that {', '.join(apart)}{' or ' if apart else ''}diverged (a loss that ends at NaN "
        f"or infinity) are shown and counted, but not compared.{asked} "
        "Runs and experiments that were deleted in the tracker are counted and hidden. User "
        "names and hosts that trackers log are not read; home folders and e-mail addresses are "
        "taken out of params, tags and notes.",
    )
    for title, paragraphs in history_methods(view):
        rule(title, *paragraphs)
    rows = tuple(
        Row(
            (
                Cell(m.label),
                Cell(m.name),
                Cell({"maximize": "more", "minimize": "less"}.get(m.goal, "not known")),
                Cell(m.goal_from or "nothing tells"),
                Cell(f"{m.runs:,}"),
                Cell(m.explain),
            )
        )
        for m in a.metrics.values()
    )
    if rows:
        blocks += [
            Heading("Metrics", 2),
            Table(
                f"{count_of(len(rows), 'metric')} and the direction of each",
                (
                    Column("Metric"),
                    Column("As logged"),
                    Column("Better is"),
                    Column("Told by"),
                    Column("Runs", "number"),
                    Column("Meaning"),
                ),
                rows,
            ),
        ]
    return tuple(blocks)


section = SectionKind("methods", "How each number is computed", "nothing", build)
