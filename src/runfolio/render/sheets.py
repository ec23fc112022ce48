"""Stage 5: what stands on the sheets of a page that is printed, and not on the screen.

Above each sheet stand the report and the page. Links out of the report get numbers, and their
addresses stand at the end.
"""

from __future__ import annotations

import re
from html import escape, unescape

from runfolio.model.numbers import format_count

__all__ = ["above", "css_string", "with_notes"]

_UNSAFE = re.compile(r"[^\w .,:;()/%+-]")
_LINK = re.compile(r"<a href=\"((?:https?://|mailto:)[^\"]*)\"")
_LONGEST = 90
"""Characters of a line above a sheet."""


def css_string(text: str) -> str:
    """Return text as a string of CSS, of which nothing ends it."""
    line = " ".join(text.split())
    line = line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
    return '"' + _UNSAFE.sub(lambda sign: f"\\{ord(sign[0]):x} ", line) + '"'


def above(report: str, page: str) -> str:
    """Return the style of a page: its name and the report's on every sheet of it."""
    return (
        f"@page {{ @top-left {{ content: {css_string(report)}; }} "
        f"@top-right {{ content: {css_string(page)}; }} }} "
        "@media print { .top { display: none; } }"
    )


def with_notes(html: str) -> str:
    """Return a page whose links out of the report are numbered and listed at its end.

    Numbers and list are for paper; on the screen the stylesheet hides them.
    """
    head, main, rest = html.partition("<main")
    body, end, foot = rest.rpartition("</main>")
    numbers: dict[str, int] = {}

    def noted(match: re.Match[str]) -> str:
        number = numbers.setdefault(match[1], len(numbers) + 1)
        return f'{match[0]} data-note="{format_count(number)}"'

    body = _LINK.sub(noted, body)
    if not numbers:
        return html
    addresses = (unescape(href).removeprefix("mailto:") for href in numbers)
    items = "".join(f"<li>{escape(address)}</li>" for address in addresses)
    notes = f'<section class="links"><h2>Links</h2><ol>{items}</ol></section>\n'
    return f"{head}{main}{body}{notes}{end}{foot}"
