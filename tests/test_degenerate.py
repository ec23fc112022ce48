"""Whole sites of runs that give nothing to compare, or odd values, or too much of everything.

Each is built with every warning as an error. None may crash, none may claim what its runs cannot
carry, and each says in a sentence why there is no more to say.
"""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sites import Site, strict_json
from stores import put

NAN, INF = math.nan, math.inf
Metrics = Mapping[str, float | Sequence[float]]

BASELINE = {"baseline": {"params": {"lr": "0.1"}}}
BY_ACCURACY = {**BASELINE, "objective": {"metric": "accuracy"}}
WOBBLE = (0.0031, 0.0012, -0.0029, -0.0036, 0.0018)
"""What a seed does to a metric, in no order."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as a folder; a metric is one value or a series."""

    name: str
    metrics: Metrics
    seed: int | None = None
    params: Mapping[str, str] = field(default_factory=dict)

    def files(self) -> dict[str, str]:
        about: dict[str, Any] = {"params": dict(self.params), "status": "finished"}
        if self.seed is not None:
            about["seed"] = self.seed
        files = {"run.yaml": json.dumps(about)}
        if self.metrics:
            series = [v if isinstance(v, Sequence) else (v,) for v in self.metrics.values()]
            rows = [
                ",".join((str(i), *(repr(float(v[i])) if i < len(v) else "" for v in series)))
                for i in range(max(map(len, series)))
            ]
            files["metrics.csv"] = "\n".join([",".join(("step", *self.metrics)), *rows, ""])
        return files


def study(
    values: Callable[[str, int], Metrics], rates: Sequence[str] = ("0.1", "0.01"), seeds: int = 3
) -> list[Run]:
    """Return runs of some learning rates, each with some seeds."""
    return [
        Run(f"lr{rate}-{seed}", values(rate, seed), seed, {"lr": rate})
        for rate in rates
        for seed in range(seeds)
    ]


def curve(end: float, points: int = 12) -> list[float]:
    """Return a loss that falls from three times its end to it."""
    return [end + 2 * end * math.exp(-step / 2) for step in range(points)]


def better(rate: str) -> float:
    return 0.1 if rate == "0.01" else 0.0


def one_lost(rate: str, seed: int) -> Metrics:
    """Accuracy that is better at 0.01, where the loss of one seed ends at NaN."""
    loss = curve(0.3 + WOBBLE[seed])
    lost = rate == "0.01" and seed == 1
    return {
        "accuracy": 0.8 + better(rate) + WOBBLE[seed] * (1 if rate == "0.1" else -0.7),
        "val_loss": [*loss[:6], *[NAN] * 6] if lost else loss,
    }


def one_without_accuracy(rate: str, seed: int) -> Metrics:
    lost = rate == "0.01" and seed == 1
    accuracy = 0.8 + better(rate) + WOBBLE[seed] * (1 if rate == "0.1" else -0.7)
    return {"accuracy": NAN if lost else accuracy, "val_loss": curve(0.3 + WOBBLE[seed])}


def one_far_off(rate: str, seed: int) -> Metrics:
    """A loss that is lower at 0.01, but for one seed that ends at a million."""
    loss = curve((0.2 if rate == "0.01" else 0.3) + WOBBLE[seed])
    lost = rate == "0.01" and seed == 1
    return {"val_loss": [*loss[:6], *(10.0**k for k in range(1, 7))] if lost else loss}


def mixed(rate: str, seed: int) -> Metrics:
    """More accurate, slower, smaller, and something nobody knows the direction of."""
    up, noise = better(rate) * 10, WOBBLE[seed] * (1 if rate == "0.1" else -0.7)
    return {
        "accuracy": 0.8 + 0.1 * up + noise,
        "latency_ms": 10 + 10 * up + 100 * noise,
        "memory_mb": 100 - 30 * up + 1000 * noise,
        "zorp": 5 + up + noise,
    }


