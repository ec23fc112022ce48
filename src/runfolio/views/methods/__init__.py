"""Stage 4: how numbers are computed, a file for each rule; the methods page shows them all.

A rule says in a paragraph with its formula what was done for this report, and every figure
that rests on it links to it by `method_link`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runfolio.model.numbers import localized_prose
from runfolio.registry import find
from runfolio.views.blocks import Block, Heading, Link, Prose
from runfolio.views.view import View

__all__ = ["Method", "method_blocks", "method_link"]


@dataclass(frozen=True, slots=True)
class Method:
    """A rule by which numbers are computed.

    Parameters
    ----------
    name : str
        The address on the methods page: ASCII letters, digits and ``-``.
    title : str
    order : int
        Place on the page.
    build : callable
        Makes the paragraphs (or other blocks) from a `View`; none where the report has nothing
        that rests on the rule.
    own_words : bool
        Whether the text holds no name out of the project, so that all numbers in it are ours
        and are written in the locale of the build.
    """

    name: str
    title: str
    order: int
    build: Callable[[View], tuple[str | Block, ...]]
    own_words: bool = False


def method_link(name: str, text: str = "Method") -> Link:
    """Return the link to a rule."""
    return Link(text, f"methods.html#{name}")


def method_blocks(view: View) -> tuple[Block, ...]:
    """Return every rule that this report rests on, in order."""
    methods: dict[str, Method] = find("runfolio.views.methods", "method")
    blocks: list[Block] = []
    for method in sorted(methods.values(), key=lambda method: (method.order, method.name)):
        told = method.build(view)
        if told:
            blocks.append(Heading(method.title, 2, method.name))
            blocks += [_block(part, method) for part in told]
    return tuple(blocks)


def _block(part: str | Block, method: Method) -> Block:
    if not isinstance(part, str):
        return part
    return Prose((localized_prose(part) if method.own_words else part,))
