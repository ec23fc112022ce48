"""No link of the site is broken, says a link checker that others keep, over HTTP below a path."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from peers import absent
from stores import put

SITE = Path(__file__).parents[1] / "site"
BELOW = "some/sub/path"
LINKINATOR = Path(sys.prefix) / "node" / "node_modules" / ".bin" / "linkinator"


class Silent(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_: object) -> None:
        """Say nothing: the checker hangs up when it has what it wants."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = Server(("127.0.0.1", 0), partial(Silent, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def checked(address: str) -> list[dict[str, Any]]:
    """Return what the checker says of every link that it finds from an address."""
    if not LINKINATOR.exists() or not shutil.which("node"):
        absent(f"linkinator is not installed: npm install --prefix {sys.prefix}/node linkinator")
    done = subprocess.run(
        [LINKINATOR, address, "--recurse", "--check-fragments", "--format", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    links: list[dict[str, Any]] = json.loads(done.stdout)["links"]
    return links


def test_no_link_of_the_site_is_broken(tmp_path: Path) -> None:
    (tmp_path / BELOW).parent.mkdir(parents=True)
    (tmp_path / BELOW).symlink_to(SITE)
    with served(tmp_path) as address:
        links = checked(f"{address}/{BELOW}/")
    assert [link for link in links if link["state"] != "OK"] == []
    start = f"{address}/{BELOW}/"
    found = {link["url"].partition("#")[0] for link in links}
    assert all(url.startswith(start) for url in found)
    pages = {path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html")}
    linked = {url.removeprefix(start) for url in found}
    # A run's page and what is embedded elsewhere are reached by scripts and by other sites.
    missed = {page for page in pages - linked if not page.startswith(("runs/", "embed/"))}
    assert missed == set(), "every page can be reached"


def test_the_checker_sees_what_is_broken(tmp_path: Path) -> None:
    page = (
        '<h1 id="here">x</h1><a href="#here">1</a><a href="two.html#gone">2</a>'
        '<a href="/two.html">3</a><img src="no.png" alt="">'
    )
    put(tmp_path / BELOW, {"index.html": page, "two.html": "<p>two</p>"})
    with served(tmp_path) as address:
        links = checked(f"{address}/{BELOW}/")
    broken = {link["url"].removeprefix(address) for link in links if link["state"] == "BROKEN"}
    assert broken == {f"/{BELOW}/two.html#gone", "/two.html", f"/{BELOW}/no.png"}
