"""Stage 4: blocks, the smallest renderable things.

Dataclasses without HTML: the same blocks become a page, a comment, an e-mail or plain
text. Every ``href`` is relative to the site's root; the renderer makes it relative to the
page. All text is plain text (never HTML); `Markdown` alone is markup.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

__all__ = [
    "Block",
    "Callout",
    "Cell",
    "Chart",
    "Column",
    "Comparator",
    "Definition",
    "Definitions",
    "Details",
    "Door",
    "Doors",
    "Flow",
    "FlowNode",
    "FlowStage",
    "Gallery",
    "Heading",
    "Items",
    "KeyFigure",
    "KeyFigures",
    "Link",
    "Mark",
    "Markdown",
    "Page",
    "Picture",
    "Prose",
    "Row",
    "RunTable",
    "Section",
    "Span",
    "Strong",
    "Table",
    "Tone",
    "Verdict",
    "WhatIf",
    "WhatIfInput",
]

Mark = Literal["", "champion", "baseline"]
"""Champion: filled diamond, accent colour. Baseline: open circle, grey. On every page."""

Tone = Literal["good", "bad", "unsure", "none"]


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside prose or a table."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Emphasised words inside prose."""

    text: str


Span = str | Link | Strong


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict as words with a sign; colour is never alone."""

    text: str
    tone: Tone = "none"


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph. ``lede``: the opening sentence; ``note``: small and quiet."""

    spans: tuple[Span, ...]
    style: Literal["body", "lede", "note"] = "body"


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a section: below the section's own, or in its place (level 2).

    Links can lead to its `anchor`: ASCII letters, digits and ``-``.
    """

    text: str
    level: Literal[2, 3] = 3
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that people wrote in Markdown (notes, descriptions). Untrusted."""

    source: str


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One large figure with its uncertainty, count and meaning below it.

    ``hint`` explains the label; it opens on a click, a touch or a key.
    """

    label: str
    value: str
    context: tuple[Span, ...] = ()
    mark: Mark = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class KeyFigures:
    """Large figures side by side."""

    figures: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """A table's column. Numbers are right-aligned with tabular figures.

    ``hint`` explains the label; it opens on a click, a touch or a key.
    """

    label: str
    kind: Literal["text", "number", "verdict", "spark"] = "text"
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A table's cell.

    Parameters
    ----------
    text : str
        As shown; empty where there is nothing.
    href : str
        Where the text leads, or empty.
    verdict : Verdict or None
        Shown instead of the text.
    bar : tuple of float or None
        (from, to) of an in-cell bar, both in [0, 1].
    spark : tuple of (float, float)
        Points of a sparkline, each in [0, 1] x [0, 1], y upwards. Runs of points are
        broken where a value is NaN.
    differs : bool
        Whether the cell differs from its reference and is set off.
    hint : str
        Explains the text; it opens on a click, a touch or a key.
    """

    text: str = ""
    href: str = ""
    verdict: Verdict | None = None
    bar: tuple[float, float] | None = None
    spark: tuple[tuple[float, float], ...] = ()
    differs: bool = False
    hint: str = ""

    @property
    def plain(self) -> bool:
        """Whether the text is all there is to show."""
        return not (self.href or self.verdict or self.bar or self.spark or self.hint)


@dataclass(frozen=True, slots=True)
class Row:
    """A table's row; its first cell is its header. Links can lead to its `anchors`."""

    cells: tuple[Cell, ...]
    mark: Mark = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table; its caption says what is in it."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: a finding, a sentence, a drawing and a table of the same numbers.

    Parameters
    ----------
    key : str
        Unique on its page; ASCII letters, digits and ``-``.
    kind : str
        Name of a chart kind in `runfolio.views.charts`.
    title : str
        What the chart shows, as a finding.
    sentence : str
        What is drawn, in words, enough for someone who cannot see it.
    data : dict of str to list
        Columns ``f0``, ``f1`` … of equal length, by the kind's definition; non-finite
        values are None. Empty where `series` names the data.
    titles : dict of str to str
        Titles of the axes by placeholder (``@x``, ``@y``).
    table : Table or None
        The same numbers.
    series : str
        Where the data are too large for the page: metric index in the run's data file.
    static : bool
        Whether a pre-rendered image stands in where no script runs.
    href : str
        Where the title leads, or empty.
    """

    key: str
    kind: str
    title: str
    sentence: str
    data: dict[str, list[Any]]
    titles: dict[str, str]
    table: Table | None = None
    series: str = ""
    static: bool = False
    href: str = ""


@dataclass(frozen=True, slots=True)
class Callout:
    """A boxed remark: something to know before reading on."""

    tone: Tone
    title: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Items:
    """Things to do or to know, in order of weight."""

    items: tuple[tuple[Span, ...], ...]


@dataclass(frozen=True, slots=True)
class Door:
    """A way on: a title, and what is behind it."""

    title: str
    href: str
    text: str


@dataclass(frozen=True, slots=True)
class Doors:
    """Ways on from here: role pages, experiments."""

    doors: tuple[Door, ...]


@dataclass(frozen=True, slots=True)
class Definition:
    """A name and its value; values may be long, many-lined and hostile."""

    term: str
    value: str
    href: str = ""
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Definitions:
    """Names and values (params, tags). Long values fold."""

    items: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """An image: its file's path in the site, what it shows in words, and a caption."""

    path: str
    text: str
    caption: str


