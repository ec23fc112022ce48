"""The stages in order. Read this file first.

::

    report.yaml ── config ─┐
    places ── discover ── read ── assemble ── evidence ── analyse ── pages ── render ── write
              (1 ingest, through sources and storage)     (3)       (4 views) (5 render)

`build` goes through all of them, `check` and `gate` stop after the analysis, `register` puts the
champion on record, `diff` reads two states and analyses what changed. Every stage is timed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.errors import NoRunsError, StrictError
from runfolio.model.locale import (
    Locale,
    UnknownLocaleError,
    current_locale,
    locale_named,
    written_in,
)
from runfolio.model.problems import Problem
from runfolio.progress import Clock, Progress, Silent
from runfolio.project import Project, open_project
from runfolio.request import DiffRequest, RegisterWish, Request
from runfolio.result import Judged, Result, SourceSummary

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.branch import BranchDiff
    from runfolio.analysis.history import Moves
    from runfolio.analysis.revision_diff import Compared, StateDiff
    from runfolio.analysis.states import Side
    from runfolio.config import Settings
    from runfolio.model.history import History
    from runfolio.model.records import Records
    from runfolio.model.tables import Tables
    from runfolio.register.champion import Registered
    from runfolio.render.html import SiteInfo
    from runfolio.sides import Ends, SideOf, Sides
    from runfolio.storage.base import Storage
    from runfolio.storage.git.repository import Repository
    from runfolio.views.blocks import Page
    from runfolio.views.book import Book, Navigation

__all__ = [
    "DiffRequest",
    "Judged",
    "Progress",
    "RegisterWish",
    "Request",
    "Result",
    "SourceSummary",
    "build",
    "check",
    "diff",
    "gate",
    "load",
    "register",
]


def build(request: Request, progress: Progress | None = None) -> Result:
    """Build the site.

    Parameters
    ----------
    request : Request
    progress : Progress, optional

    Returns
    -------
    Result

    Raises
    ------
    ConfigError, UsageError, NoRunsError, OutputError, StrictError
    """
    project = _opened(request)
    with written_in(locale_named(project.settings.locale)):
        return _build(project, request, Clock(progress or Silent()))


def _build(project: Project, request: Request, clock: Clock) -> Result:
    from runfolio.render.output import check_target
    from runfolio.render.site import write_site
    from runfolio.render.theme import load_theme
    from runfolio.views.book import Book, navigation
    from runfolio.views.charts import chart_specs
    from runfolio.views.roles import load_roles

    settings = project.settings
    # What can be wrong with the arguments is told before the logs are read.
    roles = load_roles(project.folder / settings.roles if settings.roles else None)
    theme = load_theme(request.theme or settings.theme.extends, project.folder)
    theme = theme.with_tokens(settings.theme.tokens)
    check_target(request.output, project.inputs)
    ends = _ends(project, request)
    tables = _read(project, clock)
    analysed = _analyse(tables, settings, clock)
    if ends is not None:
        analysed = replace(analysed, branch=_branch(project, *ends, analysed.histories, clock))
    analysed = _since_last(analysed, project)
    _refuse_if_strict(request, analysed)
    with clock.stage("Laying out pages"):
        book = Book.of(
            analysed,
            roles,
            title=project.title,
            subtitle=settings.subtitle or "",
            description=settings.description or "",
            seed_params=settings.replicates.ignore,
        )
        pages = list(book.pages())
    nav = navigation(roles, [page.path for page in pages])
    of_metrics = sum(len(moves.trends) for moves in analysed.histories)
    with clock.stage("Writing pages", len(tables.runs) + of_metrics):
        site = write_site(
            request.output,
            theme=theme,
            info=_site_info(analysed, project.title, nav),
            specs=chart_specs(),
            pages=pages,
            run_pages=chain(book.trend_pages(), book.run_pages()),
            data=_data_files(book, pages),
            inputs=project.inputs,
            advance=clock.progress.advance,
        )
    return _result(
        analysed,
        clock,
        output=request.output,
        pages=site.pages,
        empty=tuple(book.empty_sections(pages)),
        problems=site.problems,
    )


def check(request: Request, progress: Progress | None = None) -> Result:
    """Read and analyse as `build` does, and write nothing."""
    clock = Clock(progress or Silent())
    project = _opened(request)
    with written_in(locale_named(project.settings.locale)):
        analysed = _analyse(_read(project, clock), project.settings, clock)
        _refuse_if_strict(request, analysed)
        return _result(analysed, clock)


def gate(request: Request, progress: Progress | None = None, *, certain: bool = False) -> Judged:
    """Judge what is asked of the model.

    Parameters
    ----------
    request : Request
    progress : Progress, optional
    certain : bool
        Whether what is met, but not with 95 % confidence, holds a release back, too.

    Raises
    ------
    ConfigError, UsageError, NoRunsError
        Also where nothing is asked: that is no pass.
    """
    from runfolio.analysis.gates import may_be_released, of_side, stops
    from runfolio.errors import UsageError

    clock = Clock(progress or Silent())
    project = _opened(request)
    if not project.settings.requirements:
        raise UsageError(
            "Nothing is asked of the model. Write requirements: into report.yaml, each with a "
            "name, a metric and at_least or at_most.",
            "no-requirements",
        )
    with written_in(locale_named(project.settings.locale)):
        analysed = _analyse(_read(project, clock), project.settings, clock)
    own = of_side(analysed.gates, "champion")
    return Judged(
        *(project.title, analysed, own, stops(own, certain=certain)),
        passes=may_be_released(own, certain=certain),
        locale=project.settings.locale,
    )


def register(request: Request, wish: RegisterWish, progress: Progress | None = None) -> Registered:
    """Put the champion on record, in the project and, where that is wished, with MLflow.

    Raises
    ------
    ConfigError, UsageError, NoRunsError, OutputError
    RefusedError
        Where a requirement that must be met is not, unless it is forced.
    """
    from runfolio.register.champion import register_champion, register_with_mlflow

    clock = Clock(progress or Silent())
    project = _opened(request)
    analysed = _analyse(_read(project, clock), project.settings, clock)
    with clock.stage("Registering"):
        registered = register_champion(
            *(analysed, project.folder, project.settings.model.records),
            name=wish.name,
            force=wish.force,
        )
        if wish.mlflow:
            entry = register_with_mlflow(analysed, registered, wish.mlflow)
            registered = replace(registered, in_mlflow=entry)
    return registered


def _opened(request: Request) -> Project:
    """Open the project that a request names, on the day and in the locale that it names."""
    project = open_project(request.sources, request.config)
    asked: dict[str, object] = {}
    if request.as_of is not None:
        asked["as_of"] = request.as_of
    if request.locale is not None:
        asked["locale"] = _locale(request.locale).name
    return replace(project, settings=project.settings.model_copy(update=asked))


def _locale(name: str) -> Locale:
    from runfolio.errors import UsageError

    try:
        return locale_named(name)
    except UnknownLocaleError as error:
        raise UsageError(f"{error} {error.hint}", "locale-unknown") from error


def diff(request: DiffRequest, progress: Progress | None = None) -> Compared:
    """Compare two revisions, two runs or two built sites.

    Raises
    ------
    ConfigError, UsageError, NoRunsError
    """
    from runfolio.sides import open_sides

    sides = open_sides(request.before, request.after, request.source, request.config)
    locale = _locale(request.locale or sides.project.settings.locale)
    with written_in(locale):
        compared = _diff(sides, Clock(progress or Silent()))
    return replace(compared, locale=locale.name)


def _diff(sides: Sides, clock: Clock) -> Compared:
    if sides.kind == "sites":
        return _diff_of_sites(sides)
    if sides.kind == "runs":
        return _diff_of_runs(sides, clock)
    from runfolio.analysis.revision_diff import Compared, Part

    moves = _moves(sides.project, sides.repository, clock)
    found, problems = _diff_of(sides.project.settings, sides.before, sides.after, moves, clock)
    return Compared(
        *("revisions", sides.before.label, sides.after.label, (Part("", found),)),
        notes=sides.notes,
        problems=problems,
    )


def load(request: Request) -> Tables:
    """Read the runs into tables."""
    return _read(open_project(request.sources, request.config), Clock(Silent()))


def _read(project: Project, clock: Clock) -> Tables:
    from runfolio.evidence import read_evidence

    tables = _tables(project, clock)
    if not len(tables.runs):
        from runfolio.registry import find

        sources = find("runfolio.sources", "source")
        raise _no_runs(project, tables, [source.title for source in sources.values()])
    return read_evidence(tables, project, clock)


def _tables(project: Project, clock: Clock) -> Tables:
    """Read all that the project names, even if that is nothing."""
    from runfolio.ingest.assemble import Read, assemble
    from runfolio.ingest.discover import discover
    from runfolio.ingest.measured import measured_histories
    from runfolio.ingest.read import read_units
    from runfolio.model.records import Records
    from runfolio.registry import find

    sources = find("runfolio.sources", "source")
    settings = project.settings
    histories, problems = _histories(project, clock)
    with clock.stage("Looking for run logs"):
        found = discover(project.wanted, list(sources.values()), project.apart)
    with clock.stage("Reading runs", sum(unit.runs for unit, _ in found.units)):
        records = read_units([unit for unit, _ in found.units], clock.progress.advance)
    with clock.stage("Assembling tables"):
        reads = [Read(source, place, known) for source, place, known in found.records]
        reads += [
            Read(
                *(unit.source, unit.location, record, want.experiment),
                *(unit.place.storage.label, want.revision),
            )
            for (unit, want), record in zip(found.units, records, strict=True)
        ]
        problems += (*project.problems, *found.problems)
        if problems:
            reads.append(Read("", "", Records(problems=tuple(problems))))
        reads += [Read("", "", records) for records in _tagged_models(project)]
        by_commit = [
            run
            for read in reads
            if read.revision is None and getattr(sources.get(read.format), "by_commit", False)
            for run in read.records.runs
        ]
        if by_commit and settings.history.follow != "off":
            histories += measured_histories(by_commit, _graph(project), settings.aliases)
        titles = {name: source.title for name, source in sources.items()}
        return assemble(
            reads,
            titles,
            settings.replicates.ignore,
            aliases=settings.aliases,
            dedupe=settings.dedupe == "on",
            skipped=found.skipped,
            histories=histories,
        )


def _tagged_models(project: Project) -> list[Records]:
    """Read which models the tags of each repository register."""
    from runfolio.ingest.tagged_models import read_tagged_models
    from runfolio.registry import find

    readers = find("runfolio.sources", "tag_reader", "runfolio.tags").values()
    return [
        read_tagged_models(repository, partial(_files_of, repository), readers)
        for repository in project.repositories
    ]


def _files_of(repository: Repository, commit: str) -> Storage:
    return repository.revision(commit)


def _ends(project: Project, request: Request) -> tuple[Repository, Ends] | None:
    from runfolio.sides import ends_of

    return ends_of(project, request.compare) if request.compare else None


def _branch(
    project: Project, repository: Repository, ends: Ends, moves: Sequence[Moves], clock: Clock
) -> BranchDiff:
    """Read both ends of a branch, and tell what it changes."""
    from runfolio.analysis.branch import BranchDiff
    from runfolio.sides import branch_of

    followed = [path for one in moves for path in one.history.files]
    branch, base, tip = branch_of(project, repository, ends, followed)
    found, problems = _diff_of(project.settings, base, tip, moves, clock)
    return BranchDiff(branch, found, problems)


def _diff_of(
    settings: Settings, before: SideOf, after: SideOf, moves: Sequence[Moves], clock: Clock
) -> tuple[StateDiff, tuple[Problem, ...]]:
    """Read two places and compare them."""
    from runfolio.analysis.states import Side, compare_sides

    def read(side: SideOf) -> Side:
        assert side.project is not None
        return Side(side.label, _tables(side.project, clock), side.commit)

    left, right = read(before), read(after)
    problems = sorted({*left.tables.problems, *right.tables.problems})
    return compare_sides(left, right, settings, moves), tuple(problems)


def _moves(project: Project, repository: Repository | None, clock: Clock) -> list[Moves]:
    """Read from the history how much each metric moves by itself; `build` tells its problems."""
    from runfolio.analysis.states import moves_of

    if repository is None or project.settings.history.follow == "off":
        return []
    histories, _ = _histories(replace(project, repositories=(repository,)), clock)
    with clock.stage("Analysing"):
        return [moves_of(history, project.settings) for history in histories]


def _diff_of_runs(sides: Sides, clock: Clock) -> Compared:
    from runfolio.analysis.revision_diff import Compared, Part
    from runfolio.analysis.states import compare_runs, run_named

    tables = _read(sides.project, clock)
    before, after = (
        run_named(tables, side.name, sides.unknown) for side in (sides.before, sides.after)
    )
    found = compare_runs(tables, before, after, sides.project.settings)
    return Compared("runs", found.before.label, found.after.label, (Part("", found),))


def _diff_of_sites(sides: Sides) -> Compared:
    from runfolio.analysis.states import Side, compare_sites
    from runfolio.ingest.built_site import read_site

    before, after = (read_site(side.name) for side in (sides.before, sides.after))
    found = compare_sites(
        *(Side(sides.before.label, before.tables), before.champion),
        *(Side(sides.after.label, after.tables), after.champion),
        sides.project.settings,
        after.summary,
    )
    return replace(found, notes=(*sides.notes, *found.notes))


def _histories(project: Project, clock: Clock) -> tuple[list[History], list[Problem]]:
    """Read the history of each repository."""
    if not project.repositories:
        return [], []
    from runfolio.ingest.history import Following, read_history
    from runfolio.ingest.kept import KeptVersions
    from runfolio.registry import find

    told = project.settings.history
    following = Following(
        *(told.paths, told.params, told.branch, told.since, told.tags, told.first_parent),
        authors=told.authors,
        aliases=project.settings.aliases,
    )
    readers = find("runfolio.sources", "history_reader", "runfolio.history")
    histories: list[History] = []
    problems: list[Problem] = []
    with clock.stage("Reading the history"), KeptVersions.of_the_user() as kept:
        for repository in project.repositories:
            read = read_history(repository, following, readers, kept)
            problems += read.problems
            if read.history is not None:
                histories.append(read.history)
    return histories, problems


def _graph(project: Project) -> dict[str, int]:
    """Return the place of each commit of the repositories in their graphs, newer ones larger."""
    return {
        commit.id: -age
        for repository in project.repositories
        if (head := repository.head()[1])
        for age, commit in enumerate(repository.log(head, first_parent=False, changes=False))
    }


def _no_runs(project: Project, tables: Tables, titles: list[str]) -> NoRunsError:
    looked = ", ".join(
        wanted.place.shown if wanted.place.shown != "." else "the current folder"
        for wanted in project.wanted
    )
    lines = [f"No runs were found. Looked in: {looked}.", f"Known formats: {', '.join(titles)}."]
    checks = len(tables.checks)
    if checks:
        lines.append(f"{checks} check(s) of data were found; they are shown beside runs.")
    hidden = sum(source.hidden_runs for source in tables.sources)
    if hidden:
        lines.append(f"{hidden} deleted run(s) are hidden.")
    lines += [str(problem) for problem in tables.problems[:5]]
    for passed in tables.skipped[:5]:
        lines.append(f"Passed over: {', '.join(passed.places)} ({passed.reason}).")
    lines.append(
        "Name the folder or file that holds the logs, as in `report build mlruns`; "
        "`report list sources` tells how each format is recognised."
    )
    return NoRunsError("\n".join(lines), "no-runs")


def _analyse(tables: Tables, settings: Settings, clock: Clock) -> Analysed:
    from runfolio.analysis.analysed import analyse

    with clock.stage("Analysing"):
        return analyse(tables, settings)


def _since_last(analysed: Analysed, project: Project) -> Analysed:
    """Tell what is new since the last report, where the configuration names one."""
    settings = project.settings
    if settings.previous is None:
        return analysed
    from runfolio.analysis.since import LastReport, since_last
    from runfolio.errors import UsageError
    from runfolio.ingest.built_site import read_site

    folder = (project.folder / settings.previous).as_posix().removesuffix("/report.json")
    try:
        site = read_site(folder)
    except UsageError as error:
        missing = Problem(
            "report.yaml",
            "previous-unreadable",
            f"The earlier site {settings.previous!r} (previous:) cannot be read: {error}",
            "Name the folder of a built site; what is new since then is not told.",
        )
        return replace(analysed, problems=tuple(sorted({*analysed.problems, missing})))
    last = LastReport(site.tables, site.champion_label, site.champion_runs, site.gates)
    told = since_last(analysed, last, settings.replicates.ignore, settings.compared.evaluation)
    return replace(analysed, since=told)


def _refuse_if_strict(request: Request, analysed: Analysed) -> None:
    """Fail under --strict; a note says that nothing is wrong, so it does not count."""
    serious = [problem for problem in analysed.problems if problem.severity != "note"]
    if request.strict and serious:
        lines = [str(problem) for problem in serious[:20]]
        if len(serious) > 20:
            lines.append(f"… and {len(serious) - 20} more.")
        lines.append(f"{len(serious)} problem(s) in the input, and --strict allows none.")
        raise StrictError("\n".join(lines), "strict")


def _result(
    analysed: Analysed,
    clock: Clock,
    *,
    output: Path | None = None,
    pages: int = 0,
    empty: tuple[tuple[str, str], ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Result:
    from runfolio.views.quality_words import rule_lines
    from runfolio.views.words import headline

    tables = analysed.tables
    return Result(
        output=output,
        sources=tuple(
            SourceSummary(s.format, s.title, s.location, s.runs, s.hidden_runs, s.checks)
            for s in tables.sources
        ),
        skipped=tables.skipped,
        runs=len(tables.runs),
        status=Counter(tables.runs["status"].tolist()),
        metrics=tuple(analysed.metrics),
        rules=rule_lines(analysed.quality),
        experiments=len(tables.experiments),
        hidden_runs=sum(s.hidden_runs for s in tables.sources),
        problems=(*analysed.problems, *problems),
        pages=pages,
        headline=headline(analysed),
        locale=current_locale().name,
        empty=empty,
        seconds=clock.seconds,
    )


def _data_files(book: Book, pages: Sequence[Page]) -> Iterator[tuple[str, str | bytes]]:
    """Make the data files: for the page's scripts, and for other programs."""
    from runfolio import __version__
    from runfolio.render.data import runs_script, series_script
    from runfolio.render.feed import feed_xml
    from runfolio.render.history_csv import history_csv
    from runfolio.render.markdown_text import page_markdown
    from runfolio.render.monitoring_data import monitoring_csv
    from runfolio.render.regressions import regressions_json
    from runfolio.render.report_json import metrics_csv, report_json, runs_csv
    from runfolio.views.model_words import CARD, CARD_TEXT

    analysed, runs = book.view.analysed, book.view.runs
    yield "report.json", report_json(analysed, runs, book.title)
    yield "runs.csv", runs_csv(analysed, runs)
    yield "metrics.csv", metrics_csv(analysed)
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


def _site_info(analysed: Analysed, title: str, nav: Navigation) -> SiteInfo:
    from runfolio import __version__
    from runfolio.render.html import SiteInfo, locale_for_charts, numbers_for_scripts
    from runfolio.views.dates import day
    from runfolio.views.words import listed

    return SiteInfo(
        title=title,
        nav=nav,
        version=__version__,
        sources=listed([source.location for source in analysed.tables.sources]),
        data_as_of=day(analysed.tables.newest),
        problems=sum(problem.severity != "note" for problem in analysed.problems),
        feed="feed.xml" if analysed.histories else "",
        numbers=numbers_for_scripts(current_locale()),
        charts=locale_for_charts(current_locale()),
    )
