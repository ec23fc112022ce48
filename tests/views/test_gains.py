"""Where gains come from, what single changes do and what they cost, as the pages tell it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.views.blocks import Block, Chart, Prose, Table
from runfolio.views.facts import run_facts
from runfolio.views.sections import effects, one_at_a_time, param_map, pareto
from runfolio.views.view import View


def study(seeds: int = 3) -> Analysed:
    """Return a grid of lr and batch size: only lr matters, and larger batches take longer."""
    runs = []
    for i, lr in enumerate(("0.001", "0.01", "0.1")):
        for k, batch in enumerate(("16", "32", "64")):
            for seed in range(seeds):
                wobble = 0.001 * ((i + 2 * k + 3 * seed) % 5)
                runs.append(
                    run(
                        f"lr{i}b{k}-{seed}",
                        {"accuracy": 0.7 + 0.1 * i + wobble, "latency_ms": 10.0 + 5 * k + wobble},
                        params={"lr": lr, "batch": batch, "seed": str(seed)},
                    )
                )
    settings = {
        "objective": {"metric": "accuracy"},
        "baseline": {"params": {"lr": "0.001", "batch": "16"}},
    }
    return analyse(tables(*runs), Settings.model_validate(settings))


def view(analysed: Analysed, **options: Any) -> View:
    return View(analysed, runs=run_facts(analysed), options=options)


def prose(blocks: tuple[Block, ...]) -> str:
    return " ".join(
        span if isinstance(span, str) else span.text
        for block in blocks
        if isinstance(block, Prose)
        for span in block.spans
    )


def charts(blocks: tuple[Block, ...]) -> Mapping[str, Chart]:
    return {block.kind: block for block in blocks if isinstance(block, Chart)}


def test_the_param_that_matters_is_the_finding() -> None:
    blocks = effects.build(view(study()))
    chart = charts(blocks)["shares"]
    assert chart.title.startswith("lr explains ")
    assert "chance alone would give up to" in chart.sentence
    assert chart.data["f3"] == ["beyond", "chance"]
    [table] = [block for block in blocks if isinstance(block, Table)]
    assert [row.cells[0].text for row in table.rows] == ["lr", "batch"]
    assert table.rows[0].cells[3].text == "+0.95"
    assert table.rows[0].cells[4].text == "0.1 (3 of 9)"
    assert table.rows[1].cells[4].text == "cannot be told"


def test_too_few_configurations_are_said() -> None:
    few = analyse(
        tables(*(run(f"r{i}", {"accuracy": 0.1 * i}, params={"lr": str(i)}) for i in range(4))),
        Settings.model_validate({}),
    )
    assert "at least six are needed" in prose(effects.build(view(few)))


def test_single_changes_have_a_verdict_and_the_number_of_runs() -> None:
    blocks = one_at_a_time.build(view(study()))
    [table] = [block for block in blocks if isinstance(block, Table)]
    first = table.rows[0].cells
    assert (first[0].text, first[1].text, first[2].text) == ("lr", "0.1", "0.001")
    assert first[3].verdict is not None
    assert first[3].verdict.text == "Worse"
    assert first[-1].text == "3 and 3"
    assert "lr at 0.001 instead of 0.1 makes accuracy worse by" in prose(blocks)


def test_the_map_shows_every_configuration_and_each_combination() -> None:
    found = charts(param_map.build(view(study())))
    data = found["parallel"].data
    rows = zip(data["f2"], data["f5"], strict=True)
    lines = [label for label, kind in rows if kind == "line"]
    assert len(set(lines)) == 9
    assert all(0 <= place <= 1 for place in found["parallel"].data["f1"])
    assert found["parallel"].title == "The three best configurations all have lr at 0.1"
    assert len(found["heat"].data["f0"]) == 9
    assert found["heat"].data["f5"].count("champion") == 1
    assert "lr 0.1" in found["heat"].title


def test_what_is_dominated_is_named_with_what_dominates_it() -> None:
    blocks = pareto.build(view(study()))
    chart = charts(blocks)["front"]
    kinds = chart.data["f4"]
    assert kinds.count("front") + kinds.count("dominated") == 9
    assert "dominated by" in prose(blocks)
    assert chart.table is not None
    assert len(chart.table.rows) == 9


def test_named_metrics_are_taken_and_unknown_ones_left() -> None:
    blocks = pareto.build(view(study(), metrics=["latency_ms", "nothing"]))
    assert charts(blocks)["front"].titles["@x"].startswith("latency_ms")


@pytest.mark.parametrize("section", [effects, one_at_a_time, param_map, pareto])
def test_nothing_is_shown_without_an_objective(section: Any) -> None:
    bare = analyse(tables(run("r", {"thing": 1.0})), Settings.model_validate({}))
    assert section.build(view(bare)) == ()
