"""Stage 6: the browser that is installed, for what only a browser can do: print.

In: an HTML document. Out: its PDF. The browser starts with a profile of its own in a folder
that is deleted afterwards, reaches no network, and is ended when it takes too long.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from runfolio.errors import DeliveryError, UsageError

__all__ = ["VARIABLE", "find_browser", "print_pdf"]

VARIABLE = "RUNFOLIO_CHROMIUM"
"""The environment variable that names the browser."""

SECONDS = 180
"""After these the browser is ended: a document of a thousand sheets takes less."""

_NAMES = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    *("microsoft-edge", "microsoft-edge-stable", "msedge"),
)
_ON_MAC = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
_ON_WINDOWS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)
_OPTIONS = (
    *("--headless", "--disable-gpu", "--disable-extensions", "--disable-sync", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--no-pings"),
    *("--disable-default-apps", "--password-store=basic", "--use-mock-keychain"),
    "--host-resolver-rules=MAP * ~NOTFOUND",  # nothing in the document asks for more: see there
    "--no-pdf-header-footer",  # its own would show the address of a file and today's date
    "--generate-pdf-document-outline",
    "--export-tagged-pdf",
)
# An uncompressed dictionary, in which Chromium tells of itself and of the clock.
_CLOCK = re.compile(rb"/(?:CreationDate|ModDate) \((?:[^()\\]|\\.)*\)")
_CREATOR = re.compile(rb"/Creator \((?:[^()\\]|\\.)*\)")


def find_browser() -> Path:
    """Return the browser: the one that `VARIABLE` names, else Chromium, Chrome or Edge.

    Raises
    ------
    UsageError
        If the one that is named is not there, or none is found.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise UsageError(
                f"${VARIABLE} names {named!r}, which is no program here. Name Chromium, Chrome or "
                "Edge by its full path.",
                "browser-missing",
            )
        return Path(found)
    for path in (*map(shutil.which, _NAMES), *_usual_places()):
        if path is not None and os.access(path, os.X_OK):
            return Path(path)
    raise UsageError(
        "A PDF is printed by Chromium, Chrome or Edge, and none was found. Install one of them, or "
        f"name it in ${VARIABLE}. `report build --single-file report.html` needs none: any browser "
        "prints that file.",
        "browser-missing",
    )


def _usual_places() -> Iterator[str]:
    """Return where installers put browsers without telling the PATH."""
    system: str = sys.platform  # a name of its own: type checkers would pass over other systems
    if system == "darwin":
        for folder in ("/Applications", str(Path.home() / "Applications")):
            yield from (f"{folder}/{name}" for name in _ON_MAC)
    elif system == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            programs = os.environ.get(variable)
            if programs:
                yield from (f"{programs}/{name}" for name in _ON_WINDOWS)


def print_pdf(html: str, browser: Path, seconds: float = SECONDS) -> bytes:
    """Return an HTML document as PDF, tagged, with an outline and without the day it was made.

    Parameters
    ----------
    html : str
    browser : Path
        As `find_browser` returns it.
    seconds : float
        How long the browser may take.

    Raises
    ------
    DeliveryError
        If the browser makes no PDF, or takes too long.
    """
    with tempfile.TemporaryDirectory(prefix="runfolio-", ignore_cleanup_errors=True) as folder:
        source, printed = Path(folder, "report.html"), Path(folder, "report.pdf")
        source.write_text(html, encoding="utf-8", newline="\n")
        command = [
            *(str(browser), *_OPTIONS),
            f"--user-data-dir={Path(folder, 'profile')}",
            f"--print-to-pdf={printed}",
            source.as_uri(),
        ]
        said = ""
        # A browser's own cage needs rights that many containers do not give. The document holds
        # no script and may load nothing, so that it can do without.
        for caged in (["--no-sandbox"],) if _is_root() else ([], ["--no-sandbox"]):
            said = _run([command[0], *caged, *command[1:]], folder, seconds)
            if printed.is_file() and printed.read_bytes().startswith(b"%PDF-"):
                return _without_clock(printed.read_bytes())
            if "sandbox" not in said.lower():
                break
    reason = next((line for line in said.splitlines() if line.strip()), "it says nothing")
    raise DeliveryError(
        f"{browser} made no PDF: {reason[:300]} Try another browser by ${VARIABLE}.",
        "pdf-not-printed",
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _run(command: list[str], folder: str, seconds: float) -> str:
    """Start the browser with a home of its own, wait for its end; return what it complains of."""
    own = {**os.environ, "HOME": folder, "TMPDIR": folder}
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=own,
            text=True,
            errors="replace",
            start_new_session=True,
        )
    except OSError as error:
        raise DeliveryError(
            f"{command[0]} cannot be started: {error.strerror or error}. Name another browser in "
            f"${VARIABLE}.",
            "browser-not-started",
        ) from error
    try:
        return process.communicate(timeout=seconds)[1]
    except subprocess.TimeoutExpired as error:
        raise DeliveryError(
            f"{command[0]} did not print within {seconds:g} seconds and was ended. Print fewer "
            "pages, with --role.",
            "pdf-too-slow",
        ) from error
    finally:
        _end(process)


def _end(process: subprocess.Popen[str]) -> None:
    """End the browser with all that it started."""
    if process.poll() is None:
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.communicate()


def _without_clock(pdf: bytes) -> bytes:
    """Return the PDF without when and by which browser it was made; every byte keeps its place."""
    pdf = _CLOCK.sub(lambda found: b" " * len(found[0]), pdf)
    return _CREATOR.sub(lambda found: b"/Creator (runfolio)".ljust(len(found[0])), pdf)
