"""How versions of data are told apart and compared."""

from __future__ import annotations

from runfolio.analysis.drift import BINS, MOST_CATEGORIES, PSI_LARGE, PSI_SMALL
from runfolio.views.methods import Method
from runfolio.views.view import View

_KNOWN = (
    "A version is a data set's name with the digest that the tracker logged. It is called what the "
    "log, a param such as data_version or the configuration calls it. A file that report.yaml "
    "names as a version is the logged one where its SHA-256 or MD5 begins like the logged digest, "
    "or where both are called the same. Versions are in the order of the configuration, else in "
    "that of their first use; where neither is known, none is called newer.",
)
_COMPARED = (
    "Two versions whose files are at hand are compared column by column. Numbers are put into "
    f"{BINS} equal parts of the earlier version (a very common value has one of its own), text "
    f"into its {MOST_CATEGORIES} commonest values and one for all others; rows without a value are "
    "a bin, too. The population stability index is Σ (q − p) ln(q / p) over the bins, with p and q "
    f"the shares of rows before and now. Below {PSI_SMALL:g} a column is called stable, from there "
    f"on moved somewhat, from {PSI_LARGE:g} on moved: a convention of credit scoring (Lewis, An "
    "Introduction to Credit Scoring, 1994; Siddiqi, Credit Risk Scorecards, 2006) that knows "
    "nothing of the number of rows. So a column has moved only if its index is also larger than "
    "chance makes it on so many rows, all columns taken together (Yurdakul and Naranjo 2020).",
    "The two-sample Kolmogorov-Smirnov distance is the largest gap between both distribution "
    "functions of the values that are there, sup |F(x) − G(x)|, with its asymptotic p. It decides "
    "nothing: on many rows it is small for moves that do not matter. Where the index moved and the "
    "distance did not (p above 0.05), it is the share of missing values that changed.",
    "Of a file of more than 200,000 rows every second, fourth, eighth … row is taken for the "
    "distributions, which is said; rows and missing values are always counted in all. Times, and "
    "text that nearly never repeats, are not compared.",
)


def build(view: View) -> tuple[str, ...]:
    sets = view.analysed.data
    if not sets:
        return ()
    compared = any(change.columns for data in sets for change in data.changes)
    return _KNOWN + (_COMPARED if compared else ())


method = Method("data-versions", "Versions of data", 132, build, own_words=True)