def one_each(count: int = 8) -> list[Run]:
    return [
        Run(
            f"lr{i}",
            {"accuracy": 0.8 + 0.02 * i, "latency_ms": 10 + i, "loss": curve(1 / (i + 1))},
            params={"lr": str(i), "depth": str(i % 3)},
        )
        for i in range(count)
    ]


def wide() -> list[Run]:
    """Three hundred metrics of twenty runs, none of which depends on what was varied."""
    return [
        Run(
            f"run-{i}-{seed}",
            {
                f"m{k}/accuracy": 0.5 + 0.02 * math.sin(97 * k + 31 * i + 7 * seed)
                for k in range(300)
            },
            seed,
            {"lr": str(i)},
        )
        for i in range(5)
        for seed in range(4)
    ]


@dataclass(frozen=True, slots=True)
class Case:
    """Runs, what they are configured with, and what the site must say of them.

    Parameters
    ----------
    runs : list of Run
    headline : str
    says : tuple of str
        Sentences of the overview and of the pages of roles, each on one of them at least.
    settings : dict
    outcome : str
        Of champion against baseline on the objective; empty where there is none.
    better, worse : tuple of str
        Metrics that are rightly called so.
    """

    runs: list[Run]
    headline: str
    says: tuple[str, ...]
    settings: Mapping[str, Any] = field(default_factory=lambda: BASELINE)
    outcome: str = ""
    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()


