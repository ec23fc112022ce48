"""Stage 4, its end: everything that a channel may show, laid out and not yet rendered.

In: what was analysed. Out: a `Report`: pages of blocks, the data files beside them, the theme.
A folder, a single file, a message, a comment: all are made from the same report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from runfolio.model.locale import current_locale
from runfolio.project import Project

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.since import LastReport
    from runfolio.audience.apply import Audience
    from runfolio.audience.hidden import HiddenValue
    from runfolio.config import Settings
    from runfolio.model.tables import Tables
    from runfolio.render.html import SiteInfo
    from runfolio.render.summary import Summary
    from runfolio.render.theme import Theme
    from runfolio.views.blocks import Page
    from runfolio.views.book import Book, Navigation
    from runfolio.views.roles import Role

__all__ = ["Look", "Report", "lay_out", "leak_watch", "look_of"]


@dataclass(frozen=True, slots=True)
class Look:
    """How a report looks, and which roles it speaks to: what can be wrong is told early."""

    theme: Theme
    roles: Mapping[str, Role]


@dataclass(frozen=True, slots=True)
class Report:
    """All that a channel may show.

    Parameters
    ----------
    project : Project
    settings : Settings
        As the audience may see them.
    audience : Audience
    analysed : Analysed
    book : Book
        Makes pages on demand.
    pages : tuple of Page
        All but those of runs and of single metrics.
    info : SiteInfo
    theme : Theme
    last : LastReport or None
        The earlier report, where there is one.
    watch : callable
        Takes the name and the bytes of whatever leaves the program; raises LeakError where
        these hold what the audience must not see.
    """

    project: Project
    settings: Settings
    audience: Audience
    analysed: Analysed
    book: Book
    pages: tuple[Page, ...]
    info: SiteInfo
    theme: Theme
    last: LastReport | None = None
    watch: Callable[[str, bytes], None] = lambda path, data: None

    @property
    def specs(self) -> Mapping[str, Mapping[str, Any]]:
        """The specifications of the kinds of charts."""
        from runfolio.views.charts import chart_specs

        return chart_specs()

    @property
    def further(self) -> int:
        """Number of pages of runs and of single metrics."""
        view = self.book.view
        trends = (own.page for facts in view.histories for own in facts.trends)
        runs = (run.page for run in view.runs.values())
        return sum(map(self.book.shown.page, chain(trends, runs)))

    def further_pages(self) -> Iterator[Page]:
        """Make the pages of single metrics and of runs, one by one."""
        return chain(self.book.trend_pages(), self.book.run_pages())

    def embeds(self) -> Iterator[Page]:
        """Make the pages of single sections and charts, to stand in a frame elsewhere."""
        from runfolio.views.embed import embedded

        for page in embedded(self.pages, self.settings.deliver.embed):
            if self.book.shown.page(page.path):
                yield page

    def data_files(self) -> Iterator[tuple[str, str | bytes]]:
        """Make the data files: for the pages' scripts, and for other programs."""
        from runfolio.render.comment import summary_markdown

        shown = self.book.shown.page
        for path, content in _data_files(self.book, self.pages):
            if shown(path):
                yield path, content
        if shown("summary.md"):
            yield "summary.md", summary_markdown(self.summary(), self.info.version)

    def summary(self) -> Summary:
        """Choose from the pages what the report comes down to."""
        from runfolio.render.summary import summary_of

        entries = [entry for _, group in self.info.nav for entry in group]
        return summary_of(self.info.title, self.pages, entries, self.info.problems)


def look_of(project: Project, theme: str | None) -> Look:
    """Load the theme and the roles.

    Parameters
    ----------
    project : Project
    theme : str or None
        Instead of the configuration's.

    Raises
    ------
    ConfigError, UsageError
    """
    from runfolio.render.theme import load_theme
    from runfolio.views.roles import load_roles

    told = project.settings
    loaded = load_theme(theme or told.theme.extends, project.folder)
    roles = load_roles(project.folder / told.roles if told.roles else None)
    return Look(loaded.with_tokens(told.theme.tokens), roles)


