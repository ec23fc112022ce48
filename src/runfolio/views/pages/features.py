"""What the models see: new and dropped features, what matters, who shares and answers for them."""

from __future__ import annotations

from runfolio.views.feature_words import feature_finding
from runfolio.views.pages import PageKind
from runfolio.views.roles import SectionUse
from runfolio.views.view import View


def _title(view: View) -> str:
    features = view.analysed.features
    return feature_finding(features) if features is not None else "Features"


page = PageKind(
    "features",
    "Features",
    "The project",
    30,
    (
        SectionUse("feature-changes", options={"finding": False}),  # the title says it
        *("feature-importance", "features"),
    ),
    _title,
    kicker=lambda view: "Features: what the models see, and how much each matters",
)
