"""Stage 1b: what the number that Optuna stores for a param stands for.

In: a distribution's JSON and a number: the index of a choice, an int as a float, or a float
that is the value itself. Out: the value as text. Names of distributions before Optuna 3.0 and
their short form are read too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

from runfolio.sources.reading.parsing import ParseError, Tree, decode, parse_json, text_of

__all__ = ["Distribution", "distribution"]

_INTS = frozenset({"IntDistribution", "IntUniformDistribution", "IntLogUniformDistribution", "int"})


@dataclass(frozen=True, slots=True)
class Distribution:
    """What a param's number stands for.

    Parameters
    ----------
    kind : str
    choices : tuple of str or None
        What a categorical param chooses from, as written.
    log : bool
    """

    kind: str
    choices: tuple[str, ...] | None = None
    log: bool = False

    def shown(self, number: Tree) -> str:
        """Return the value that a stored number stands for.

        Raises
        ------
        ParseError
            If it stands for none; the message is a clause.
        """
        if type(number) not in (int, float):
            raise ParseError("is stored as no number")
        if self.choices is not None:
            if not math.isfinite(number) or not 0 <= int(number) < len(self.choices):
                raise ParseError(f"is choice {number} of {len(self.choices)}")
            return self.choices[int(number)]
        if self.kind in _INTS and math.isfinite(number):
            return str(int(number))
        return str(float(number))


@lru_cache(maxsize=1024)
def distribution(data: bytes | str) -> Distribution:
    """Return a distribution from its JSON, of which a study has few.

    Raises
    ------
    ParseError
        If it is none.
    """
    text = data if isinstance(data, str) else decode(data)[0]
    tree = parse_json(text, numbers_as_text=True)
    if not isinstance(tree, dict):
        raise ParseError("has a distribution that is no object")
    about = tree.get("attributes") if "name" in tree else tree  # or its short form
    kind = tree.get("name", tree.get("type"))
    if not isinstance(kind, str) or not isinstance(about, dict):
        raise ParseError("has a distribution without a name")
    choices = about.get("choices")
    if choices is not None and not isinstance(choices, list):
        raise ParseError("has a distribution whose choices are no list")
    return Distribution(
        kind=kind,
        choices=None if choices is None else tuple(map(text_of, choices)),
        log=about.get("log") is True,
    )
