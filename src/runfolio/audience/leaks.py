"""Stage 2b, its end: whatever leaves the program is searched for what an audience must not see.

In: the name and the bytes of a file, just before it is written or sent. Out: nothing, or a
`LeakError`. It knows nothing of how the file was made: what was taken out before must be in none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from urllib.parse import unquote

from runfolio.audience.decoding import base64_contents, decoded_texts, is_text
from runfolio.audience.finding import Finder, folded
from runfolio.audience.hidden import HiddenValue
from runfolio.audience.unpacking import TooLargeError, is_file, unpacked
from runfolio.errors import LeakError
from runfolio.model.numbers import format_count

__all__ = ["LeakSearch"]

_WRITINGS = 2
"""How often base64 may stand in base64."""
_PACKINGS = 6
"""How deep files may lie in files."""
_WORTH_LEAVING_OUT = 1000
"""Bytes from which a shared file is taken out of others that hold it."""


class LeakSearch:
    """Searches files for texts that none may hold.

    Case, white space and what nobody sees make no difference. A text is found as it is; as
    HTML, JSON, JavaScript, Markdown, CSV, addresses, mails or base64 have it, also in several of
    these at once; between tags; in archives, messages, PDF and Parquet files, and in the
    texts of PNG images; and in names of files.

    Parameters
    ----------
    hidden : sequence of HiddenValue
        As `searchable` returns them.
    shared : iterable of bytes
        Files that are the same in every site, such as the chart library: they hold nothing of
        the logs, and are not searched, also where another file holds them whole.
    """

    def __init__(self, hidden: Sequence[HiddenValue], shared: Iterable[bytes] = ()) -> None:
        rules = {text: one.rule for one in hidden if (text := folded(one.text))}
        self._texts, self._rules = list(rules), list(rules.values())
        self._finder = Finder(self._texts)
        self._shared = frozenset(shared)

    def search(self, path: str, data: bytes) -> None:
        """Search a file and its name.

        Parameters
        ----------
        path : str
            As it is told where something is found.
        data : bytes

        Raises
        ------
        LeakError
        """
        if self._texts:
            self.name(path)
            self._search(path, data, _PACKINGS)

    def name(self, path: str) -> None:
        """Search the name of a file.

        Raises
        ------
        LeakError
        """
        for text in (path, unquote(path)):
            self._look(path, text, in_name=True)

    def _search(self, path: str, data: bytes | str, deeper: int) -> None:
        if isinstance(data, str):
            self._search_text(path, data, deeper)
        elif data and data not in self._shared:
            if deeper == 0:
                raise _unsearchable(path)
            for shared in self._shared:
                if _WORTH_LEAVING_OUT <= len(shared) < len(data):
                    data = data.replace(shared, b"\n")
            try:
                for name, part in unpacked(data):
                    if name:
                        self.name(name)
                    self._search(f"{path}: {name}" if name else path, part, deeper - 1)
            except TooLargeError as error:
                raise _unsearchable(path) from error

    def _search_text(self, path: str, text: str, deeper: int, further: int = _WRITINGS) -> None:
        """Search a text as it is, as it was before it was written there, and what it holds."""
        runs: set[str] = set()
        seen: set[int] = set()  # hashes: a large text is not kept in all its writings at once
        inner = []
        for told in chain((text,), decoded_texts(text)):
            if hash(told) in seen:
                continue
            seen.add(hash(told))
            self._look(path, told)
            for content in base64_contents(told, runs):
                if is_file(content):
                    self._search(path, content, deeper - 1)
                elif content not in self._shared and is_text(content):
                    inner.append(content.decode("utf-8", "replace"))
        if inner and further:
            self._search_text(path, "\n\n".join(inner), deeper, further - 1)

    def _look(self, path: str, text: str, *, in_name: bool = False) -> None:
        for which in self._finder.find(folded(text)):
            raise self._error(path, which, in_name=in_name)

    def _error(self, path: str, which: int, *, in_name: bool) -> LeakError:
        """Tell the file and the rule; never the text, which would stand in logs of builds."""
        text = self._texts[which]
        where = _without(path, text, "(a name that holds it)")
        rule = _rule_without(self._rules[which], text)
        place = f"the name of {where}" if in_name else where
        return LeakError(
            f"What `{rule}` keeps from this audience is in {place}: a text of "
            f"{format_count(len(text))} characters, which is not repeated here. Nothing was "
            "written or sent. A note, a name or a text of report.yaml that is shown may repeat "
            "it: look for it in a build for the team, and hide or change that, too.",
            "leak",
        )


def _without(told: str, text: str, instead: str) -> str:
    """Return a path or a rule without the part of it that holds a hidden text."""
    if text not in folded(unquote(told)):
        return told
    parts = [instead if text in folded(unquote(part)) else part for part in told.split("/")]
    left = "/".join(parts)
    return instead if text in folded(unquote(left)) else left


def _rule_without(rule: str, text: str) -> str:
    """Return a rule without the pattern that is the hidden text itself."""
    kind, _, pattern = rule.rpartition(": ")
    return f"{kind}: (a name)" if kind and text in folded(pattern) else rule


def _unsearchable(path: str) -> LeakError:
    return LeakError(
        f"{path} unfolds to more than can be searched for what its audience must not see. "
        "Nothing was written or sent. Hide the image or file that it comes from "
        "(hide: artifacts: in report.yaml).",
        "leak-unsearchable",
    )
