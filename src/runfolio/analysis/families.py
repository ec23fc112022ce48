"""Stage 3: which metrics are one measure on different data, and belong side by side?

``train/loss``, ``val_loss`` and ``loss_epoch`` are of one family; answered from names alone.
"""

from __future__ import annotations

import re

from runfolio.model.order import natural

__all__ = ["family_of", "family_order"]

_SPLITS = {
    # The order in which the members of a family are shown.
    **dict.fromkeys(("train", "training", "tr"), 1),
    **dict.fromkeys(("val", "valid", "validation", "dev", "eval", "evaluation"), 2),
    **dict.fromkeys(("test", "testing", "holdout"), 3),
}
_PACES = frozenset({"epoch", "step"})
"""What PyTorch Lightning adds to the name of one metric that it logs in two ways."""

_SEPARATORS = re.compile(r"[\s/._\-:]+")


def family_of(metric: str) -> str:
    """Return what is left of a metric's name without the data it was measured on.

    Examples
    --------
    >>> family_of("train/loss"), family_of("val_loss"), family_of("loss_epoch")
    ('loss', 'loss', 'loss')
    """
    return _parts(metric)[0]


def family_order(metric: str) -> tuple[object, ...]:
    """Return a sort key that keeps families together, training before held-out data."""
    family, split = _parts(metric)
    return natural(family), split, natural(metric), metric


def _parts(metric: str) -> tuple[str, int]:
    words = [word for word in _SEPARATORS.split(metric.lower()) if word]
    split = 0
    if len(words) > 1 and words[-1] in _PACES:
        words.pop()
    for end in (0, -1):
        if len(words) > 1 and words[end] in _SPLITS:
            split = _SPLITS[words.pop(end)]
            break
    return " ".join(words) or metric, split
