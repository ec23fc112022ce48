"""How near the estimated optimism of the best configuration comes to the truth.

Run by ``pytest -m benchmark -s``. True means and figures are in standard errors of one mean. The
truth is the average of the picked one's observed mean minus its true mean; the estimate is the
average over the same simulations; held is the share of ranges that contain the true mean. Seeds
are fixed, so the figures repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from runfolio.analysis.optimism import optimism_of

pytestmark = pytest.mark.benchmark

Values = NDArray[np.float64]
Draw = Callable[[Generator, int], Values]

SIZES = (10, 40, 200)
RUNS = (3, 5, 10)
SIMULATIONS = {10: 1500, 40: 1000, 200: 500}


def clusters(share: float, apart: float) -> Draw:
    """Return true means of which a share lies far above the others."""
    return lambda rng, k: (
        np.where(np.arange(k) < round(k * share), apart, 0.0) + 0.5 * rng.standard_normal(k)
    )


def with_bad(share: float, bad: Draw) -> Draw:
    """Return normal true means, but bad ones for a share of the configurations."""
    return lambda rng, k: np.where(
        np.arange(k) < max(1, round(k * share)), bad(rng, k), rng.standard_normal(k)
    )


MAIN: dict[str, Draw] = {
    "all equal": lambda rng, k: np.zeros(k),
    "normal, 0.5": lambda rng, k: 0.5 * rng.standard_normal(k),
    "normal, 1": lambda rng, k: rng.standard_normal(k),
    "normal, 2": lambda rng, k: 2 * rng.standard_normal(k),
    "uniform, sd 1": lambda rng, k: rng.uniform(-(3**0.5), 3**0.5, k),
    "uniform, sd 2": lambda rng, k: rng.uniform(-2 * 3**0.5, 2 * 3**0.5, k),
    "many near the best, sd 1": lambda rng, k: -rng.exponential(size=k),
    "many near the best, sd 3": lambda rng, k: -3 * rng.exponential(size=k),
    "half of them 5 better": clusters(0.5, 5),
    "normal, 5 % at -50": with_bad(0.05, lambda rng, k: np.full(k, -50.0)),
    "normal, 20 % down to -1000": with_bad(0.2, lambda rng, k: -1000 * rng.random(k)),
    "normal, 30 % lognormal bad": with_bad(0.3, lambda rng, k: -rng.lognormal(1, 1.5, k)),
}
HARDER: dict[str, Draw] = {
    "normal, 4": lambda rng, k: 4 * rng.standard_normal(k),
    "Student t, 3 degrees": lambda rng, k: rng.standard_t(3, k),
    "few near the best, sd 1": lambda rng, k: rng.exponential(size=k),
    "a fifth of them 5 better": clusters(0.2, 5),
    "one of them 4 better": lambda rng, k: clusters(1 / k, 4)(rng, k),
}


@dataclass(frozen=True, slots=True)
class Row:
    """What many simulations of one setting came to, in errors."""

    truth: float
    estimate: float
    miss: float
    held: float

    @property
    def ratio(self) -> float:
        return self.estimate / self.truth

    def __str__(self) -> str:
        figures = f"{self.truth:6.2f}{self.estimate:6.2f}{self.ratio:7.2f}{self.miss:6.2f}"
        return f"{figures}{100 * self.held:5.0f}%"


HEAD = f"{'truth':>6}{'est.':>6}{'ratio':>7}{'rms':>6}{'held':>6}"


def simulate(
    means: Draw,
    runs: Callable[[Generator, Values], list[Values]],
    k: int,
    paired: bool = False,
) -> Row:
    """Pick the best again and again; ``runs`` makes values whose means have an error of 1."""
    truths, estimates, held = [], [], []
    for seed in range(SIMULATIONS[k]):
        rng = default_rng([seed, k])
        true = means(rng, k)
        values = runs(rng, true)
        observed = [own.mean() for own in values]
        best = int(np.argmax(observed))
        found = optimism_of(values, best, "maximize", paired)
        assert found is not None
        truths.append(observed[best] - true[best])
        estimates.append(found.value)
        held.append(found.low <= true[best] <= found.high)
    miss = np.sqrt(np.mean(np.square(np.subtract(estimates, truths))))
    return Row(*(float(x) for x in (np.mean(truths), np.mean(estimates), miss, np.mean(held))))


def equally_often(n: int) -> Callable[[Generator, Values], list[Values]]:
    return lambda rng, true: list(
        true[:, None] + n**0.5 * rng.standard_normal((len(true), n)),
    )


@pytest.mark.parametrize("n", RUNS)
def test_the_average_estimate_is_near_the_truth(n: int, capsys: pytest.CaptureFixture[str]) -> None:
    said, rows = [], {}
    for title, means in (MAIN | HARDER).items():
        for k in SIZES:
            rows[title, k] = simulate(means, equally_often(n), k)
        said.append(f"{title:28}" + "  ".join(f"{rows[title, k]}" for k in SIZES))
    with capsys.disabled():
        print(f"\n{f'n = {n}':28}" + "  ".join(f"{f'K = {k}':31}" for k in SIZES))
        print(f"{'':28}" + "  ".join([HEAD] * len(SIZES)))
        print("\n".join(said))
    for title in MAIN:
        for k in SIZES:
            assert 0.7 <= rows[title, k].ratio <= 1.3, (title, k)
    assert min(rows[title, k].held for title in MAIN for k in SIZES) > 0.9
    for row in rows.values():  # where the share is far off, the amount is not
        assert abs(row.estimate - row.truth) < 0.6


def mixed(rng: Generator, true: Values) -> list[Values]:
    """One to ten runs."""
    return [t + 2 * rng.standard_normal(rng.integers(1, 11)) for t in true]


def own_noise(rng: Generator, true: Values) -> list[Values]:
    """Three runs with a noise that differs by configuration."""
    noise = 3**0.5 * rng.lognormal(0, 0.5, len(true))
    return list(true[:, None] + noise[:, None] * rng.standard_normal((len(true), 3)))


def skewed(rng: Generator, true: Values) -> list[Values]:
    """Three runs of which some are much worse than the others."""
    return list(true[:, None] + 3**0.5 * (1 - rng.exponential(size=(len(true), 3))))


def heavy(rng: Generator, true: Values) -> list[Values]:
    """Three runs with outliers on both sides."""
    return list(true[:, None] + rng.standard_t(3, (len(true), 3)))


def diverged_runs(rng: Generator, true: Values) -> list[Values]:
    """Three runs, of which one in fifty comes to nothing."""
    values = true[:, None] + 3**0.5 * rng.standard_normal((len(true), 3))
    return list(np.where(rng.random(values.shape) < 0.02, values - 100, values))


def alike(rng: Generator, true: Values) -> list[Values]:
    """Three seeds that do the same to all, as much as all the rest of the noise."""
    shared = 3**0.5 * rng.standard_normal(3)
    return list(true[:, None] + shared + 3**0.5 * rng.standard_normal((len(true), 3)))


def test_other_noise(capsys: pytest.CaptureFixture[str]) -> None:
    said, rows = [], {}
    for title, runs, paired in (
        ("1 to 10 runs", mixed, False),
        ("noise differs by 1.6", own_noise, False),
        ("noise skewed to the worse", skewed, False),
        ("noise Student t, 3", heavy, False),
        ("2 % of runs diverge", diverged_runs, False),
        ("seeds alike, not told", alike, False),
        ("seeds alike, paired", alike, True),
        ("paired without need", equally_often(3), True),
    ):
        for shape in ("all equal", "normal, 1", "many near the best, sd 3"):
            for k in SIZES:
                rows[title, shape, k] = simulate(MAIN[shape], runs, k, paired)
            said.append(
                f"{title:26}{shape:26}" + "  ".join(f"{rows[title, shape, k]}" for k in SIZES)
            )
    with capsys.disabled():
        print(f"\n{'n = 3':52}" + "  ".join(f"{f'K = {k}':31}" for k in SIZES))
        print(f"{'':52}" + "  ".join([HEAD] * len(SIZES)))
        print("\n".join(said))
    for title in ("1 to 10 runs", "2 % of runs diverge", "seeds alike, paired"):
        for shape in ("all equal", "normal, 1"):
            for k in SIZES:
                assert 0.7 <= rows[title, shape, k].ratio <= 1.3, (title, shape, k)
