"""Stage 5: a page becomes the two texts of a message, shortened until it fits.

In: a page of any blocks. Out: an `EmailSummary`: HTML of at most `MOST_BYTES`, plain text of the
same content, the charts as PNG. Detail goes first: long tables, charts, sections from the end.
The verdict, requirements that are not met and warnings stay.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from runfolio.model.locale import NBSP, current_locale
from runfolio.model.numbers import format_count, format_number
from runfolio.render.email.html import HtmlPart, Picture
from runfolio.render.email.links import Links, plain
from runfolio.render.email.outline import charts_of, simplified
from runfolio.render.email.plain_text import plain_text_part
from runfolio.render.email.simple import Limits, clipped
from runfolio.render.html import SiteInfo
from runfolio.render.static_charts import PngImage, chart_hash, draw_images
from runfolio.render.theme import Theme
from runfolio.views.blocks import Chart, Link, Page

__all__ = ["MOST_BYTES", "EmailSummary", "summary_email"]

MOST_BYTES = 90_000
"""Of the HTML. Gmail cuts a message off at about 102 KB."""

PLOT_WIDTH = 320
_MOST_CHARTS = 3
_SUBJECT = 180


@dataclass(frozen=True, slots=True)
class EmailSummary:
    """What a message says.

    Parameters
    ----------
    subject : str
        One line.
    html, text : str
        The same content, twice.
    pictures : tuple of Picture
        Those that the HTML shows.
    left_out : tuple of str
        Titles of the sections that found no room.
    """

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]
    left_out: tuple[str, ...]


def summary_email(
    page: Page,
    *,
    theme: Theme,
    info: SiteInfo,
    specs: Mapping[str, Mapping[str, Any]],
    url: str = "",
    attached: Sequence[tuple[str, str, int]] = (),
    subject: str = "",
    most_bytes: int = MOST_BYTES,
) -> EmailSummary:
    """Return a page as the content of a message.

    Parameters
    ----------
    page : Page
    theme : Theme
    info : SiteInfo
    specs : mapping of str to dict
        Specifications of the chart kinds.
    url : str
        At which the site is read; without it the message has no link.
    attached : sequence of (str, str, int)
        What each file that goes with it holds, its name and its size in bytes.
    subject : str
        Instead of the page's title.
    most_bytes : int

    Raises
    ------
    UsageError
        If css-inline is not installed.
    """
    pictures = _pictures(charts_of(page, _MOST_CHARTS), theme, specs)
    links, part = Links(url), HtmlPart(theme, plain(info.title), info.language)
    ladder = list(_limits(len(page.sections)))

    @cache
    def made(step: int) -> tuple[Page, tuple[str, ...], list[str | Link], str]:
        told, left_out = simplified(page, ladder[step], links, frozenset(pictures))
        notes = _notes(page, info, links, attached, left_out)
        return told, left_out, notes, part.html(told, pictures, notes, links.href(page.path))

    # Each step is narrower than the one before: the first that fits is found by halving.
    first, last = 0, len(ladder) - 1
    while first < last:
        middle = (first + last) // 2 if first else 0  # most pages fit as they are
        fits = len(made(middle)[3].encode("utf-8")) <= most_bytes
        first, last = (first, middle) if fits else (middle + 1, last)
    told, left_out, notes, html = made(first)
    shown = {
        chart_hash(block): None
        for section in told.sections
        for block in section.blocks
        if isinstance(block, Chart)
    }
    lines = [
        f"{note.text}: {note.href}" if isinstance(note, Link) and note.href else _words(note)
        for note in notes
    ]
    title = plain(info.title)
    # Words that only lead on say nothing where they are no links.
    bare = simplified(page, ladder[first], Links(), frozenset(pictures))[0]
    text = plain_text_part(replace(bare, kicker=f"{title}. {bare.kicker}".rstrip()), lines)
    return EmailSummary(
        clipped(plain(subject or page.title or title).replace(NBSP, " ").strip(), _SUBJECT),
        *(html, text, tuple(pictures[name] for name in shown), left_out),
    )


def _limits(sections: int) -> Iterator[Limits]:
    """Return limits from wide to narrow; what is told least is given up first."""
    yield Limits(rows=6)
    yield Limits(rows=4)
    yield Limits(rows=2)
    yield Limits(rows=2, charts=0)
    for number in range(sections, -1, -1):
        yield Limits(rows=2, charts=0, full=0, sections=number)
    for names, text, warnings in (
        *((1_000, 1_500, 100), (500, 600, 100), (300, 300, 60)),
        *((150, 200, 30), (50, 100, 10), (20, 60, 5)),
    ):
        yield Limits(1, 0, 0, 0, names, text, warnings)


def _pictures(
    charts: Sequence[Chart], theme: Theme, specs: Mapping[str, Mapping[str, Any]]
) -> dict[str, Picture]:
    colours = theme.tokens["light"]
    images = draw_images(charts, specs, colours, current_locale(), PLOT_WIDTH)
    return {name: _picture(image) for name, image in images.items()}


def _picture(image: PngImage) -> Picture:
    return Picture(f"{hashlib.sha256(image.data).hexdigest()[:16]}@runfolio", image)


def _words(note: str | Link) -> str:
    return note if isinstance(note, str) else note.text


def _notes(
    page: Page,
    info: SiteInfo,
    links: Links,
    attached: Sequence[tuple[str, str, int]],
    left_out: Sequence[str],
) -> list[str | Link]:
    """Return what stands below the message: where the rest is, and what it was made from."""
    notes: list[str | Link] = []
    if left_out:
        shown = [clipped(title, 60) for title in left_out[:12]]
        if len(left_out) > len(shown):
            shown.append(f"{format_count(len(left_out) - len(shown))} more")
        notes.append(f"Also in the report: {'; '.join(shown)}.")
    if links.url:
        notes.append(Link("The whole report", links.href(page.path)))
    for holds, name, size in attached:
        notes.append(f"{holds} is attached: {name} ({_size(size)}).")
    if not links.url and not attached:
        notes.append("For the whole report, ask whoever sent you this.")
    as_of = f" Data up to {plain(info.data_as_of)}." if info.data_as_of else ""
    sources = clipped(plain(info.sources), 200)
    notes.append(f"Made by runfolio {info.version} from {sources}.{as_of}")
    return notes


def _size(count: int) -> str:
    if count < 1_000_000:
        return f"{format_count(max(1, round(count / 1_000)))} KB"
    return f"{format_number(count, 1e-6, 1)} MB"
