"""What the pages say of versions of data, and of where a model comes from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.features import DataColumn
from runfolio.model.profile import ColumnProfile, DataProfile
from runfolio.model.records import DatasetUse, ModelRecord
from runfolio.views.blocks import Block, Callout, Details, Flow, Prose, Table
from runfolio.views.facts import run_facts
from runfolio.views.methods import method_blocks
from runfolio.views.sections.data_versions import section as versions
from runfolio.views.sections.lineage import section as lineage
from runfolio.views.view import View

HOUR = 3_600_000


def use(version: str, rows: int) -> DatasetUse:
    return DatasetUse("cases", f"digest-{version}", "training", rows, version, source="export.sql")


def view(
    champion: DatasetUse | None,
    baseline: DatasetUse | None,
    profiles: Sequence[DataProfile] = (),
    models: Sequence[ModelRecord] = (),
) -> View:
    runs = [
        run(
            name,
            {"recall": value},
            params={"model": name},
            started=hour * HOUR,
            datasets=(data,) if data else (),
        )
        for name, value, data, hour in (("old", 0.5, baseline, 30), ("new", 0.9, champion, 1))
    ]
    settings = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "baseline": {"params": {"model": "old"}},
        "champion": {"params": {"model": "new"}},
    }
    made = replace(tables(*runs, models=models), profiles=tuple(profiles))
    analysed = analyse(made, Settings.model_validate(settings))
    return View(analysed, runs=run_facts(analysed))


def of_kind(blocks: tuple[Block, ...], kind: type) -> list[Any]:
    return [block for block in blocks if isinstance(block, kind)]


def text(blocks: tuple[Block, ...]) -> str:
    return " ".join(
        span if isinstance(span, str) else span.text
        for block in of_kind(blocks, Prose)
        for span in block.spans
    )


def cells(table: Table) -> list[list[str]]:
    return [
        [cell.verdict.text if cell.verdict else cell.text for cell in r.cells] for r in table.rows
    ]


def profile(version: str, values: np.ndarray) -> DataProfile:
    still = np.arange(len(values), dtype=np.float64)
    columns = (
        ColumnProfile("age", "numbers", 0, numbers=values),
        ColumnProfile("nr", "numbers", 0, numbers=still / len(values)),
    )
    return DataProfile("cases", version, f"{version}.csv", len(values), 1, columns)


def test_a_newer_version_comes_with_its_consequence() -> None:
    for brief in (False, True):
        own = replace(view(use("v1", 629), use("v2", 569)), options={"brief": brief})
        blocks = versions.build(own)
        (callout,) = of_kind(blocks, Callout)
        assert callout.title == "The champion was trained on v1 of cases; v2 exists"
        (told,) = callout.spans
        assert "1\u00a0run used v2, first on 2\u00a0January\u00a01970." in told
        assert "say nothing of v2: train its configuration on v2" in told


def test_the_newest_version_is_said_to_be() -> None:
    blocks = versions.build(view(use("v2", 569), use("v2", 569)))
    assert of_kind(blocks, Callout) == []
    assert "cases (v2); no other version is known" in text(blocks)
    own = view(use("v2", 5), use("v1", 4), [profile(v, np.ones(9)) for v in ("v1", "v2")])
    assert "trained on v2, the newest version of cases." in text(versions.build(own))


def test_the_table_of_versions() -> None:
    (table, *_) = of_kind(versions.build(view(use("v1", 629), use("v2", 569))), Table)
    assert [column.label for column in table.columns] == [
        *("Version", "Rows", "Digest", "First used", "Runs", "Used by", "Made from")
    ]
    assert cells(table)[0] == [
        *("v2", "569", "digest-v2", "2\u00a0January\u00a01970", "1", "Baseline", "export.sql")
    ]
    assert cells(table)[1][5] == "Champion"


def test_rows_and_columns_that_changed_without_files() -> None:
    one = replace(use("v1", 600), columns=(DataColumn("age", "long"), DataColumn("sex")))
    two = replace(use("v2", 630), columns=(DataColumn("age", "double"), DataColumn("bmi")))
    told = text(versions.build(view(one, two)))
    assert "30\u00a0rows more than before: 600 → 630 (+5.0\u00a0%)" in told
    assert "added: bmi; removed: sex; of another type: age (long → double)" in told
    assert "Whether the values moved is not known" in told


def test_values_that_moved_where_files_are_given() -> None:
    rng = np.random.default_rng(4)
    before, now = profile("v1", rng.normal(size=2_000)), profile("v2", rng.normal(2, 1, size=2_000))
    blocks = versions.build(view(use("v2", 1), use("v1", 1), [before, now]))
    told = text(blocks)
    assert "The number of rows stays at 2,000. The columns and their types are the same." in told
    assert "The values of one of 2\u00a0columns moved: age." in told
    moved = of_kind(blocks, Table)[1]
    assert cells(moved)[0][:2] == ["age", "Moved"]
    (more,) = of_kind(blocks, Details)
    assert cells(more.blocks[0])[0][:2] == ["nr", "Stable"]


def test_a_short_form_for_pages_of_roles() -> None:
    own = view(use("v2", 5), use("v1", 4), [profile(v, np.ones(9)) for v in ("v1", "v2")])
    (block,) = versions.build(replace(own, options={"brief": True}))
    assert "the newest version" in text((block,))


def test_the_way_to_both_models_shares_what_they_share() -> None:
    model = ModelRecord("triage", "registered", "mlruns", "2", "new", aliases=("challenger",))
    blocks = lineage.build(view(use("v2", 569), use("v2", 569), models=(model,)))
    assert text(blocks).startswith(
        "Champion and baseline were trained on the same data, cases v2 made by export.sql: "
        "the champion in 1 run, registered as triage 2"
    )
    (flow,) = of_kind(blocks, Flow)
    assert [stage.label for stage in flow.stages] == [
        *("Source", "Data", "Features", "Training", "Model")
    ]
    assert [len(stage.nodes) for stage in flow.stages] == [1, 1, 1, 2, 2]
    assert flow.stages[1].nodes[0].marks == ("champion", "baseline")
    assert flow.stages[2].nodes[0].is_missing
    assert flow.stages[3].nodes[0].href == "runs/new-" + flow.stages[3].nodes[0].href[9:]
    (details,) = of_kind(blocks, Details)
    table = cells(details.blocks[0])
    assert table[1] == ["Data", "cases v2, 569 rows", "cases v2, 569 rows"]
    assert table[2] == [
        "Features",
        "(its features are not logged)",
        "(its features are not logged)",
    ]


def test_ways_that_share_nothing() -> None:
    blocks = lineage.build(view(use("v1", 1), None))
    told = text(blocks)
    assert "The champion was trained on cases v1 made by export.sql, in 1 run." in told
    assert "Which data the baseline was trained on is not logged" in told
    (flow,) = of_kind(blocks, Flow)
    assert [len(stage.nodes) for stage in flow.stages][:2] == [2, 2]


def test_without_data_there_is_nothing_and_no_rule() -> None:
    own = view(None, None)
    assert versions.build(own) == ()
    assert lineage.build(own) == ()
    headings = [getattr(block, "text", "") for block in method_blocks(own)]
    assert "Versions of data" not in headings
