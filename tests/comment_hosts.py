"""Servers on this machine that behave as the APIs of GitHub and GitLab do for comments.

They keep their comments, give them out in pages, and ask for a token. Faults are queued for the
next request whose method and path begin so.
"""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

__all__ = ["Asked", "Fault", "Host", "HostKind", "running"]


HostKind = Literal["github", "gitlab"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


@dataclass(frozen=True, slots=True)
class Fault:
    """What happens instead of an answer.

    Parameters
    ----------
    begins : str
        Method and path of the requests that it befalls begin so.
    status : int
        Answered; 0 to end the connection without a word.
    content : object
        Answered as JSON.
    headers : dict of str to str
    done : bool
        Whether the request is obeyed before.
    zeros : int
        Bytes of an endless-looking answer.
    """

    begins: str
    status: int = 0
    content: object = None
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False
    zeros: int = 0


@dataclass
class Host:
    """A host with the comments of one pull request."""

    kind: HostKind
    address: str = ""
    tokens: dict[str, str] = field(default_factory=lambda: {"good": "bot", "reader": "bot"})
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def written(self, author: str, body: str, number: int = 0) -> int:
        """Put a comment there."""
        number = number or 1 + max((one["id"] for one in self.comments), default=100)
        self.comments.append({"id": number, "body": body, "by": author})
        return number

    def by(self, author: str) -> list[str]:
        """Return what somebody wrote."""
        return [one["body"] for one in self.comments if one["by"] == author]

    def requests(self, method: str) -> list[str]:
        return [one.path for one in self.asked if one.method == method]


Answer = tuple[int, object, dict[str, str]]


@contextmanager
def running(kind: HostKind, tls: ssl.SSLContext | None = None) -> Iterator[Host]:
    """Run a host; with `tls` over HTTPS, as ``localhost``."""
    obey = {"github": _github, "gitlab": _gitlab}[kind]
    host = Host(kind)
    if kind == "github":
        host.tokens = dict.fromkeys(host.tokens, "github-actions[bot]")

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

        def do_GET(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(size)) if size else None
            asked = Asked(self.command, self.path, dict(self.headers), body)
            host.asked.append(asked)
            line = f"{asked.method} {asked.path}"
            fault = next((one for one in host.faults if line.startswith(one.begins)), None)
            if fault is None:
                self._answer(*obey(host, asked))
                return
            host.faults.remove(fault)
            if fault.done:
                obey(host, asked)
            if fault.zeros:
                self._flood(fault.zeros)
            elif fault.status:
                self._answer(fault.status, fault.content, fault.headers)
            else:
                self.close_connection = True

        do_POST = do_PATCH = do_PUT = do_GET  # noqa: N815 (names that the library asks for)

        def _answer(self, status: int, content: object, headers: dict[str, str]) -> None:
            data = json.dumps(content).encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def _flood(self, size: int) -> None:
            """Send zeros without saying how many."""
            self.send_response(200)
            self.end_headers()
            block = bytes(2**20)
            try:
                for _ in range(size // len(block)):
                    self.wfile.write(block)
            except OSError:
                pass  # the other side had enough

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_address[1]}"
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
        host.address = f"https://localhost:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _page(host: Host, asked: Asked) -> tuple[list[dict[str, Any]], int, int | None]:
    """Return one page of comments, its number and that of the next one."""
    query = parse_qs(urlsplit(asked.path).query)
    size = min(100, int(query.get("per_page", ["30"])[0]))
    number = int(query.get("page", ["1"])[0])
    told = host.comments[(number - 1) * size : number * size]
    return told, number, number + 1 if number * size < len(host.comments) else None


def _github(host: Host, asked: Asked) -> Answer:
    token = asked.headers.get("Authorization", "").removeprefix("Bearer ")
    login = host.tokens.get(token)
    if login is None:
        return 401, {"message": "Bad credentials"}, {}
    path = urlsplit(asked.path).path
    if path == "/graphql":
        return 200, {"data": {"viewer": {"login": login}}}, {}

    def shown(one: dict[str, Any]) -> dict[str, Any]:
        address = f"https://example.org/pull/7#issuecomment-{one['id']}"
        return {**one, "user": {"login": one["by"]}, "html_url": address}

    of_pull = "/repos/ada/triage/issues/7/comments"
    if asked.method == "GET" and path == of_pull:
        told, _, following = _page(host, asked)
        more = f"{host.address}{of_pull}?per_page=100&page={following}"
        links = {"Link": f'<{host.address}/>; rel="first", <{more}>; rel="next"'}
        return 200, list(map(shown, told)), links if following else {}
    if token == "reader":
        return 403, {"message": "Resource not accessible by integration"}, {}
    if asked.method in ("POST", "PATCH") and len(asked.body["body"]) > 65_536:
        error = "Body is too long (maximum is 65536 characters)"
        return 422, {"message": "Validation Failed", "errors": [{"message": error}]}, {}
    if asked.method == "POST" and path == of_pull:
        host.written(login, asked.body["body"])
        return 201, shown(host.comments[-1]), {}
    one = _numbered(host, path, "/repos/ada/triage/issues/comments/")
    if asked.method == "PATCH" and one is not None:
        one["body"] = asked.body["body"]
        return 200, shown(one), {}
    return 404, {"message": "Not Found"}, {}


def _gitlab(host: Host, asked: Asked) -> Answer:
    login = host.tokens.get(asked.headers.get("Private-Token", ""))
    if login is None:
        return 401, {"message": "401 Unauthorized"}, {}
    path = urlsplit(asked.path).path.removeprefix("/api/v4")
    ids = {name: number for number, name in enumerate(("ada", "bot", "eve"), 1)}
    if path == "/user":
        return 200, {"id": ids[login], "username": login}, {}

    def shown(one: dict[str, Any]) -> dict[str, Any]:
        author = {"id": ids[one["by"]], "username": one["by"]}
        return {**one, "author": author, "system": False}

    notes = "/projects/42/merge_requests/7/notes"
    if asked.method == "GET" and path == notes:
        told, _, following = _page(host, asked)
        return 200, list(map(shown, told)), {"X-Next-Page": str(following or "")}
    if asked.headers.get("Private-Token") == "reader":
        error = {"error": "insufficient_scope", "error_description": "needs more privileges"}
        return 403, error, {}
    if asked.method in ("POST", "PUT") and len(asked.body["body"]) > 1_000_000:
        return 400, {"message": {"note": ["is too long (maximum is 1000000 characters)"]}}, {}
    if asked.method == "POST" and path == notes:
        host.written(login, asked.body["body"])
        return 201, shown(host.comments[-1]), {}
    one = _numbered(host, path, f"{notes}/")
    if asked.method == "PUT" and one is not None:
        one["body"] = asked.body["body"]
        return 200, shown(one), {}
    return 404, {"message": "404 Not found"}, {}


def _numbered(host: Host, path: str, before: str) -> dict[str, Any] | None:
    return next((one for one in host.comments if path == f"{before}{one['id']}"), None)
