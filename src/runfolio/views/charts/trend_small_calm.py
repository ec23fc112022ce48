"""Stage 4: a small trend in which nothing moved."""

from __future__ import annotations

from runfolio.views.charts.trend import trend_kind

kind = trend_kind("trend-small-calm")
