"""Pages of the sample on paper, as the browser prints them."""

from __future__ import annotations

from io import BytesIO

import pytest

from peers import absent
from sites import Site

from .conftest import NewPage

pytestmark = pytest.mark.browser

SHEET = 680
"""Pixels: the width of the text on a sheet of A4, 180 mm."""


@pytest.mark.parametrize("path", ["requirements.html", "impact.html", "data-engineer.html"])
def test_no_table_is_wider_than_a_sheet(new_page: NewPage, sample_site: Site, path: str) -> None:
    page = new_page(viewport={"width": SHEET, "height": 970})
    page.emulate_media(media="print")
    page.goto((sample_site.folder / path).as_uri())
    wide = "(table) => table.scrollWidth > table.closest('section').clientWidth + 1"
    told = f"[...document.querySelectorAll('table')].filter({wide}).map((t) => t.innerText)"
    assert page.evaluate(told) == []


def test_each_sheet_says_what_it_belongs_to(new_page: NewPage, sample_site: Site) -> None:
    try:
        from pypdf import PdfReader
    except ImportError:
        absent("pypdf is not installed")
    page = new_page()
    page.goto((sample_site.folder / "requirements.html").as_uri())
    sheets = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    assert len(sheets) > 1
    for number, sheet in enumerate(sheets, 1):
        told = " ".join(sheet.extract_text().split())
        for part in ("Screening triage", "Requirements", f"{number} of {len(sheets)}"):
            assert part in told
    assert "Contents" not in " ".join(sheet.extract_text() for sheet in sheets)
