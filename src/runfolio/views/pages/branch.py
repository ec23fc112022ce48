"""What a branch changes, where a build was asked to compare it."""

from __future__ import annotations

from runfolio.views.diff_text import branch_kicker, branch_lede, finding_of
from runfolio.views.pages import PageKind
from runfolio.views.view import View


def _title(view: View) -> str:
    assert view.analysed.branch is not None
    return finding_of(view.analysed.branch.diff)


def _lede(view: View) -> str:
    assert view.analysed.branch is not None
    return branch_lede(view.analysed.branch.branch)


def _kicker(view: View) -> str:
    assert view.analysed.branch is not None
    return branch_kicker(view.analysed.branch.branch)


page = PageKind(
    *("branch", "What this branch changes", "The runs", 4),
    ("branch-metrics", "branch-inputs", "branch-commits", "branch-problems"),
    *(_title, _lede, _kicker),
)
