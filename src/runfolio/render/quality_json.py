"""Stage 5: the quality of the project's data, for ``report.json``."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from runfolio.analysis.quality import Point, SetQuality
from runfolio.model.quality import DataCheck
from runfolio.render.json_text import utc_time

__all__ = ["quality_json"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def quality_json(own: SetQuality) -> dict[str, Any]:
    """Return one data set: its scores, its trend and every rule."""
    about = own.about
    return {
        "name": about.name,
        "version": about.version,
        "place": about.place,
        "rows": about.rows,
        "owner": about.owner,
        "reason": about.reason,
        "scores": {score.dimension: _share(score.score) for score in own.dimensions},
        "trend": [_point(point) for point in own.trend],
        "rules": [_rule(check) for check in own.checks],
    }


def _point(point: Point) -> dict[str, Any]:
    return {
        "version": point.label,
        "checked": _time(point.checked),
        "rules": point.rules,
        "scores": {dimension: _share(score) for dimension, score in point.scores.items()},
    }


def _rule(check: DataCheck) -> dict[str, Any]:
    return {
        "name": check.name,
        "kind": check.kind,
        "dimension": check.dimension,
        "status": check.status,
        "columns": list(check.columns),
        "score": _share(check.score),
        "at_least": check.at_least,
        "judged": check.rows,
        "broken": check.failed,
        "unit": check.unit,
        "asks": check.asks,
        "found": check.found,
        "reason": check.reason,
        "examples": list(check.examples),
        "masked": check.masked,
        "owner": check.owner,
        "format": check.format,
        "checked": _time(check.checked),
    }


def _share(score: float) -> float | None:
    return None if math.isnan(score) else score


def _time(milliseconds: int | None) -> str | None:
    if milliseconds is None:
        return None
    return utc_time(pd.Timestamp(_EPOCH + timedelta(milliseconds=milliseconds)))
