"""A comment on a pull request: a report becomes one, and it goes where it is read.

In: a report and wishes. Out: Markdown; then what became of it on the pull request. What is said
is searched for what its audience must not see before it is handed out.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runfolio.deliver.comments import Comments, Posted
    from runfolio.report import Report
    from runfolio.request import CommentWish

__all__ = ["Comment", "commented", "delivered", "room_for", "written"]


@dataclass(frozen=True, slots=True)
class Comment:
    """A report as a comment.

    Parameters
    ----------
    text : str
        Markdown.
    marker : str
        Its first line, by which it is found again.
    job_summary : str
        The same for the summary of a job, with more room and without the marker; or empty.
    is_internal : bool
        Whether it is for the team itself, so that nothing was taken out.
    """

    text: str
    marker: str
    job_summary: str
    is_internal: bool


def room_for(wish: CommentWish) -> int:
    """Return how many bytes there are in a job's summary; 0 if none is wanted.

    Raises
    ------
    UsageError
        If one is wanted and there is none.
    """
    from runfolio.deliver.job_summary import room_in_job_summary

    return room_in_job_summary(os.environ) if wish.job_summary else 0


def commented(report: Report, wish: CommentWish, room: int) -> Comment:
    """Say what a report comes down to.

    Parameters
    ----------
    report : Report
    wish : CommentWish
    room : int
        Bytes in a job's summary.

    Raises
    ------
    LeakError
    """
    from runfolio.render import comment as text
    from runfolio.render.markdown_text import unmarked

    told = partial(
        text.comment_markdown,
        report.summary(),
        site=wish.url or report.settings.deliver.url,
        version=report.info.version,
    )
    made = Comment(
        told(key=wish.key, budget=text.FLAVOURS[wish.flavour].budget),
        text.marker(wish.key),
        told(budget=max(text.LEAST, min(room, text.STEP_SUMMARY))) if wish.job_summary else "",
        report.audience.is_internal,
    )
    for one in (made.text, made.job_summary):
        # The signs of Markdown must not hide from the search what readers see without them.
        report.watch("comment.md", one.encode())
        report.watch("comment.txt", unmarked(one).encode())
    return made


def written(made: Comment, path: Path) -> None:
    """Write a comment to a file, in place of an earlier one.

    Raises
    ------
    OutputError
    """
    from runfolio.deliver.one_file import put_file

    put_file(path, made.text.encode(), _is_ours, "a comment of runfolio's")


def _is_ours(beginning: bytes) -> bool:
    return beginning.startswith(b"<!-- runfolio: ")


def delivered(made: Comment, wish: CommentWish) -> Posted | None:
    """Append a comment to the job's summary and put it on the pull request, as it was wished.

    Returns
    -------
    Posted or None
        What became of it on the pull request; None if it was not to go there.

    Raises
    ------
    UsageError, OutputError, DeliveryError
    """
    from runfolio.deliver.comments import looked_up, posted
    from runfolio.deliver.github import github_comments
    from runfolio.deliver.gitlab import gitlab_comments
    from runfolio.deliver.job_summary import append_to_job_summary

    done: Posted | None = None
    try:
        if wish.job_summary and not wish.dry_run:
            append_to_job_summary(os.environ, made.job_summary)
    finally:  # a summary that is full keeps no comment from the pull request
        if wish.host:
            comments: Comments = (
                github_comments(os.environ, wish.number)
                if wish.host == "github"
                else gitlab_comments(os.environ, wish.number)
            )
            done = (
                looked_up(comments, made.marker)
                if wish.dry_run
                else posted(comments, made.marker, made.text)
            )
    return done
