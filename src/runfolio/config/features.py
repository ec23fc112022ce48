"""Configuration: what the logs cannot say about features: who answers for them, what they mean."""

from __future__ import annotations

from pydantic import Field

from runfolio.config.parts import Part

__all__ = ["FeatureSettings"]


class FeatureSettings(Part, frozen=True):
    """Owners and meanings of features."""

    owner: dict[str, str] = Field(
        default={},
        description="Who answers for a feature, by its name or a pattern such as `mean *`; the "
        "first that fits counts.",
    )
    description: dict[str, str] = Field(
        default={},
        description="What a feature means, by its name or a pattern; the first that fits counts.",
    )
    feast: str | None = Field(
        default=None,
        min_length=1,
        description="Path of a Feast registry file (`registry.db`), relative to this file: "
        "feature views with their features, owners and descriptions.",
    )
