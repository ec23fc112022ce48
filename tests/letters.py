"""Pages as messages, for the tests of the e-mail."""

from __future__ import annotations

from functools import cache
from typing import Any
from unittest.mock import patch

from runfolio.render.email.html import HtmlPart
from runfolio.render.email.summary import EmailSummary, summary_email
from runfolio.render.html import SiteInfo
from runfolio.render.theme import load_theme
from runfolio.views import blocks as b
from runfolio.views.charts import chart_specs

INFO = SiteInfo("Screening", (), "0.1", "mlruns", data_as_of="1 May 2026")


THEME = cache(load_theme)


def letter(page: b.Page, **told: Any) -> EmailSummary:
    """Return a page as the content of a message."""
    # Templates are compiled once for all messages.
    with patch.object(HtmlPart, "_environment", _environment()):
        return summary_email(
            page, **{"theme": THEME(), "info": INFO, "specs": chart_specs(), **told}
        )


@cache
def _environment() -> Any:
    return HtmlPart(THEME(), "")._environment


def requirement(name: str, tone: b.Tone = "good") -> b.Row:
    words = {"good": "Met", "bad": "Missed", "unsure": "Met, not certain", "none": ""}
    verdict = b.Cell(verdict=b.Verdict(words[tone], tone))
    return b.Row((b.Cell(name), verdict, b.Cell("at least 95 %"), b.Cell("93.1 %")))


def requirements(*rows: b.Row) -> b.Section:
    columns = (*map(b.Column, ("Requirement", "Champion", "Asked for", "Found")),)
    table = b.Table("Each requirement, judged for the champion", columns, rows)
    return b.Section("requirements", "What is asked of it", (table,))


def role_page(*sections: b.Section, title: str = "The new model is better") -> b.Page:
    figures = b.KeyFigures(
        (
            b.KeyFigure(
                "Recall", "96.9 %", ("93.8 to 99.9 %. ", b.Link("Method", "methods.html"), ".")
            ),
        )
    )
    return b.Page(
        "business-stakeholder.html",
        "business-stakeholder.html",
        title,
        (b.Section("verdict-figures", "", (figures,)), *sections),
        kicker="For the business stakeholder",
        lede=("It catches more cases.",),
    )
