"""Stage 5: charts drawn ahead, for where no script runs: print, e-mail, scripts off.

In: the chart blocks that ask for it and the specifications of their kinds. Out: two SVGs
of each, for a wide and a narrow place, or one PNG. They are drawn by one process of its own,
since the library ends the whole process on some inputs; what it finished by then is kept.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

from runfolio.model.locale import ENGLISH, Locale
from runfolio.render.text import safe_title, visible
from runfolio.views.blocks import Chart, Details, Page

__all__ = [
    "Drawing",
    "Drawings",
    "PngImage",
    "chart_hash",
    "draw_charts",
    "draw_images",
    "drawn_as_png",
]

WIDTHS = {"wide": 680, "narrow": 330}
PNG_SCALE = 2

SECONDS_FOR_START = 60
SECONDS_PER_IMAGE = 10

_IDS = re.compile(r'\bid="([^"]+)"')
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


@dataclass(frozen=True, slots=True)
class Drawing:
    """The SVG elements of one chart, ready to stand in a page."""

    wide: str
    narrow: str


@dataclass(frozen=True, slots=True)
class PngImage:
    """A chart as PNG, where nothing can draw an SVG; its size in CSS pixels."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Drawings:
    """What could be drawn.

    Parameters
    ----------
    images : mapping of str to Drawing
        By `chart_hash`.
    message : str
        What went wrong, or empty. The tables of the charts stand in then.
    """

    images: Mapping[str, Drawing] = field(default_factory=dict)
    message: str = ""


def chart_hash(chart: Chart) -> str:
    """Return a name for what `chart` draws; equal drawings have equal names."""
    content = json.dumps([chart.kind, chart.data, chart.titles, chart.title, chart.sentence])
    return hashlib.sha256(content.encode("utf-8")).hexdigest()[:12]


def draw_charts(
    pages: Iterable[Page], specs: Mapping[str, Mapping[str, Any]], locale: Locale = ENGLISH
) -> Drawings:
    """Draw all charts on `pages` that ask for it.

    Parameters
    ----------
    pages : iterable of Page
    specs : mapping of str to dict
        As `runfolio.views.charts.chart_specs` returns them.
    locale : Locale
        In which axes are labelled.
    """
    charts = {chart_hash(chart): chart for page in pages for chart in _static_charts(page)}
    if not charts:
        return Drawings()
    own = _own_locale(locale)
    jobs = [
        {
            "name": f"{name}-{form}",
            "spec": _filled(specs[f"{chart.kind}-{form}"], chart, width),
            "locale": own,
        }
        for name, chart in charts.items()
        for form, width in WIDTHS.items()
    ]
    found, reason = _run(jobs)
    images = {
        name: Drawing(
            *(_as_image(found[f"{name}-{form}"], f"{name}-{form}", chart, form) for form in WIDTHS)
        )
        for name, chart in charts.items()
        if all(f"{name}-{form}" in found for form in WIDTHS)
    }
    missing = len(charts) - len(images)
    if not missing:
        return Drawings(images)
    return Drawings(
        images,
        f"{missing} of {len(charts)} charts could not be drawn ahead ({reason}). Without "
        "scripts their tables stand in; with scripts they are drawn in the page.",
    )


def draw_images(
    charts: Sequence[Chart],
    specs: Mapping[str, Mapping[str, Any]],
    colours: Mapping[str, str],
    locale: Locale = ENGLISH,
    width: int = WIDTHS["narrow"],
) -> dict[str, PngImage]:
    """Draw charts as PNG, in two pixels for each CSS pixel, as a narrow place shows them.

    Parameters
    ----------
    charts : sequence of Chart
    specs : mapping of str to dict
        As `runfolio.views.charts.chart_specs` returns them.
    colours : mapping of str to str
        The theme's tokens of one palette: an image cannot follow the reader's.
    locale : Locale
    width : int
        Of the plot, without its axes.

    Returns
    -------
    dict of str to PngImage
        By `chart_hash`; what could not be drawn is not in it.
    """
    palette = {f"var(--{name})": value for name, value in colours.items()}
    palette.setdefault("var(--card)", "#ffffff")
    own, jobs = _own_locale(locale), []
    for chart in charts:
        spec = _replaced(_filled(specs[f"{chart.kind}-narrow"], chart, width), palette)
        spec["background"] = palette["var(--card)"]
        jobs.append({"name": chart_hash(chart), "spec": spec, "locale": own, "scale": PNG_SCALE})
    found = _run(jobs)[0] if jobs else {}
    return {name: _as_png(base64.b64decode(data)) for name, data in found.items()}


