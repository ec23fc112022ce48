"""Stage 5: simple blocks become the HTML part of a message.

In: a page of simple blocks. Out: HTML in which each element carries its style, as mail programs
want it, with the theme's colours on light paper and, where they are asked for, in the dark. It
has no script, and nothing in it is fetched from anywhere: images are parts of the message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from runfolio.errors import UsageError
from runfolio.render.email.shape import cell_text, entries, fits_in_columns
from runfolio.render.markdown import markdown_to_html
from runfolio.render.static_charts import PngImage, chart_hash
from runfolio.render.templates import template_environment
from runfolio.render.text import visible
from runfolio.render.theme import Theme
from runfolio.views.blocks import KeyFigures, Link, Page

__all__ = ["HtmlPart", "Picture"]

_PREHEADER = 140
_WITHOUT_LINKS = frozenset(
    "blockquote br code del em h3 h4 h5 h6 hr li ol p pre s strong "
    "table tbody td th thead tr ul".split()
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart as a part of the message: under which id, and its width in CSS pixels."""

    cid: str
    image: PngImage

    @property
    def width(self) -> int:
        return self.image.width


@dataclass
class HtmlPart:
    """Renders pages of simple blocks with the e-mail templates of a theme.

    Parameters
    ----------
    theme : Theme
    title : str
        The report's.
    language : str
        BCP 47 code.
    """

    theme: Theme
    title: str
    language: str = "en"

    def html(
        self,
        page: Page,
        pictures: Mapping[str, Picture],
        notes: Sequence[str | Link],
        href: str = "",
    ) -> str:
        """Return `page` as HTML.

        Parameters
        ----------
        page : Page
            Of simple blocks.
        pictures : mapping of str to Picture
            By `chart_hash`, for each chart of the page.
        notes : sequence of str or Link
            What stands below it.
        href : str
            Where the whole report is read, or empty.

        Raises
        ------
        UsageError
            If css-inline is not installed.
        """
        html = self._environment.get_template("email/message.html").render(
            page=page,
            pictures=pictures,
            preheader=preheader(page),
            notes=[Link(note, "") if isinstance(note, str) else note for note in notes],
            title=self.title,
            language=self.language,
            href=href,
        )
        lines = (line.strip() for line in visible(html).splitlines())
        inlined: str = self._inliner.inline("\n".join(line for line in lines if line))
        # What asks for the reader's palette stays a stylesheet: put in now, it is kept as it is.
        dark = self._environment.get_template("email/dark.css").render().strip()
        return inlined.replace("</head>", f"<style>\n{dark}\n</style>\n</head>", 1) + "\n"

    @cached_property
    def _inliner(self) -> Any:
        try:
            import css_inline
        except ImportError as error:
            raise UsageError(
                "To write an e-mail, css-inline is needed. Install it: "
                "pip install 'runfolio[email]'.",
                "email-extra-missing",
            ) from error
        return css_inline.CSSInliner(
            load_remote_stylesheets=False,
            minify_css=True,
            apply_width_attributes=True,
        )

    @cached_property
    def _environment(self) -> Environment:
        environment = template_environment(self.theme)
        shared = self.theme.tokens["shared"]
        environment.globals.update(
            light=_styles(self.theme.tokens["light"]),
            dark=_styles(self.theme.tokens["dark"]),
            text_font=_style(shared["text"]),
            head_font=_style(shared["head"]),
        )
        environment.filters.update(
            entries=entries,
            hash=chart_hash,
            in_columns=fits_in_columns,
            kind=lambda block: type(block).__name__,
            markdown=_markdown,
            said=cell_text,
        )
        return environment


def preheader(page: Page) -> str:
    """Return what a mailbox shows beside the subject: the first figures, else the opening."""
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, KeyFigures):
                told = " · ".join(f"{one.label}: {one.value}" for one in block.figures)
                return told[:_PREHEADER]
    return "".join(span if isinstance(span, str) else span.text for span in page.lede)[:_PREHEADER]


def _markdown(source: str) -> Markup:
    """Return Markdown as HTML without links: where those of strangers lead, nobody knows."""
    import nh3

    return Markup(nh3.clean(markdown_to_html(source), tags=set(_WITHOUT_LINKS), attributes={}))


def _styles(tokens: Mapping[str, str]) -> dict[str, Markup]:
    return {name: _style(value) for name, value in tokens.items()}


def _style(value: str) -> Markup:
    # A theme's values hold nothing that ends a rule (`Theme`). Some programs drop a whole style
    # attribute with double quotes in it.
    return Markup(value.replace('"', "'"))
