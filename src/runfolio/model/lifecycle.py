"""Stage 2: the steps of a project that makes a model, and who takes part in each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["READS_FOR", "ROLES", "STEPS", "Stage", "Step"]

Stage = Literal["Design", "Development", "Deployment"]

ROLES: dict[str, str] = {
    "business-stakeholder": "Business stakeholder / product owner",
    "subject-matter-expert": "Subject matter expert",
    "data-scientist": "Data scientist",
    "data-engineer": "Data engineer",
    "ml-engineer": "ML engineer",
}
"""Titles of the roles by the names of their pages."""


READS_FOR: dict[str, str] = {
    "business-stakeholder": "overall impact, monetary and not; requirements met; risks; what to "
    "decide",
    "subject-matter-expert": "business metrics (revenue generated, cost saved); whether data and "
    "behaviour fit the domain",
    "data-scientist": "accuracy and other model metrics; comparisons; what to try next",
    "data-engineer": "data quality (accuracy, completeness, consistency, timeliness), versions, "
    "lineage",
    "ml-engineer": "the whole lifecycle; latency and throughput; reproducibility; readiness; "
    "monitoring",
}
"""What each role reads a report for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its number from 1 to 9, its stage, its name and the roles that take part."""

    number: int
    stage: Stage
    name: str
    roles: tuple[str, ...]


_BUSINESS, _EXPERT, _SCIENTIST, _DATA, _ML = ROLES

STEPS: tuple[Step, ...] = (
    Step(1, "Design", "Problem definition & requirements", (_BUSINESS, _ML)),
    Step(2, "Design", "EDA & data preprocessing", (_EXPERT, _SCIENTIST, _ML)),
    Step(3, "Design", "Implementation design", (_SCIENTIST, _DATA, _ML)),
    Step(4, "Development", "Feature engineering", (_EXPERT, _SCIENTIST, _DATA, _ML)),
    Step(5, "Development", "Experiment design", (_SCIENTIST, _ML)),
    Step(
        *(6, "Development", "Model training & evaluation"),
        (_BUSINESS, _EXPERT, _SCIENTIST, _DATA, _ML),
    ),
    Step(7, "Deployment", "Set up CI/CD", (_ML,)),
    Step(8, "Deployment", "Model deployment", (_ML,)),
    Step(9, "Deployment", "Monitoring & maintenance", (_BUSINESS, _EXPERT, _DATA, _ML)),
)
"""All steps in order."""
