"""A built site is published: for whom, from where, to where.

In: a project, what to build, how to publish. Out: `Published`. What can be wrong with the
arguments, the audience and the remote is told before the logs are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from runfolio.errors import DeliveryError, UsageError
from runfolio.project import Project
from runfolio.request import PublishWish, Request

if TYPE_CHECKING:
    from runfolio.deliver.built_site import BuiltSite
    from runfolio.deliver.pages_wish import PagesWish
    from runfolio.deliver.published import Published
    from runfolio.model.published import PublishedReport
    from runfolio.progress import Clock

__all__ = ["publish_site"]

Watch = Callable[[str, bytes], None]
"""Refuses what holds anything that the audience must not see."""
Build = Callable[[Project, Request], Watch]
"""Builds the site that a request names, and returns what watches over the rest that leaves."""


def publish_site(
    project: Project, request: Request, wish: PublishWish, build: Build, clock: Clock
) -> Published:
    """Publish a site.

    Parameters
    ----------
    project : Project
    request : Request
        Its output is ignored.
    wish : PublishWish
    build : callable
        Builds the site where it is not built already.
    clock : Clock

    Raises
    ------
    UsageError
        If nobody was named for whom it is (``publish-audience-missing``), or the internal
        report would become public (``publish-internal``).
    DeliveryError
        If it cannot be published.
    """
    takes_away = bool(wish.remove)
    if not takes_away:
        _check_audience(project, request, wish)
    if request.password and wish.site is not None:
        raise UsageError(
            "--protect encrypts a report while it is built, and --site publishes one as it is. "
            "Leave out one of them, or protect the site: report build --protect.",
            "publish-protect-site",
        )
    if wish.to:
        return _told(_to_store(project, request, wish, build, clock), request)
    from runfolio.deliver.pages_branch import check_branch

    pages = _pages(project, wish)
    with clock.stage("Looking at the branch"):
        check_branch(_place(project), pages)
    if takes_away:
        return _to_branch(project, request, wish, pages, None, _unwatched, clock)
    with TemporaryDirectory(prefix="runfolio-") as folder:
        site, watch = _site(project, request, wish, build, Path(folder))
        published = _to_branch(project, request, wish, pages, site, watch, clock)
        return _told(published, request)


def _told(published: Published, request: Request) -> Published:
    who = request.audience or ""
    return replace(published, audience=who, is_protected=bool(request.password))


def _check_audience(project: Project, request: Request, wish: PublishWish) -> None:
    from runfolio.audience.apply import audience_named

    if request.audience is None:
        known = ", ".join(project.settings.audiences) or "none yet"
        raise UsageError(
            "Say who the site is for: --audience NAME, or audience: under deliver: pages: in "
            f"report.yaml. Anyone may read what is published. Audiences that it names: {known}.",
            "publish-audience-missing",
        )
    audience = audience_named(project.settings, request.audience)
    if audience.is_internal and not wish.public_ok:
        raise UsageError(
            "The report for the audience internal holds everything, and anyone may read what is "
            "published. Name another audience, or add --public-ok if that is what you want.",
            "publish-internal",
        )


def _pages(project: Project, wish: PublishWish) -> PagesWish:
    from runfolio.deliver.pages_wish import PagesWish

    told = project.settings.deliver.pages
    return PagesWish(
        *(wish.remote or told.remote, wish.branch or told.branch, wish.folder),
        keep=wish.keep,
        prune=wish.prune,
        remove=wish.remove,
        cname=wish.cname,
        dry_run=wish.dry_run,
    )


def _unwatched(path: str, data: bytes) -> None:
    """Let all pass: without the logs it is not known what is hidden."""


def _site(
    project: Project, request: Request, wish: PublishWish, build: Build, folder: Path
) -> tuple[BuiltSite, Watch]:
    """Build the site, or take the one that was built."""
    from runfolio.deliver.built_site import BuiltSite

    if wish.site is None:
        output = folder / "site"
        told = project.settings
        there = told.deliver.model_copy(update={"url": _below(_url(project, wish), wish.folder)})
        own = replace(project, settings=told.model_copy(update={"deliver": there}))
        watch = build(own, replace(request, output=output))
        watch("--subdir", wish.folder.encode())
        return BuiltSite.open(output), watch
    site = BuiltSite.open(wish.site)
    if site.audience != request.audience:
        made = f"for the audience {site.audience}" if site.audience else "for nobody by name"
        raise DeliveryError(
            f"The site in {wish.site} was built {made}, not for {request.audience}. Build it "
            f"again: report build -o {wish.site} --audience {request.audience}",
            "publish-other-audience",
        )
    return site, _unwatched


def _place(project: Project) -> Path:
    """Return a folder in the repository whose remote it is; an archive lies in none."""
    return Path() if project.archive is not None else project.folder


def _url(project: Project, wish: PublishWish) -> str:
    return wish.url or project.settings.deliver.url


def _below(address: str, folder: str) -> str:
    """Return the address of a report's folder; empty if that of all of them is not known."""
    return "/".join([address.rstrip("/"), *filter(None, [folder])]) if address else ""


def _to_store(
    project: Project, request: Request, wish: PublishWish, build: Build, clock: Clock
) -> Published:
    from runfolio.deliver.object_store import check_store, publish_to_store

    if wish.keep or wish.prune or wish.remove or wish.cname or wish.branch or wish.remote:
        raise UsageError(
            "--keep, --prune, --remove, --cname, --branch and --remote are for a branch; a store "
            "(--to) has none of these. Leave them out.",
            "publish-store-option",
        )
    target, address = _below(wish.to, wish.folder), _below(_url(project, wish), wish.folder)
    check_store(target)
    with TemporaryDirectory(prefix="runfolio-") as folder:
        site, _ = _site(project, request, wish, build, Path(folder))
        with clock.stage("Uploading"):
            return publish_to_store(
                site, target, url=f"{address}/" if address else "", dry_run=wish.dry_run
            )


def _to_branch(
    project: Project,
    request: Request,
    wish: PublishWish,
    pages: PagesWish,
    site: BuiltSite | None,
    watch: Watch,
    clock: Clock,
) -> Published:
    from runfolio import __version__
    from runfolio.audience.apply import audience_named
    from runfolio.deliver.pages_branch import publish_to_branch
    from runfolio.render.reports_page import reports_page
    from runfolio.render.theme import load_theme

    told = project.settings
    theme = load_theme(request.theme or told.theme.extends, project.folder)
    theme = theme.with_tokens(told.theme.tokens)
    audience = audience_named(told, request.audience, anonymize=request.anonymize)

    def index_page(reports: Sequence[PublishedReport]) -> bytes:
        return reports_page(theme, reports)

    hidden = audience.redacted
    with clock.stage("Publishing"):
        return publish_to_branch(
            *(_place(project), site, pages, index_page),
            version=__version__,
            tells_who=request.audience is not None and hidden.users == hidden.emails == "off",
            tells_source=audience.anonymized is None,
            url=_url(project, wish),
            inspect=watch,
        )
