"""Stage 6: a built site goes to a branch from which a host serves pages.

In: a site, a repository, a wish. Out: one commit on the branch of the remote, on top of what is
there; none where nothing changed. Whoever else moved the branch meanwhile keeps what they did:
the commit is made anew on top of it. Nothing is forced, and the user's clone is not touched.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from runfolio.deliver.addresses import pages_address
from runfolio.deliver.built_site import BuiltSite
from runfolio.deliver.pages_plan import IndexPage, Plan, plan_of
from runfolio.deliver.pages_wish import INDEX, PagesWish
from runfolio.deliver.published import Published
from runfolio.errors import DeliveryError
from runfolio.storage.git.fast_import import Author
from runfolio.storage.git.remote import RemoteBranch
from runfolio.storage.git.repository import Repository
from runfolio.storage.git.words import without_credentials

__all__ = ["NOBODY", "check_branch", "publish_to_branch"]

NOBODY = Author("runfolio", "runfolio@noreply.invalid")
"""Who commits are by where git's settings do not tell, or nobody is to be told."""
_TRIES = 5
_PAUSE = 0.3
"""Seconds, times the number of tries, before the branch is looked at again."""


def check_branch(folder: Path, wish: PagesWish) -> None:
    """Raise what `publish_to_branch` would, as far as it shows before there is a site.

    Raises
    ------
    DeliveryError, RepositoryError
    """
    repository = _repository(folder)
    RemoteBranch(repository, folder, wish.remote, wish.branch).look()
    if wish.branch == repository.head()[0]:
        raise _is_the_source(wish)


def publish_to_branch(
    folder: Path,
    site: BuiltSite | None,
    wish: PagesWish,
    index_page: IndexPage,
    *,
    version: str,
    tells_who: bool = True,
    tells_source: bool = True,
    url: str = "",
    inspect: Callable[[str, bytes], None] = lambda path, data: None,
) -> Published:
    """Put a site on a branch of a remote.

    Parameters
    ----------
    folder : Path
        A folder in the repository.
    site : BuiltSite or None
        None to take reports away only.
    wish : PagesWish
    index_page : callable
        Makes the page that lists reports.
    version : str
        Of runfolio.
    tells_who, tells_source : bool
        Whether the commit tells who made it, and from which commit.
    url : str
        The address at which pages are read, where the user told it.
    inspect : callable
        Takes path and words of what is pushed beside the site; raises where these must not be.

    Raises
    ------
    DeliveryError
        If the remote refuses it (``publish-refused``), the branch is moved again and again
        (``publish-branch-moves``), or a file is in the way.
    RepositoryError
        If there is no repository, no such remote, or it cannot be reached.
    """
    repository = _repository(folder)
    head, source = repository.head()
    branch = RemoteBranch(repository, folder, wish.remote, wish.branch)
    author = (branch.user if tells_who else None) or NOBODY
    said = _message(site, wish, version, source if tells_source else "")
    for tries in range(1, _TRIES + 1):
        tip = branch.fetch()
        if wish.branch == head or (tip and tip == source):
            raise _is_the_source(wish)
        files = branch.files(tip)
        plan = plan_of(
            files,
            partial(_read, branch, files),
            site,
            wish,
            branch.heads,
            index_page,
            algorithm=repository.object_format,
        )
        if INDEX in plan.written:
            # All that it says of reports; its style and its own words are the same everywhere.
            words = "\n".join(f"{one.folder}\n{one.title}" for one in plan.reports)
            inspect(INDEX, words.encode("utf-8", "replace"))
        cname = branch.read(files["CNAME"]).decode("utf-8", "replace") if "CNAME" in files else ""
        told = _told(plan, wish, url or pages_address(branch.address, wish.cname or cname))
        if wish.dry_run or not told.changed:
            return told
        commit = branch.commit(
            *(tip, said, author),
            time=int(clock.time()),
            removed=plan.removed,
            added=_contents(plan, site, wish),
        )
        if not commit:  # git finds no difference after all
            return replace(told, written=0, new=0, removed=0)
        refusal = branch.push(commit, tip)
        if not refusal or branch.look() == commit:
            return replace(told, commit=commit)
        if branch.heads.get(wish.branch, "") == tip:
            raise _refused(wish, refusal)
        clock.sleep(_PAUSE * tries)
    raise DeliveryError(
        f"Others moved the branch {wish.branch} {_TRIES} times while the report was put on top of "
        "it. Nothing of ours was published, and nothing of theirs is lost. Try again.",
        "publish-branch-moves",
    )


def _repository(folder: Path) -> Repository:
    repository = Repository.find(folder)
    if repository is None:
        raise DeliveryError(
            "Pages go to a branch of a git repository, and there is none here. Make one (git "
            "init, git remote add origin ADDRESS), or publish to a store: --to s3://…",
            "publish-no-repository",
        )
    return repository


def _read(branch: RemoteBranch, files: Mapping[str, str], path: str) -> bytes:
    return branch.read(files[path])


def _contents(plan: Plan, site: BuiltSite | None, wish: PagesWish) -> Iterator[tuple[str, bytes]]:
    start = len(wish.folder) + 1 if wish.folder else 0
    for path, content in plan.written.items():
        if content is None:
            assert site is not None
            content = site.read(path[start:])
        yield path, content


def _message(site: BuiltSite | None, wish: PagesWish, version: str, source: str) -> str:
    where = f" in {wish.folder}" if wish.folder else ""
    subject = f"Publish the report{where}" if site is not None else "Take reports away"
    made = f"Made by runfolio {version}" + (f" from commit {source}" if source else "")
    return f"{subject}\n\n{made}\n"


def _told(plan: Plan, wish: PagesWish, address: str) -> Published:
    start = f"{address.rstrip('/')}/" if address else ""
    below = f"{wish.folder}/" if wish.folder else ""
    several = any(one.folder for one in plan.reports)
    return Published(
        place=f"{wish.branch} of {without_credentials(wish.remote)}",
        address=start and start + below,
        index=f"{start}{INDEX}" if start and several else "",
        written=len(plan.written),
        new=plan.new,
        removed=len(plan.removed),
        gone=plan.gone,
        dry_run=wish.dry_run,
    )


def _is_the_source(wish: PagesWish) -> DeliveryError:
    return DeliveryError(
        f"{wish.branch} is the branch that the report is made from. Pages get a branch of their "
        "own, such as gh-pages: --branch gh-pages.",
        "publish-source-branch",
    )


def _refused(wish: PagesWish, refusal: str) -> DeliveryError:
    return DeliveryError(
        f"{without_credentials(wish.remote)} does not take the report on its branch "
        f"{wish.branch}; git says: {refusal}. The branch is as it was. Check that you may push to "
        "it, that it is not protected, and in a workflow that the job has the permission "
        "contents: write.",
        "publish-refused",
    )
