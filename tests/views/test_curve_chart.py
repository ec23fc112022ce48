"""What the kinds of charts for curves draw, read from the drawing itself."""

from __future__ import annotations

import json
import re
from typing import Any

import vl_convert

from runfolio.views.charts import chart_specs

PLACES = re.compile(r"(-?[\d.]+),(-?[\d.]+)")


def drawing(kind: str, rows: list[dict[str, Any]]) -> str:
    spec = json.loads(json.dumps(chart_specs()[kind]))
    spec |= {"width": 400, "datasets": {"table": rows}}
    # As where charts are drawn ahead: without the layer that answers the pointer.
    spec["layer"] = [layer for layer in spec["layer"] if layer.get("name") != "hover"]
    return vl_convert.vegalite_to_svg(spec)


def heights(svg: str, width: str) -> list[list[float]]:
    """Return the heights of the points of each part of each line of a stroke's width."""
    paths = re.findall(rf'<path[^>]* d="([^"]+)"[^>]*stroke-width="{width}"', svg)
    return [
        [float(y) for _, y in PLACES.findall(part)] for d in paths for part in d.split("M") if part
    ]


def curve(values: list[float | None]) -> str:
    return drawing("curve-wide", [{"f0": i, "f1": value} for i, value in enumerate(values)])


def test_a_spike_stays_in_the_pale_line_and_does_not_move_the_strong_one() -> None:
    values: list[float | None] = [0.0, *[1.0] * 58, 0.0]
    values[30] = 9.0
    svg = curve(values)
    ([*strong], [*pale]) = heights(svg, "2.25"), heights(svg, "1")
    assert len(strong[0]) == len(pale[0]) == 60
    level = pale[0][20]
    assert min(pale[0]) < level - 50
    # The medians are all 1; only the ends are kept.
    assert strong[0][6:-6] == [level] * 48
    assert strong[0][0] == pale[0][0] > level


def test_a_gap_is_a_gap_in_both_lines() -> None:
    values: list[float | None] = [float(i) for i in range(60)]
    values[20:23] = [None] * 3
    svg = curve(values)
    for width in ("2.25", "1"):
        assert [len(part) for part in heights(svg, width)] == [20, 37]


def test_a_short_curve_is_drawn_as_it_is() -> None:
    svg = curve([float(i % 2) for i in range(30)])
    [line] = heights(svg, "2.25")
    assert len(set(line)) == 2
    assert heights(svg, "1") == []
    circles = re.findall(r'd="M[\d.]+,0A', svg)
    assert len(circles) == 30


def test_a_band_has_a_gap_where_its_line_has_one() -> None:
    rows = [
        {"f0": i, "f1": i, "f2": "champion", "f3": i - 1, "f4": i + 1, "f5": 3} for i in range(40)
    ]
    rows[20] |= {"f1": None, "f3": None, "f4": None}
    svg = drawing("band-wide", rows)
    assert [len(part) for part in heights(svg, "2.25") if len(part) > 2] == [20, 19]
    [area] = re.findall(r'aria-roledescription="area mark"[^>]*|mark-area[^>]*>.*?d="([^"]+)"', svg)
    assert area.count("M") == 2


def test_each_side_has_one_entry_in_the_legend() -> None:
    rows = [
        {"f0": i, "f1": i, "f2": side, "f3": i - 1, "f4": i + 1, "f5": 3}
        for side in ("champion", "baseline")
        for i in range(3)
    ]
    svg = drawing("band-wide", rows)
    assert [svg.count(f">{side}<") for side in ("Champion", "Baseline")] == [1, 1]
    rows = [{**row, "f2": f"{row['f2']} of mine"} for row in rows]
    assert drawing("bands-wide", rows).count(">champion of mine<") == 1
