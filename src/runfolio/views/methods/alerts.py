"""When an alert is raised, and when it ends."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View
from runfolio.views.words import listed, number_word


def build(view: View) -> tuple[str, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None:
        return ()
    after = listed([number_word(n) for n in sorted({log.rules.after for log in monitoring.logs})])
    return (
        f"An alert is raised when {after} points in a row are beyond a level, and dates from the "
        "first of them; it ends when as many in a row keep the level, at the first of those. A "
        "single point never raises or ends one. Of a share whose cases are known, a point is "
        "beyond the level where the whole 95 % interval of the window that ends there is, and "
        "keeps it where the window's value does; in between it does neither, and windows with too "
        "few cases are passed over. Of other metrics, nothing tells how sure one value is, so "
        "each counts as it stands. Windows overlap and are looked at again with each point: a "
        "share that lies right at its level is sometimes called broken all the same. Where nothing "
        "is logged, an alert neither starts nor ends.",
        "An input or output raises an alert where its newest window has moved away from the "
        "training data; it dates from the first window of those that have, without a break.",
    )


method = Method("alerts", "Alerts", 242, build)
