"""Stage 2b: which names an audience sees, by the patterns of report.yaml."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from runfolio.audience.hidden import Candidate
from runfolio.config import AudienceSettings
from runfolio.model.patterns import first_match

__all__ = ["Choice", "Taken"]


@dataclass(slots=True)
class Choice:
    """What of one kind an audience sees.

    Parameters
    ----------
    kind : str
        A key of ``show`` and ``hide``.
    show, hide : tuple of str
        Patterns; without any to show, everything is shown that is not hidden.
    unused : set of (str, str)
        Key and pattern of those that nothing has fitted so far.
    """

    kind: str
    show: tuple[str, ...] = ()
    hide: tuple[str, ...] = ()
    unused: set[tuple[str, str]] = field(default_factory=set)

    @classmethod
    def of(cls, audience: AudienceSettings, kind: str) -> Choice:
        show, hide = getattr(audience.show, kind), getattr(audience.hide, kind)
        unused = {*(("show", p) for p in show), *(("hide", p) for p in hide)}
        return cls(kind, show, hide, unused)

    def __bool__(self) -> bool:
        return bool(self.show or self.hide)

    def rule(self, *names: str) -> str:
        """Return what hides a thing that has these names; empty where it is shown."""
        if not self:
            return ""
        hidden, shown = first_match(names, self.hide), first_match(names, self.show)
        self.unused -= {("hide", hidden or ""), ("show", shown or "")}
        if hidden is not None:
            return f"hide: {self.kind}: {hidden}"
        return f"show: {self.kind}" if self.show and shown is None else ""

    def hides(self, *names: str) -> bool:
        """Tell whether a pattern hides it, whatever is shown."""
        return first_match(names, self.hide) is not None

    def rules(self, names: Iterable[str]) -> dict[str, str]:
        """Return the names that are hidden, each with what hides it."""
        if not self:
            return {}
        told = {name: self.rule(name) for name in dict.fromkeys(names)}
        return {name: rule for name, rule in told.items() if rule}


@dataclass(slots=True)
class Taken:
    """What was taken out so far: texts, and how many things of each kind."""

    candidates: list[Candidate] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def names(self, rules: dict[str, str]) -> None:
        """Add names, each with what hides it."""
        self.candidates += (Candidate(name, rule, is_name=True) for name, rule in rules.items())

    def values(self, texts: Iterable[str], rule: str) -> None:
        """Add values that one rule hides."""
        self.candidates += (Candidate(text, rule) for text in dict.fromkeys(texts) if text)
