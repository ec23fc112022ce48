"""Which version of a model is in production, and the champion set against it."""

from __future__ import annotations

from runfolio.analysis.model_versions import ModelVersion
from runfolio.views.blocks import Block, Column, Link, Prose, Span, Table
from runfolio.views.dates import day
from runfolio.views.methods import method_link
from runfolio.views.model_words import production_finding, version_words
from runfolio.views.sections.scorecard import comparison_row
from runfolio.views.view import SectionKind, View
from runfolio.views.words import listed

_FEW = 3


def build(view: View) -> tuple[Block, ...]:
    a = view.analysed
    registry = a.models.registry
    in_use = registry.in_use
    if in_use is None:
        return ()
    told: list[Span] = _about(view, in_use)
    if view.options.get("finding", True):
        told.insert(0, f"{production_finding(a)}. ")
    if registry.standing == "unknown" and in_use.estimate is not None:
        told.append(
            "That is a single value: whether the champion differs from it by more than chance "
            "cannot be told. "
        )
    others = [
        f"{version_words(one)} in {one.location}"
        for one in registry.production
        if one is not in_use
    ]
    if others:
        told.append(f"Marked as in production, too: {listed(others, _FEW)}. ")
    told += [method_link("production"), "."]
    blocks: list[Block] = [Prose(tuple(told))]
    rows = [c for c in registry.against if c.difference is not None]
    limit = view.options.get("limit")
    if rows:
        table = Table(
            f"The champion against {version_words(in_use)}, which is in production",
            (
                Column("Metric"),
                Column("Verdict", "verdict"),
                Column("Champion", "number"),
                Column("In production", "number"),
                Column("Difference", "number"),
                Column("95\u00a0% interval", "number"),
            ),
            tuple(
                comparison_row(a.metrics[c.metric], c)
                for c in (rows[:limit] if isinstance(limit, int) else rows)
            ),
        )
        blocks.append(table)
    return tuple(blocks)


def _about(view: View, version: ModelVersion) -> list[Span]:
    """Say where the version comes from."""
    told: list[Span] = []
    created = day(version.created)
    if created:
        told.append(f"It was registered on {created}")
    if version.run and version.run in view.runs:
        run = view.runs[version.run]
        told += [", by the run " if told else "It was made by the run ", Link(run.label, run.page)]
    if version.configuration is not None:
        told.append(f", one of the configuration {version.configuration.label}")
    return [*told, ". "] if told else []


section = SectionKind(
    "production",
    "What is in production",
    "a model registry that marks a version: MLflow (alias or stage production), GTO tags such as "
    "model#prod, or stage: production in a record",
    build,
)
