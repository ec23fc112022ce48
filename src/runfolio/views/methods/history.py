"""How a history is read."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View
from runfolio.views.words import listed


def build(view: View) -> tuple[str, ...]:
    if not view.histories:
        return ()
    places = listed([facts.place for facts in view.histories])
    files = list(dict.fromkeys(f for facts in view.histories for f in facts.moves.history.files))
    return (
        f"The commits of {places} stand in the order of the graph, parents before children, "
        "since dates can go backwards. A metric is measured where a commit changed the file "
        "that holds it; what is in no commit is not in the history. Files that are followed, "
        f"under the names they have today: {listed(files, 12)}.",
    )


method = Method("history", "History", 300, build)
