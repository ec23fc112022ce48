"""Stage 5: links in a message: complete addresses, or none at all.

In: spans of text whose links are relative to the site. Out: the same with addresses that open
from a mailbox; or, where nobody said at which address the site is read, plain text, without the
sentences that only lead on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from runfolio.render.text import visible
from runfolio.views.blocks import Link, Span, Strong

__all__ = ["Links", "plain", "sentences"]

_OUTSIDE = re.compile(r"https?://", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_ENDS = (".", "!", "?", "…")
_ONLY_LEADS_ON = re.compile(r"[\s.,;]*(?:and\s*)?[\s.,;]*")
_LABEL = re.compile(r"[^:.]{1,40}:[\s.,;]*")
_NAMED = ("runs/", "history/", "http:", "https:")
"""Links to these carry a name that a sentence cannot do without."""
_BREAKS = dict.fromkeys(map(ord, "\t\n\r\u2028\u2029"), " ")
_TURNS = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]")


def plain(text: str) -> str:
    """Return text on one line, without characters that turn the direction of what follows.

    A mail program shows a message beside its own buttons and addresses: a name out of a log must
    not turn these around.
    """
    return _TURNS.sub("", visible(text)).translate(_BREAKS)


@dataclass(frozen=True, slots=True)
class Links:
    """Knows at which address the site is read.

    Parameters
    ----------
    url : str
        Of the site's folder; empty where nobody said it.
    """

    url: str = ""

    def href(self, target: str) -> str:
        """Return the complete address of `target`, or nothing where there is none."""
        if not target or not self.url:
            return ""
        if _OUTSIDE.match(target):
            return target
        path, mark, fragment = target.partition("#")
        path, question, query = path.partition("?")
        # Quoted, so that no path out of a log can lead to another host.
        path = quote(visible(path).lstrip("/"), safe="/~")
        return f"{self.url.rstrip('/')}/{path}{question}{query}{mark}{fragment}"

    def spans(self, spans: Sequence[Span]) -> tuple[Span, ...]:
        """Return spans as a message has them."""
        if self.url:
            told = [
                Link(plain(s.text), self.href(s.href)) if isinstance(s, Link) else _plain_span(s)
                for s in spans
            ]
            return tuple(told)
        kept = [span for sentence in sentences(spans) for span in _without_links(sentence)]
        return tuple(_joined(kept))


def _plain_span(span: Span) -> Span:
    return Strong(plain(span.text)) if isinstance(span, Strong) else plain(_text(span))


def _text(span: Span) -> str:
    return span if isinstance(span, str) else span.text


def sentences(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """Split spans where a sentence ends; blanks stay with what precedes them."""
    sentence: list[Span] = []
    for span in spans:
        text = _text(span)
        if isinstance(span, str):
            if sentence and text[:1].isspace() and _text(sentence[-1]).rstrip()[-1:] in _ENDS:
                blanks = len(text) - len(text.lstrip())
                yield [*sentence, text[:blanks]]
                sentence, text = [], text[blanks:]
            *whole, text = _SENTENCE_END.split(text)
            for told in whole:
                yield [*sentence, f"{told} "]
                sentence = []
            if text:
                sentence.append(text)
        else:
            sentence.append(span)
    if sentence:
        yield sentence


def _without_links(sentence: list[Span]) -> list[Span]:
    links = [span for span in sentence if isinstance(span, Link)]
    words = "".join(_text(span) for span in sentence if not isinstance(span, Link))
    if links and not any(link.href.startswith(_NAMED) for link in links):
        anchored = any("#" in link.href for link in links)
        if _ONLY_LEADS_ON.fullmatch(words) or (not anchored and _LABEL.fullmatch(words)):
            return []
    return [_text(span) if isinstance(span, Link) else span for span in sentence]


def _joined(spans: list[Span]) -> Iterator[Span]:
    """Put neighbouring plain texts together."""
    text = ""
    for span in spans:
        if isinstance(span, str):
            text += span
            continue
        if text:
            yield plain(text)
        text = ""
        yield _plain_span(span)
    if text.strip():
        yield plain(text).rstrip()
