"""What if the numbers are others? Sliders for all that the champion's worth depends on."""

from __future__ import annotations

from runfolio.views.blocks import Block, Prose
from runfolio.views.impact_panel import what_if
from runfolio.views.impact_words import NEEDS
from runfolio.views.methods import method_link
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    panel, impact = what_if(view), view.analysed.impact
    if panel is None or impact is None:
        return ()
    told = (
        "Every slider starts at what is expected, so the result starts at the expected value told "
        "above. "
        if impact.is_exact
        else "Every slider starts at what is expected. The outcomes are not proportional to that, "
        "so the result may start somewhat off the expected value told above, which is a mean over "
        "all that is possible. "
    )
    told += "What was measured is moved for the champion alone. "
    return (Prose((told, method_link("impact"), ".")), panel)


section = SectionKind("impact-what-if", "What if", NEEDS, build)
