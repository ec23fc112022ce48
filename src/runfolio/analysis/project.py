"""Stage 3: what the project as a whole says, beside its runs: from requirements to production.

In: the analysed runs, and the settings. Out: the same with every further answer in it. Later
answers use earlier ones, so the order is part of this.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from runfolio.analysis.compliance import answer_checklists
from runfolio.analysis.data_versions import data_versions
from runfolio.analysis.features import analyse_features
from runfolio.analysis.gates import judge
from runfolio.analysis.impact.worth import impact_of
from runfolio.analysis.lifecycle import steps_shown
from runfolio.analysis.lineage import lineage_of
from runfolio.analysis.models import models_of
from runfolio.analysis.monitoring import monitoring_of
from runfolio.analysis.process import experiments_of
from runfolio.analysis.quality import quality_of

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Settings

__all__ = ["with_project"]


def with_project(a: Analysed, settings: Settings) -> Analysed:
    """Add what is asked of the model, and what is known of data, features, models and use.

    Parameters
    ----------
    a : Analysed
        The runs, compared.
    settings : Settings
    """
    a = replace(a, quality=quality_of(a.tables))
    gates, of_gates = judge(a, settings.requirements)
    compliance, of_lists = answer_checklists(
        settings.compliance, a.tables.checklists, a.tables.files
    )
    a = replace(a, gates=gates, compliance=compliance)
    experiments, told = experiments_of(a)
    monitoring, of_production = monitoring_of(a, settings)
    data = data_versions(a.tables, a.champion, a.baseline)
    features, of_features = analyse_features(
        *(a.tables, a.values, a.configurations, a.champion, a.baseline, settings.data.features)
    )
    models = models_of(a, settings.model)
    impact, of_impact = impact_of(a, settings)
    a = replace(
        a,
        experiments=experiments,
        monitoring=monitoring,
        features=features,
        data=data,
        lineage=lineage_of(*(a.tables, data, features, a.champion, a.baseline, models.registry)),
        models=models,
        impact=impact,
        problems=tuple(
            sorted(
                {
                    *(*a.problems, *of_gates, *of_lists, *told, *of_features),
                    *(*of_production, *of_impact),
                }
            )
        ),
    )
    return replace(a, lifecycle=steps_shown(a, settings))