CASES: dict[str, Case] = {
    "all values NaN": Case(
        study(lambda rate, seed: {"accuracy": [NAN] * 12, "loss": [NAN] * 12}),
        "6 runs, and none that can be compared by accuracy",
        (
            "No finished run has a finite value of the objective.",
            "6 diverged",
            "The baseline that is named is not among the runs that can be compared",
            "1 problem in report.yaml",
        ),
    ),
    "only infinite values": Case(
        study(lambda rate, seed: {"score": [INF if seed else -INF] * 3}),
        "6 runs, and none that can be compared by score",
        ("No finished run has a finite value of the objective.", "diverged: its score is not"),
    ),
    "no value of the baseline": Case(
        study(lambda rate, seed: {"accuracy": NAN if rate == "0.1" else 0.9 + WOBBLE[seed]}),
        "lr0.01 and lr0.1 cannot be compared yet",
        (
            "No run of the baseline has a finite value.",
            "Whether there is a gain is not known",
            "in 1 experiment; 3 diverged",
        ),
        outcome="not comparable",
    ),
    "identical runs": Case(
        study(lambda rate, seed: {"accuracy": 0.9, "loss": curve(0.2)}),
        "No configuration beats lr0.1, the baseline, by accuracy",
        (
            "The one other measured alike has the same mean.",
            "2 configurations in 6 runs.",
            "lr0.1 and one other have the same mean, and none has a better one",
            "The change makes no difference to the mean of accuracy.",
        ),
    ),
    "a constant metric": Case(
        [
            Run(f"lr{i}-{seed}", {"error_rate": [0.0] * 12}, seed, {"lr": str(i), "n": str(i % 3)})
            for i in range(8)
            for seed in range(2)
        ],
        "No configuration beats lr5, the baseline, by error_rate",
        (
            "None of the seven others measured alike has a better mean; all have the same.",
            "All 8 configurations on the same data have the same error_rate",
        ),
        {"baseline": {"params": {"lr": "5"}}},
    ),
    "seeds without effect": Case(
        study(lambda rate, seed: {"accuracy": 0.8 + better(rate)}),
        "lr0.01 shows the best accuracy, but runs without spread cannot say how sure that is",
        (
            "The runs of each side all give the same value: there is no spread to judge the "
            "difference by.",
            "Without an interval: no spread.",
            "Ask whether the seeds have any effect.",
            "The gain is not proven",
        ),
        outcome="too few runs",
    ),
    "one run": Case(
        [Run("only", {"accuracy": 0.9, "loss": curve(0.2)}, params={"lr": "0.1"})],
        "only reaches 0.9000 accuracy",
        (
            "That is one run, the only configuration.",
            "One run: its spread is unknown.",
            "No baseline is named, so nothing here says whether it beats today's way.",
        ),
        {},
    ),
    "one run, which is the baseline": Case(
        [Run("only", {"accuracy": 0.9, "loss": curve(0.2)}, params={"lr": "0.1"})],
        "only is the only configuration so far",
        ("There is nothing to compare it with yet.", "Keep the baseline."),
    ),
    "one run of each configuration": Case(
        one_each(),
        "lr7 shows the best accuracy, but too few runs to call it better than lr0",
        (
            "With one run each, a difference cannot be told from noise",
            "Without an interval: too few runs.",
            "One run each cannot tell a difference from noise.",
            "No configuration dominates another by accuracy and latency_ms",
            "Ask for more runs before deciding.",
        ),
        {"baseline": {"params": {"lr": "0"}}},
        "too few runs",
    ),
    "no params": Case(
        [Run(f"run-{i}", {"accuracy": 0.9 + 0.01 * i}) for i in range(4)],
        "run-3 shows the best accuracy, but too few runs to call it better than run-0",
        ("Neither the champion nor the baseline logged any param",),
        {"baseline": "run-0"},
        "too few runs",
    ),
    "no metric": Case(
        [Run(f"run-{i}", {}, params={"lr": str(i)}) for i in range(3)],
        "3 runs, and no metric was logged",
        ("The runs hold no metrics, so there is nothing to compare.", "2 problems in report.yaml"),
        {"objective": {"metric": "accuracy"}, "baseline": {"params": {"lr": "0"}}},
    ),
    "no direction": Case(
        study(lambda rate, seed: {"zorp": 1 + WOBBLE[seed]}),
        "6 runs with 1 metric, not ranked yet",
        ("Whether more or less of the objective is better is not known",),
        {**BASELINE, "objective": {"metric": "zorp"}},
    ),
    "an objective that nobody logged": Case(
        study(lambda rate, seed: {"accuracy": 0.9 + WOBBLE[seed]}),
        "6 runs with 1 metric, not ranked yet",
        ("The objective that report.yaml names was logged by no run.",),
        {**BASELINE, "objective": {"metric": "recall"}},
    ),
    "one diverged seed": Case(
        study(one_lost),
        "lr0.01 raises accuracy by 0.0995 over lr0.1",
        (
            "One of the champion's three runs diverged; its mean is that of the others.",
            "2 (+1 diverged)",
            "1 run went wrong",
            "Ask first why not all of its runs went well.",
        ),
        BY_ACCURACY,
        "better",
        better=("accuracy",),
    ),
    "one seed without the objective": Case(
        study(one_without_accuracy, seeds=4),
        "lr0.01 raises accuracy by 0.1013 over lr0.1",
        (
            "One of the champion's four runs diverged; its mean is that of the others.",
            "3 (+1 diverged)",
            "hardly flatters it",
        ),
        BY_ACCURACY,
        "better",
        better=("accuracy",),
    ),
    "one seed far off": Case(
        study(one_far_off, seeds=4),
        "lr0.1, the baseline, is still the best by val_loss",
        (
            "The one other measured alike has no better mean.",
            "lr0.01 (250,000) cannot be told apart from the champion by val_loss",
            "1 of 4 runs of lr0.01: val_loss is far above its first value from step 8 on",
        ),
    ),
    "mixed directions": Case(
        study(mixed, seeds=5),
        "lr0.01 raises accuracy by 0.1001 over lr0.1",
        (
            "The champion is better by accuracy and memory_mb and worse by latency_ms",
            "It is worse by latency_ms",
            "Decide whether latency_ms may get worse for it.",
        ),
        BY_ACCURACY,
        "better",
        better=("accuracy", "memory_mb"),
        worse=("latency_ms",),
    ),
    "the largest numbers": Case(
        study(lambda rate, seed: {"accuracy": 1.7e308 * (0.9 + 0.05 * seed)}, seeds=3),
        "No configuration beats lr0.1, the baseline, by accuracy",
        ("3 runs, too far apart for an interval.",),
    ),
    "many metrics": Case(
        wide(),
        "run-0 cannot be told apart from run-1 by m0/accuracy",
        ("includes none at all", "On none of these can champion and baseline be told apart."),
        {"baseline": {"params": {"lr": "1"}}},
        "not distinguishable",
    ),
}

