"""How a move of inputs and outputs is told."""

from __future__ import annotations

from runfolio.analysis.drift import (
    BINS,
    LEAST_PER_BIN,
    MOST_CATEGORIES,
    PSI_LARGE,
    PSI_SMALL,
)
from runfolio.views.methods import Method
from runfolio.views.view import View
from runfolio.views.words import number_word


def build(view: View) -> tuple[str, ...]:
    monitoring = view.analysed.monitoring
    if monitoring is None or not monitoring.drifts:
        return ()
    return (
        "Each input and output is compared with the reference, window by window back from the "
        "newest row, by the population stability index Σ (q − p) ln(q / p) over bins, with p and q "
        f"the shares of rows in the reference and in the window. Bins of numbers are "
        f"{number_word(BINS)} equal parts of the reference (a very common value has one of its "
        f"own); of categories the {MOST_CATEGORIES} commonest, and one for all others; rows "
        "without a value are a bin, too, and an empty bin counts as half a row.",
        f"An index below {PSI_SMALL:g} is called stable and one from {PSI_LARGE:g} on moved, a "
        "convention of credit scoring (Siddiqi 2006) that knows nothing of the number of rows. So "
        "it must also be larger than chance makes it: if nothing moved, the index divided by "
        "(1/n + 1/m), with n and m rows, follows about a chi-squared distribution with one degree "
        "of freedom less than bins (Yurdakul and Naranjo 2020); its upper 5 %, divided by the "
        "number of columns and windows that are looked at, is the bound. Where the bound itself "
        f"lies beyond {PSI_LARGE:g}, or a side has fewer than {number_word(LEAST_PER_BIN)} rows a "
        "bin, there are too few to judge. The Kolmogorov-Smirnov distance stands beside it, the "
        "largest gap between both distribution functions, with its asymptotic p, which is not "
        "adjusted and decides nothing.",
    )


method = Method("input-drift", "Drift of inputs and outputs", 244, build, own_words=True)
