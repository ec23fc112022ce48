"""Stage 2b: which pseudonym stands for which name, however the name is spelled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from runfolio.audience.letters import letters
from runfolio.audience.origins import Name, person_key, repository_in
from runfolio.audience.people import person_names

__all__ = ["PseudonymBook"]

_WORDS = {"people": "Person", "organisations": "Organisation", "repositories": "Repository"}
_TELLING = re.compile(r"[\d_./-]|[a-z][A-Z]")
"""What a name of a repository has in it that no word has."""
_SHORTEST_PART = 4


@dataclass(slots=True)
class PseudonymBook:
    """Gives pseudonyms to names in the order in which it is told of them.

    Parameters
    ----------
    spellings : dict of str to (str, str)
        Kind and pseudonym by every spelling under which a name was seen.
    """

    spellings: dict[str, tuple[str, str]] = field(default_factory=dict)
    _given: dict[tuple[str, str], str] = field(default_factory=dict)
    _same: dict[tuple[str, str], str] = field(default_factory=dict)
    _counts: dict[str, int] = field(default_factory=dict)

    def add(self, names: Iterable[Name]) -> None:
        """Give pseudonyms to names that have none yet."""
        told = list(names)
        for name in told:
            if name.same_as and name.kind != "repositories":
                self._same.setdefault((name.kind, person_key(name.text)), person_key(name.same_as))
        for name in told:
            key = self._key(name.kind, name.text)
            if not key:
                continue
            if (name.kind, key) not in self._given:
                number = self._counts[name.kind] = self._counts.get(name.kind, 0) + 1
                self._given[name.kind, key] = f"{_WORDS[name.kind]} {letters([number - 1])[0]}"
            for spelling in filter(None, (name.text, name.same_as)):
                self.spellings.setdefault(spelling, (name.kind, self._given[name.kind, key]))

    def texts(self) -> dict[str, tuple[str, str]]:
        """Return kind and pseudonym by all that may be looked for in texts.

        Beside the spellings these are the parts of people's names that only one of them has;
        names of repositories that are plain words are left out.
        """
        found = {
            text: told
            for text, told in self.spellings.items()
            if told[0] != "repositories" or _TELLING.search(text)
        }
        parts: dict[str, set[str]] = {}
        for text, (kind, given) in self.spellings.items():
            names = text.split() if kind == "people" else []
            if len(names) < 2:
                continue
            found |= dict.fromkeys((by.join(names) for by in "._-"), (kind, given))
            for part in names:
                if part[0].isupper() and len(part) >= _SHORTEST_PART:
                    parts.setdefault(part, set()).add(given)
        for part, owners in parts.items():
            if len(owners) == 1:
                found.setdefault(part, ("people", next(iter(owners))))
        return found

    def people_in(self, value: str) -> str:
        """Return the pseudonyms of the people whom a value names; the value if it names none."""
        told = (self._given.get(("people", self._key("people", n))) for n in person_names(value))
        return ", ".join(dict.fromkeys(one for one in told if one)) or value

    def repository(self, name: str) -> str:
        """Return the pseudonym of a repository, by its name or by ``owner/name``."""
        return self._given.get(("repositories", person_key(name.rpartition("/")[2])), "")

    def address(self, match: re.Match[str]) -> str:
        """Return what stands for an address of a repository; any other address as it is."""
        found = repository_in(match)
        return (self.repository(found.name) if found else "") or match[0]

    def _key(self, kind: str, text: str) -> str:
        key = person_key(text)
        return self._same.get((kind, key), key)
