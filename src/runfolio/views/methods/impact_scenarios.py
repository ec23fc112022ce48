"""How the pessimistic and the optimistic case are made."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    impact = view.analysed.impact
    if impact is None or not impact.scenarios:
        return ()
    return (
        "The pessimistic and the optimistic case are the 5th and the 95th percentile of the "
        "difference to the baseline. Their outcomes and quantities are means over the draws that "
        "lie within one percentile of it, so they belong together. They are no case in which "
        "everything goes wrong at once, which hardly ever happens, but what one time in twenty "
        "looks like. The expected case has every input as expected.",
    )


method = Method("impact-scenarios", "The three cases", 99, build)
