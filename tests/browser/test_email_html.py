"""The HTML part of a message as a mail program shows it: narrow and wide, light and dark."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from letters import letter, requirement, requirements, role_page
from runfolio.views import blocks as b
from sample_pages import dots, every_block

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
TONES: tuple[b.Tone, ...] = ("good", "bad", "unsure", "none")


@pytest.fixture(scope="module")
def html() -> str:
    """A message with every kind of block and names without a blank, its images put in."""
    name = "features_all_30_max_depth_2_subsample_0_7_" * 3
    page = role_page(
        requirements(*(requirement(name, tone) for tone in TONES)),
        b.Section("all", "Every kind of block", every_block(name)),
        b.Section("chart", "A chart", (dots("Recall", static=True),)),
        b.Section("risks", "Risks", tuple(b.Callout(tone, "Title", ("Text.",)) for tone in TONES)),
    )
    found = letter(page, url="https://example.org/report/")
    told = found.html
    for picture in found.pictures:
        data = base64.b64encode(picture.image.data).decode("ascii")
        told = told.replace(f"cid:{picture.cid}", f"data:image/png;base64,{data}")
    return told


PAPER = {"light": "rgb(251, 250, 247)", "dark": "rgb(21, 23, 27)"}


def test_it_fits_and_can_be_read(html: str, new_page: Any, tmp_path: Path) -> None:
    (tmp_path / "message.html").write_text(html, encoding="utf-8")
    page = new_page(viewport={"width": 360, "height": 900})
    page.goto((tmp_path / "message.html").as_uri())
    page.evaluate(AXE)
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 0)")
    assert not page.get_by_text("Recall: 96.9 %").first.is_visible(), "the preheader is not shown"
    for scheme, paper in PAPER.items():
        page.emulate_media(color_scheme=scheme)
        for width in (700, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == paper
        found = page.evaluate(
            "axe.run({preload: false, resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa']})"
        )
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
