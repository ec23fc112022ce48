"""Stage 4: all pages of a site: which sections stand on which page, in which order.

In: everything analysed. Out: `Page` objects, one by one, so that a thousand run pages are
never in memory together.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from runfolio.analysis.analysed import Analysed
from runfolio.registry import find
from runfolio.views.blocks import Block, Chart, Details, Page, Prose, Section, Span, WhatIf
from runfolio.views.data import SeriesData, TableData
from runfolio.views.dates import day
from runfolio.views.facts import RunFacts, run_facts
from runfolio.views.history_facts import HistoryFacts, TrendFacts, history_facts, one_line
from runfolio.views.history_words import finding, label_of, span_of, standing_of
from runfolio.views.lost_links import without_hidden_links, without_lost_links
from runfolio.views.outside import as_outside
from runfolio.views.pages import GROUPS, PageKind
from runfolio.views.roles import Role, SectionUse
from runfolio.views.run_rows import run_rows, series_data
from runfolio.views.sections.run_about import STATUS
from runfolio.views.shown import Shown
from runfolio.views.terms import Lexicon
from runfolio.views.verdicts import VerdictKind
from runfolio.views.view import SectionKind, View
from runfolio.views.words import count_of, headline, listed, opening

__all__ = ["Book", "Navigation", "navigation"]

_OVERVIEW: tuple[str | SectionUse, ...] = (
    *("figures", "since-last", "description", "comparison"),
    SectionUse("requirements", options={"brief": True}),
    *("scorecard", "leaderboard", "doors"),
)
_RUN = (
    "run-figures",
    "run-metrics",
    "run-notes",
    "run-curves",
    "run-images",
    "run-replicates",
    "run-params",
    "run-features",
    "run-about",
    "run-tags",
)


_EXPLAIN_ALL = frozenset({"glossary.html", "problems.html"})
"""Pages that explain every word anyway, or hold nothing but others' words."""
_LED_TO = ("methods.html", "problems.html", "glossary.html", "report.json")
"""What the frame of every page leads to."""
_FROM_FILES = frozenset({"table", "compare"})
"""Scripts that do nothing without their data file."""


Navigation = tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
"""Groups of entries: (label, ((title, path), …))."""


def page_kinds() -> dict[str, PageKind]:
    """Return the kinds of pages by name."""
    return find("runfolio.views.pages", "page")


def navigation(roles: Mapping[str, Role], pages: Iterable[str]) -> Navigation:
    """Return the navigation, grouped by what a reader is after.

    Parameters
    ----------
    roles : mapping of str to Role
    pages : iterable of str
        Paths of the pages that the site has.
    """
    there = set(pages)
    kinds = sorted(page_kinds().values(), key=lambda kind: kind.order)
    groups = tuple(
        (group, tuple((k.label, k.path) for k in kinds if k.group == group and k.path in there))
        for group in GROUPS
    )
    return (
        ("", (("Overview", "index.html"),)),
        *((group, entries) for group, entries in (_for_you(roles, there), *groups) if entries),
    )


def _for_you(roles: Mapping[str, Role], there: set[str]) -> tuple[str, tuple[tuple[str, str], ...]]:
    paths = ((role.title, _role_path(name)) for name, role in roles.items())
    return "For you", tuple((title, path) for title, path in paths if path in there)


