"""The gravest metrics of production as large figures, below the finding of the page."""

from __future__ import annotations

from runfolio.views.blocks import Block, Prose
from runfolio.views.sections.monitoring_status import alerts_of, figures_of
from runfolio.views.view import SectionKind, View


def build(view: View) -> tuple[Block, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ()
    return (Prose((alerts_of(monitoring),), "lede"), *figures_of(monitoring, 4))


section = SectionKind(
    "monitoring-figures",
    "Figures of production",
    "logs of production: name them under monitoring: in report.yaml",
    build,
    headed=False,
)
