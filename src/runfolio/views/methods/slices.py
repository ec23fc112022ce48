"""How segments of the cases are compared."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.sections.slices import groups_of
from runfolio.views.view import View

_FOUND = (
    "A metric is of a segment where its name says so (recall_by_age/60+, recall/age=60+, "
    "recall{age=60+}), or where a table of segments was logged. It is read with the direction and "
    "unit of the metric of all cases. A value of a segment shows the mean over the runs with the "
    "interval of a mean, and the difference of champion and baseline as of any candidate and "
    "baseline, where both sides logged it.",
    "Of many segments one is worse by chance alone. So the p-values of all differences that are "
    "shown are adjusted together after Holm (1979): sorted upwards, the i-th of m is multiplied "
    "by m − i + 1, and none is smaller than one before it. Below 0.05 a value is called better "
    "or worse; so the chance of any false call among all of them is at most 5\u00a0%. Perhaps "
    "better or worse: its interval alone leaves out zero, but among so many that may be chance.",
    "Better overall, not everywhere: the champion's mean over all cases is better than the "
    "baseline's, but on a segment it is worse. The number of cases is the mean of the runs, where "
    "it was logged; on few cases a metric scatters much.",
)


def build(view: View) -> tuple[str, ...]:
    return _FOUND if groups_of(view) else ()


method = Method("slices", "Segments of the cases", 120, build, own_words=True)
