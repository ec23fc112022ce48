"""What moved lately: the newest moves of metrics, for readers of a role's page."""

from __future__ import annotations

from runfolio.views.blocks import Block, Heading, Link, Prose
from runfolio.views.history_facts import HistoryFacts
from runfolio.views.history_tables import move_table
from runfolio.views.history_words import called, moves_link
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of


def build(view: View) -> tuple[Block, ...]:
    limit = int(view.options.get("limit", 3))
    commits = bool(view.options.get("commits", True))
    objective = view.analysed.objective
    blocks: list[Block] = []
    for facts in view.histories:
        if len(view.histories) > 1:
            blocks.append(Heading(facts.place))
        blocks += _lately(facts, objective.metric if objective else "", limit, commits=commits)
    return tuple(blocks)


def _lately(facts: HistoryFacts, objective: str, limit: int, *, commits: bool) -> tuple[Block, ...]:
    # Whoever reads a role's page wants to know of moves for the better or the worse.
    found = [e for e in facts.episodes if e.outcome != "moved"] or list(facts.episodes)
    link = Link("The history of every metric", "history.html")
    over = f"the {count_of(len(facts.ids), 'commit')} of {facts.place}"
    if not found:
        return (
            Prose(
                (
                    f"No move of any metric can be told from noise over {over}. ",
                    link,
                    ". ",
                    *moves_link(),
                )
            ),
        )
    first = next((e for e in found if e.metric.name == objective), None)
    shown = found[:limit]
    caption = f"All moves over {over}, the newest first"
    if len(shown) < len(found):
        caption = f"The newest of {count_of(len(found), 'move')} over {over}"
        if first is not None and first not in shown:
            shown = [first, *shown[:-1]]
            caption = (
                f"The latest move of {called(first.metric)}, and the newest of all over {over}"
            )
    table = move_table(facts, shown, caption, commits=commits)
    return (table, Prose((link, ". ", *moves_link()), "note"))


section = SectionKind(
    "history-lately",
    "What moved lately",
    "a git repository in which files of metrics were committed more than once",
    build,
)
