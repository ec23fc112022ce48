"""Stage 5: the files that all pages share: one stylesheet, scripts, the chart library.

In: a theme and the specifications of the chart kinds. Out: files whose names carry the
hash of their content, so a browser may keep them for ever and a changed one is a new one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runfolio.render.theme import Theme

__all__ = ["FOLDER", "Assets", "bundle_assets", "json_for_script", "stylesheet"]

FOLDER = "assets"

_ESCAPES = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(frozen=True, slots=True)
class Assets:
    """The shared files, not yet written.

    Parameters
    ----------
    files : mapping of str to bytes
        Content by path relative to the site's root.
    style : str
        Path of the stylesheet.
    scripts : mapping of str to str
        Paths of the theme's scripts, by the names under which pages ask for them.
    vega, specs : str
        File names, in the same folder, of what the chart script loads when it is needed.
    """

    files: Mapping[str, bytes]
    style: str
    scripts: Mapping[str, str]
    vega: str
    specs: str

    def write(self, site: Path) -> None:
        """Write the files below the folder `site`."""
        for path, content in self.files.items():
            target = site / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)


def bundle_assets(theme: Theme, specs: Mapping[str, Mapping[str, Any]]) -> Assets:
    """Gather the shared files of a site.

    Parameters
    ----------
    theme : Theme
    specs : mapping of str to dict
        As `runfolio.views.charts.chart_specs` returns them.
    """
    files: dict[str, bytes] = {}

    def add(name: str, content: bytes) -> str:
        stem, _, ending = name.rpartition(".")
        path = f"{FOLDER}/{stem}-{hashlib.sha256(content).hexdigest()[:10]}.{ending}"
        files[path] = content
        return path

    style = add("style.css", stylesheet(theme).encode("utf-8"))
    scripts = {name: add(file, theme.static(file)) for name, file in theme.scripts.items()}
    vega = add("vega.js", theme.static("vendor/vega.js"))
    # The licences ask to go along with every copy of the library.
    add("vega-licences.txt", theme.static("vendor/LICENSES.txt"))
    statement = f"(window.runfolio ??= {{}}).specs = {json_for_script(specs)};\n"
    named = add("specs.js", statement.encode("utf-8"))
    return Assets(files, style, scripts, Path(vega).name, Path(named).name)


def json_for_script(value: object) -> str:
    """Return `value` as JSON that cannot end the script element it stands in.

    Raises
    ------
    ValueError
        If a number in it is not finite.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(_ESCAPES)


def stylesheet(theme: Theme) -> str:
    shared, light, dark = (
        "".join(f"  --{name}: {value};\n" for name, value in theme.tokens[group].items())
        for group in ("shared", "light", "dark")
    )
    # Paper is never dark, so the dark tokens are for screens alone.
    tokens = (
        f":root {{\n{shared}{light}}}\n"
        f"@media screen and (prefers-color-scheme: dark) {{\n:root {{\n{dark}}}\n}}\n"
    )
    return tokens + "".join(theme.static(style).decode("utf-8") for style in theme.styles)
