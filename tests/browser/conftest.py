"""A browser for the tests, and pages that a macro, its scripts and its data file make up."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import jinja2
import pytest
import yaml
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, sync_playwright

from runfolio.model.locale import current_locale
from runfolio.model.numbers import format_count, localized
from runfolio.render.data import runs_script, series_script
from runfolio.render.html import numbers_for_scripts
from runfolio.views.blocks import Comparator, RunTable
from runfolio.views.data import SeriesData, TableData

THEME = Path(__file__).parents[2] / "themes" / "default"

NewPage = Callable[..., Page]
Serve = Callable[[Path], str]
MakeSite = Callable[..., Path]

PAGE = """<!doctype html>
<html lang="en"{% if numbers %} data-numbers="{{ numbers }}"{% endif %}>
<head><meta charset="utf-8"><title>{{ page.path }}</title>
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'self'; \
style-src 'self'; img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'">
<link rel="icon" href="data:,">
{% for name in styles %}<link rel="stylesheet" href="static/{{ name }}">{% endfor %}
{% for path in data %}<script defer src="{{ path }}"></script>{% endfor %}
{% for name in scripts %}<script defer src="static/{{ name }}.js"></script>{% endfor %}
</head><body><main class="wrap"><h1>Runs</h1><h2>All of them</h2>
{% from "MACRO.html" import MACRO %}{{ MACRO(block, page) }}
</main></body></html>"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome: $CHROMIUM, on the PATH, or Playwright's own."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            reason = f"no Chromium or Chrome on the PATH or in $CHROMIUM: {error.message[:200]}"
            if os.environ.get("CI") == "true":
                pytest.fail(reason)
            pytest.skip(reason)
        yield started
        started.close()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Open pages that must stay silent and ask no other origin for anything.

    Takes the options of a browser context: viewport, color_scheme, java_script_enabled …
    """
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        complaints.append(f"console {message.type}: {message.text}")

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("file", "data", "blob") and address.hostname != "127.0.0.1":
            complaints.append(f"request to another origin: {request.url}")

    contexts = []

    def opened(**options: Any) -> Page:
        context = browser.new_context(**options)
        contexts.append(context)
        context.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))"
        )
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("console", heard)
        page.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
        page.on("request", asked)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """A page that fails the test when anything is printed, refused or fetched from elsewhere."""
    return new_page()


@pytest.fixture
def http_site() -> Iterator[Serve]:
    """Serve a folder below a sub-path, as GitHub Pages does; returns the address with a slash."""
    servers: list[ThreadingHTTPServer] = []

    class Handler(SimpleHTTPRequestHandler):
        prefix = "/some/repo"

        def translate_path(self, path: str) -> str:
            if not path.startswith(f"{self.prefix}/"):
                return str(Path(self.directory) / "outside-the-sub-path")
            return super().translate_path(path.removeprefix(self.prefix))

        def log_message(self, *args: Any) -> None:
            """Say nothing: pages that are missing show in the browser's console."""

    def served(folder: Path) -> str:
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder)))
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}{Handler.prefix}/"

    yield served
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def make_site(tmp_path: Path) -> MakeSite:
    """Build a page of one block through the theme's own macro, with its data and scripts."""

    def made(
        block: RunTable | Comparator, data: TableData, series: tuple[SeriesData, ...] = ()
    ) -> Path:
        return write_site(tmp_path / "site", block, data, series)

    return made


def write_site(
    folder: Path, block: RunTable | Comparator, data: TableData, series: tuple[SeriesData, ...]
) -> Path:
    """Write the page and return its path."""
    theme = yaml.safe_load((THEME / "theme.yaml").read_text(encoding="utf-8"))
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(THEME / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(number=format_count, localized=localized)
    is_table = isinstance(block, RunTable)
    macro = "run_table" if is_table else "comparator"
    path = "runs.html" if is_table else "compare.html"
    html = environment.from_string(PAGE.replace("MACRO", macro)).render(
        block=block,
        page=SimpleNamespace(root="", href=lambda path: path, path=path),
        styles=["tokens.css", *theme["styles"]],
        scripts=["numbers", "address", "table"]
        if is_table
        else ["numbers", "address", "table", "compare"],
        numbers=numbers_for_scripts(current_locale()),
        data=[block.data],
    )
    shutil.copytree(THEME / "static", folder / "static", dirs_exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    (folder / "static" / "tokens.css").write_text(_tokens(theme["tokens"]), encoding="utf-8")
    (folder / "data" / "runs.js").write_text(runs_script(data), encoding="utf-8")
    for one in series:
        (folder / "data" / f"{one.slug}.js").write_text(series_script(one), encoding="utf-8")
    (folder / path).write_text(html, encoding="utf-8")
    return folder / path


def _tokens(tokens: dict[str, dict[str, str]]) -> str:
    light, dark = (
        "".join(f"--{name}: {value};" for name, value in group.items())
        for group in ({**tokens["shared"], **tokens["light"]}, tokens["dark"])
    )
    return f":root {{{light}}} @media (prefers-color-scheme: dark) {{ :root {{{dark}}} }}"
