"""The sample's report as PDF, printed by the browser that is there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from peers import absent
from runfolio import pipeline
from runfolio.deliver.pdf import VARIABLE, find_browser
from runfolio.errors import OutputError, UsageError

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def pdf(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The pages of one role, and the methods that they lead to."""
    try:
        import pypdf

        find_browser()
    except ImportError:
        absent("pypdf is not installed")
    except UsageError as error:
        absent(error.message)
    folder = tmp_path_factory.mktemp("paper")
    shutil.copytree(ROOT / "sample_runs", folder / "sample_runs")
    file = folder / "report.pdf"
    wish = pipeline.PdfWish(file, ("business-stakeholder",))
    printed = pipeline.pdf(pipeline.Request((str(folder / "sample_runs"),)), wish)
    assert printed.output == file
    assert printed.size == file.stat().st_size
    return pypdf.PdfReader(file)


@pytest.fixture(scope="session")
def texts(pdf: Any) -> list[str]:
    """What stands on each sheet."""
    return [" ".join(page.extract_text().split()) for page in pdf.pages]


def test_it_is_tagged_and_tells_its_title_and_language(pdf: Any) -> None:
    root = pdf.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])
    assert root["/Lang"] == "en"
    assert pdf.metadata.title == "Screening triage"


def test_its_outline_leads_to_the_pages_of_the_report(pdf: Any) -> None:
    entries = [entry for entry in pdf.outline if not isinstance(entry, list)]
    titles = [entry.title.replace("\xa0", " ") for entry in entries]
    assert titles[0] == "Screening triage"
    assert titles[1].startswith("logistic-C0.1 is perhaps worth about EUR 120,000 a year more than")
    assert titles[2:] == ["How each number is computed", "Words in this document"]


def test_its_text_stands_in_reading_order(texts: list[str]) -> None:
    assert len(texts) > 3
    assert texts[0].index("Screening triage") < texts[0].index("Contents")
    told = " ".join(texts)
    order = ["Contents", "What it brings", "What it costs", "What to decide", "How each number"]
    places = [told.rindex(words) for words in order]
    assert places == sorted(places)


def test_sheets_are_numbered_and_say_what_they_belong_to(texts: list[str]) -> None:
    for number, text in enumerate(texts, 1):
        assert f"{number} of {len(texts)}" in text
    assert all("Screening triage" in text for text in texts)
    assert "Business stakeholder" in texts[1]
    assert "Data up to 15 November 2026" in texts[1]


def test_no_place_on_this_machine_and_no_clock_is_told(
    pdf: Any, texts: list[str], tmp_path: Path
) -> None:
    told = " ".join(texts)
    for private in ("file:", "/tmp", str(tmp_path.parent), os.path.expanduser("~/"), ".pdf"):
        assert private not in told
    assert pdf.metadata.creation_date is None
    assert pdf.metadata.creator == "runfolio"
    links = [
        note.get_object()["/A"]["/URI"]
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if "/A" in note.get_object() and "/URI" in note.get_object()["/A"]
    ]
    assert all(link.startswith(("http", "mailto:")) for link in links)


def test_charts_are_drawn_and_not_pictures_of_dots(pdf: Any, texts: list[str]) -> None:
    assert not [image for page in pdf.pages for image in page.images]
    # Axis and mark labels are text.
    assert "False alarms (%)" in " ".join(texts)


def test_what_cannot_be_printed_is_told_before_the_logs_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    nowhere = pipeline.Request((str(tmp_path / "nowhere"),))
    thesis = tmp_path / "thesis.docx"
    thesis.write_bytes(b"PK two years of work")
    monkeypatch.setenv(VARIABLE, "/bin/sh")
    with pytest.raises(OutputError) as told:
        pipeline.pdf(nowhere, pipeline.PdfWish(thesis))
    assert told.value.slug == "output-not-ours"
    monkeypatch.setenv(VARIABLE, "/nowhere/chrome")
    with pytest.raises(UsageError) as missing:
        pipeline.pdf(nowhere, pipeline.PdfWish(tmp_path / "report.pdf"))
    assert missing.value.slug == "browser-missing"
