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

import os
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runfolio.diffing import (
    NO_LAST_REPORT,
    branch_diff,
    cut_last_report,
    difference,
    ends_of_branch,
    read_branch,
    read_last_report,
    since_last_report,
)
from runfolio.errors import StrictError, UsageError
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
from runfolio.report import Report, lay_out, leak_watch, look_of
from runfolio.request import (
    CommentWish,
    DiffRequest,
    EmailWish,
    PdfWish,
    PublishWish,
    RegisterWish,
    Request,
)
from runfolio.result import Judged, Result, SourceSummary

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed
    from runfolio.analysis.revision_diff import Compared
    from runfolio.analysis.since import LastReport
    from runfolio.audience.apply import Audience
    from runfolio.audience.hidden import Cut
    from runfolio.channels.comment import Comment
    from runfolio.channels.email import Emailed
    from runfolio.channels.pdf import Printed
    from runfolio.config import DeliverSettings, Settings
    from runfolio.deliver.comments import Posted
    from runfolio.deliver.published import Published
    from runfolio.diffing import BranchEnds
    from runfolio.model.tables import Tables
    from runfolio.register.champion import Registered
    from runfolio.sides import SideOf

__all__ = [
    "CommentWish",
    "DiffRequest",
    "EmailWish",
    "Judged",
    "PdfWish",
    "Progress",
    "PublishWish",
    "RegisterWish",
    "Request",
    "Result",
    "SourceSummary",
    "build",
    "check",
    "comment",
    "deliver_comment",
    "diff",
    "email",
    "gate",
    "load",
    "pdf",
    "publish",
    "register",
    "write_comment",
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
        return _build(project, request, Clock(progress or Silent()))[0]


def _build(project: Project, request: Request, clock: Clock) -> tuple[Result, Report]:
    from runfolio.channels.archive import check_archive_place, put_archive
    from runfolio.channels.protected import check_password, put_protected_file, put_protected_site
    from runfolio.channels.single_file import check_single_file_place, put_single_file
    from runfolio.channels.site import put_site
    from runfolio.render.output import check_target

    output, single_file, archive = request.output, request.single_file, request.archive
    # What can be wrong with the arguments is told before the logs are read.
    if request.password:
        check_password(request.password, archive)
    if output is not None:
        check_target(output, project.inputs)
    if single_file is not None:
        check_single_file_place(single_file)
    if archive is not None:
        check_archive_place(archive)
    report = _report(project, request, clock)
    problems: tuple[Problem, ...] = ()
    if single_file is not None:
        with clock.stage("Writing the single file"):
            if request.password:
                problems += put_protected_file(single_file, report, request.password)
            else:
                problems += put_single_file(single_file, report)
    if output is not None:
        with clock.stage("Writing pages", report.further):
            if request.password:
                problems += put_protected_site(output, report, request.password, project.inputs)
            else:
                problems += put_site(output, report, project.inputs, clock.progress.advance)
    if output is not None and archive is not None:
        with clock.stage("Writing the archive"):
            put_archive(archive, report, output)
    result = _result(
        report.analysed,
        clock,
        output=output,
        pages=len(report.pages) + report.further,
        empty=tuple(report.book.empty_sections(report.pages)),
        problems=problems,
    )
    return replace(result, single_file=single_file, archive=archive), report


def pdf(request: Request, wish: PdfWish, progress: Progress | None = None) -> Printed:
    """Print the report, or the pages of some roles, into a PDF.

    Raises
    ------
    ConfigError, UsageError, NoRunsError, OutputError, DeliveryError, StrictError
        A UsageError also where no browser is found that prints.
    """
    from runfolio.channels.pdf import check_pdf_place, put_pdf

    clock = Clock(progress or Silent())
    check_pdf_place(wish.output)
    project = _opened(request)
    with written_in(locale_named(project.settings.locale)):
        report = _report(project, request, clock)
        with clock.stage("Printing"):
            return put_pdf(wish, report)


def _report(project: Project, request: Request, clock: Clock) -> Report:
    """Read, cut for the audience, analyse and lay out: what every channel begins with."""
    # What can be wrong with the arguments is told before the logs are read.
    look = look_of(project, request.theme)
    audience = _audience(project, request)
    if audience.anonymized is not None and request.compare:
        raise UsageError(
            "A branch cannot be compared under pseudonyms: its commits tell whose they are. Leave "
            "out --compare, or name an audience without anonymize.",
            "compare-anonymized",
        )
    ends = ends_of_branch(project, request)
    cut, last, sides = _seen(project, audience, ends, clock)
    analysed = _analyse(cut.tables, cut.settings, clock)
    branch = project.archive.material.branch if project.archive is not None else None
    if sides is not None:
        branch = branch_diff(
            sides, cut, analysed.histories, audience, _titled(project, audience), clock
        )
    analysed = replace(analysed, branch=branch)
    if last is not None:
        analysed = since_last_report(analysed, last, cut.settings)
    _refuse_if_strict(request, analysed)
    with clock.stage("Laying out pages"):
        report = lay_out(
            *(project, cut.settings, analysed, audience, look), run_pages=request.run_pages
        )
    report = replace(report, last=last)
    return replace(report, watch=leak_watch(cut.hidden, report)) if cut.hidden else report


def _seen(
    project: Project, audience: Audience, ends: BranchEnds | None, clock: Clock
) -> tuple[Cut, LastReport | None, tuple[SideOf, SideOf] | None]:
    """Read what there is, and leave what the audience may see: now, before, and on a branch."""
    from runfolio.audience.hidden import Cut

    if (archive := project.archive) is not None:
        return Cut(archive.material.tables, archive.settings), archive.material.last, None
    tables = read_project(_with_authors(project, audience), clock)
    settings = _titled(project, audience)
    sides: tuple[SideOf, SideOf] | None = None
    if ends is not None:
        branch, *both = read_branch(project, *ends, tables)
        sides = (both[0], both[1])
        tables = replace(tables, branch=branch)
    last, problems = read_last_report(project)
    if audience.anonymized is not None and last is not None:
        # Pseudonyms are given by what is in a report: those of two reports are not the same.
        last, problems = None, (NO_LAST_REPORT,)
    tables = replace(tables, problems=tuple(sorted({*tables.problems, *problems})))
    with clock.stage("Cutting for the audience"):
        cut = _as_followed(audience.sees(tables, settings), project)
        if last is not None:
            last = cut_last_report(last, cut, audience, settings)
    return cut, last, sides


def _titled(project: Project, audience: Audience) -> Settings:
    """Return the settings with the report's title, also where that comes from a folder's name.

    Under pseudonyms it does not come from there: that may be the name of the repository.
    """
    is_told = project.settings.title or audience.anonymized is None
    return project.settings.model_copy(update={"title": project.title if is_told else "Report"})


def _with_authors(project: Project, audience: Audience) -> Project:
    """Have the authors of commits read where they must not be named in any text."""
    if audience.is_internal and audience.anonymized is None:
        return project
    history = project.settings.history.model_copy(update={"authors": True})
    return replace(project, settings=project.settings.model_copy(update={"history": history}))


def _as_followed(cut: Cut, project: Project) -> Cut:
    """Leave out authors that were read only to take them out of texts."""
    if project.settings.history.authors:
        return cut
    histories = tuple(
        replace(one, commits=one.commits.assign(author=one.commits["author"].str.slice(0, 0)))
        if one.commits["author"].any()
        else one
        for one in cut.tables.histories
    )
    return replace(cut, tables=replace(cut.tables, histories=histories))


def _audience(project: Project, request: Request) -> Audience:
    from runfolio.audience.apply import audience_named

    name = request.audience
    if (archive := project.archive) is not None:
        # What is in it was cut when it was made: it is for that audience and no other.
        if request.anonymize or name not in (None, archive.audience):
            raise UsageError(
                f"The archive was made for the audience {archive.audience!r}, and can be built for "
                "no other. Make one for the other from the logs.",
                "archive-audience",
            )
        name = archive.audience
    return audience_named(project.settings, name, anonymize=request.anonymize)


def publish(request: Request, wish: PublishWish, progress: Progress | None = None) -> Published:
    """Publish the site for an audience on a branch for pages, or in a store.

    Raises
    ------
    ConfigError, UsageError, NoRunsError, OutputError, DeliveryError
    """
    from runfolio.channels.publish import publish_site

    project, request = _opened_for(request, lambda told: told.pages.audience)
    clock = Clock(progress or Silent())
    with written_in(locale_named(project.settings.locale)):
        return publish_site(
            *(project, request, wish),
            lambda own, wanted: _build(own, wanted, clock)[1].watch,
            clock,
        )


def email(request: Request, wish: EmailWish, progress: Progress | None = None) -> Emailed:
    """Write a role's page as a message, and send it where that is wished.

    Raises
    ------
    ConfigError, UsageError, NoRunsError, OutputError, DeliveryError, LeakError
    """
    from runfolio.channels.email import emailed, planned

    project, request = _opened_for(request, lambda told: told.email.audience)
    plan = planned(wish, project.settings.deliver.email, os.environ)
    clock = Clock(progress or Silent())
    with written_in(locale_named(project.settings.locale)):
        return emailed(_report(project, request, clock), plan, clock)


def check(request: Request, progress: Progress | None = None) -> Result:
    """Read and analyse as `build` does, and write nothing."""
    clock = Clock(progress or Silent())
    project = _opened(request)
    with written_in(locale_named(project.settings.locale)):
        analysed = _analysed(project, clock)
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
        analysed = _analysed(project, clock)
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
    analysed = _analysed(project, clock)
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


def comment(request: Request, wish: CommentWish, progress: Progress | None = None) -> Comment:
    """Say in a comment on a pull request what the report comes down to.

    Raises
    ------
    ConfigError, UsageError, NoRunsError, LeakError
    """
    from runfolio.channels.comment import commented, room_for

    room = room_for(wish)
    project, request = _opened_for(request, lambda told: told.comment.audience)
    with written_in(locale_named(project.settings.locale)):
        return commented(_report(project, request, Clock(progress or Silent())), wish, room)


def write_comment(made: Comment, path: Path) -> None:
    """Write a comment to a file.

    Raises
    ------
    OutputError
    """
    from runfolio.channels.comment import written

    written(made, path)


def deliver_comment(made: Comment, wish: CommentWish) -> Posted | None:
    """Put a comment where it was wished: into the job's summary, on the pull request.

    Raises
    ------
    UsageError, OutputError, DeliveryError
    """
    from runfolio.channels.comment import delivered

    return delivered(made, wish)


def _opened_for(
    request: Request, of_channel: Callable[[DeliverSettings], str | None]
) -> tuple[Project, Request]:
    """Open a project for the audience of a channel, in its locale, where none is named."""
    project = _opened(request)
    if request.audience is not None:
        return project, request
    archive = project.archive
    name = archive.audience if archive is not None else of_channel(project.settings.deliver)
    request = replace(request, audience=name)
    return _opened(request), request


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
    if request.url:
        deliver = project.settings.deliver.model_copy(update={"url": request.url})
        asked["deliver"] = deliver
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
    """Read the runs into tables, with secrets masked."""
    return _masked(open_project(request.sources, request.config), Clock(Silent())).tables


def _masked(project: Project, clock: Clock) -> Cut:
    """Read all that the project names, and mask the secrets in it."""
    from runfolio.audience.secrets import masked

    return masked(read_project(project, clock), project.settings)


def _analysed(project: Project, clock: Clock) -> Analysed:
    safe = _masked(project, clock)
    return _analyse(safe.tables, safe.settings, clock)


def _analyse(tables: Tables, settings: Settings, clock: Clock) -> Analysed:
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
