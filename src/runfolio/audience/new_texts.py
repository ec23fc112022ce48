"""Stage 2b: what is written in the place of texts, so that names that differ stay different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from runfolio.audience.distinct import numbers_among

__all__ = ["Texts"]


class Texts(dict[str, str]):
    """New texts by the old ones, made when they are first asked for.

    Parameters
    ----------
    rewrite : callable or mapping
        The new text of one; a mapping has those that change.
    """

    def __init__(self, rewrite: Callable[[str], str] | Mapping[str, str]) -> None:
        self._rewrite: Callable[[str], str]
        if callable(rewrite):
            self._rewrite, self.changing = rewrite, None
        else:
            self._rewrite = lambda text: rewrite.get(text, text)
            self.changing = frozenset(rewrite), numbers_among(rewrite)
        self._spaces: list[tuple[str, ...]] = []
        self._plain: dict[str, str] = {}
        self._number: dict[str, int] = {}

    def __missing__(self, text: str) -> str:
        new = self[text] = self._rewrite(text)
        return new

    def keep_apart(self, names: Iterable[str]) -> None:
        """Take names that must not become one, if any of them changes."""
        distinct = tuple(dict.fromkeys(names))
        if any(self[name] != name for name in distinct):
            self._spaces.append(distinct)

    def number_twins(self) -> bool:
        """Give numbers to names that became one; tell whether there were any."""
        found = False
        for names in self._spaces:
            taken = {name for name in names if self[name] == name}
            for name in names:
                new = self[name]
                if new != name:
                    while new in taken:
                        found = True
                        new = self[name] = self._numbered(name)
                    taken.add(new)
        self._spaces.clear()
        return found

    def _numbered(self, name: str) -> str:
        plain = self._plain.setdefault(name, self[name])
        number = self._number[name] = self._number.get(name, 1) + 1
        return f"{plain} ({number})" if " " in plain or not plain else f"{plain}-{number}"
