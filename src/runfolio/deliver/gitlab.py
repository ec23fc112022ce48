"""Stage 6: comments (notes) on a merge request on GitLab.

Sources: GitLab's documentation, "Notes API", "REST API: pagination" and "Predefined CI/CD
variables reference". A job's own token, ``CI_JOB_TOKEN``, cannot write notes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from runfolio.deliver.api import Api, token_of
from runfolio.deliver.http_reply import Reply
from runfolio.errors import DeliveryError, UsageError

__all__ = ["GitLabComments", "gitlab_comments"]

_MOST_PAGES = 1_000
_PERMISSION = (
    "Make a project access token with the role Reporter and the scope api, and put it into the "
    "CI/CD variable GITLAB_TOKEN, masked. A job's own CI_JOB_TOKEN cannot write comments, and a "
    "protected variable is not there for branches that are not protected."
)


@dataclass(frozen=True, slots=True)
class GitLabComments:
    """The comments on a merge request.

    Parameters
    ----------
    api : Api
    project : str
        Number, or path, of the project that is asked to merge.
    number : int
        The merge request's in that project (its IID).
    page : str
        Address of the merge request; empty if it is not known.
    notes : tuple of str
    """

    api: Api
    project: str
    number: int
    page: str = ""
    notes: tuple[str, ...] = field(default=())

    def ours(self, marker: str) -> list[tuple[int, str]]:
        """Return number and address of each comment of ours, the oldest first."""
        own = self._own_id()
        found = [
            (one["id"], self._address_of(one["id"]))
            for one in self._all()
            if isinstance(one.get("id"), int)
            and str(one.get("body") or "").lstrip().startswith(marker)
            and _author(one) == own
        ]
        return sorted(found)

    def create(self, text: str) -> str:
        """Write a comment, and return its address."""
        return self._written(self.api.ask("POST", self._path, {"body": text}, once=True), 201)

    def update(self, number: int, text: str) -> str:
        """Write a comment anew, and return its address."""
        return self._written(self.api.ask("PUT", f"{self._path}/{number}", {"body": text}), 200)

    @property
    def _path(self) -> str:
        project = quote(self.project, safe="")
        return f"/projects/{project}/merge_requests/{self.number}/notes"

    def _all(self) -> Iterator[dict[str, Any]]:
        """Yield all comments, page by page."""
        following = "1"
        for _ in range(_MOST_PAGES):
            query = f"?sort=asc&order_by=created_at&per_page=100&page={following}"
            reply = self.api.ask("GET", self._path + query)
            page = reply.json()
            if reply.status != 200 or not isinstance(page, list):
                raise self._refused(reply)
            yield from (one for one in page if isinstance(one, dict))
            number = reply.number("X-Next-Page")
            if number is None:
                return
            following = str(number)

    def _own_id(self) -> int:
        """Return whose token it is: comments of others are never touched."""
        reply = self.api.ask("GET", "/user")
        content = reply.json()
        own = content.get("id") if isinstance(content, dict) else None
        if reply.status != 200 or not isinstance(own, int):
            raise self._refused(reply)
        return own

    def _written(self, reply: Reply, expected: int) -> str:
        content = reply.json()
        if reply.status != expected or not isinstance(content, dict):
            raise self._refused(reply)
        return self._address_of(content.get("id"))

    def _address_of(self, number: object) -> str:
        return f"{self.page}#note_{number}" if self.page else ""

    def _refused(self, reply: Reply) -> DeliveryError:
        """Return an error that says what a refusal means and what to do."""
        request = f"merge request !{self.number} of project {self.project}"
        told = f"GitLab answered {reply.status}{self.api.said(reply)}"
        if reply.status == 401:
            return DeliveryError(
                f"{told}: the token is not valid, or no longer. {_PERMISSION}", "token-refused"
            )
        if reply.status == 403:
            return DeliveryError(
                f"{told}: the token may not comment on {request}. {_PERMISSION}", "token-may-not"
            )
        if reply.status == 404:
            return DeliveryError(
                f"{told}: there is no {request}, or the token may not see it. {_PERMISSION}",
                "pull-request-not-found",
            )
        if reply.status in (400, 413, 422):
            return DeliveryError(
                f"{told}: the comment on {request} is not taken. With -o it goes into a file.",
                "comment-refused",
            )
        return DeliveryError(
            f"{told} about {request}, which was not expected. $CI_API_V4_URL names the API.",
            "host-unexpected",
        )


def _author(comment: Mapping[str, Any]) -> object:
    author = comment.get("author")
    return author.get("id") if isinstance(author, dict) else None


def gitlab_comments(
    environment: Mapping[str, str],
    number: int | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> GitLabComments:
    """Find the merge request that a pipeline runs for.

    Parameters
    ----------
    environment : mapping of str to str
        As GitLab CI sets it, with ``GITLAB_TOKEN``.
    number : int or None
        Of the merge request; None for the one that the pipeline runs for.
    wait : callable

    Raises
    ------
    UsageError
        If the environment lacks something.
    """
    token = token_of(environment, "GITLAB_TOKEN", _PERMISSION)
    # The pipeline of a fork's merge request runs in the fork, and the request is elsewhere.
    project = environment.get("CI_MERGE_REQUEST_PROJECT_ID") or environment.get("CI_PROJECT_ID")
    base = environment.get("CI_API_V4_URL")
    if not project or not base:
        missing = "CI_API_V4_URL" if project else "CI_PROJECT_ID"
        raise UsageError(
            f"${missing} is not set. --gitlab works in GitLab CI; elsewhere set CI_API_V4_URL and "
            "CI_PROJECT_ID.",
            "not-in-gitlab-ci",
        )
    told = environment.get("CI_MERGE_REQUEST_IID", "")
    number = number or (int(told) if told.isascii() and told.isdigit() else 0)
    if not number:
        raise UsageError(
            "This does not run for a merge request, so there is nothing to comment on. Give the "
            'job `rules: [{if: $CI_PIPELINE_SOURCE == "merge_request_event"}]`, or name one with '
            "--number.",
            "not-a-pull-request",
        )
    site = environment.get("CI_MERGE_REQUEST_PROJECT_URL") or environment.get("CI_PROJECT_URL")
    page = f"{site}/-/merge_requests/{number}" if site else ""
    public = environment.get("CI_PROJECT_VISIBILITY") == "public"
    notes = ("The project is public: everyone can read this comment.",) if public else ()
    api = Api("GitLab", base, {"User-Agent": "runfolio"}, token, "PRIVATE-TOKEN", "", wait)
    return GitLabComments(api, project, number, page, notes)
