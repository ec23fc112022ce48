"""Stage 5: badges as SVG: a label and a fact, for a README or a wiki.

No font is known where they are shown, so the width of a text is estimated and the text is
stretched to it (``textLength``). The sign in front says what the colour says.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from runfolio.render.text import visible
from runfolio.views.data import Badge

__all__ = ["badge_svg"]

_LABEL = "#3b4252"
_COLOURS = {"good": "#1b7837", "bad": "#b2182b", "unsure": "#8a5a00", "none": "#0b5d8a"}
"""White on each of them has a contrast of more than 4.5."""
_SIGNS = {"good": "✓ ", "bad": "✗ ", "unsure": "? ", "none": ""}
_NARROW = frozenset("iljtfrI.,:;'|!()[] \u00a0\u202f")
_WIDE = frozenset("mwMW%@—")
_HEIGHT = 20
_PADDING = 7
_LONGEST = 60
"""Characters of a text; a badge is no place for more."""


def badge_svg(badge: Badge) -> str:
    """Return a badge as an SVG image.

    Parameters
    ----------
    badge : Badge
    """
    label, value = _short(badge.label), _SIGNS[badge.tone] + _short(badge.value)
    left, right = _width(label) + 2 * _PADDING, _width(value) + 2 * _PADDING
    told = f"{label}: {_short(badge.value)}"
    colour = _COLOURS[badge.tone]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" '
        f'role="img" aria-label={quoteattr(told)}><title>{escape(told)}</title>'
        f'<clipPath id="r"><rect width="{left + right}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left}" height="{_HEIGHT}" fill="{_LABEL}"/>'
        f'<rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour}"/></g>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(label, _PADDING)}{_text(value, left + _PADDING)}</g></svg>\n"
    )


def _text(text: str, x: int) -> str:
    return f'<text x="{x}" y="14" textLength="{_width(text)}">{escape(text)}</text>'


def _short(text: str) -> str:
    line = " ".join(visible(text).split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _width(text: str) -> int:
    """Return about how wide Verdana draws a text at 11 px, in px."""
    return round(sum(4 if c in _NARROW else 10.5 if c in _WIDE else 7 for c in text))
