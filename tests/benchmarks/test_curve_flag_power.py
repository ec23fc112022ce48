"""How often curves are flagged where there is nothing, and where there is something.

Run by ``pytest -m benchmark -s``. Seeds are fixed, so the figures (but the times) repeat.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from runfolio.analysis.curve_flags import curve_flags
from runfolio.analysis.metrics import Metric
from runfolio.model.tables import Curves

pytestmark = pytest.mark.benchmark

Values = NDArray[np.float64]
Made = tuple[Values, Values]
LENGTHS = (8, 12, 20, 50, 100, 300)
NAMES = ("val/loss", "train/loss")
METRICS = {name: Metric(name, name, goal="minimize", family="loss") for name in NAMES}


def remembering(memory: float, rng: Generator, n: int) -> Values:
    weights = memory ** np.arange(50)
    noise: Values = np.convolve(rng.standard_normal(n + 49), weights, "valid")
    return noise * float(np.sqrt(1 - memory**2)) + 9


NOISE: dict[str, Callable[[Generator, int], Values]] = {
    "normal": lambda rng, n: rng.standard_normal(n) + 5,
    "Student t, 3 degrees": lambda rng, n: rng.standard_t(3, n) + 5,
    "error of 200 cases": lambda rng, n: rng.binomial(200, 0.07, n) / 200,
    "autocorrelation 0.5": lambda rng, n: remembering(0.5, rng, n),
    "autocorrelation 0.8": lambda rng, n: remembering(0.8, rng, n),
}


def _x(n: int) -> Values:
    return np.linspace(0, 1, n)


CASES: dict[tuple[str, str], Callable[[int], Made]] = {
    ("overfitting", "rise of 10 sd from 40 % on"): lambda n: (
        1 - 2 * np.minimum(_x(n), 0.4) + 0.35 * np.maximum(_x(n) - 0.4, 0),
        1 - 0.9 * _x(n),
    ),
    ("divergence", "exp(3 x³)"): lambda n: (np.exp(3 * _x(n) ** 3), np.exp(3 * _x(n) ** 3)),
    ("plateau", "exp(-12 x)"): lambda n: (np.exp(-12 * _x(n)), 1 - 0.9 * _x(n)),
    ("stopped too early", "a straight line"): lambda n: (1 - 0.8 * _x(n), 1 - 0.9 * _x(n)),
    ("stopped too early", "exp(-1.5 x)"): lambda n: (np.exp(-1.5 * _x(n)), 1 - 0.9 * _x(n)),
}


def flagged(made: Made) -> set[str]:
    n = len(made[0])
    curves = Curves(np.array([0, n, 2 * n]), np.tile(np.arange(float(n)), 2), np.concatenate(made))
    return {
        flag.kind
        for flag in curve_flags(curves, {name: i for i, name in enumerate(NAMES)}, METRICS).flags
    }


def test_false_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    said, shares = [], {}
    for kind, noise in NOISE.items():
        for n in LENGTHS:
            rngs = [default_rng([seed, n]) for seed in range(1000)]
            shares[kind, n] = np.mean([bool(flagged((noise(r, n), noise(r, n)))) for r in rngs])
        said.append(f"{kind:22}" + "".join(f"{100 * shares[kind, n]:8.1f}%" for n in LENGTHS))
    with capsys.disabled():
        print("\nFalse alarms: pairs of series of noise alone with any flag, by length")
        print("  " + " " * 22 + "".join(f"{n:>9}" for n in LENGTHS))
        print("  " + "\n  ".join(said))
    assert max(share for (kind, _), share in shares.items() if "auto" not in kind) <= 0.05


def test_power(capsys: pytest.CaptureFixture[str]) -> None:
    said, whole = [], []
    for (kind, title), make in CASES.items():
        for sd in (0.003, 0.02):
            cells = []
            for n in LENGTHS:
                counts: Counter[str] = Counter()
                for seed in range(200):
                    noise = sd * default_rng([seed, n]).standard_normal((2, n))
                    val, train = make(n)
                    counts.update(flagged((val + noise[0], train + noise[1])))
                other = sum(counts.values()) - counts[kind]
                cells.append(f"{counts[kind] / 2:5.0f}%{other / 2:4.0f}%")
            whole.append(counts[kind])
            said.append(f"{kind:18}{title:28}{sd:6}" + "".join(f"{cell:>12}" for cell in cells))
    with capsys.disabled():
        print("\nFlags where they are due, and any other; by the noise's sd and by length")
        print("  " + " " * 52 + "".join(f"{n:>12}" for n in LENGTHS))
        print("  " + "\n  ".join(said))
    assert min(whole) >= 180


def test_time(capsys: pytest.CaptureFixture[str]) -> None:
    said = []
    for n in (30, 300):
        made = [tuple(default_rng([i, n]).standard_normal((2, n))) for i in range(500)]
        flagged(made[0])  # imports
        begun = time.process_time()
        found = [flagged(one) for one in made]
        spent = time.process_time() - begun
        said.append(f"1,000 series of {n} points: {spent:.2f} s CPU, {sum(map(len, found))} flags")
    with capsys.disabled():
        print("\n" + "\n".join(said))
    assert len(found) == 500
