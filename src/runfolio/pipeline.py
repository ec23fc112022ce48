"""The stages in order. Read this file first.

::

    report.yaml ── config ─┐
    places ── discover ── read ── assemble ── analyse ── pages ── render ── write
              (1 ingest, through sources and storage) (3)    (4 views) (5 render)

`build` goes through all of them, `check` stops after the analysis. Every stage is timed.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from runfolio.errors import NoRunsError, StrictError, UsageError
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.config import Settings
    from runfolio.ingest.discover import Wanted
    from runfolio.model.tables import Skipped, Tables
    from runfolio.render.html import SiteInfo
    from runfolio.views.pages import Book, Navigation

__all__ = ["Progress", "Request", "Result", "SourceSummary", "build", "check", "load"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to build.

    Parameters
    ----------
    sources : tuple of str
        Folders and files with run logs; empty for those of the configuration, else the
        current folder. A folder with a report.yaml is a project: its configuration is used.
    output : Path
        Where the site goes.
    config : Path or None
        The configuration; None for the one beside the sources, if any.
    theme : str or None
        Overrides the configuration's theme.
    strict : bool
        Whether any problem in the input fails the build.
    """

    sources: tuple[str, ...] = ()
    output: Path = Path("site")
    config: Path | None = None
    theme: str | None = None
    strict: bool = False


@dataclass(frozen=True, slots=True)
class SourceSummary:
    """One log source: what was read there, and how many runs its tracker had deleted."""

    format: str
    title: str
    location: str
    runs: int
    hidden: int
    checks: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    """What was done.

    Parameters
    ----------
    output : Path or None
        The site's folder; None where nothing was built.
    sources : tuple of SourceSummary
    runs, experiments, hidden_runs, pages : int
    problems : tuple of Problem
    headline : str
        The finding in one sentence.
    empty : tuple of (str, str)
        Sections that stayed empty, with what each needs.
    seconds : dict of str to float
        Wall time of each stage.
    skipped : tuple of Skipped
        What was passed over, and why.
    status : dict of str to int
        Runs by how they ended.
    metrics : tuple of str
        As they are named in the report.
    """

    output: Path | None
    sources: tuple[SourceSummary, ...]
    runs: int
    experiments: int
    hidden_runs: int
    problems: tuple[Problem, ...]
    pages: int
    headline: str
    empty: tuple[tuple[str, str], ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    skipped: tuple[Skipped, ...] = ()
    status: dict[str, int] = field(default_factory=dict)
    metrics: tuple[str, ...] = ()


class Progress(Protocol):
    """Told how far the work is; the terminal's bar implements it."""

    def stage(self, name: str, total: int | None = None) -> None:
        """Begin a stage of `total` steps, or of unknown length."""

    def advance(self, count: int = 1) -> None:
        """Finish some steps of the stage."""


class _Silent:
    def stage(self, name: str, total: int | None = None) -> None:
        pass

    def advance(self, count: int = 1) -> None:
        pass


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
    from runfolio.render.output import check_target
    from runfolio.render.site import write_site
    from runfolio.render.theme import load_theme
    from runfolio.views.charts import chart_specs
    from runfolio.views.pages import Book, navigation
    from runfolio.views.roles import load_roles

    clock = _Clock(progress or _Silent())
    project = _project(request)
    settings = project.settings
    # What can be wrong with the arguments is told before the logs are read.
    roles = load_roles(project.folder / settings.roles if settings.roles else None)
    theme = load_theme(request.theme or settings.theme.extends, project.folder)
    theme = theme.with_tokens(settings.theme.tokens)
    check_target(request.output, project.inputs)
    tables = _read(project, clock)
    analysed = _analyse(tables, settings, clock)
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
    with clock.stage("Writing pages", len(tables.runs)):
        site = write_site(
            request.output,
            theme=theme,
            info=_site_info(analysed, project.title, navigation(roles)),
            specs=chart_specs(),
            pages=pages,
            run_pages=book.run_pages(),
            data=_data_files(book),
            inputs=project.inputs,
            advance=clock.progress.advance,
        )
    return _result(
        analysed,
        clock,
        output=request.output,
        pages=site.pages,
        empty=tuple(book.empty_sections()),
        problems=site.problems,
    )


def check(request: Request, progress: Progress | None = None) -> Result:
    """Read and analyse as `build` does, and write nothing."""
    clock = _Clock(progress or _Silent())
    project = _project(request)
    tables = _read(project, clock)
    analysed = _analyse(tables, project.settings, clock)
    _refuse_if_strict(request, analysed)
    return _result(analysed, clock)


def load(request: Request) -> Tables:
    """Read the runs into tables."""
    return _read(_project(request), _Clock(_Silent()))


@dataclass(frozen=True, slots=True)
class _Project:
    """Settings, and the places to look in."""

    settings: Settings
    folder: Path
    title: str
    wanted: tuple[Wanted, ...]
    inputs: tuple[Path, ...]


def _project(request: Request) -> _Project:
    """Find the configuration, and from it and the arguments the places to look in."""
    from runfolio.config import Settings, SourceSettings, find_config, load_settings

    here = Path.cwd()
    config = request.config or find_config(request.sources, here)
    settings = load_settings(config) if config else Settings()
    folder = config.absolute().parent if config else here
    sources: list[tuple[Path | None, SourceSettings]] = []
    told = [(_path(folder, source.path), source) for source in settings.sources]
    for given in request.sources or (None,):
        path = _path(here, given) if given is not None else folder if told else here
        if told and path and os.path.realpath(path) == os.path.realpath(folder):
            sources += told
        else:
            sources.append((path, SourceSettings(path=given or ".")))
    names = [Path(os.path.realpath(path)) for path, _ in sources if path]
    places = [_wanted(path, source, folder, names) for path, source in sources]
    # A place within another goes first, so that what is said of it holds for its runs.
    wanted = sorted(
        places, key=lambda want: -sum(want.place.is_within(other.place) for other in places)
    )
    first = names[0] if names else Path(places[0].place.shown)
    title = settings.title or _readable(first if request.sources else folder)
    return _Project(settings, folder, title, tuple(wanted), tuple(names))


def _path(folder: Path, given: str) -> Path | None:
    """Return the path of a source, or None if it is a URL, which may hold a password."""
    return None if "://" in given else folder / given


def _wanted(path: Path | None, source: object, folder: Path, others: Sequence[Path]) -> Wanted:
    from runfolio.config import SourceSettings
    from runfolio.ingest.discover import Wanted
    from runfolio.storage.base import Place
    from runfolio.storage.local import LocalStorage
    from runfolio.storage.sql import ServerStorage

    assert isinstance(source, SourceSettings)
    if path is None:
        return Wanted(Place(ServerStorage.at(source.path)), source.format, source.experiment)
    if not path.exists():
        raise UsageError(
            f"There is no folder or file {source.path!r}. Check the path"
            + (" under sources: in report.yaml." if folder / source.path == path else "."),
            "source-missing",
        )
    real = Path(os.path.realpath(path))
    # Places within one another share the outermost's storage, so that nothing is read twice.
    own = real if real.is_dir() else real.parent
    around = [other for other in others if other.is_dir() and own.is_relative_to(other)]
    root = min(around, key=lambda other: len(other.parts), default=own)
    below = "" if real == root else real.relative_to(root).as_posix()
    place = Place(LocalStorage.at(root, _label(root, folder)), below)
    return Wanted(place, source.format, source.experiment)


def _label(root: Path, folder: Path) -> str:
    """Return how a root is shown: relative to the project, else only its name."""
    real = Path(os.path.realpath(folder))
    if root == real:
        return ""
    return root.relative_to(real).as_posix() if root.is_relative_to(real) else root.name


def _readable(path: Path) -> str:
    """Make a title of a file or folder name."""
    name = path.parent.name if path.name in ("mlruns", "mlflow.db", "runs", "logs") else path.stem
    words = name.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] if words else "Report"


