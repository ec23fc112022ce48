"""How moves over the commits are found."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View

_FOUND = (
    "The values of a metric are looked through in intervals of many lengths. In each they are "
    "replaced by the normal scores of their ranks; for every place k that leaves at least three "
    "values on both sides, Z(k) is the sum of the scores before it over that sum's standard "
    "deviation under all orders of the values. What counts is the largest Z(k): its p-value is "
    "the tail of a Gaussian process observed at the L values of the interval, "
    "p = 2 Φ(−b) + Σ 2 b φ(b) δ(k) ν(b √(2 δ(k))) with δ(k) = L / (2 k (L − k)), where 2 Φ(−b) "
    "is the p-value of Z(k) alone (James, James & Siegmund 1987; Siegmund & Yakir 2007). The "
    "narrowest interval that passes tells a change, and the stretches beside it are looked "
    "through in turn (Kovács et al. 2023; Baranowski, Chen & Fryzlewicz 2019).",
    "Ranks cannot tell how far values lie. So a stretch in which they find nothing is searched "
    "for three or more values in a row that all lie at least d robust standard deviations (1.4826 "
    "times the median absolute deviation) on one side of its median, for seven d from 3 to 40. "
    "Noise of n values does so with a probability of at most n q(d)ᵐ for m in a row, q being the "
    "tail of Student's t with two degrees of freedom, heavier than what metrics scatter by.",
    "Ranks behave alike for every distribution of the noise, and every p-value is multiplied by "
    "the number of places that were looked at; so a metric that only wavers gets any move at all "
    "with a probability of at most 1\u00a0%. Where values remember the one "
    "before, Z(k) is divided by √((1 + r) / (1 − r)), r being their first autocorrelation. "
    "Fewer than twelve values that do not repeat are too few to tell anything. Smaller and "
    "shorter moves than the noise lets through are not seen: no move does not mean no change.",
    "The size is the difference of 20\u00a0% trimmed means of the stretches before and after, up "
    "to the neighbouring moves, with Yuen's 95\u00a0% interval (1974); a move is told only if it "
    "leaves out zero. Sizes of moves that were searched for are rather too large than too "
    "small. A level is that trimmed mean too, and the plain mean where nothing moved.",
    "The likeliest place has the least sum of squares around both levels. Every place whose sum "
    "exceeds that by at most 7.35 σ² is possible as well: together they hold the true one with "
    "95\u00a0% confidence (Siegmund 1988). The commits that can have caused a move are those "
    "after the last measurement that was before all of these places, up to the first that was "
    "after them; commits that measured nothing count in. What they changed is listed, not "
    "proved to be the cause. Params that tell replicates apart are left out.",
    "A move smaller than the tolerance of its metric, absolute or as a share of the level before "
    "it (tolerance: under metrics: in report.yaml), is not told; without a tolerance every size "
    "counts.",
    "“Gradual”: a straight line describes the stretch better than steps do (by BIC, the Bayesian "
    "information criterion), so that the place says little. “Exact”: the metric gives equal "
    "values again and again, as a count of params does; then every difference is real and is "
    "told without an interval.",
)


def build(view: View) -> tuple[str, ...]:
    return _FOUND if view.histories else ()


method = Method("moves", "Moves over the commits", 310, build, own_words=True)
