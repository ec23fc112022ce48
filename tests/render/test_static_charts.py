from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from runfolio.render import static_charts
from runfolio.render.static_charts import Drawings, chart_hash, draw_charts, draw_images
from runfolio.render.theme import load_theme
from runfolio.views.blocks import Chart, Details
from runfolio.views.charts import chart_specs
from sample_pages import dots, page_of, renderer

CURVE = Chart(
    "curve",
    "curve",
    "Loss falls",
    'To 0.1 at "step" 3',
    {"f0": [1, 2, 3], "f1": [1.0, None, 0.1]},
    {"@x": "Step", "@y": "constructor"},
    static=True,
)


@pytest.fixture(scope="module", autouse=True)
def by_its_own_process() -> Iterator[None]:
    """Start a process for each drawing, as a build does outside of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(static_charts, "subprocess", subprocess)
        yield


@pytest.fixture(scope="module")
def drawings() -> Drawings:
    hostile = dots("a\x00b\ud800\\ constructor\n", static=True, key="hostile")
    folded = Details("more", (replace(CURVE, key="other", title="constructor"),))
    return draw_charts([page_of(CURVE, hostile, folded, dots())], chart_specs())


def test_charts_that_ask_for_it_are_drawn_hostile_ones_too(drawings: Drawings) -> None:
    assert drawings.message == ""
    assert len(drawings.images) == 3
    assert chart_hash(CURVE) in drawings.images


def test_a_drawing_is_an_image_with_a_label_at_two_widths(drawings: Drawings) -> None:
    drawing = drawings.images[chart_hash(CURVE)]
    for svg, width in ((drawing.wide, "680"), (drawing.narrow, "330")):
        root = ElementTree.fromstring(svg)
        assert root.get("role") == "img"
        assert root.get("aria-label") == 'Loss falls. To 0.1 at "step" 3'
        assert root.get("width") == width
        assert "Step" in "".join(root.itertext())


def test_drawings_take_their_colours_from_the_page(drawings: Drawings) -> None:
    for drawing in drawings.images.values():
        assert "var(--" in drawing.wide
        assert "style=" not in drawing.wide
        assert not re.search(r"(fill|stroke)=\"#", drawing.wide)


def test_ids_are_unique_and_used_and_the_order_of_drawing_does_not_matter(
    drawings: Drawings,
) -> None:
    alone = draw_charts([page_of(CURVE)], chart_specs())
    assert alone.images[chart_hash(CURVE)] == drawings.images[chart_hash(CURVE)]
    together = "".join(d.wide + d.narrow for d in drawings.images.values())
    ids = re.findall(r'\bid="([^"]+)"', together)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"url\(#([^)]+)\)", together)) <= set(ids)


def test_the_page_shows_the_drawing_of_its_chart(drawings: Drawings) -> None:
    html = renderer(drawings=drawings).page(page_of(CURVE))
    assert drawings.images[chart_hash(CURVE)].wide in html
    assert "needs JavaScript" not in html
    assert "needs JavaScript" in renderer().page(page_of(CURVE))


def test_a_process_that_dies_leaves_the_tables_and_a_message(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "python"
    dying.write_text("#!/bin/sh\nkill -ABRT $$\n", encoding="ascii")
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    result = draw_charts([page_of(CURVE)], chart_specs())
    assert result.images == {}
    assert "1 of 1 charts" in result.message
    assert "tables" in result.message


def test_without_charts_no_process_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subprocess.run", None)
    assert draw_charts([page_of(dots())], chart_specs()) == Drawings()


def test_images_are_of_one_palette_and_the_same_again() -> None:
    colours = {**load_theme().tokens["light"], "card": "#fedcba"}
    images = draw_images([CURVE, dots()], chart_specs(), colours)
    assert images == draw_images([CURVE, dots()], chart_specs(), colours)
    assert images.keys() == {chart_hash(CURVE), chart_hash(dots())}
    for image in images.values():
        assert image.data.startswith(b"\x89PNG\r\n\x1a\n")
        # Two pixels for each that it takes on a page.
        assert int.from_bytes(image.data[16:20]) == 2 * image.width
        assert 300 < image.width < 450
