"""The stages in order. Read this file first.

::

    report.yaml ── config ─┐
    places ── read ── cut for the audience ── analyse ── lay out ── render ── write or deliver
              (1: reading, through ingest,    (3)        (4 views)  (5 render)     (6 deliver)
              sources, storage) (2b audience)

`build` goes through all of them, `check` and `gate` stop after the analysis, `register` puts the
champion on record, `diff` reads two states and analyses what changed. Every stage is timed.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.diffing import branch_diff, difference, ends_of_branch
from runfolio.errors import StrictError
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
from runfolio.reading import read_project
from runfolio.report import Report, lay_out, look_of
from runfolio.request import DiffRequest, RegisterWish, Request
from runfolio.result import Judged, Result, SourceSummary

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.revision_diff import Compared
    from runfolio.audience.apply import Audience
    from runfolio.config import Settings
    from runfolio.model.tables import Tables
    from runfolio.register.champion import Registered

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

    check_target(request.output, project.inputs)
    report = _report(project, request, clock)
    with clock.stage("Writing pages", report.further):
        site = write_site(
            request.output,
            theme=report.theme,
            info=report.info,
            specs=report.specs,
            pages=report.pages,
            run_pages=report.further_pages(),
            data=report.data_files(),
            inputs=project.inputs,
            advance=clock.progress.advance,
        )
    return _result(
        report.analysed,
        clock,
        output=request.output,
        pages=site.pages,
        empty=tuple(report.book.empty_sections(report.pages)),
        problems=site.problems,
    )


def _report(project: Project, request: Request, clock: Clock) -> Report:
    """Read, cut for the audience, analyse and lay out: what every channel begins with."""
    # What can be wrong with the arguments is told before the logs are read.
    look = look_of(project, request.theme)
    audience = _audience(project, request)
    ends = ends_of_branch(project, request)
    tables = read_project(project, clock)
    told = project.settings.model_copy(update={"title": project.title})
    cut = audience.sees(tables, told)
    analysed = _analyse(cut.tables, cut.settings, clock)
    if ends is not None:
        branch = branch_diff(project, *ends, analysed.histories, clock)
        analysed = replace(analysed, branch=branch)
    analysed = _since_last(analysed, project)
    _refuse_if_strict(request, analysed)
    with clock.stage("Laying out pages"):
        return lay_out(project, cut.settings, analysed, audience, look, _unwatched)


def _unwatched(path: str, data: bytes) -> None:
    """Let everything pass: nothing is hidden."""


def _audience(project: Project, request: Request) -> Audience:
    from runfolio.audience.apply import audience_named

    return audience_named(project.settings, request.audience, anonymize=request.anonymize)


def check(request: Request, progress: Progress | None = None) -> Result:
    """Read and analyse as `build` does, and write nothing."""
    clock = Clock(progress or Silent())
    project = _opened(request)
    with written_in(locale_named(project.settings.locale)):
        analysed = _analyse(read_project(project, clock), project.settings, clock)
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
        analysed = _analyse(read_project(project, clock), project.settings, clock)
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
    analysed = _analyse(read_project(project, clock), project.settings, clock)
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
    elif (own := _audience(project, request).told.locale) is not None:
        asked["locale"] = own
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
        compared = difference(sides, Clock(progress or Silent()))
    return replace(compared, locale=locale.name)


def load(request: Request) -> Tables:
    """Read the runs into tables."""
    return read_project(open_project(request.sources, request.config), Clock(Silent()))


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