def drawn_as_png(svg: str) -> bytes | None:
    """Return an SVG image as PNG, one pixel for each CSS pixel; None where it cannot be drawn."""
    found, _ = _run([{"name": "image", "svg": svg}])
    return base64.b64decode(found["image"]) if found else None


def _as_png(data: bytes) -> PngImage:
    # PNG, 11.2.2: width and height are the first two numbers of the first chunk.
    width, height = struct.unpack(">II", data[16:24])
    return PngImage(data, round(width / PNG_SCALE), round(height / PNG_SCALE))


def _own_locale(locale: Locale) -> dict[str, Any]:
    if locale is ENGLISH:
        return {}
    return {"format_locale": locale.for_vega(), "time_format_locale": locale.for_vega_times()}


def _static_charts(page: Page) -> Iterator[Chart]:
    waiting = [block for section in page.sections for block in section.blocks]
    while waiting:
        block = waiting.pop()
        if isinstance(block, Details):
            waiting.extend(block.blocks)
        elif isinstance(block, Chart) and block.static:
            yield block


def _filled(spec: Mapping[str, Any], chart: Chart, width: int) -> dict[str, Any]:
    """Return `spec` with the chart's data and titles, and without what answers a pointer."""
    titles = {placeholder: safe_title(title) for placeholder, title in chart.titles.items()}
    filled: dict[str, Any] = _replaced(dict(spec), titles)
    filled["width"] = width
    if isinstance(filled["height"], dict):
        filled["height"] = filled["height"]["step"] * len(set(chart.data["f0"]))
    filled["layer"] = [layer for layer in filled["layer"] if layer.get("name") != "hover"]
    names = list(chart.data)
    rows = zip(*(map(_shown, chart.data[name]) for name in names), strict=True)
    filled["datasets"] = {"table": [dict(zip(names, row, strict=True)) for row in rows]}
    return filled


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value


def _replaced(part: Any, titles: Mapping[str, str]) -> Any:
    if isinstance(part, dict):
        return {key: _replaced(value, titles) for key, value in part.items()}
    if isinstance(part, list):
        return [_replaced(value, titles) for value in part]
    return titles.get(part, part) if isinstance(part, str) else part


def _run(jobs: list[dict[str, Any]]) -> tuple[dict[str, str], str]:
    """Return what was drawn by name (SVG, or PNG in base64), and why some are missing."""
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", __name__],
            input=json.dumps(jobs, allow_nan=False).encode("ascii"),
            capture_output=True,
            timeout=SECONDS_FOR_START + SECONDS_PER_IMAGE * len(jobs),
            check=False,
        )
        output, reason = done.stdout, f"the drawing process ended with {done.returncode}"
    except subprocess.TimeoutExpired as late:
        output, reason = late.stdout or b"", "drawing took too long"
    except (OSError, ValueError) as error:
        return {}, str(error)
    found = {}
    for line in output.decode("utf-8", "replace").splitlines():
        try:
            answer = json.loads(line)
        except ValueError:
            continue  # a line cut short by the end of the process
        if "image" in answer:
            found[answer["name"]] = answer["image"]
        else:
            reason = answer["error"]
    return found, reason


def _as_image(svg: str, name: str, chart: Chart, form: str) -> str:
    """Return `svg` as an image with a label and with ids that are its own.

    The library counts ids through all that one process draws: they would depend on the
    order and could meet those of another drawing on the page.
    """
    ids = {old: f"d{name}-{number}" for number, old in enumerate(_IDS.findall(svg), 1)}
    for old, new in ids.items():
        svg = svg.replace(f'id="{old}"', f'id="{new}"').replace(f"url(#{old})", f"url(#{new})")
    svg = _ROLES.sub("", svg)
    width, height = re.findall(r'\b(?:width|height)="([\d.]+)"', svg)[:2]
    label = escape(visible(f"{chart.title}. {chart.sentence}"))
    head = (
        f'<svg class="{form}" role="img" aria-label="{label}" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}">'
    )
    return head + svg.partition(">")[2]


def _draw() -> None:
    """Draw the jobs on stdin; each answer is one line, written as soon as it is known."""
    import vl_convert

    for job in json.load(sys.stdin):
        try:
            told = {"allowed_base_urls": [], **job.get("locale", {})}
            if "svg" in job:
                png = vl_convert.svg_to_png(job["svg"])
                image = base64.b64encode(png).decode("ascii")
            elif "scale" in job:
                png = vl_convert.vegalite_to_png(job["spec"], scale=job["scale"], **told)
                image = base64.b64encode(png).decode("ascii")
            else:
                image = vl_convert.vegalite_to_svg(job["spec"], **told)
            answer = {"name": job["name"], "image": image}
        except ValueError as error:
            answer = {"name": job["name"], "error": str(error).partition("\n")[0]}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    _draw()
