"""How the quality of data is scored."""

from __future__ import annotations

from runfolio.views.methods import Method
from runfolio.views.view import View

_FOUND = (
    "Each rule is judged on every row of its data set; nothing is sampled. Its score is the share "
    "of rows (columns, periods) that keep it: score = 1 − broken / judged. A rule is kept where "
    "the score reaches the share that it must hold for (at_least; all rows without it). Rows "
    "without a value are judged for completeness alone. The score of a dimension is the plain "
    "mean of the scores of its rules, each counting once however many rows it judged. What a rule "
    "cannot judge (a column that is not there, a file that cannot be read, a reference with "
    "repeated keys) is not evaluated: it is in no score, and no pass.",
    "Accuracy: a number in its range, a value among those allowed, a text of its form, a value "
    "equal to that of a reference with the same key. Completeness: a value that is there, a "
    "column that is there. Consistency: the same value for the same key in two sets, nothing "
    "twice, what is referred to is there, columns of a row that agree. Timeliness: the newest "
    "record is no older than asked at the report's date, the gap between an event and its "
    "arrival, and a record in each period from the first to the last.",
    "Two values are equal where their texts are; numbers are equal where they are the same number "
    "(18.0 is 18, 018 is not). They are compared by a 64-bit hash, so that two different values "
    "are taken for one with a chance of 1 in 2^64. Times without a zone are taken for UTC. The "
    "median time of arrival is read from counts in steps of 5\u00a0%.",
    "A trend compares like with like: only the rules that could be evaluated for every version "
    "(or day) are in it. Checks that Great Expectations or Evidently recorded count in the "
    "dimension that their kind stands for, by a fixed list; what is not in it is shown as other, "
    "and a value that they measured without a limit is not judged. A metric that runs logged is "
    "judged by the last value of the newest run that has it.",
)


def build(view: View) -> tuple[str, ...]:
    return _FOUND if view.analysed.quality.sets else ()


method = Method("data-scores", "Quality of data", 400, build)
