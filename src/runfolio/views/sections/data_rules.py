"""Each rule for the data: what it asks, what was found, how many rows break it, who answers."""

from __future__ import annotations

import math

from runfolio.analysis.quality import SetQuality
from runfolio.model.quality import DataCheck
from runfolio.views.blocks import Block, Cell, Column, Heading, Link, Prose, Row, Table
from runfolio.views.methods import method_link
from runfolio.views.quality_words import percent, told_check, verdict_of_check
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, listed

_MOST_RULES = 500
_EXAMPLES = 3
_MASKED = "Of values that break a rule only the shape is shown: letters are x, digits are 9."
_SHOWN = "Values are shown as they are, since the configuration says so (examples: show)."
_JUDGED = "Every row is judged; nothing is sampled."
_COUNTED = "Rows are counted from the first below the header."


def build(view: View) -> tuple[Block, ...]:
    quality = view.analysed.quality
    limit = view.options.get("limit")
    most = limit if isinstance(limit, int) else _MOST_RULES
    shown = 0
    blocks: list[Block] = []
    for own in quality.sets:
        if shown >= most:
            break
        about = own.about
        blocks.append(Heading(about.name))
        told = [about.description, f"Read from {about.place}." if about.place else ""]
        told += [f"Owner: {about.owner}." if about.owner else ""]
        if any(told):
            blocks.append(Prose((" ".join(filter(None, told)),), "note"))
        blocks.append(_table(own, most - shown))
        shown += min(len(own.checks), most - shown)
    if len(quality.checks) > shown:
        rules = f"Shown are {shown} of {count_of(len(quality.checks), 'rule')}, worst first. "
        blocks.append(Prose((rules, Link("All rules", "data.html#data-rules")), "note"))
    if blocks:
        blocks.append(Prose((f"{_about(view)} ", method_link("data-scores")), "note"))
    return tuple(blocks)


def _about(view: View) -> str:
    """Say how rows are counted, and how those that break a rule are shown."""
    shown = [check for check in view.analysed.quality.checks if check.examples]
    if not shown:
        return _JUDGED
    return f"{_MASKED if any(check.masked for check in shown) else _SHOWN} {_COUNTED} {_JUDGED}"


def _table(own: SetQuality, room: int) -> Table:
    checks = own.checks[:room]
    columns = [
        Column("Rule"),
        Column("Verdict", "verdict"),
        Column("Holds for (asked)", "number", "Share of rows that keep the rule, and that must"),
        Column("What was found"),
    ]
    rows = []
    for check in checks:
        cells = [
            Cell(_named(check, own.about.owner)),
            Cell(verdict=verdict_of_check(check)),
            _holds(check),
            Cell(told_check(check, _EXAMPLES)),
        ]
        rows.append(Row(tuple(cells)))
    return Table(f"Rules for {own.about.name}, worst first", tuple(columns), tuple(rows))


def _named(check: DataCheck, owner: str) -> str:
    """Return the rule's name and dimension, what it asks, why, and who answers for it.

    The set's own `owner` is named above the table.
    """
    told = f"{check.name} ({check.dimension})"
    if check.asks and check.asks != check.name:
        told += f": {check.asks}"
    elif check.columns and check.format != "rule":
        told += f": {listed(check.columns)}"
    if check.why:
        told += f". {check.why}"
    if check.owner and check.owner != owner:
        told += f"{'' if told.endswith('.') else '.'} Owner: {check.owner}."
    return told


def _is_share(check: DataCheck) -> bool:
    return check.format == "rule" and check.unit != "newest record"


def _holds(check: DataCheck) -> Cell:
    counted = check.share is not None or (check.rows is not None and _is_share(check))
    if math.isnan(check.score) or not counted:
        return Cell()
    asked = f" ({percent(check.at_least)})" if check.format == "rule" else ""
    return Cell(f"{percent(check.score)}{asked}", bar=(0.0, check.score))


section = SectionKind(
    "data-rules",
    "Rule by rule",
    "rules for the project's own data (data: in report.yaml)",
    build,
)
