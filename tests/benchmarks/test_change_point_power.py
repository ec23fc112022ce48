"""How often changes are told where there are none, and found where there are some.

Run by ``pytest -m benchmark -s``. Noise has a standard deviation of 1 unless it says otherwise;
shifts are in standard deviations. Seeds are fixed, so the figures (but the times) repeat.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from numpy.random import Generator, default_rng
from numpy.typing import NDArray

from runfolio.analysis.change_points import ChangePoint, change_points

pytestmark = pytest.mark.benchmark

Values = NDArray[np.float64]


def remembering(memory: float) -> Callable[[Generator, int], Values]:
    """Return noise of which each value keeps a part of the one before."""

    def make(rng: Generator, n: int) -> Values:
        shocks = rng.standard_normal(n + 50)
        weights = memory ** np.arange(50)
        noise: Values = np.convolve(shocks, weights, "valid")[:n]
        return noise * float(np.sqrt(1 - memory**2))

    return make


INDEPENDENT: dict[str, Callable[[Generator, int], Values]] = {
    "normal": lambda rng, n: rng.standard_normal(n),
    "Student t, 3 degrees": lambda rng, n: rng.standard_t(3, n),
    "exponential": lambda rng, n: rng.exponential(size=n),
    "uniform": lambda rng, n: rng.random(n),
    "accuracy 0.93 of 200": lambda rng, n: rng.binomial(200, 0.93, n) / 200,
    "accuracy 0.998 of 200": lambda rng, n: rng.binomial(200, 0.998, n) / 200,
    "two values": lambda rng, n: rng.integers(0, 2, n).astype(np.float64),
    "two of n differ": lambda rng, n: (rng.random(n) < 2 / n).astype(np.float64),
}
DEPENDENT = {f"autocorrelation {r}": remembering(r) for r in (0.3, 0.5, 0.8)}
LENGTHS = {8: 1000, 12: 1000, 20: 1000, 50: 1000, 100: 1000, 300: 1000, 1000: 1000, 10_000: 100}


def test_false_alarms(capsys: pytest.CaptureFixture[str]) -> None:
    said = [f"{'':22}" + "".join(f"{n:>8,}" for n in LENGTHS)]
    shares = {}
    for i, (kind, noise) in enumerate((INDEPENDENT | DEPENDENT).items()):
        for n, seeds in LENGTHS.items():
            alarms = [bool(change_points(noise(default_rng([s, n, i]), n))) for s in range(seeds)]
            shares[kind, n] = np.mean(alarms)
        said.append(f"{kind:22}" + "".join(f"{100 * shares[kind, n]:7.1f}%" for n in LENGTHS))
    with capsys.disabled():
        print("\nFalse alarms: series of noise alone with any change told, by length")
        print("  " + "\n  ".join(said))
    independent = [shares[kind, n] for kind in INDEPENDENT for n in LENGTHS]
    assert np.mean(independent) <= 0.01


def found_in(n: int, changes: list[tuple[int, float]], seeds: int) -> Iterator[list[ChangePoint]]:
    for seed in range(seeds):
        values = default_rng([seed, n, 7]).standard_normal(n)
        for at, size in changes:
            values[at:] += size
        yield list(change_points(values))


def test_power_and_places(capsys: pytest.CaptureFixture[str]) -> None:
    said, counted = [], {}
    sizes = (0.5, 1.0, 2.0, 3.0)
    for n in (20, 50, 100, 300, 1000):
        for share in (0.5, 0.8, 0.95):
            at, cells = round(n * share), []
            for size in sizes:
                told = [found for found in found_in(n, [(at, size)], 200) if found]
                counted[n, share, size] = len(told)
                nearest = [min(found, key=lambda x: abs(x.at - at)) for found in told]
                cell = f"{len(told) / 2:4.0f}%"
                if len(told) >= 20:
                    off = [abs(x.at - at) for x in nearest]
                    held = np.mean([x.low < at <= x.high for x in nearest])
                    once = np.mean([len(found) == 1 for found in told])
                    wide = np.median([x.high - x.low for x in nearest])
                    cell += (
                        f" {100 * once:3.0f}% {np.mean(off):4.1f} {100 * held:3.0f}% {wide:3.0f}"
                    )
                cells.append(f"{cell:26}")
            said.append(f"n = {n:5,} at {at:4}   " + "".join(cells))
    with capsys.disabled():
        print(
            "\nOne shift: told, of these exactly once, values off (mean), set holds it, its width"
        )
        print("  " + " " * 20 + "".join(f"{f'{size} sd':26}" for size in sizes))
        print("  " + "\n  ".join(said))
    assert counted[1000, 0.5, 3.0] == 200


def test_several_changes(capsys: pytest.CaptureFixture[str]) -> None:
    cases = {
        "up and back, a third, 2 sd, n = 50": (50, [(17, 2), (33, -2)]),
        "up and back, a third, 2 sd, n = 100": (100, [(33, 2), (66, -2)]),
        "bump of 10, 3 sd, n = 100": (100, [(60, 3), (70, -3)]),
        "bump of 8, 3 sd, n = 100": (100, [(60, 3), (68, -3)]),
        "bump of 20, 2 sd, n = 300": (300, [(140, 2), (160, -2)]),
        "bump of 30, 2 sd, n = 1,000": (1000, [(500, 2), (530, -2)]),
        "two steps up, 2 sd, n = 100": (100, [(33, 2), (66, 2)]),
        "nine steps, 2 sd, n = 300": (300, [(30 * i, 2 * (-1) ** i) for i in range(1, 10)]),
    }
    said, exactly = [], {}
    for title, (n, changes) in cases.items():
        counts = np.array([len(found) for found in found_in(n, changes, 200)])
        exactly[title] = np.mean(counts == len(changes))
        shares = [exactly[title], np.mean(counts == 0)]
        shares.append(np.mean(counts > len(changes)))
        said.append(f"{title:38}" + "".join(f"{100 * share:8.0f}%" for share in shares))
    for n in (50, 100, 300, 1000):
        told: list[list[ChangePoint]] = []
        for seed in range(200):
            rise = np.linspace(0, 4, n)
            told.append(list(change_points(default_rng([seed, n]).standard_normal(n) + rise)))
        gradual = np.mean([x.gradual for found in told for x in found])
        said.append(
            f"drift of 4 sd, n = {n:5,}: {np.mean([len(found) for found in told]):.1f} changes, "
            f"{100 * gradual:.0f}% of them gradual"
        )
    with capsys.disabled():
        print(f"\n{'Several changes':40} all told  none told  more told")
        print("  " + "\n  ".join(said))
    assert exactly["bump of 30, 2 sd, n = 1,000"] > 0.95


def test_time(capsys: pytest.CaptureFixture[str]) -> None:
    change_points(default_rng(0).standard_normal(100))  # imports
    said = []
    for title, n, period in (
        ("1,000 values of noise", 1000, 0),
        ("1,000 values with 19 changes", 1000, 50),
        ("10,000 values of noise", 10_000, 0),
        ("10,000 values with 19 changes", 10_000, 500),
        ("10,000 values with 199 changes", 10_000, 50),
    ):
        level = 2.0 * (np.arange(n) // period % 2) if period else np.zeros(n)
        series = [default_rng(seed).standard_normal(n) + level for seed in range(10)]
        begun = time.process_time()
        counts = [len(change_points(values)) for values in series]
        spent = time.process_time() - begun
        said.append(f"{title:32}{spent:7.2f} s CPU, {np.mean(counts):.1f} told")
    with capsys.disabled():
        print("\nTen series of")
        print("  " + "\n  ".join(said))
    assert np.mean(counts) == pytest.approx(199, abs=2)
