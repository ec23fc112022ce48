"""Stage 2: which params only tell replicates apart?"""

from __future__ import annotations

import re
from collections.abc import Collection

__all__ = ["is_seed"]

_GROUPS = re.compile("[./]")


def is_seed(param: str, seeds: Collection[str]) -> bool:
    """Tell whether a param is one of the seeds, also as a part of a group of params.

    Examples
    --------
    >>> is_seed("trainer/seed", ["seed"]), is_seed("config.seed", ["seed"])
    (True, True)
    >>> is_seed("seed_length", ["seed"])
    False
    """
    return param in seeds or _GROUPS.split(param)[-1] in seeds
