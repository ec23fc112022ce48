"""Stage 4: the words of a page are explained where they stand, and once more at its end.

In: a finished page. Out: the same page, in which table headings, cells and key figures that
are nothing but the name of a metric or a term carry its explanation, and which lists all terms
that it uses. So no section has to think of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache
from typing import Any

from runfolio.analysis.analysed import Analysed
from runfolio.glossary import Concept, concepts, folded
from runfolio.model.numbers import localized_prose
from runfolio.views.blocks import (
    Block,
    Cell,
    Column,
    Definition,
    Definitions,
    Details,
    KeyFigure,
    KeyFigures,
    Page,
    Row,
    Table,
)
from runfolio.views.words import call

__all__ = ["OWN_GROUP", "Lexicon", "anchor_of", "terms_in_words"]

OWN_GROUP = "In this project's words"

_ALSO = {
    "95 % interval": "Interval",
    "better": "Better or worse",
    "worse": "Better or worse",
    "perhaps worse": "Perhaps better",
    "confirmed": "Confirmed or refuted",
    "refuted": "Confirmed or refuted",
    "not borne out": "Borne out",
    "kept": "Rule kept or broken",
    "broken": "Rule kept or broken",
    "accuracy": "Accuracy of data",
    "psi": "Population stability index (PSI)",
    "stability index": "Population stability index (PSI)",
    "ks distance": "Kolmogorov-Smirnov distance (KS)",
    "seeds": "Seed",
}
"""Other forms in which a term stands on pages."""

_HOLD_METRICS = frozenset({"metric", "metrics", "figure"})
"""Columns whose cells are names of metrics."""

_NO_TEXT = frozenset({"href", "key", "kind", "anchor", "anchors", "path", "mark", "tone", "style"})
_ONLY_IN_HEADINGS = frozenset(
    "run metric step param met missed open alert candidate feature impact security privacy "
    "difference commit environment alias points kept broken accuracy".split()
)
"""Terms that are everyday words, too: in a sentence they need no explanation."""
_WORD = re.compile(r"[\w./@%²-]+")
_MOST = 60
"""Terms that a page's end explains; a page with more of them is a list of metrics."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What words mean.

    Parameters
    ----------
    metrics : mapping of str to (str, str)
        By the name or label of a metric: the label and the explanation.
    terms : mapping of str to Concept
        By the folded term and its other forms.
    forms : mapping of str to tuple of (tuple of str)
        By their first word: the words of all names and terms, the longest first.
    words_of : mapping of str to tuple of str
        By a name or term: its words.
    """

    metrics: Mapping[str, tuple[str, str]]
    terms: Mapping[str, Concept]
    forms: Mapping[str, tuple[tuple[str, ...], ...]]
    words_of: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, a: Analysed) -> Lexicon:
        """Gather what the metrics, the project's glossary and the built-in one say."""
        metrics: dict[str, tuple[str, str]] = {}
        for metric in a.metrics.values():
            if metric.explain:
                for form in (metric.label, call(metric), metric.name):
                    metrics.setdefault(form, (metric.label, metric.explain))
        terms = {folded(one.term): one for one in terms_in_words()}
        terms |= {folded(t): Concept(OWN_GROUP, t, text) for t, text in a.glossary.items()}
        terms = {**{form: terms[folded(term)] for form, term in _ALSO.items()}, **terms}
        forms: dict[str, set[tuple[str, ...]]] = {}
        words_of = {form: _words(form) for form in [*metrics, *terms]}
        for words in words_of.values():
            if words:
                forms.setdefault(words[0], set()).add(words)
        ordered = {first: tuple(sorted(all_, key=_longest)) for first, all_ in forms.items()}
        return cls(metrics, terms, ordered, words_of)

    def explain(self, text: str) -> str:
        """Return what a word means that stands alone; empty where it is not known."""
        found = self.metrics.get(text)
        if found is not None:
            return found[1]
        term = self.terms.get(folded(text))
        return term.explain if term is not None else ""

    def explained(self, page: Page) -> Page:
        """Return a page whose words carry their explanations."""
        sections = tuple(
            replace(section, blocks=tuple(map(self._block, section.blocks)))
            for section in page.sections
        )
        return replace(page, sections=sections, words=self._terms_of(page))

    def _block(self, block: Block) -> Block:
        if isinstance(block, Table):
            of_metrics = {
                i for i, c in enumerate(block.columns) if folded(c.label) in _HOLD_METRICS
            }
            return replace(
                block,
                columns=tuple(map(self._column, block.columns)),
                rows=tuple(self._row(row, of_metrics) for row in block.rows),
            )
        if isinstance(block, KeyFigures):
            return replace(block, figures=tuple(map(self._figure, block.figures)))
        if isinstance(block, Details):
            return replace(block, blocks=tuple(map(self._block, block.blocks)))
        return block

    def _column(self, column: Column) -> Column:
        if column.hint:
            return column
        term = self.terms.get(folded(column.label))
        if column.kind == "verdict" and term is not None:  # a dimension of quality, no metric
            return replace(column, hint=term.explain)
        return replace(column, hint=self._heading(column.label))

    def _row(self, row: Row, of_metrics: set[int]) -> Row:
        """Explain the metrics that a row names, unless the row does so itself."""
        texts = {cell.text for cell in row.cells}

        def explained(cell: Cell) -> Cell:
            told = self.metrics.get(cell.text, ("", ""))[1]
            return cell if cell.hint or not told or told in texts else replace(cell, hint=told)

        return (
            replace(
                row,
                cells=tuple(
                    explained(c) if i in of_metrics else c for i, c in enumerate(row.cells)
                ),
            )
            if of_metrics
            else row
        )

    def _figure(self, figure: KeyFigure) -> KeyFigure:
        return figure if figure.hint else replace(figure, hint=self._heading(figure.label))

    def _heading(self, label: str) -> str:
        """Explain a heading, also one that begins with a metric: "Recall of the champion"."""
        cuts = (label[:end] for end in range(len(label) - 1, 0, -1) if label[end] in " ,")
        longest = next((start for start in cuts if start in self.metrics), "")
        return self.explain(label) or (self.metrics[longest][1] if longest else "")

    def _forms_in(self, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield the names and terms in a text; of those that begin at one word, the longest."""
        at = 0
        while at < len(words):
            for form in self.forms.get(words[at], ()):
                if words[at : at + len(form)] == form:
                    yield form
                    at += len(form) - 1
                    break
            at += 1

    def _terms_of(self, page: Page) -> Definitions | None:
        """Return the terms that stand on a page, metrics first."""
        metrics: dict[str, str] = {}
        terms: dict[str, str] = {}
        headings = {_words(text) for text in _labels(page)}
        texts: set[str] = set()
        _collect((page.title, page.lede, page.sections), texts)
        found_forms = {form for text in texts for form in self._forms_in(_words(text))}
        for form, (label, told) in self.metrics.items():
            if self.words_of[form] in found_forms:
                metrics[label] = told
        for form, one in self.terms.items():
            words = self.words_of[form]
            plain = form in _ONLY_IN_HEADINGS and words not in headings
            if words in found_forms and not plain:
                terms[one.term] = one.explain
        found = [*sorted(metrics.items()), *sorted(terms.items())][:_MOST]
        if not found:
            return None
        return Definitions(tuple(Definition(term, text) for term, text in found))


def terms_in_words() -> tuple[Concept, ...]:
    """Return the built-in terms; the numbers in their explanations are those of the reader."""
    return tuple(replace(one, explain=localized_prose(one.explain)) for one in concepts())


def _words(text: str) -> tuple[str, ...]:
    """Return the words of a text, as they are compared; a metric's path is one."""
    return tuple(filter(None, (word.strip("./-@") for word in _WORD.findall(text.casefold()))))


def _longest(words: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return -len(words), words


def anchor_of(term: str) -> str:
    """Return the address of a term on the glossary page."""
    return "term-" + "-".join(re.findall(r"[a-z0-9]+", folded(term)))


def _labels(page: Page) -> Iterator[str]:
    for section in page.sections:
        for block in section.blocks:
            if isinstance(block, Table):
                yield from (column.label for column in block.columns)
                for row in block.rows:
                    yield from (cell.verdict.text for cell in row.cells if cell.verdict)


def _collect(value: Any, texts: set[str]) -> None:
    """Add every text in blocks; no addresses and no names of styles."""
    if isinstance(value, str):
        texts.add(value)
    elif isinstance(value, Sequence):
        for item in value:
            _collect(item, texts)
    else:
        for name in _told_fields(type(value)):  # type: ignore[arg-type]
            _collect(getattr(value, name), texts)


@cache
def _told_fields(kind: type) -> tuple[str, ...]:
    """Return the fields of a kind of block in which texts stand; none where it is no block."""
    own = fields(kind) if is_dataclass(kind) else ()
    return tuple(field.name for field in own if field.name not in _NO_TEXT)
