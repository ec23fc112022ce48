"""Stage 5: the page that lists the reports that lie side by side at one address.

In: what they are called and from when their data is. Out: one HTML file in the theme's look
that needs no other file, for what lies beside it may be of any age.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import date

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runfolio.model.locale import current_locale
from runfolio.model.published import PublishedReport
from runfolio.render.assets import stylesheet
from runfolio.render.text import visible
from runfolio.render.theme import Theme

__all__ = ["reports_page"]


def reports_page(theme: Theme, reports: Sequence[PublishedReport]) -> bytes:
    """Return the page.

    Parameters
    ----------
    theme : Theme
    reports : sequence of PublishedReport
        In the order in which they are listed; the main one, if any, has no folder.
    """
    style = stylesheet(theme) + theme.static("reports.css").decode("utf-8")
    hashed = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    environment = Environment(
        loader=FileSystemLoader(theme.template_folders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    rows = [
        {"folder": one.folder, "title": visible(one.title), "day": _day(one.data_as_of)}
        for one in reports
    ]
    html = environment.get_template("reports.html").render(
        main=next((row for row in rows if not row["folder"]), None),
        beside=[row for row in rows if row["folder"]],
        style=Markup(style),  # ours and the theme's; tokens cannot end a stylesheet
        content_policy=(
            f"default-src 'none'; style-src 'sha256-{hashed}'; img-src data:; base-uri 'none'; "
            "form-action 'none'"
        ),
    )
    return html.encode("utf-8")


def _day(written: str) -> str:
    try:
        return current_locale().day(date.fromisoformat(written))
    except ValueError:
        return ""
