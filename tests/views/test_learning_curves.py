"""The sections on curves: what they draw, what they say, and when they say nothing."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from numpy.random import default_rng

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.views.blocks import Block, Chart, Details, Prose, Strong, Table
from runfolio.views.charts import chart_kinds
from runfolio.views.facts import run_facts
from runfolio.views.methods import method_blocks
from runfolio.views.sections.learning_curves import section
from runfolio.views.sections.run_curves import section as of_run
from runfolio.views.view import View

Logged = Mapping[str, float | Sequence[float]]

STEPS = np.linspace(0, 1, 60)


def view(sides: Mapping[str, Sequence[Logged]], baseline: str = "old", **objective: str) -> View:
    """Return what sections see of configurations with some runs each."""
    runs = [
        run(f"{name}-{seed}", metrics, params={"model": name, "seed": str(seed)})
        for name, logged in sides.items()
        for seed, metrics in enumerate(logged)
    ]
    chosen = {"metric": "val/acc", "goal": "maximize", **objective}
    settings: dict[str, Any] = {
        "objective": chosen,
        "metrics": {"val/acc": {"unit": "%", "label": "Accuracy"}},
    }
    if baseline:
        settings["baseline"] = {"params": {"model": baseline}}
    analysed = analyse(tables(*runs), Settings.model_validate(settings))
    return View(analysed, runs=run_facts(analysed))


def of_kind(blocks: Sequence[Block], kind: type) -> list[Any]:
    return [block for block in blocks if isinstance(block, kind)]


def text_of(block: Prose) -> str:
    return "".join(span if isinstance(span, str) else span.text for span in block.spans)


def cells(table: Table) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in table.rows]


NEW = [{"val/acc": [0.2, 0.6, 0.8]}, {"val/acc": [0.4, 0.6, 0.9]}, {"val/acc": [0.3, 0.5, 0.7]}]
OLD = [{"val/acc": [0.5, 0.6, 0.7]}, {"val/acc": [0.4, 0.4, 0.6]}]


def test_medians_and_bands_of_champion_and_baseline() -> None:
    (chart,) = of_kind(section.build(view({"new": NEW, "old": OLD})), Chart)
    # By hand: medians 30, 60, 80 % and 45, 50, 65 %.
    assert chart.title == (
        "Accuracy: the median of the champion is ahead from step 1 on and ends at "
        "80.0\u00a0% against 65.0\u00a0%"
    )
    assert chart.kind == "band"
    assert set(chart.data) == set(chart_kinds()["band"].columns)
    rows = list(zip(*chart.data.values(), strict=True))
    assert rows[1] == (1, 60, "champion", 50, 60, 3)
    assert rows[3] == (0, 45, "baseline", 40, 50, 2)
    assert "3 of the champion and 2 of the baseline" in chart.sentence
    assert "fewer than five runs, from the lowest to the highest" in chart.sentence
    assert cells(chart.table) == [
        ["new", "3", "30.0\u00a0%", "60.0\u00a0%", "80.0\u00a0%", "80.0\u00a0%", "2"],
        ["old", "2", "45.0\u00a0%", "50.0\u00a0%", "65.0\u00a0%", "65.0\u00a0%", "2"],
    ]
    assert [row.mark for row in chart.table.rows] == ["champion", "baseline"]
    json.dumps(chart.data, allow_nan=False)


def test_runs_that_end_earlier_are_counted_and_do_not_decide_the_end() -> None:
    new = [{"val/acc": [0.5, 0.6, 0.7]}, *[{"val/acc": [0.5, 0.9]}] * 2]
    (chart,) = of_kind(section.build(view({"new": new, "old": OLD})), Chart)
    assert "All 3 runs of the champion are there up to step 1, 1 at the end." in chart.sentence
    # At step 1 the medians are 90 % and (60 + 40) / 2 %.
    assert chart.title.endswith("at step 1 it is at 90.0\u00a0% against 50.0\u00a0%")
    assert cells(chart.table)[0][4] == "90.0\u00a0%"


def test_a_value_that_is_not_finite_is_a_gap() -> None:
    new = [{"val/acc": [0.5, float("nan"), 0.9]}]
    (chart,) = of_kind(section.build(view({"new": new, "old": OLD})), Chart)
    assert chart.data["f1"][:3] == [50, None, 90]
    json.dumps(chart.data, allow_nan=False)


def test_epochs_are_a_further_chart() -> None:
    def with_epochs(logged: Sequence[Logged]) -> list[Logged]:
        return [{**metrics, "epoch": [0, 0, 1]} for metrics in logged]

    blocks = section.build(view({"new": with_epochs(NEW), "old": with_epochs(OLD)}))
    (details,) = [block for block in of_kind(blocks, Details) if "same" in block.summary]
    assert details.summary == "The same over epochs"
    (chart,) = details.blocks
    assert isinstance(chart, Chart)
    assert (chart.titles["@x"], chart.data["f0"]) == ("Epoch", [0, 1, 0, 1])


def noisy(course: np.ndarray[Any, Any], seed: int) -> list[float]:
    values: list[float] = (course + 0.01 * default_rng(seed).standard_normal(60)).tolist()
    return values


def learning(acc: float, overfits: bool, seed: int) -> Logged:
    rise = 0.4 * np.maximum(STEPS - 0.5, 0) if overfits else 0
    return {
        "val/acc": acc + seed / 1000,
        "val/loss": noisy(np.exp(-9 * STEPS) + rise, seed),
        "train/loss": noisy(1 - 0.9 * STEPS, seed + 100),
    }


def test_without_a_curve_of_the_objective_the_loss_is_drawn_and_overfitting_is_told() -> None:
    new = [learning(0.9, overfits=seed < 2, seed=seed) for seed in range(3)]
    old = [learning(0.8, overfits=False, seed=seed) for seed in range(10, 13)]
    seen = view({"new": new, "old": old})
    blocks = section.build(seen)
    assert of_kind(blocks, Chart)[0].title.startswith("val/loss: ")
    told = [text_of(b) for b in of_kind(blocks, Prose) if isinstance(b.spans[0], Strong)]
    assert told[0].startswith("Overfitting: 2 of 3\u00a0runs of new: val/loss is best at step ")
    assert told[0].endswith("while train/loss still falls (medians of these runs).")
    assert not any("of old" in text and "Overfitting" in text for text in told)
    methods = [text_of(block) for block in of_kind(method_blocks(seen), Prose)]
    assert any(text.startswith("Overfitting: a held-out metric ends clearly") for text in methods)


def test_what_the_curves_of_others_say_is_folded_away() -> None:
    good = [learning(0.9, overfits=False, seed=seed) for seed in range(2)]
    old = [learning(0.8, overfits=False, seed=seed) for seed in range(2)]
    worse = [learning(0.7, overfits=True, seed=seed) for seed in range(20, 22)]
    blocks = section.build(view({"new": good, "old": old, "mid": worse}))
    (details,) = of_kind(blocks, Details)
    assert details.summary == "Other configurations"
    assert text_of(details.blocks[0]).startswith("Overfitting: 2 of 2\u00a0runs of mid: ")


def test_steps_are_drawn_as_they_were_logged() -> None:
    long = {"val/acc": [0.5, 0.6]}
    seen = view({"new": [long]}, "")
    steps = seen.analysed.tables.curves.steps
    steps += 12_345_678
    (chart,) = of_kind(section.build(seen), Chart)
    assert chart.data["f0"] == [12_345_678, 12_345_679]


def test_where_neither_side_has_a_curve_the_next_configurations_are_shown() -> None:
    flat = {"new": [{"val/acc": 0.99}] * 3, "old": [{"val/acc": 0.5}] * 3}
    blocks = section.build(view({**flat, "net": NEW, "deep": OLD}))
    (chart,) = of_kind(blocks, Chart)
    assert "Neither the champion nor the baseline has a curve" in text_of(blocks[0])  # type: ignore[arg-type]
    assert chart.kind == "bands"
    assert set(chart.data["f2"]) == {"net", "deep"}
    assert [row.mark for row in chart.table.rows] == ["", ""]


def test_where_one_side_has_no_curve_it_is_said() -> None:
    blocks = section.build(view({"new": NEW, "old": [{"val/acc": 0.5}] * 2}))
    (chart,) = of_kind(blocks, Chart)
    # A single value is no curve: at its step it would stand beside the champion's beginning.
    assert set(chart.data["f2"]) == {"champion"}
    assert chart.title == (
        "Accuracy: the median of the champion is best at step 2 with 80.0\u00a0%"
    )
    assert "The baseline has no such curve." in [text_of(b) for b in of_kind(blocks, Prose)]


@pytest.mark.parametrize("baseline", ["old", ""])
def test_nothing_is_said_where_no_series_has_more_than_one_step(baseline: str) -> None:
    flat = {"new": [{"val/acc": 0.9}] * 3, "old": [{"val/acc": 0.5}] * 3}
    seen = view(flat, baseline)
    assert section.build(seen) == ()
    methods = [text_of(block) for block in of_kind(method_blocks(seen), Prose)]
    assert not any("Overfitting" in text for text in methods)


def test_short_curves_are_said_not_to_be_judged() -> None:
    blocks = section.build(view({"new": NEW, "old": OLD}))
    assert "Curves of fewer than 8 points are not judged: Accuracy." in [
        text_of(block) for block in of_kind(blocks, Prose)
    ]


def page(seen: View, name: str) -> tuple[Block, ...]:
    (facts,) = [one for one in seen.runs.values() if one.name == name]
    return of_run.build(View(seen.analysed, runs=seen.runs, run=facts))


def test_a_runs_page_tells_what_its_curves_say() -> None:
    seen = view({"new": [learning(0.9, overfits=True, seed=0)]}, "")
    blocks = page(seen, "new-0")
    first = blocks[0]
    assert isinstance(first, Prose)
    assert text_of(first).startswith("Overfitting: val/loss is best at step ")
    charts = of_kind(blocks, Chart)
    assert all("The strong line is smoothed" in chart.sentence for chart in charts)


def test_short_curves_of_a_run_are_neither_smoothed_nor_judged() -> None:
    blocks = page(view({"new": NEW}, ""), "new-0")
    (chart,) = of_kind(blocks, Chart)
    assert "smoothed" not in chart.sentence
    note, how = of_kind(blocks, Prose)
    assert text_of(note) == "Curves of fewer than 8 points are not judged: Accuracy. Method."
    assert text_of(how) == "How curves are drawn."
