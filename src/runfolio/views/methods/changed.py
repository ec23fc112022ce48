"""What is different between two configurations, and since the last report."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    told = []
    if a.changes is not None:
        told.append(
            "What is different about the champion is what its runs logged otherwise than the "
            "baseline's: params (compared as numbers where both are), versions of data, commits "
            "of the code, and versions of Python and of libraries that both sides tell. Several "
            "runs may have several commits or versions: then all of them are named."
        )
    if a.since is not None:
        told.append(
            "Runs are matched with those of the last report by their ids. The champion is the "
            "same one if a run of it is in both reports or its params are the same. Its value "
            "then and now is its mean on today's objective by today's rule; where the data or "
            "the way of measuring differ, no difference is told."
        )
    return tuple(told)


method = Method("changed", "What is different", 75, build)
