"""Stage 5: what of a page a message tells, and in which order.

In: a page, and limits. Out: a page of simple blocks. Figures, what to decide, requirements and
risks are told in full, of all other sections the finding, since nobody reads a whole page in a
mailbox. A page that asks for no decision has its answer in the first of these: it is told in full,
too. What is not told is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from runfolio.render.email.links import Links, sentences
from runfolio.render.email.simple import (
    REQUIREMENTS,
    Limits,
    Simple,
    and_more,
    is_warning,
    short_title,
)
from runfolio.render.static_charts import chart_hash
from runfolio.views import blocks as b

__all__ = ["charts_of", "simplified", "told_first"]

_DECISION = "decision"
_FIRST = ("verdict-figures", "figures", _DECISION, REQUIREMENTS, "next-steps", "risks")
"""Sections that a reader wants before all others, wherever the page has them."""

_FINDING = 200
"""Characters of a finding; its first sentence is whole."""


def told_first(sections: Sequence[b.Section]) -> list[b.Section]:
    """Return sections in the order of a message."""
    place = {key: number for number, key in enumerate(_FIRST)}
    return sorted(sections, key=lambda one: place.get(one.key, len(_FIRST)))


def charts_of(page: b.Page, most: int) -> list[b.Chart]:
    """Return the charts of a page that a message shows: the first that can stand alone."""
    found = (
        block
        for section in told_first(page.sections)
        for block in section.blocks
        if isinstance(block, b.Chart) and block.static
    )
    return list({chart_hash(chart): chart for chart in found}.values())[:most]


def simplified(
    page: b.Page, limits: Limits, links: Links, drawn: frozenset[str] = frozenset()
) -> tuple[b.Page, tuple[str, ...]]:
    """Return a page of simple blocks, and the titles of the sections that are left out.

    Parameters
    ----------
    page : Page
    limits : Limits
    links : Links
    drawn : frozenset of str
        Hashes of the charts of which there is an image.
    """
    simple = Simple(limits, links, drawn)
    sections: list[b.Section] = []
    findings: list[b.Block] = []
    left_out: list[str] = []
    further = 0
    full = 0 if any(one.key == _DECISION for one in page.sections) else limits.full
    for section in told_first(page.sections):
        blocks = tuple(_shown(section.blocks))
        if section.key == "richer":  # how to make the page say more: for those who build it
            continue
        further += section.key not in _FIRST
        title = short_title(section.title)
        if section.key in _FIRST or further <= full:
            found = tuple(simple.blocks(section.key, blocks))
            if found:
                sections.append(b.Section(section.key, title, found))
            continue
        brief: list[b.Block] = []
        if limits.sections is None or further - full <= limits.sections:
            brief = list(_finding(simple, title, blocks))
        if not brief:
            left_out.append(title or "further remarks")
        findings += brief
        findings += simple.blocks(section.key, filter(is_warning, blocks))
    if findings:
        sections.append(b.Section("further", "What else the report says", tuple(findings)))
    untold = simple.warnings - limits.warnings
    if untold > 0:
        more = b.Prose((b.Strong(f"{and_more(untold, 'warnings')}."),))
        sections.append(b.Section("warnings", "", (more,)))
    told = replace(
        page,
        title=short_title(page.title),
        kicker=short_title(page.kicker),
        lede=simple.spans(page.lede),
        sections=tuple(sections),
    )
    return told, tuple(dict.fromkeys(left_out))


def _shown(blocks: Iterable[b.Block]) -> Iterator[b.Block]:
    """Leave out what the page itself folds up, but for warnings."""
    for block in blocks:
        if isinstance(block, b.Details):
            yield from filter(is_warning, _shown(block.blocks))
        else:
            yield block


def _finding(simple: Simple, title: str, blocks: Sequence[b.Block]) -> Iterator[b.Block]:
    """Tell what a section finds, in words or as a chart's title, and show the chart."""
    chart = next((one for one in blocks if isinstance(one, b.Chart)), None)
    words = next((one for one in blocks if isinstance(one, b.Prose) and one.style != "note"), None)
    drawn = chart is not None and simple.draws(chart)
    told: tuple[b.Span, ...] = ()
    if chart is not None and (words is None or blocks.index(chart) < blocks.index(words)):
        if not drawn:
            told = (f"{short_title(chart.title).rstrip('.')}.",)
    elif words is not None:
        told = _beginning(simple.spans(words.spans))
    if told:
        first = told[0] if isinstance(told[0], str) else told[0].text
        if title and not first.startswith(title):
            end = "" if title.endswith(("?", "!", ".")) else "."
            told = (b.Strong(f"{title}{end}"), " ", *told)
        yield b.Prose(told)
    if chart is not None and drawn:
        yield from simple.chart(chart)


def _beginning(spans: Sequence[b.Span]) -> tuple[b.Span, ...]:
    """Return the first sentence, and the next ones while they are short."""
    told: list[b.Span] = []
    length = 0
    for sentence in sentences(spans):
        length += sum(len(span if isinstance(span, str) else span.text) for span in sentence)
        if told and length > _FINDING:
            break
        told += sentence
    return tuple(told)
