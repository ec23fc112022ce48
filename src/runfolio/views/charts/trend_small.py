"""Stage 4: a trend, small among others."""

from __future__ import annotations

from runfolio.views.charts.trend import trend_kind

kind = trend_kind("trend-small")
