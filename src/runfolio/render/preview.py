"""Stage 5: the image that stands for a site where its address is shared.

1200 by 630 pixels, as Open Graph's readers want it: the title, the finding, the first figures.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

from runfolio.render.static_charts import drawn_as_png
from runfolio.render.text import visible
from runfolio.views.blocks import KeyFigure, KeyFigures, Page

__all__ = ["preview_png", "preview_svg"]

WIDTH, HEIGHT = 1200, 630
_MARGIN = 72
_MOST_FIGURES = 3
_SIZES = ((64, 30, 3), (52, 38, 4), (42, 47, 5))
"""Sizes of the finding in px, characters in a line, and lines; the first that fits is taken."""


def preview_png(title: str, page: Page, colours: Mapping[str, str]) -> bytes | None:
    """Return the image as PNG; None where it cannot be drawn.

    Parameters
    ----------
    title : str
        Of the report.
    page : Page
        The overview.
    colours : mapping of str to str
        The theme's tokens of its light palette.
    """
    return drawn_as_png(preview_svg(title, page, colours))


def preview_svg(title: str, page: Page, colours: Mapping[str, str]) -> str:
    """Return the image as SVG."""
    figures = list(_figures(page))[:_MOST_FIGURES]
    size, lines = _fitted(_line(page.title))
    ink, muted, accent = colours["ink"], colours["muted"], colours["accent"]
    parts = [
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill={quoteattr(colours["paper"])}/>',
        f'<rect width="{WIDTH}" height="12" fill={quoteattr(accent)}/>',
        _text(_cut(_line(title), 60), _MARGIN, 100, 30, muted),
    ]
    parts += [
        _text(line, _MARGIN, 180 + place * round(size * 1.2), size, ink, "bold")
        for place, line in enumerate(lines)
    ]
    step = (WIDTH - 2 * _MARGIN) // _MOST_FIGURES
    for place, figure in enumerate(figures):
        x = _MARGIN + place * step
        parts.append(_text(_cut(_line(figure.value), 16), x, 520, 44, accent, "bold"))
        parts.append(_text(_cut(_line(figure.label), 32), x, 558, 22, muted))
        parts.append(_text(_cut(_how_sure(figure), 40), x, 588, 18, muted))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _figures(page: Page) -> Iterator[KeyFigure]:
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, KeyFigures):
                yield from block.figures


def _how_sure(figure: KeyFigure) -> str:
    """Return the range that stands below a figure, as far as there is room for it."""
    told = (_line(span) for span in figure.context if isinstance(span, str))
    for text in told:
        if found := re.match(r"(.*\d.*?)\s\((.*? interval)\b", text):
            return f"{found[1]} ({found[2]})"
        if any(map(str.isdigit, text)):
            return text.partition("; ")[0]
    return ""


def _fitted(text: str) -> tuple[int, Sequence[str]]:
    """Return the size and the lines in which a text fits; the smallest is cut."""
    for size, width, most in _SIZES:
        lines = wrap(text, width, break_on_hyphens=False)
        if len(lines) <= most:
            return size, lines
    size, width, most = _SIZES[-1]
    return size, [*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), width)]


def _line(text: str) -> str:
    return " ".join(visible(text).split(" "))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(text: str, x: int, y: int, size: int, colour: str, weight: str = "normal") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" '
        f"fill={quoteattr(colour)}>{escape(text)}</text>"
    )
