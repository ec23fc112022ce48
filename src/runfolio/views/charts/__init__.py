"""Stage 4: the kinds of charts, one file each; a kind is a Vega-Lite specification without data.

A specification names its data ``table`` and its columns ``f0``, ``f1`` …, so that no name
out of a log can be mistaken for syntax. Axis titles are placeholders (``@x``, ``@y``).
Colours are the theme's CSS variables: one drawing serves light, dark and print. A page
carries only data; the browser and the pre-rendering draw the same specification.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from runfolio.registry import find
from runfolio.views.charts.parts import ChartKind, Spec

__all__ = ["FILE", "NARROW_WIDTH", "built_specs", "chart_kinds", "chart_specs"]

FILE = Path(__file__).with_name("specs.json")

NARROW_WIDTH = 480
"""Below this width in pixels the narrow form of a kind is drawn."""


def chart_kinds() -> dict[str, ChartKind]:
    """Return all kinds of charts, by name."""
    return find("runfolio.views.charts", "kind")


@lru_cache(maxsize=1)
def chart_specs() -> dict[str, Spec]:
    """Return the specifications of all kinds, by ``<kind>-wide`` and ``<kind>-narrow``.

    They are read from the file that ``python -m runfolio.views.charts`` writes: importing
    Altair and building them would take as long as reading a hundred runs. A test holds the
    file to what Altair builds.
    """
    specs: dict[str, Spec] = json.loads(FILE.read_text(encoding="utf-8"))
    return specs


def built_specs() -> dict[str, Spec]:
    """Build the specifications of all kinds with Altair."""
    return {
        f"{kind.name}-{form}": kind.build(form == "narrow")
        for kind in chart_kinds().values()
        for form in ("wide", "narrow")
    }
