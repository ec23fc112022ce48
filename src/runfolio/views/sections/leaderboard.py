"""The configurations in the order of the objective."""

from __future__ import annotations

import re

from runfolio.analysis.analysed import Analysed
from runfolio.analysis.leaderboard import Standing
from runfolio.views.blocks import Block, Cell, Column, Link, Prose, Row, Table, Verdict
from runfolio.views.dots import dot_chart
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import call, count_of, listed, number_word, verdict_of

_DIGEST = re.compile(r" ([0-9a-f]{12})[0-9a-f]{4,}(?:\.dir)?$")


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    if a.objective is None or not a.standings:
        return ()
    limit = int(view.options.get("limit", 10))
    shown = _shown(a, limit)
    metric = a.metrics[a.objective.metric]
    against = a.baseline is not None and len(a.standings) > 1
    spread = any(s.estimate.has_interval for s in shown)
    columns = [Column("Configuration")]
    if against:
        columns.append(Column("Against baseline", "verdict"))
    columns += [Column(metric.label, "number")]
    if spread:
        columns.append(Column("95\u00a0% interval", "number"))
    columns.append(Column("Runs", "number"))
    if len({s.configuration.data for s in a.standings}) > 1:
        columns.append(Column("Data"))
    rows = tuple(_row(view, s, columns) for s in shown)
    blocks: list[Block] = [
        Prose((*_sentence(a), " ", method_link("configurations", "How runs are grouped"), "."))
    ]
    if view.options.get("chart") and len(shown) > 1:
        # Three rows of marks say what a table of thirty cannot.
        blocks.append(
            dot_chart(
                a,
                shown,
                key="standings",
                title=_finding(a),
                static=bool(view.options.get("static")),
                with_table=False,
            )
        )
    caption = (
        f"{len(shown)} of {len(a.standings)} configurations, the best first"
        if len(shown) < len(a.standings)
        else "All configurations"
    )
    blocks.append(Table(f"{caption}, by {metric.label}", tuple(columns), rows))
    blocks += _unlike(a, shown)
    if len(shown) < len(a.standings):
        blocks.append(Prose((Link("All runs", "runs.html"), " are in the table of runs."), "note"))
    return tuple(blocks)


def _shown(a: Analysed, limit: int) -> list[Standing]:
    """Take the best ones, those that can be compared first; the baseline is always among them."""
    ranked = sorted(a.standings, key=lambda s: not _comparable(a, s))
    shown = ranked[:limit]
    shown += [s for s in ranked[limit:] if a.mark(s.configuration)]
    return shown


def _unlike(a: Analysed, shown: list[Standing]) -> list[Block]:
    """Say why configurations are not compared with the baseline, or though they are unlike it."""
    by_reason: dict[tuple[str, bool], list[str]] = {}
    for standing in shown:
        label = standing.configuration.label
        found = a.against_baseline.get(label)
        if found is not None and found.unlike:
            key = " ".join(found.unlike), found.is_forced
            by_reason.setdefault(key, []).append(label)
    return [
        Prose(
            (
                f"{'Compared all the same (force)' if forced else 'Not comparable'}: "
                f"{listed(labels)}. {reason} ",
                method_link("comparability"),
                ".",
            ),
            "note",
        )
        for (reason, forced), labels in by_reason.items()
    ]


def _comparable(a: Analysed, standing: Standing) -> bool:
    found = a.against_baseline.get(standing.configuration.label)
    return found is None or found.outcome != "not comparable"


def _row(view: View, standing: Standing, columns: list[Column]) -> Row:
    a = view.analysed
    assert a.objective is not None
    metric = a.metrics[a.objective.metric]
    own = standing.configuration
    cells = [Cell(own.label, view.runs[standing.typical].page)]
    labels = {column.label for column in columns}
    if "Against baseline" in labels:
        cells.append(Cell(verdict=_verdict(a, standing)))
    cells.append(Cell(metric.value(standing.estimate.value)))
    if "95\u00a0% interval" in labels:
        cells.append(
            Cell(
                metric.range(standing.estimate.low, standing.estimate.high)
                if standing.estimate.has_interval
                else ("one run" if standing.estimate.n == 1 else "none")
            )
        )
    n = str(standing.estimate.n)
    cells.append(Cell(f"{n} (+{standing.diverged} diverged)" if standing.diverged else n))
    if "Data" in labels:
        cells.append(Cell(", ".join(map(_short, own.data)) or "not logged"))
    return Row(tuple(cells), a.mark(own))  # type: ignore[arg-type]


def _verdict(a: Analysed, standing: Standing) -> Verdict:
    assert a.objective is not None
    if a.baseline is None:
        return Verdict("")
    if standing.configuration is a.baseline:
        return Verdict("Baseline")
    return verdict_of(a.against_baseline[standing.configuration.label])


def _sentence(a: Analysed) -> tuple[str, ...]:
    assert a.objective is not None
    total, ranked = len(a.configurations), len(a.standings)
    told = (
        f"{count_of(ranked, 'configuration')} in "
        f"{count_of(sum(s.estimate.n for s in a.standings), 'run')}."
    )
    if any(s.estimate.n > 1 for s in a.standings):
        told += " Runs that differ only in their seed count as one configuration."
    else:
        told += " One run each cannot tell a difference from noise."
    if len({s.estimate.value for s in a.standings}) > 1:
        among = f"{ranked}{a.tables.not_shown.and_more}"
        told += f" The best of {among} looks a little better than it is."
    if total > ranked:
        rest = count_of(total - ranked, "further configuration has", "further configurations have")
        told += f" {rest} no finite {call(a.metrics[a.objective.metric])}."
    return (told,)


def _short(data: str) -> str:
    """Cut the digest behind a dataset's name where it is one of many hexadecimal digits."""
    return _DIGEST.sub(r" \1…", data)


def _finding(a: Analysed) -> str:
    # What was measured in another way cannot lead.
    first, *rest = a.alike if len(a.alike) > 1 else a.standings
    name = first.configuration.label
    same = sum(s.estimate.value == first.estimate.value for s in rest)
    if same:
        others = f"{number_word(same)} other{'s' if same > 1 else ''}"
        return f"{name} and {others} have the same mean, and none has a better one"
    if not all(s.estimate.has_interval for s in (first, *rest)):
        return f"{name} leads, with too few runs to be sure"
    own = first.estimate
    if all(s.estimate.spread == 0 for s in (first, *rest)):
        return f"{name} leads; no runs show any spread to say how surely"
    near = [s for s in rest if own.low <= s.estimate.high and s.estimate.low <= own.high]
    if near:
        others = f" and {len(near) - 1} more" if len(near) > 1 else ""
        return (
            f"{name} leads, but its interval overlaps that of {near[0].configuration.label}{others}"
        )
    which = "all others" if len(rest) == len(a.standings) - 1 else "all others measured alike"
    return f"{name} leads clear of {which}"


section = SectionKind(
    "leaderboard", "What was tried", "finished runs that logged the objective", build
)
