"""Stage 5: Markdown that people wrote in a tracker becomes safe HTML.

In: untrusted Markdown. Out: HTML that holds no script, no image from elsewhere, no raw
HTML of the author, and no heading above the section's own.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from runfolio.model.numbers import format_count
from runfolio.render.text import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_core import StateCore

__all__ = ["LONGEST", "markdown_to_html"]

LONGEST = 20_000
"""Characters that are read. Some texts take time that grows with the square of their length."""

_MOST_BRACKETS = 2_000

_TAGS = frozenset(
    "a blockquote br code del em h3 h4 h5 h6 hr li ol p pre s strong ".split()
    + "table tbody td th thead tr ul".split()
)


def markdown_to_html(source: str) -> str:
    r"""Return `source` as HTML; what is beyond `LONGEST` is left out and this is said.

    Examples
    --------
    >>> markdown_to_html("# Why\n<b>raw</b>")
    '<h3>Why</h3>\n<p>&lt;b&gt;raw&lt;/b&gt;</p>\n'
    """
    import nh3

    text = visible(source[:LONGEST])
    if text.count("[") > _MOST_BRACKETS:
        # Nobody writes this many links; plain text costs no time.
        text = text.replace("[", "\\[")
    html = nh3.clean(
        _parser().render(text),
        tags=set(_TAGS),
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    if len(source) > LONGEST:
        html += (
            f'<p class="note">Only the first {format_count(LONGEST)} characters are shown.</p>\n'
        )
    return html


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("js-default", {"html": False, "linkify": False, "typographer": False})
    # An image would tell its host who reads the report: its description stands in.
    parser.add_render_rule("image", lambda _, tokens, i, *__: _escape(tokens[i].content))
    parser.core.ruler.push("lower_headings", _lower_headings)
    return parser


def _lower_headings(state: StateCore) -> None:
    """Begin at h3, below the section's heading, and leave no level out on the way down."""
    headings = [t for t in state.tokens if t.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    above = 2
    for opened, closed in zip(headings[::2], headings[1::2], strict=True):
        above = min(used.index(opened.tag) + 3, above + 1, 6)
        opened.tag = closed.tag = f"h{above}"


def _escape(text: str) -> str:
    from markdown_it.common.utils import escapeHtml

    return escapeHtml(text)
