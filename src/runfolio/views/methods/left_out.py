"""What is shown but not compared."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.outside import left_out
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    ends = {"failed": "failed", "killed": "were killed", "unfinished": "never said that they ended"}
    also = view.analysed.left_out.compared
    apart = [told for end, told in ends.items() if end not in also]
    asked = ""
    if also:
        asked = (
            f" As the configuration asks, runs that {' or '.join(ends[e] for e in also)} are "
            "compared like those that finished."
        )
    production = (
        " So are runs that log a model in production (tagged monitoring: true, or named under "
        "monitoring:)."
        if view.analysed.left_out.monitoring
        else ""
    )
    cut = left_out(view.analysed.tables.not_shown)
    return (
        *((cut,) if cut else ()),
        f"Runs that {', '.join(apart)}{' or ' if apart else ''}diverged (a loss that ends at NaN "
        f"or infinity) are shown and counted, but not compared; unfinished ones are where no run "
        f"has finished.{asked}{production} "
        "Runs and experiments that were deleted in the tracker are counted and hidden. User "
        "names and hosts that trackers log are not read; home folders and e-mail addresses are "
        "taken out of params, tags and notes.",
    )


method = Method("left-out", "What is left out", 210, build)