def lay_out(
    project: Project,
    settings: Settings,
    analysed: Analysed,
    audience: Audience,
    look: Look,
    *,
    run_pages: bool = True,
) -> Report:
    """Make the pages of blocks from what was analysed; those of runs may be left out."""
    from runfolio.views.book import Book, navigation
    from runfolio.views.shown import Shown

    title = settings.title or project.title
    wanted = audience.told.roles
    roles = {name: role for name, role in look.roles.items() if not wanted or name in wanted}
    book = Book.of(
        analysed,
        roles,
        title=title,
        subtitle=settings.subtitle or "",
        description=settings.description or "",
        seed_params=settings.replicates.ignore,
        shown=Shown.of(audience.told, run_pages=run_pages),
    )
    pages = tuple(book.pages())
    nav = navigation(roles, [page.path for page in pages])
    info = _site_info(book.view.analysed, title, nav, settings.deliver.url)
    info = replace(
        info,
        absent=book.absent(pages),
        feed=info.feed if book.shown.page(info.feed) else "",
    )
    return Report(project, settings, audience, analysed, book, pages, info, look.theme)


def leak_watch(hidden: Sequence[HiddenValue], report: Report) -> Callable[[str, bytes], None]:
    """Return what refuses each file that holds a hidden value; shared assets hold none."""
    from runfolio.audience.leaks import LeakSearch
    from runfolio.render.assets import bundle_assets

    shared = bundle_assets(report.theme, report.specs).files.values()
    return LeakSearch(hidden, shared).search


def _data_files(book: Book, pages: Sequence[Page]) -> Iterator[tuple[str, str | bytes]]:
    """Make the data files: for the page's scripts, and for other programs."""
    from runfolio import __version__
    from runfolio.render.badges import badge_svg
    from runfolio.render.data import runs_script, series_script
    from runfolio.render.feed import feed_xml
    from runfolio.render.history_csv import history_csv
    from runfolio.render.markdown_text import page_markdown
    from runfolio.render.monitoring_data import monitoring_csv
    from runfolio.render.parquet import metrics_parquet, runs_parquet, series_parquet
    from runfolio.render.regressions import regressions_json
    from runfolio.render.report_json import metrics_csv, report_json, runs_csv
    from runfolio.views.badges import badges
    from runfolio.views.model_words import CARD, CARD_TEXT

    analysed, runs = book.view.analysed, book.view.runs
    yield "report.json", report_json(analysed, runs, book.title)
    yield "runs.csv", runs_csv(analysed, runs)
    yield "metrics.csv", metrics_csv(analysed)
    yield "runs.parquet", runs_parquet(analysed, runs)
    yield "metrics.parquet", metrics_parquet(analysed)
    yield "series.parquet", series_parquet(analysed)
    for badge in badges(analysed):
        yield f"badges/{badge.name}.svg", badge_svg(badge)
    if analysed.histories:
        yield "history.csv", history_csv(analysed.histories)
        yield "regressions.json", regressions_json(analysed)
        yield "feed.xml", feed_xml(analysed, book.title, __version__)
    for page in pages:
        if page.path == CARD:
            yield CARD_TEXT, page_markdown(replace(page, lede=()))
    if analysed.monitoring is not None:
        yield "monitoring.csv", monitoring_csv(analysed.monitoring)
    yield "data/runs.js", runs_script(book.rows)
    for series in book.series():
        yield f"data/{series.slug}.js", series_script(series)
    yield from book.images()


def _site_info(analysed: Analysed, title: str, nav: Navigation, url: str) -> SiteInfo:
    from runfolio import __version__
    from runfolio.render.html import SiteInfo, locale_for_charts, numbers_for_scripts
    from runfolio.views.dates import day
    from runfolio.views.words import listed

    return SiteInfo(
        title=title,
        nav=nav,
        version=__version__,
        sources=listed(list(_sources(analysed.tables))),
        data_as_of=day(analysed.tables.newest),
        problems=sum(problem.severity != "note" for problem in analysed.problems),
        feed="feed.xml" if analysed.histories else "",
        numbers=numbers_for_scripts(current_locale()),
        charts=locale_for_charts(current_locale()),
        url=f"{url.rstrip('/')}/" if url else "",
    )


def _sources(tables: Tables) -> dict[str, None]:
    """Return what a report is made from: places, and for an outside audience only formats."""
    is_outside = tables.not_shown.is_outside
    return dict.fromkeys(one.title if is_outside else one.location for one in tables.sources)
