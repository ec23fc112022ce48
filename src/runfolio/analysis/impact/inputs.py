"""What did each run measure of all that the formulas of the impact use?

In: the analysed runs and the model of the impact. Out: for each configuration the values of its
runs, as formulas use them; which runs lack something, and which configurations cannot be told.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.impact.model import PLACE, measured_inputs
from runfolio.analysis.impact.result import ImpactModel
from runfolio.formula import Input
from runfolio.model.numbers import format_count
from runfolio.model.order import natural
from runfolio.model.plots import Confusion, Plot
from runfolio.model.problems import Problem

if TYPE_CHECKING:
    from runfolio.analysis.analysed import Analysed

__all__ = ["Measured", "classes_of", "measured_of", "share_inputs"]

_RATE = re.compile(r"(?i)(?<![a-z])(fpr|fnr|rate|ratio|share)(?![a-z])")

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measured:
    """What the runs of one configuration measured.

    Parameters
    ----------
    configuration : Configuration
    runs : tuple of str
        Ids of the runs that have all, in order, so that no other order changes a number.
    inputs : tuple of Input
    values : ndarray of float64, shape (runs, inputs), finite
        As formulas use them.
    left_out : tuple of str
        Ids of the other runs.
    """

    configuration: Configuration
    runs: tuple[str, ...]
    inputs: tuple[Input, ...]
    values: Floats
    left_out: tuple[str, ...]

    @property
    def means(self) -> dict[Input, float]:
        """The mean of each input over the runs."""
        return dict(zip(self.inputs, self.values.mean(axis=0).tolist(), strict=True))


def classes_of(plots: Mapping[str, Sequence[Plot]]) -> tuple[str, ...]:
    """Return all classes of all confusion matrices."""
    found = {
        label
        for own in plots.values()
        for plot in own
        if isinstance(plot, Confusion)
        for label in plot.labels
    }
    return tuple(sorted(found, key=natural))


def share_inputs(a: Analysed, model: ImpactModel) -> frozenset[Input]:
    """Return the inputs that lie between nothing and all, whatever is drawn for them.

    These are shares of the cases of a class, and metrics with no value outside of [0, 1] in any
    run that are told in per cent, or without a unit and by their names.
    """
    return frozenset(one for one in measured_inputs(model) if _is_share(one, a, model))


def _is_share(one: Input, a: Analysed, model: ImpactModel) -> bool:
    if one.kind != "metric":
        return one.kind == "share"
    metric = a.metrics[one.names[0]]
    factor = model.factors[one]
    values = [value * factor for value in a.values[one.names[0]].values() if math.isfinite(value)]
    inside = all(0 <= value <= 1 for value in values)
    if metric.unit or not inside:
        return inside and metric.unit == "%"
    # A loss of 0.3 is no share; what is better the more of it there is mostly is one.
    return metric.goal == "maximize" or _RATE.search(metric.name) is not None


def measured_of(
    a: Analysed, model: ImpactModel
) -> tuple[tuple[Measured, ...], dict[str, str], list[Problem]]:
    """Collect what each configuration measured.

    Parameters
    ----------
    a : Analysed
    model : ImpactModel

    Returns
    -------
    measured : tuple of Measured
        Of each configuration with at least one run that has all inputs.
    untold : dict of str to str
        By the label of each other one: why it cannot be told.
    problems : list of Problem
    """
    inputs = measured_inputs(model)
    problems: list[Problem] = []
    columns = {one: _column(one, a, model, problems) for one in inputs}
    found: list[Measured] = []
    untold: dict[str, str] = {}
    lacking: Counter[str] = Counter()
    for configuration in a.configurations:
        missing: Counter[str] = Counter()
        kept: dict[str, list[float]] = {}
        for run in sorted(configuration.runs, key=lambda run: (natural(run), run)):
            own = [columns[one].get(run, math.nan) for one in inputs]
            if all(map(math.isfinite, own)):
                kept[run] = own
            missing.update(
                one.written for one, value in zip(inputs, own, strict=True) if value != value
            )
        if not kept:
            untold[configuration.label] = _why(missing, configuration.n)
            continue
        lacking.update(missing)
        left_out = tuple(run for run in configuration.runs if run not in kept)
        values = np.array(list(kept.values()), np.float64).reshape(len(kept), len(inputs))
        found.append(Measured(configuration, tuple(kept), inputs, values, left_out))
    lost = sum(len(one.left_out) for one in found)
    if lost:
        names = ", ".join(name for name, _ in lacking.most_common(3))
        problems.append(
            Problem(
                PLACE,
                "impact-run-without-input",
                f"What the impact is computed from ({names}) is missing in {format_count(lost)} of "
                "the runs; they are left out of it, and the other runs of their configurations "
                "count.",
                "Log it in every run.",
                "note",
            )
        )
    return tuple(found), untold, problems


def _why(missing: Counter[str], runs: int) -> str:
    everywhere = [name for name, count in missing.items() if count == runs]
    if everywhere:
        return f"None of its runs has {' and '.join(everywhere[:3])}."
    return f"None of its runs has all of {', '.join(list(missing)[:3])}."


def _column(
    one: Input, a: Analysed, model: ImpactModel, problems: list[Problem]
) -> dict[str, float]:
    """Return an input's values by run, as formulas use them; NaN for what is not finite."""
    factor = model.factors[one]
    if one.kind == "metric":
        own = a.values.get(one.names[0], {})
        return {run: v * factor if math.isfinite(v) else math.nan for run, v in own.items()}
    actual, called = one.names
    matrices = {
        run: {
            plot.name: plot
            for plot in own
            if isinstance(plot, Confusion) and {actual, called} <= set(plot.labels)
        }
        for run, own in a.tables.plots.items()
    }
    names = Counter(name for own in matrices.values() for name in own)
    if not names:
        return {}
    name = min(names, key=lambda name: (-names[name], natural(name), name))
    if len(names) > 1:
        problem = Problem(
            PLACE,
            "impact-several-matrices",
            f"Several confusion matrices have the classes of {one.written}: "
            f"{', '.join(sorted(names, key=natural)[:5])}. '{name}' is used.",
            "Log one of them, or give the classes of the others other names.",
            "note",
        )
        if problem not in problems:
            problems.append(problem)
    found = {run: own[name] for run, own in matrices.items() if name in own}
    return {run: _cell(matrix, one) for run, matrix in found.items()}


def _cell(matrix: Confusion, one: Input) -> float:
    """Return the count of a cell, or its share of the cases of its class; NaN for none."""
    rows = np.array([label == one.names[0] for label in matrix.labels])
    columns = np.array([label == one.names[1] for label in matrix.labels])
    own = matrix.counts[rows]
    cell = float(own[:, columns].sum())
    if one.kind == "share":
        total = float(own.sum())
        return cell / total if total > 0 else math.nan
    are_cases = bool(np.array_equal(matrix.counts, np.round(matrix.counts)))
    return cell if are_cases else math.nan