BUILD = """
import json, sys
sys.path.append(sys.argv[1])
import runfolio
from drawing import drawn_by_one_process
with drawn_by_one_process():
    for folder in json.load(sys.stdin):
        print(json.dumps(runfolio.build(folder, output=folder + "/site").headline))
"""


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, Site]]:
    """The headline and the site of each case, built in a process that no warning leaves alone."""
    root = tmp_path_factory.mktemp("degenerate")
    folders = []
    for number, case in enumerate(CASES.values()):
        folder = root / str(number)
        for run in case.runs:
            put(folder / "trial" / run.name, run.files())
        put(folder, {"report.yaml": json.dumps(case.settings)})
        folders.append(str(folder))
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", BUILD, str(Path(__file__).parent)],
        input=json.dumps(folders),
        capture_output=True,
        text=True,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, "")
    headlines = [json.loads(line) for line in done.stdout.splitlines()]
    sites = [Site(Path(folder) / "site") for folder in folders]
    return dict(zip(CASES, zip(headlines, sites, strict=True), strict=True))


def seen(site: Site, *pages: str) -> str:
    """Return what a reader sees of pages (of all but the methods), with plain spaces."""
    chosen = pages or tuple(path for path in site.pages if path != "methods.html")
    return re.sub(r"[\s\u00a0]+", " ", " ".join(site.text_of(path) for path in chosen))


@pytest.mark.parametrize("name", CASES)
def test_the_headline_is_honest(built: dict[str, tuple[str, Site]], name: str) -> None:
    headline, site = built[name]
    assert headline.replace("\u00a0", " ") == CASES[name].headline
    assert headline == site.pages["index.html"].all("h1")[0].text


@pytest.mark.parametrize("name", CASES)
def test_what_can_be_said_is_said(built: dict[str, tuple[str, Site]], name: str) -> None:
    _, site = built[name]
    text = seen(site, "index.html", "data-scientist.html", "business-stakeholder.html")
    for sentence in CASES[name].says:
        assert sentence in text


@pytest.mark.parametrize("name", CASES)
def test_the_verdict_is_what_the_runs_can_carry(
    built: dict[str, tuple[str, Site]], name: str
) -> None:
    case, (_, site) = CASES[name], built[name]
    comparisons = site.report["comparisons"]
    assert (comparisons[0]["verdict"] if comparisons else "") == case.outcome
    for verdict, metrics in (("better", case.better), ("worse", case.worse)):
        found = {c["metric"] for c in comparisons if c["verdict"] == verdict}
        assert found == set(metrics)
    if not case.better:
        for path, page in site.pages.items():
            said = [
                e.text.strip() for e in page.elements if "verdict" in e.attributes.get("class", "")
            ]
            assert not {"Better", "Worse"} & set(said), path


@pytest.mark.parametrize("name", CASES)
def test_nothing_that_is_no_number_is_written_as_one(
    built: dict[str, tuple[str, Site]], name: str
) -> None:
    _, site = built[name]
    text = seen(site)
    assert not re.findall(r"\b(?:nan|inf|None(?! of)|undefined|null)\b", text)
    assert not re.findall(r"(?:NaN|∞) (?:%|ms|points|MB)", text)
    for path in site.pages:
        html = (site.folder / path).read_text("utf-8")
        assert not re.findall(r'=["\'][^"\']*\b(?:nan|inf)\b', html), path
    for path in site.files():
        if path.startswith("data/") and path.endswith(".js"):
            site.script_data(path)
    strict_json((site.folder / "report.json").read_text("utf-8"))
    assert site.broken_links() == []
