"""Stage 3: which params and tags tell how a run was measured?

Names are taken word by word, so that ``min_samples_split`` is none of them and ``evalSplit``
is one. These tell it:

- a part of the data that is held back (eval, val, test, dev, holdout …) and then what is told
  of it (split, set, data, size, version …): ``eval_split``, ``test_size``;
- as the whole name, or the part of it below the last ``.`` or ``/``: ``split``, ``splits``,
  ``n_splits``, ``cv``, ``folds``, ``holdout``, ``scoring``, ``scorer``, ``metric_version`` and
  their like, and ``average`` where its value is a way to average over classes;
- of the data itself: ``dataset``, ``data_version`` and their like.

How often, how quickly or where a run is evaluated (``eval_steps``, ``eval_batch_size``,
``eval_dir``) tells nothing of the kind, and a ``threshold`` is chosen with the model. The list
is short on purpose: a name too many hides comparisons that could be made.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Literal

__all__ = ["Tells", "measuring_part", "telling"]

Tells = Literal["", "definition", "data"]
"""What a param tells: how metrics came about, on which data, or nothing of that."""

_PARTS = {
    # What people call the data that a model is measured on; equal values are one part.
    **dict.fromkeys(("eval", "evaluation", "evaluate", "evaluating"), "evaluation"),
    **dict.fromkeys(("val", "valid", "validation", "validate", "dev"), "validation"),
    **dict.fromkeys(("test", "testing"), "test"),
    **dict.fromkeys(("holdout", "heldout"), "holdout"),
}
_OF_A_PART = frozenset(
    "split splits set sets data dataset datasets subset size fraction share ratio fold folds "
    "version code script protocol scheme method".split()
)
_WHOLE = frozenset(
    "split|splits|n splits|num splits|data split|dataset split|train split|cv|cv folds|"
    "cross validation|folds|n folds|num folds|k folds|holdout|scoring|scorer|metric version|"
    "metrics version|evaluator|evaluation".split("|")
)
_OF_DATA = frozenset(
    "dataset|dataset name|dataset version|dataset digest|data set|data version|data digest".split(
        "|"
    )
)
_AVERAGE = frozenset({"average", "averaging", "metric average"})
_AVERAGES = frozenset({"micro", "macro", "weighted", "samples", "binary"})


def measuring_part(context: str) -> str:
    """Return the part of the data that models are measured on, as a context names it, or ``""``.

    Examples
    --------
    >>> measuring_part("Eval"), measuring_part("training and validation")
    ('evaluation', 'validation')
    >>> measuring_part("training")
    ''
    """
    return " ".join(sorted({_PARTS[word] for word in _words(context) if word in _PARTS}))


def telling(patterns: Sequence[str] = ()) -> Callable[[str, str], Tells]:
    """Return a function that says what a param or tag, given its name and value, tells.

    Parameters
    ----------
    patterns : sequence of str
        Further names that tell how metrics came about, where ``*`` and ``?`` stand for any
        text; with a ``!`` before it, names that do not, though they look so.

    Examples
    --------
    >>> tells = telling(["prompt*", "!cv"])
    >>> tells("eval_split", "test"), tells("prompt_id", "7"), tells("cv", "5"), tells("lr", "1")
    ('definition', 'definition', '', '')
    """
    wanted = [one for one in patterns if not one.startswith("!")]
    unwanted = [one[1:] for one in patterns if one.startswith("!")]

    @cache
    def by_name(name: str) -> str:
        if any(fnmatchcase(name, pattern) for pattern in unwanted):
            return ""
        if any(fnmatchcase(name, pattern) for pattern in wanted):
            return "definition"
        return _by_words(name)

    def tells(name: str, value: str) -> Tells:
        found = by_name(name)
        if found == "average":
            return "definition" if value.strip().casefold() in _AVERAGES else ""
        return found  # type: ignore[return-value]

    return tells


def _by_words(name: str) -> str:
    words = _words(name)
    last = " ".join(_words(re.split(r"[./]", name)[-1]))
    if last in _AVERAGE:
        return "average"
    if last in _OF_DATA:
        return "data"
    part_of_data = len(words) > 1 and words[-2] in _PARTS and words[-1] in _OF_A_PART
    return "definition" if part_of_data or last in _WHOLE else ""


def _words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", name)]
