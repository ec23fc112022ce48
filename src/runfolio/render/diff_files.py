"""Stage 5: a comparison for other programs and for comments: JSON, CSV and Markdown.

In: `Compared`, and the same in words. Out: text. JSON and CSV have exact numbers, Markdown
has them as people read them, in tables as GitHub and GitLab draw them.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from typing import Any

from runfolio.analysis.revision_diff import Compared, MetricChange, Part
from runfolio.render.csv_text import exact_text, harmless
from runfolio.render.json_text import (
    exact_number,
    json_line,
    json_lines,
    json_object,
    problem_items,
)
from runfolio.render.markdown_text import plain_text, table_lines
from runfolio.views.diff_text import DiffText, OtherRow, PartText

__all__ = ["diff_csv", "diff_json", "diff_markdown"]

FORMAT = "runfolio-diff"
VERSION = 1

_COLUMNS = (
    *("of", "kind", "name", "before", "after", "delta", "relative", "improvement"),
    *("tolerance", "spread", "verdict", "reason"),
)


def diff_json(compared: Compared, text: DiffText) -> str:
    """Return one JSON object, a comparison a line.

    ``format``, ``version``, ``kind`` (``revisions``, ``runs`` or ``sites``), ``before`` and
    ``after``, ``finding``, ``notes``, ``comparisons`` (``of``, ``before``, ``after``,
    ``finding``, ``counts`` by verdict, ``metrics``, ``params`` and ``data``), of sites
    ``same_runs``, ``new_runs`` and ``gone_runs``, and ``problems``. A metric has ``name``,
    ``label``, ``unit``, ``goal``, ``before``, ``after``, ``delta``, ``relative``,
    ``improvement``, ``tolerance``, ``spread`` (``half``, ``n``), ``verdict`` and ``reason``;
    null is what there is not.
    """
    head: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "kind": compared.kind,
        "before": compared.before,
        "after": compared.after,
        "finding": text.finding,
        "notes": text.notes,
    }
    told = [_part(part, words) for part, words in zip(compared.parts, text.parts, strict=True)]
    parts = {"comparisons": json_lines(told)}
    if compared.kind == "sites":
        parts["same_runs"] = json_line(compared.same_runs)
        parts["new_runs"] = json_line(compared.new_runs)
        parts["gone_runs"] = json_line(compared.gone_runs)
    parts["problems"] = json_lines(problem_items(compared.problems))
    return json_object(head, **parts)


def diff_csv(compared: Compared, text: DiffText) -> str:
    """Return a row for each metric, and each param and version of data that differs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for part in compared.parts:
        for change in part.diff.metrics:
            numbers = (
                *(change.before, change.after, _known(change.delta), _known(change.relative)),
                *(_known(change.improvement), change.tolerance),
                change.spread.half if change.spread else None,
            )
            writer.writerow(
                [
                    *map(harmless, (part.title, "metric", change.metric.name)),
                    *map(exact_text, numbers),
                    *map(harmless, (change.outcome, change.reason)),
                ]
            )
        for kind, rows in (("param", part.diff.params), ("data", part.diff.data)):
            for one in rows:
                values = (one.baseline or "", one.candidate or "")
                verdict = "new" if one.baseline is None else "gone"
                both = one.baseline is not None and one.candidate is not None
                writer.writerow(
                    [
                        *map(harmless, (part.title, kind, one.param, *values)),
                        *("", "", "", "", "", "changed" if both else verdict, ""),
                    ]
                )
    return out.getvalue()


def diff_markdown(compared: Compared, text: DiffText) -> str:
    """Return Markdown for a comment: the finding, then tables."""
    lines = [f"**{plain_text(text.finding)}**", "", plain_text(text.between)]
    lines += [f"\n{plain_text(note)}" for note in text.notes]
    for part in text.parts:
        if part.title:
            lines += ["", f"### {plain_text(part.title)}", "", plain_text(part.finding)]
        if part.metrics:
            lines += ["", *_metrics(part)]
        for what, rows in (("Param", part.params), ("Data", part.data)):
            if rows:
                lines += ["", *_others(what, rows)]
        if part.basis:
            lines += ["", f"<sub>{plain_text(part.basis)}</sub>"]
    if compared.problems:
        lines += ["", *(f"- {plain_text(str(problem))}" for problem in compared.problems)]
    return "\n".join(lines) + "\n"


def _part(part: Part, words: PartText) -> dict[str, Any]:
    diff = part.diff
    return {
        "of": part.title,
        "before": diff.before.label,
        "after": diff.after.label,
        "finding": words.finding,
        "counts": dict(diff.counts),
        "metrics": [_metric(change) for change in diff.metrics],
        "params": [
            {"name": one.param, "before": one.baseline, "after": one.candidate}
            for one in diff.params
        ],
        "data": [
            {"name": one.param, "before": one.baseline, "after": one.candidate} for one in diff.data
        ],
    }


def _metric(change: MetricChange) -> dict[str, Any]:
    def exact(value: float | None) -> Any:
        return None if value is None else exact_number(value)

    metric = change.metric
    spread = change.spread
    return {
        "name": metric.name,
        "label": metric.label,
        "unit": metric.unit,
        "goal": metric.goal or None,
        "before": exact(change.before),
        "after": exact(change.after),
        "delta": exact(_known(change.delta)),
        "relative": exact(_known(change.relative)),
        "improvement": exact(_known(change.improvement)),
        "tolerance": exact(change.tolerance),
        "spread": {"half": exact(spread.half), "n": spread.n} if spread else None,
        "verdict": change.outcome,
        "reason": change.reason,
    }


def _known(value: float) -> float | None:
    return None if math.isnan(value) else value


def _metrics(part: PartText) -> list[str]:
    rows = (
        (
            *(row.label, row.before, row.after),
            " ".join(filter(None, (row.change, row.relative))),
            f"{row.sign} {row.verdict.text}",
        )
        for row in part.metrics
    )
    return table_lines(("Metric", "Before", "After", "Change", "Verdict"), "lrrrl", rows)


def _others(what: str, rows: Sequence[OtherRow]) -> list[str]:
    return table_lines(
        (what, "Before", "After"), "lll", ((row.name, row.before, row.after) for row in rows)
    )
