"""When two logs hold one run."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    return (
        "A run that several logs hold is counted once. That is told by the tracker's id; by the "
        "folder that two logs lie in; or by equal values: curves whose first, last, lowest and "
        "highest value are equal as 32-bit floats, at least three of which are no round numbers, "
        "with no metric and no param that differs. Within one format only runs without ids of "
        "their own are compared so, and all their values, params and times must be equal. The "
        "finer series of each metric is kept.",
    )


method = Method("one-run", "One run in several logs", 200, build)