@dataclass(frozen=True, slots=True)
class Gallery:
    """Images side by side."""

    pictures: tuple[Picture, ...]


@dataclass(frozen=True, slots=True)
class RunTable:
    """The table of all runs: sorted, filtered and narrowed in the page.

    Parameters
    ----------
    table : Table
        The first rows, for readers without scripts.
    data : str
        Path of the data file with all rows (`runfolio.render.data`).
    total : int
        Number of all rows.
    csv, parquet : str
        Paths of the same runs as CSV and as Parquet.
    """

    table: Table
    data: str
    total: int
    csv: str = "runs.csv"
    parquet: str = "runs.parquet"


@dataclass(frozen=True, slots=True)
class Comparator:
    """Any runs side by side, picked in the page; `table` is the comparison at the start."""

    table: Table
    data: str
    picked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIfInput:
    """A number that the reader may change: a slider, and a field for what lies beyond it.

    Parameters
    ----------
    group : {"quantity", "measured", "requirement"}
    label, unit : str
    value : float
        Where it starts; like all that follows, in `unit`.
    low, high, step : float
        Of the slider.
    text, low_text, high_text : str
        Where it starts and the ends of the slider, as they are written.
    origin : str
        Where it starts in words, such as ``expected 24,000``.
    """

    group: Literal["quantity", "measured", "requirement"]
    label: str
    unit: str
    value: float
    low: float
    high: float
    step: float
    text: str
    low_text: str
    high_text: str
    origin: str


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What the champion is worth when numbers are other than expected.

    Parameters
    ----------
    table : Table
        The outcomes at the expected values, for readers without scripts and on paper.
    inputs : tuple of WhatIfInput
        In the order of their groups.
    question : str
        What the result answers, such as ``Champion over the baseline, a year``.
    amounts : str
        Says in what the amounts are told.
    sides : tuple of str
        Headings of the amounts: the champion alone, or with the baseline and the difference.
    data : dict
        What the page's script evaluates (`runfolio.views.impact_panel`).
    """

    table: Table
    inputs: tuple[WhatIfInput, ...]
    question: str
    amounts: str
    sides: tuple[str, ...]
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class FlowNode:
    """A thing in a flow.

    Parameters
    ----------
    title : str
    details : tuple of str
        Short lines below it.
    href : str
        Where the title leads, or empty.
    marks : tuple of Mark
        Whose ways go through it: one, or all of them.
    is_missing : bool
        Whether it says that nothing is known here.
    """

    title: str
    details: tuple[str, ...] = ()
    href: str = ""
    marks: tuple[Mark, ...] = ()
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class FlowStage:
    """A stage of a flow: one node that all ways share, or one for each way."""

    label: str
    nodes: tuple[FlowNode, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """One or two ways through the same stages, drawn with arrows.

    Parameters
    ----------
    label : str
        What is drawn, in words.
    stages : tuple of FlowStage
    lanes : int
        Number of ways: 1 or 2.
    """

    label: str
    stages: tuple[FlowStage, ...]
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Details:
    """Blocks folded away under a summary."""

    summary: str
    blocks: tuple[Block, ...]


Block = (
    Prose
    | Heading
    | Markdown
    | KeyFigures
    | Table
    | Chart
    | Callout
    | Doors
    | Items
    | Definitions
    | Gallery
    | RunTable
    | Comparator
    | Details
    | Flow
    | WhatIf
)


@dataclass(frozen=True, slots=True)
class Section:
    """A titled unit of a page."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A page before it is rendered.

    Parameters
    ----------
    path : str
        Relative to the site's root, such as ``runs/lr-0-1-3fa2.html``.
    nav : str
        Path of the navigation entry that is current.
    title : str
        The heading: the finding where there is one.
    kicker : str
        The small line above the heading.
    lede : tuple of Span
        The opening sentence.
    scripts : tuple of str
        Of ``numbers``, ``address``, ``charts``, ``table``, ``compare``, ``impact``: which of the
        theme's scripts it needs, each after those that it builds on.
    data : tuple of str
        Paths of data files (scripts) it loads.
    words : Definitions or None
        Terms that stand on the page, explained at its end.
    plain : bool
        Whether its reader sees these explanations without asking for them.
    """

    path: str
    nav: str
    title: str
    sections: tuple[Section, ...]
    kicker: str = ""
    lede: tuple[Span, ...] = ()
    scripts: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    words: Definitions | None = None
    plain: bool = False