@dataclass(frozen=True, slots=True)
class Book:
    """All pages of a site, made on demand.

    Parameters
    ----------
    view : View
        What every section sees; ``run`` is set page by page.
    title, subtitle : str
        The report's.
    roles : mapping of str to Role
    shown : Shown
        Which pages and files the audience gets.
    """

    view: View
    title: str
    subtitle: str
    roles: Mapping[str, Role]
    shown: Shown = field(default_factory=Shown)

    @classmethod
    def of(
        cls,
        analysed: Analysed,
        roles: Mapping[str, Role],
        *,
        title: str,
        subtitle: str = "",
        description: str = "",
        seed_params: Sequence[str] = (),
        shown: Shown | None = None,
    ) -> Book:
        """Prepare what all pages share."""
        analysed = as_outside(analysed)
        runs = run_facts(analysed)
        view = View(
            analysed=analysed,
            description=description,
            roles=tuple((_role_path(n), role.title, role.question) for n, role in roles.items()),
            runs=runs,
            rows=run_rows(analysed, runs),
            seed_params=tuple(seed_params),
            histories=history_facts(analysed.histories),
        )
        return cls(view, title, subtitle, roles, shown or Shown())

    @property
    def rows(self) -> TableData:
        """What the run table and the compare page draw from."""
        assert self.view.rows is not None
        have_pages = all(self.shown.page(run.page) for run in self.view.runs.values())
        return replace(self.view.rows, linked=have_pages)

    def series(self) -> Iterator[SeriesData]:
        """Return the curves of every run, as its page and the compare page draw them."""
        compared = self.shown.page("compare.html")
        for run in self.view.runs.values():
            if compared or self.shown.page(run.page):
                yield series_data(self.view.analysed, run)

    def images(self) -> Iterator[tuple[str, bytes]]:
        """Return the path and the bytes of every image that a run logged."""
        data = self.view.analysed.tables.images["data"].tolist()
        for run in self.view.runs.values():
            for image in run.images if self.shown.page(run.page) else ():
                yield image.path, data[image.row]

    def pages(self) -> Iterator[Page]:
        """Make every page but the runs', the overview first, and explain the words on it."""
        lexicon = Lexicon.of(self.view.analysed)
        pages = [self._as_shown(page) for page in self._pages() if self.shown.page(page.path)]
        for page in without_lost_links(pages, self.shown):
            yield page if page.path in _EXPLAIN_ALL else lexicon.explained(page)

    def _pages(self) -> Iterator[Page]:
        a = self.view.analysed
        lede = opening(a)
        yield self._page("index.html", headline(a), _OVERVIEW, lede=lede, kicker=self._kicker())
        for name, role in self.roles.items():
            yield self._role_page(name, role)
        for kind in sorted(page_kinds().values(), key=lambda kind: (kind.group, kind.order)):
            yield from self._of_kind(kind)

    def run_pages(self) -> Iterator[Page]:
        """Make the page of each run."""
        for run in self.view.runs.values():
            if self.shown.page(run.page):
                yield without_hidden_links(self._as_shown(self._run_page(run)), self.shown)

    def trend_pages(self) -> Iterator[Page]:
        """Make the page of each metric that was followed over the commits of a repository."""
        for facts in self.view.histories:
            for own in facts.trends:
                if self.shown.page(own.page):
                    yield without_hidden_links(self._trend_page(facts, own), self.shown)

    def absent(self, pages: Iterable[Page]) -> frozenset[str]:
        """Return the paths of what every page leads to and this site does not have."""
        there = {page.path for page in pages}
        return frozenset(
            path
            for path in _LED_TO
            if not self.shown.page(path) or (path.endswith(".html") and path not in there)
        )

    def empty_sections(self, pages: Iterable[Page]) -> list[tuple[str, str]]:
        """Return (section's title, what it needs) of role sections that no page shows."""
        used = [use.name for role in self.roles.values() for use in role.sections]
        names = dict.fromkeys([*(_named(use) for use in _OVERVIEW), *used])
        kinds: dict[str, SectionKind] = find("runfolio.views.sections", "section")
        shown = {section.key for page in pages for section in page.sections}
        return [(kinds[name].title, kinds[name].needs) for name in names if name not in shown]

    def _role_page(self, name: str, role: Role) -> Page:
        """Make a role's page: its verdict, its sections, and what would make it say more."""
        kinds: dict[str, VerdictKind] = find("runfolio.views.verdicts", "verdict")
        verdict = kinds[role.verdict].build(self.view)
        book = replace(self, view=replace(self.view, verdict=verdict))
        page = book._page(
            _role_path(name),
            verdict.title,
            role.sections,
            kicker=f"For the {_in_a_sentence(role.title)}: {role.question}",
        )
        there = {section.key for section in page.sections}
        sections: dict[str, SectionKind] = find("runfolio.views.sections", "section")
        wanting = [sections[u.name].needs for u in role.sections if u.name not in there]
        more = tuple(
            Section("richer", "", (Prose((f"This page would say more with {told}.",), "note"),))
            for told in (listed(list(dict.fromkeys(wanting)), 4),)
            if wanting and not self.view.analysed.tables.not_shown.is_outside
        )
        return replace(
            page,
            lede=verdict.lede,
            sections=(*page.sections, *more),
            plain=role.level == "plain",
        )

    def _of_kind(self, kind: PageKind) -> Iterator[Page]:
        """Make a page, unless none of its sections has anything."""
        page = self._page(*(kind.path, "", kind.sections), scripts=kind.scripts, data=kind.data)
        if page.sections:
            yield replace(
                page,
                title=kind.title(self.view),
                kicker=kind.kicker(self.view),
                lede=_spans(kind.lede(self.view)),
            )

    def _trend_page(self, facts: HistoryFacts, own: TrendFacts) -> Page:
        metric = own.trend.metric
        name = "" if label_of(metric) == metric.name else f" ({one_line(metric.name, 80)})"
        return self._page(
            own.page,
            finding(own),
            ("history-metric",),
            kicker=f"History of {label_of(metric)}{name} in {facts.place}: {span_of(facts)}",
            lede=standing_of(facts, own),
            nav="history.html",
            trend=(facts, own),
        )

    def _run_page(self, run: RunFacts) -> Page:
        begun = day(run.started)
        status = STATUS[run.status].lower() if run.status != "unknown" else ""
        kicker = ", ".join(filter(None, (f"Run in {run.experiment}", status, begun)))
        page = self._page(run.page, run.label, _RUN, kicker=kicker, nav="runs.html", run=run)
        if any(isinstance(b, Chart) and b.series for s in page.sections for b in s.blocks):
            page = replace(page, data=(f"data/{run.slug}.js",))
        lede = self._run_lede(run)
        return replace(page, lede=lede)

    def _run_lede(self, run: RunFacts) -> tuple[Span, ...]:
        words = {"champion": "the champion", "baseline": "the baseline"}
        if run.mark:
            return (f"One run of {words[run.mark]}.",)
        if run.status in ("failed", "killed"):
            return ("This run did not end well; it is shown, but not compared.",)
        return ()

    def _page(
        self,
        path: str,
        title: str,
        uses: Sequence[str | SectionUse],
        *,
        kicker: str = "",
        lede: str = "",
        nav: str = "",
        scripts: tuple[str, ...] = (),
        data: tuple[str, ...] = (),
        run: RunFacts | None = None,
        trend: tuple[HistoryFacts, TrendFacts] | None = None,
    ) -> Page:
        view = replace(self.view, run=run, trend=trend)
        sections = tuple(_sections(view, uses, alone=len(uses) == 1))
        blocks = [block for section in sections for block in _all_blocks(section.blocks)]
        if any(isinstance(block, Chart) for block in blocks) and "charts" not in scripts:
            scripts = (*scripts, "charts")
        if any(isinstance(block, WhatIf) for block in blocks):
            scripts = (*scripts, "address", "impact")
        if scripts:
            scripts = ("numbers", *scripts)
        return Page(
            path=path,
            nav=nav or path,
            title=title,
            sections=sections,
            kicker=kicker,
            lede=(lede,) if lede else (),
            scripts=scripts,
            data=data,
        )

    def _as_shown(self, page: Page) -> Page:
        """Return a page that asks for no data file that is not shown."""
        data = tuple(path for path in page.data if self.shown.page(path))
        if data == page.data:
            return page
        scripts = tuple(name for name in page.scripts if name not in _FROM_FILES)
        sections = tuple(
            replace(section, blocks=blocks)
            for section in page.sections
            for blocks in (tuple(b for b in section.blocks if not _is_series(b)),)
            if blocks
        )
        return replace(page, data=data, scripts=scripts, sections=sections)

    def _kicker(self) -> str:
        a = self.view.analysed
        parts = [
            f"{count_of(len(a.tables.runs), 'run')} in "
            f"{count_of(len(a.tables.experiments), 'experiment')}"
        ]
        newest = day(a.tables.newest)
        if newest:
            parts.append(f"data up to {newest}")
        told = ", ".join(parts)
        return f"{self.subtitle} {told}" if self.subtitle else told


def _sections(view: View, uses: Sequence[str | SectionUse], *, alone: bool) -> Iterator[Section]:
    kinds: dict[str, SectionKind] = find("runfolio.views.sections", "section")
    for use in uses:
        told = SectionUse(use) if isinstance(use, str) else use
        kind = kinds[told.name]
        blocks = kind.build(replace(view, options=told.options))
        if blocks:
            title = told.title or (kind.title if kind.headed and not alone else "")
            yield Section(told.name, title, blocks)


def _is_series(block: Block) -> bool:
    return isinstance(block, Chart) and bool(block.series)


def _named(use: str | SectionUse) -> str:
    return use if isinstance(use, str) else use.name


def _spans(told: str | tuple[Span, ...]) -> tuple[Span, ...]:
    return told if isinstance(told, tuple) else (told,) if told else ()


def _in_a_sentence(title: str) -> str:
    """Return a title without its capital, unless it starts with an abbreviation."""
    return title if title[1:2].isupper() else f"{title[:1].lower()}{title[1:]}"


def _role_path(name: str) -> str:
    return f"{name}.html"


def _all_blocks(blocks: Sequence[Block]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Details):
            yield from _all_blocks(block.blocks)
