"""What the impact of a model comes to: the answers, without how they are found.

All amounts are in the model's currency per its period unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from runfolio.analysis.configurations import Configuration
from runfolio.analysis.direction import Goal
from runfolio.formula import Input, Node

if TYPE_CHECKING:
    from runfolio.config import OutcomeKind, Period, Quantity

__all__ = [
    "RUNNING_COST",
    "BreakEven",
    "Driver",
    "Impact",
    "ImpactModel",
    "ModelOutcome",
    "OnePoint",
    "Payback",
    "Scenario",
    "SideImpact",
    "Spread",
    "ThresholdChoice",
    "ThresholdPoint",
]


RUNNING_COST = Input("quantity", ("running cost",))
"""What another model than the baseline costs more while it runs; no formula can name it."""


@dataclass(frozen=True, slots=True)
class Spread:
    """An amount that is not known exactly.

    Parameters
    ----------
    mean : float
        What is expected.
    low, high : float
        Nine times of ten it lies between them: the 5th and the 95th percentile. NaN where only
        what is expected is told.
    error : float
        Standard error of `mean` from the number of draws; 0 where it is computed exactly.
    has_range : bool
        False where nothing it depends on varies, and where only what is expected is told. What
        rarely varies may have a range of which both ends are the same.
    """

    mean: float
    low: float
    high: float
    error: float = 0.0
    has_range: bool = True


@dataclass(frozen=True, slots=True)
class ModelOutcome:
    """An outcome, ready to be computed.

    Parameters
    ----------
    name : str
    kind : OutcomeKind
    sign : int
        1 where it counts for the model, -1 where it counts against it; of what is not money 0.
    formula : Node
    factor : float
        By what the formula's value is multiplied to be in `unit`.
    unit : str
        As shown: the currency (per period), or the unit of what is not money.
    goal : Goal
        Of what is not money: whether more or less of it is better, empty where nobody says so;
        of money by its sign.
    explain, source, owner : str
    written : str
        The formula as it stands in report.yaml.
    """

    name: str
    kind: OutcomeKind
    sign: int
    formula: Node
    factor: float
    unit: str
    goal: Goal
    explain: str
    source: str
    owner: str
    written: str


@dataclass(frozen=True, slots=True)
class ImpactModel:
    """The model of the impact as the team wrote it down, checked.

    Parameters
    ----------
    currency : str
    period : Period
    quantities : mapping of str to Quantity
        Values and ranges as they stand in report.yaml, by name.
    outcomes : tuple of ModelOutcome
    running_cost, fixed_cost : Quantity or None
        In the currency per period, and in the currency.
    horizon : float or None
        Years.
    discount_rate : float
        Per year.
    factors : mapping of Input to float
        By what the value of each input, in its own unit, is multiplied in formulas: of a
        quantity in ``%`` and of a metric that is logged in per cent a hundredth.
    left_out : mapping of str to str
        By the name of an outcome: why it cannot be computed. While it is money, no total is told.
    costs_left_out : mapping of {"running_cost", "fixed_cost"} to str
        What of the two is stated and cannot be used, and why. Without the running cost no total
        is told, without the fixed cost no pay-back.
    """

    currency: str
    period: Period
    quantities: Mapping[str, Quantity]
    outcomes: tuple[ModelOutcome, ...]
    running_cost: Quantity | None
    fixed_cost: Quantity | None
    horizon: float | None
    discount_rate: float
    factors: Mapping[Input, float] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)
    costs_left_out: Mapping[Literal["running_cost", "fixed_cost"], str] = field(
        default_factory=dict
    )


@dataclass(frozen=True, slots=True)
class SideImpact:
    """What one configuration is worth.

    Parameters
    ----------
    configuration : Configuration
    outcomes : tuple of Spread
        In the order of the model's, each in its own unit and without its sign; of what is not
        money NaN where it has no value.
    total : Spread
        Money: what counts for it less what counts against it, running cost included for all
        but the baseline.
    by_run : mapping of str to float
        The total of each run by its own metrics, with every quantity at its expected value; a
        run that lacks something that formulas use is not there, nor in any other number here.
    values : mapping of Input to float
        The mean over its runs of all that was measured and that formulas use; a metric as it
        was logged, a share of the cases of a class in [0, 1].
    has_spread : bool
        Whether it has several runs, so that the spread of the seeds is in the ranges.
    """

    configuration: Configuration
    outcomes: tuple[Spread, ...]
    total: Spread
    by_run: Mapping[str, float]
    values: Mapping[Input, float]
    has_spread: bool


@dataclass(frozen=True, slots=True)
class Driver:
    """How much the answer depends on one input, all others at what is expected.

    Parameters
    ----------
    input : Input
    low, high : float
        In the input's own unit. Of a quantity its 5th and 95th percentile; of what was measured
        the champion's mean, give or take the uncertainty of its difference to the baseline's (the
        half width of that difference's 90 % interval, by Student's t), as seeds that pair move
        both sides.
    at_low, at_high : float
        The difference to the baseline there.
    """

    input: Input
    low: float
    high: float
    at_low: float
    at_high: float

    @property
    def swing(self) -> float:
        return abs(self.at_high - self.at_low)


@dataclass(frozen=True, slots=True)
class BreakEven:
    """At which value of one input the champion is worth as much as the baseline.

    Parameters
    ----------
    input : Input
    now : float
        What is expected of it.
    value : float or None
        Where the difference is nil, all others as expected; None where no possible value is.
    sides : {"above", "below", "always", "never"}
        On which side of it the champion is worth more, or whether it always or never is.
    within_range : bool
        Whether it lies in what is thought possible (5th to 95th percentile), so that the sign
        of the answer depends on this input alone.
    """

    input: Input
    now: float
    value: float | None
    sides: Literal["above", "below", "always", "never"]
    within_range: bool


@dataclass(frozen=True, slots=True)
class OnePoint:
    """What one more point of a metric is worth: a hundredth of a share, else one in its unit."""

    input: Input
    worth: Spread


@dataclass(frozen=True, slots=True)
class Scenario:
    """How it may come: badly, as expected or well.

    Parameters
    ----------
    name : {"pessimistic", "expected", "optimistic"}
    total : float
        The difference to the baseline (without a baseline, the total): its 5th percentile, its
        expected value, its 95th percentile.
    outcomes : tuple of float
        Differences of the outcomes in the order of the model's, unsigned by kind: what is
        expected, or the mean of the draws about the percentile, so that they add up to about
        the total.
    inputs : mapping of Input to float
        What the inputs are like in the same draws, in their own units; of a difference the
        quantities alone, for metrics of both sides move together.
    """

    name: Literal["pessimistic", "expected", "optimistic"]
    total: float
    outcomes: tuple[float, ...]
    inputs: Mapping[Input, float]


@dataclass(frozen=True, slots=True)
class Payback:
    """Value over the horizon, and when what was spent once is back.

    Parameters
    ----------
    years : float or None
        Until the discounted value covers the fixed cost, as expected; None where it never does
        within the horizon, or without one within a hundred years.
    within : float
        Share of the draws in which it does.
    net : Spread or None
        Discounted value less fixed cost over the horizon, in the currency; None without one.
    """

    years: float | None
    within: float
    net: Spread | None


@dataclass(frozen=True, slots=True)
class ThresholdPoint:
    """A place on the curve: its rates, the threshold where it is logged, and the total there."""

    true_positive_rate: float
    false_positive_rate: float
    threshold: float | None
    total: float


@dataclass(frozen=True, slots=True)
class ThresholdChoice:
    """Where on the champion's curve its work is worth most.

    Parameters
    ----------
    curve : str
        Name of the curve as logged.
    points : tuple of ThresholdPoint
        Along the curve, all quantities as expected.
    best, now : ThresholdPoint
        The best of them, and where the champion is by its own rates.
    missed, false_alarm : float
        What one more missed positive, and one more false alarm, costs per hundredth of its rate.
    gain : Spread or None
        What the best is worth more than now, by the curves and rates of each run, quantities as
        expected; None for one run, and where the champion is at the best place already. The
        best of a curve that is estimated looks too good, and this does not take that away.
    held : tuple of str
        What else was measured that formulas use, as written there; it is held as it is.
    """

    curve: str
    points: tuple[ThresholdPoint, ...]
    best: ThresholdPoint
    now: ThresholdPoint
    missed: float
    false_alarm: float
    gain: Spread | None = None
    held: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Impact:
    """All that is said of the impact.

    Parameters
    ----------
    model : ImpactModel
    champion, baseline : SideImpact or None
    sides : tuple of SideImpact
        Every configuration that can be told, the one worth most first; after all that are drawn
        those that are not (`has_range` is False and low and high are NaN). Of these the worth is
        that at the expected inputs, which is another number where formulas are no straight lines.
    untold : mapping of str to str
        By the label of a configuration: why it cannot be told.
    difference : Spread or None
        Champion less baseline, running cost included; None without both, where they are one,
        and where they were not measured alike.
    outcomes : tuple of Spread
        Differences of the outcomes, in the order of the model's; empty without both.
    probability : float
        That the champion is worth more than the baseline, in [0, 1]; NaN without both.
    candidates : mapping of str to (Spread, float)
        By label: the same two of every other configuration against the baseline. Of one that is
        not drawn the probability is NaN, and both sides are taken at the expected inputs.
    drivers : tuple of Driver
        The largest swing first.
    break_evens : tuple of BreakEven
    points : tuple of OnePoint
    scenarios : tuple of Scenario
        Pessimistic, expected, optimistic; empty where nothing is uncertain.
    payback : Payback or None
    threshold : ThresholdChoice or None
    threshold_untold : str
        Why no threshold is told, where a curve or rates are there but do not fit.
    flattery : float
        What of the difference may be luck of the pick among many; 0 where none is told.
    is_exact : bool
        Whether expected values are computed exactly and not by draws.
    draws : int
    rivals : mapping of str to (Spread, float)
        By label: every other configuration less the champion, and the probability that it is
        worth more than the champion; of those that are drawn, without the baseline.
    """

    model: ImpactModel
    champion: SideImpact | None
    baseline: SideImpact | None
    sides: tuple[SideImpact, ...]
    untold: Mapping[str, str]
    difference: Spread | None
    outcomes: tuple[Spread, ...]
    probability: float
    candidates: Mapping[str, tuple[Spread, float]]
    drivers: tuple[Driver, ...]
    break_evens: tuple[BreakEven, ...]
    points: tuple[OnePoint, ...]
    scenarios: tuple[Scenario, ...]
    payback: Payback | None
    threshold: ThresholdChoice | None
    threshold_untold: str
    flattery: float
    is_exact: bool
    draws: int
    rivals: Mapping[str, tuple[Spread, float]] = field(default_factory=dict)
