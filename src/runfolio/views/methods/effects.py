"""How the share that a param explains is computed, and what chance would give."""

from __future__ import annotations

from runfolio.analysis.judgeable import FEWEST
from runfolio.analysis.shuffles import SHUFFLES
from runfolio.views.methods import Method
from runfolio.views.view import View


def build(view: View) -> tuple[str, ...]:
    a = view.analysed
    if a.objective is None or len(a.standings) < FEWEST:
        return ()
    return (
        "Configurations, by the mean of their runs, are the units: seeds are replicates and no "
        "evidence about params. They are grouped by the param: one group for each value, and "
        "numbers with many values in at most five groups of about equal size, so that a best "
        "place in the middle is seen too. With k groups of n configurations, η² is the part of "
        "the sum of squares that lies between the groups, and the share is ε² = 1 − (1 − η²)"
        "(n − 1)/(n − k) (Kelley 1935), on average 0 for groups that mean nothing. The means are "
        f"shuffled {SHUFFLES:,} times: the level of chance is what 95 % of these shares stay "
        "below, p is how many reach the share found, and p is adjusted by Holm's method over all "
        "params judged. The rank correlation is Spearman's. Ranks stand in for the means where a "
        "twentieth of the configurations makes four fifths of the squared distances from the "
        "median.",
        "A param that another decides on is judged only where it is set. Params vary together "
        "where their rank correlation is at least 0.95 or each foretells 95 % of the other's "
        "groups. One's effect depends on another's where a mean for each combination explains "
        "more of what the sum of both effects leaves over than it does of shuffled residuals "
        "(Freedman and Lane 1983), among the eight most telling params, with at least two "
        "configurations a combination, after Holm's method.",
    )


method = Method("effects", "What a param explains", 140, build, own_words=True)