def _read(project: _Project, clock: _Clock) -> Tables:
    from runfolio.ingest.assemble import Read, assemble
    from runfolio.ingest.discover import discover
    from runfolio.ingest.read import read_units
    from runfolio.model.records import Records
    from runfolio.registry import find

    sources = find("runfolio.sources", "source")
    with clock.stage("Looking for run logs"):
        found = discover(project.wanted, list(sources.values()))
    with clock.stage("Reading runs", sum(unit.runs for unit, _ in found.units)):
        records = read_units([unit for unit, _ in found.units], clock.progress.advance)
    with clock.stage("Assembling tables"):
        reads = [Read(source, place, known) for source, place, known in found.records]
        reads += [
            Read(unit.source, unit.location, record, experiment)
            for (unit, experiment), record in zip(found.units, records, strict=True)
        ]
        if found.problems:
            reads.append(Read("", "", Records(problems=found.problems)))
        titles = {name: source.title for name, source in sources.items()}
        settings = project.settings
        tables = assemble(
            reads,
            titles,
            settings.replicates.ignore,
            aliases=settings.aliases,
            dedupe=settings.dedupe == "on",
            skipped=found.skipped,
        )
    if not len(tables.runs):
        raise _no_runs(project, tables, list(titles.values()))
    return tables


def _no_runs(project: _Project, tables: Tables, titles: list[str]) -> NoRunsError:
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


def _analyse(tables: Tables, settings: Settings, clock: _Clock) -> Analysed:
    from runfolio.analysis.analysed import analyse

    with clock.stage("Analysing"):
        return analyse(tables, settings)


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
    clock: _Clock,
    *,
    output: Path | None = None,
    pages: int = 0,
    empty: tuple[tuple[str, str], ...] = (),
    problems: tuple[Problem, ...] = (),
) -> Result:
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
        experiments=len(tables.experiments),
        hidden_runs=sum(s.hidden_runs for s in tables.sources),
        problems=(*analysed.problems, *problems),
        pages=pages,
        headline=headline(analysed),
        empty=empty,
        seconds=clock.seconds,
    )


def _data_files(book: Book) -> Iterator[tuple[str, str | bytes]]:
    """Make the data files: for the page's scripts, and for other programs."""
    from runfolio.render.data import runs_script, series_script
    from runfolio.render.report_json import metrics_csv, report_json, runs_csv

    analysed, runs = book.view.analysed, book.view.runs
    yield "report.json", report_json(analysed, runs, book.title)
    yield "runs.csv", runs_csv(analysed, runs)
    yield "metrics.csv", metrics_csv(analysed)
    yield "data/runs.js", runs_script(book.rows)
    for series in book.series():
        yield f"data/{series.slug}.js", series_script(series)
    yield from book.images()


def _site_info(analysed: Analysed, title: str, nav: Navigation) -> SiteInfo:
    from runfolio import __version__
    from runfolio.render.html import SiteInfo
    from runfolio.views.dates import day
    from runfolio.views.words import listed

    return SiteInfo(
        title=title,
        nav=nav,
        version=__version__,
        sources=listed([source.location for source in analysed.tables.sources]),
        data_as_of=day(analysed.tables.newest),
        problems=sum(problem.severity != "note" for problem in analysed.problems),
    )


class _Clock:
    """Times the stages and passes them on to the progress display."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, total: int | None = None) -> Iterator[None]:
        self.progress.stage(name, total)
        start = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - start
