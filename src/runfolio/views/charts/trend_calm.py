"""Stage 4: a trend in which nothing moved."""

from __future__ import annotations

from runfolio.views.charts.trend import trend_kind

kind = trend_kind("trend-calm")
