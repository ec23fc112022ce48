"""The image that stands for a site where its address is shared."""

from __future__ import annotations

import struct
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from runfolio.render.preview import HEIGHT, WIDTH, preview_png, preview_svg
from runfolio.views.blocks import KeyFigure, KeyFigures, Link, Page, Section

COLOURS = {"paper": "#fbfaf7", "ink": "#1b1d22", "muted": "#5a616d", "accent": "#0b5d8a"}
SVG = "{http://www.w3.org/2000/svg}"


def _page(title: str, *figures: KeyFigure) -> Page:
    section = Section("figures", "", (KeyFigures(figures),))
    return Page("index.html", "index.html", title, (section,))


def _texts(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_it_says_the_finding_and_its_figures_with_their_ranges() -> None:
    figure = KeyFigure(
        "Recall of the champion",
        "96.9 %",
        (
            Link("logistic", "runs/a.html"),
            ". ",
            "93.8 to 99.9 % (95 % interval of the mean, 5 runs).",
        ),
    )
    told = _texts(preview_svg("Triage", _page("It finds more", figure), COLOURS))
    assert told == [
        *("Triage", "It finds more", "96.9 %", "Recall of the champion"),
        "93.8 to 99.9 % (95 % interval)",
    ]


def test_it_is_a_png_of_the_size_that_readers_want() -> None:
    data = preview_png("Triage", _page("It finds more"), COLOURS)
    assert data is not None
    assert data.startswith(b"\x89PNG\r\n")
    assert struct.unpack(">II", data[16:24]) == (WIDTH, HEIGHT) == (1200, 630)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_text_makes_an_image_within_its_bounds(
    title: str, finding: str, value: str, told: str
) -> None:
    svg = preview_svg(
        title, _page(finding, *(KeyFigure(told, value, (told,)) for _ in range(5))), COLOURS
    )
    image = ElementTree.fromstring(svg)
    for text in image.iter(f"{SVG}text"):
        assert 0 < float(text.get("y", 0)) < HEIGHT
        assert 0 < float(text.get("x", 0)) < WIDTH
        # A letter is about half as wide as it is high.
        assert len(text.text or "") * float(text.get("font-size", 0)) * 0.5 < 1.05 * WIDTH
