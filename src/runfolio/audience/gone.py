"""Stage 2b: whatever text an audience does not get is known to the leak check.

In: tables and settings before and after all steps. Out: the texts that are no longer there.
What goes along with a thing that is hidden (the notes of a run, the columns of a data set, the
reason of a requirement) is named by no pattern; here it is found by its absence.
"""

from __future__ import annotations

import re

from runfolio.audience.distinct import DistinctTexts
from runfolio.audience.finding import Finder, folded
from runfolio.audience.hidden import Candidate, HiddenValue, distinctive
from runfolio.audience.texts import gathered
from runfolio.config import Settings
from runfolio.model.tables import Tables

__all__ = ["gone"]

_WORD = re.compile(r"[^\W\d_]{3}")


def gone(
    before: tuple[Tables, Settings],
    after: tuple[Tables, Settings],
    rule: str,
    distinct: DistinctTexts | None = None,
) -> tuple[HiddenValue, ...]:
    """Return the texts that were there before and are no part of any text that is left.

    Parameters
    ----------
    before, after : (Tables, Settings)
    rule : str
        What is told to have hidden them.
    distinct : DistinctTexts, optional
        The texts of columns that were looked up before.
    """
    if before[0] is after[0] and before[1] is after[1]:
        return ()
    distinct = distinct or DistinctTexts()
    left = gathered(*after, distinct)
    lost = filter(_WORD.search, gathered(*before, distinct).words - left.words)
    found = distinctive((Candidate(text, rule) for text in lost), left)
    finder = Finder([folded(one.text) for one in found])
    still = set(finder.find(folded("\n".join(left.able(one.text for one in found)))))
    return tuple(one for which, one in enumerate(found) if which not in still)
