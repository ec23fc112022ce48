"""Stage 4: curves of configurations without a mark, as `band` draws champion and baseline."""

from __future__ import annotations

from runfolio.views.charts.band import band
from runfolio.views.charts.band import kind as marked
from runfolio.views.charts.parts import ChartKind

kind = ChartKind(
    "bands",
    {**marked.columns, "f2": "label of the configuration"},
    lambda narrow: band(narrow, False),
)
