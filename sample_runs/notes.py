"""What the team wrote down: experiment and run notes, with the figures that were logged.

In goes a function that gives a configuration's mean of a metric; out comes Markdown.
"""

from __future__ import annotations

from collections.abc import Callable

import cases as data
from recipes import (
    CANDIDATES,
    MISSED_CASE_WEIGHT,
    SWEEP_RATES,
    TODAY,
    TODAY_ON_V1,
    Recipe,
    boosting,
)

Mean = Callable[[Recipe, str], float]

REGISTERED = "Calls a tumour suspicious or not. It orders the list; a clinician decides every case."

SWEEP = "Parent of the learning-rate sweep: the children hold the results."

DIVERGED = """\
The learning rate was typed as 3.0 instead of 0.3. The loss passes all bounds within a few trees
and the gap between the two losses is then no number at all. Kept as a warning, not a candidate."""


def failed(error: Exception) -> str:
    """Keep the first two sentences of what stopped a run."""
    sentences = " ".join(str(error).split()).split(". ")
    return f"Stopped by `{type(error).__name__}`: {'. '.join(sentences[:2])}."


def first_look(mean: Mean, v1: data.Cases, v2: data.Cases) -> str:
    """Return the note of the first experiment."""
    return f"""\
## Hypothesis
The first export (v1, {len(v1.table)} rows) is good enough to measure today's model on.

## Method
Today's logistic regression on ten mean measurements, blanks filled with the median, five seeds.
Each seed draws another 30 % of the cases to judge on. Then one gradient boosting run, as it comes.

## Conclusion
Refuted. Recall came out at {mean(TODAY_ON_V1, "val/recall"):.1%}, but the figure cannot be
trusted: boosting stopped at once because the export has blank cells, and a look at the rows then
found {data.DOUBLED_ROWS} exported twice (a doubled case may lie on both sides of the split, which
flatters a model) and {data.SWAPPED_DIAGNOSES} with the diagnosis swapped (which does the opposite).
All later work uses v2 ({len(v2.table)} rows, no blanks, no doubles), and figures are compared
within one version only.
"""


def weighing(mean: Mean) -> str:
    """Return the note of the main experiment."""
    plain, strong, forest = CANDIDATES
    return f"""\
## Hypothesis
Today's model misses malignant cases because it sees ten of thirty measurements and treats both
kinds of mistake alike. With all measurements, and a missed case counted {MISSED_CASE_WEIGHT} times,
it misses fewer without flooding the clinic with unneeded examinations.

## Method
Today's model as the baseline against two logistic regressions (regularisation C = 1 and C = 0.1)
and a random forest, all with thirty measurements and the weight. Five seeds each; all models of a
seed are judged on the same 171 cases, 64 of them malignant, at a threshold of 0.5.

## Conclusion
{_line(mean, "Today's model", TODAY)}
{_line(mean, "Logistic regression, C = 1", plain)}
{_line(mean, "Logistic regression, C = 0.1", strong)}
{_line(mean, "Random forest", forest)}

Confirmed for missed cases. Measurements and weight together make the difference (which of the two
does more was not tested); the model family does not: the three candidates are on average less than
one of 64 cases apart, which five seeds cannot tell from chance. What separates them is the price:
the forest raises the most false alarms and takes the longest to answer. The logistic regression
with C = 0.1 goes on to the on-site trial. It raises more false alarms than today's model; whether
that is acceptable is for the clinicians to say.
"""


def sweep(mean: Mean) -> str:
    """Return the note of the boosting experiment."""
    slow, fast = (boosting(rate) for rate in SWEEP_RATES)
    return f"""\
## Hypothesis
Gradient boosting finds combinations of measurements that a linear model cannot, and catches more.

## Method
Sixty small trees, learning rates 0.1 and 0.3, five seeds each, same weight, splits and threshold as
the other candidates. Loss and recall are logged after every tree.

## Conclusion
{_line(mean, "Learning rate 0.1", slow)}
{_line(mean, "Learning rate 0.3", fast)}

Better than today's model, but no better than the weighted logistic regression. Read the last tree,
not the best: at rate 0.1 recall starts at 100 % because the first tree still calls every case
malignant. At rate 0.3 the loss on held-back cases hardly falls after some forty trees, while on
training cases it goes on falling. One run was started with a mistyped learning rate of 3.0 and
diverged.
"""


def _line(mean: Mean, label: str, recipe: Recipe) -> str:
    return (
        f"- {label}: recall {mean(recipe, 'val/recall'):.1%}, "
        f"false alarms {mean(recipe, 'val/fpr'):.1%}, "
        f"answers within {mean(recipe, 'latency_p95'):.0f} ms (95th percentile)"
    )
