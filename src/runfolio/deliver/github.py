"""Stage 6: comments on a pull request on GitHub.

Sources: GitHub's REST API documentation, "Issue comments", "Using pagination in the REST API" and
"Rate limits for the REST API"; "Variables reference" of GitHub Actions; the GraphQL API's
``viewer``, which also tells the name of an installation's token.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from runfolio.deliver.api import Api, token_of
from runfolio.deliver.http_reply import Reply
from runfolio.errors import DeliveryError, UsageError

__all__ = ["GitHubComments", "github_comments"]

_LARGEST_EVENT = 64 * 1024 * 1024
_MOST_PAGES = 1_000
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,]*?\brel="?next"?')
_PULL = re.compile(r"refs/pull/(\d{1,12})/(?:merge|head)")
_REPOSITORY = re.compile(r"[\w-][\w.-]*/(?!\.\.?$)[\w.-]+", re.ASCII)
_PERMISSION = (
    "Give the job `permissions: pull-requests: write`, and the step `env: GITHUB_TOKEN: "
    "${{ github.token }}`."
)
_FORK = (
    "The pull request comes from a fork, whose token can only read. Run `report comment --github "
    "--number N` in a workflow on `workflow_run`, or use --summary."
)


@dataclass(frozen=True, slots=True)
class GitHubComments:
    """The comments on a pull request.

    Parameters
    ----------
    api : Api
    graphql : str
        Address of the GraphQL API.
    repository : str
        Owner and name.
    number : int
    from_fork : bool
    notes : tuple of str
    """

    api: Api
    graphql: str
    repository: str
    number: int
    from_fork: bool = False
    notes: tuple[str, ...] = field(default=())

    def ours(self, marker: str) -> list[tuple[int, str]]:
        """Return number and address of each comment of ours, the oldest first."""
        login = self._login()
        found = [
            (one["id"], str(one.get("html_url") or ""))
            for one in self._all()
            if isinstance(one.get("id"), int)
            and str(one.get("body") or "").lstrip().startswith(marker)
            and _inside(one, "user").get("login") == login
        ]
        return sorted(found)

    def create(self, text: str) -> str:
        """Write a comment, and return its address."""
        path = f"{self._path}/issues/{self.number}/comments"
        return self._address(self.api.ask("POST", path, {"body": text}, once=True), 201)

    def update(self, number: int, text: str) -> str:
        """Write a comment anew, and return its address."""
        path = f"{self._path}/issues/comments/{number}"
        return self._address(self.api.ask("PATCH", path, {"body": text}), 200)

    @property
    def _path(self) -> str:
        return f"/repos/{quote(self.repository)}"

    def _all(self) -> Iterator[dict[str, Any]]:
        """Yield all comments, page by page."""
        path = f"{self._path}/issues/{self.number}/comments?per_page=100"
        for _ in range(_MOST_PAGES):
            reply = self.api.ask("GET", path)
            page = reply.json()
            if reply.status != 200 or not isinstance(page, list):
                raise self._refused(reply)
            yield from (one for one in page if isinstance(one, dict))
            following = _NEXT.search(reply.headers.get("Link", ""))
            if following is None:
                return
            path = self.api.own(following[1])

    def _login(self) -> str:
        """Return whose token it is: comments of others are never touched."""
        reply = self.api.ask("POST", self.graphql, {"query": "query { viewer { login } }"})
        content = reply.json()
        try:
            login = content["data"]["viewer"]["login"]
        except (TypeError, KeyError):
            login = None
        if reply.status in (401, 403):
            raise self._refused(reply)
        if not isinstance(login, str):
            raise DeliveryError(
                f"GitHub answered {reply.status}{self.api.said(reply)} and does not say whose "
                "token this is, so our comment cannot be told from others'. $GITHUB_GRAPHQL_URL "
                "names the API.",
                "host-unexpected",
            )
        return login

    def _address(self, reply: Reply, expected: int) -> str:
        content = reply.json()
        if reply.status != expected or not isinstance(content, dict):
            raise self._refused(reply)
        return str(content.get("html_url") or "")

    def _refused(self, reply: Reply) -> DeliveryError:
        """Return an error that says what a refusal means and what to do."""
        pull = f"pull request {self.number} of {self.repository}"
        told = f"GitHub answered {reply.status}{self.api.said(reply)}"
        if reply.status == 401:
            return DeliveryError(
                f"{told}: the token is not valid, or no longer. {_PERMISSION}", "token-refused"
            )
        if reply.status == 403:
            advice = _FORK if self.from_fork else _PERMISSION
            return DeliveryError(
                f"{told}: the token may not comment on {pull}. {advice}", "token-may-not"
            )
        if reply.status in (404, 410):
            return DeliveryError(
                f"{told}: there is no {pull}, or the token may not see it. {_PERMISSION}",
                "pull-request-not-found",
            )
        if reply.status == 422:
            return DeliveryError(
                f"{told}: the comment on {pull} is not taken. With -o it goes into a file.",
                "comment-refused",
            )
        return DeliveryError(
            f"{told} about {pull}, which was not expected. $GITHUB_API_URL names the API.",
            "host-unexpected",
        )


def github_comments(
    environment: Mapping[str, str],
    number: int | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> GitHubComments:
    """Find the pull request that a workflow runs for.

    Parameters
    ----------
    environment : mapping of str to str
        As GitHub Actions sets it, with ``GITHUB_TOKEN``.
    number : int or None
        Of the pull request; None for the one that the workflow runs for.
    wait : callable

    Raises
    ------
    UsageError
        If the environment lacks something.
    """
    token = token_of(environment, "GITHUB_TOKEN", _PERMISSION)
    repository = environment.get("GITHUB_REPOSITORY", "")
    if not _REPOSITORY.fullmatch(repository):
        raise UsageError(
            "$GITHUB_REPOSITORY does not say which repository this is. --github works in GitHub "
            "Actions; elsewhere set it to owner/name.",
            "not-in-github-actions",
        )
    event = _event(environment.get("GITHUB_EVENT_PATH", ""))
    number = number or _number(event, environment.get("GITHUB_REF", ""))
    if not number:
        raise UsageError(
            "This does not run for a pull request, so there is nothing to comment on. Run the "
            "step `if: github.event_name == 'pull_request'`, name one with --number, or use "
            "--summary.",
            "not-a-pull-request",
        )
    base = environment.get("GITHUB_API_URL") or "https://api.github.com"
    # A server of one's own has the REST API at /api/v3 and this one beside it.
    graphql = environment.get("GITHUB_GRAPHQL_URL") or (
        f"{base.rstrip('/').removesuffix('/v3')}/graphql"
    )
    headers = {
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
        "User-Agent": "runfolio",
    }
    public = _inside(event, "repository").get("private") is False
    notes = ("The repository is public: everyone can read this comment.",) if public else ()
    api = Api("GitHub", base, headers, token, wait=wait)
    return GitHubComments(api, graphql, repository, number, _is_from_fork(event), notes)


def _event(path: str) -> dict[str, Any]:
    """Return what GitHub tells of the event; nothing if that cannot be read."""
    try:
        with Path(path).open("rb") as file:
            content = json.loads(file.read(_LARGEST_EVENT))
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _inside(event: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    for key in keys:
        event = event.get(key) or {}
        if not isinstance(event, dict):
            return {}
    return dict(event)


def _number(event: Mapping[str, Any], ref: str) -> int:
    """Return the number of the pull request of an event; 0 if it has none."""
    issue = _inside(event, "issue")
    pulls = _inside(event, "workflow_run").get("pull_requests")
    first = pulls[0] if isinstance(pulls, list) and len(pulls) == 1 else {}
    for one in (
        _inside(event, "pull_request"),
        issue if "pull_request" in issue else {},
        first if isinstance(first, dict) else {},
    ):
        if isinstance(one.get("number"), int):
            return int(one["number"])
    found = _PULL.fullmatch(ref)
    return int(found[1]) if found else 0


def _is_from_fork(event: Mapping[str, Any]) -> bool:
    head = _inside(event, "pull_request", "head", "repo").get("full_name")
    base = _inside(event, "pull_request", "base", "repo").get("full_name")
    return base is not None and head != base
