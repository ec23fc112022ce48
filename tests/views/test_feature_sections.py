"""What the pages say of features: findings, importances, owners, and nothing without data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.model.features import (
    DataColumn,
    FeatureField,
    FeatureList,
    FeatureView,
    Importances,
)
from runfolio.model.records import RunRecord
from runfolio.views.blocks import Block, Callout, Chart, Details, Prose, Table
from runfolio.views.charts import chart_kinds
from runfolio.views.facts import run_facts
from runfolio.views.methods import method_blocks
from runfolio.views.pages.features import page
from runfolio.views.sections.feature_changes import section as changes
from runfolio.views.sections.feature_importance import section as importance
from runfolio.views.sections.features import section as every
from runfolio.views.view import View


def listed(*names: str) -> FeatureList:
    return FeatureList("artifact", "features.txt", tuple(map(DataColumn, names)), len(names))


def view(
    new: FeatureList | None,
    old: FeatureList | None,
    values: tuple[dict[str, float], ...] = ({}, {}, {}),
    views: tuple[FeatureView, ...] = (),
    **data: object,
) -> View:
    """Return what sections see of a champion and a baseline of three runs each."""
    runs: list[RunRecord] = []
    for name, one in (("old", old), ("new", new)):
        for seed, own in enumerate(values):
            told = (Importances("permutation_importance", own),) if own and name == "new" else ()
            runs.append(
                run(
                    f"{name}-{seed}",
                    {"recall": (0.9 if name == "new" else 0.5) + seed / 100},
                    params={"model": name, "seed": str(seed)},
                    features=(one,) if one else (),
                    importances=told,
                    experiment=name,
                )
            )
    settings = {
        "objective": {"metric": "recall", "goal": "maximize"},
        "baseline": {"params": {"model": "old"}},
        "data": data,
    }
    made = replace(tables(*runs), feature_views=views)
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
    return [[cell.text for cell in row.cells] for row in table.rows]


SEEDS = (
    {"age": 0.5, "sex": 0.2, "bmi": 0.01},
    {"age": 0.4, "sex": 0.6, "bmi": -0.01},
    {"age": 0.6, "sex": 0.1, "bmi": 0.0},
)


def test_new_and_dropped_features_and_what_they_ask_for() -> None:
    own = view(listed("age", "bmi", "site"), listed("age", "sex"))
    assert page.title(own) == (
        "The champion sees 3\u00a0features, the baseline 2: two new, one of the baseline's dropped"
    )
    blocks = changes.build(own)
    told = text(blocks)
    assert "2\u00a0features must be at hand that the baseline does without" in told
    assert "1\u00a0feature that the baseline needs is needed no more" in told
    assert "the file features.txt, in three of three runs" in told
    (table,) = of_kind(blocks, Table)
    assert cells(table) == [
        ["New: 2", "bmi and site"],
        ["Dropped: 1", "sex"],
        ["Seen by both: 1", "age"],
    ]


def test_the_same_features_on_both_sides() -> None:
    own = view(listed("age", "sex"), listed("sex", "age"))
    assert page.title(own) == "Champion and baseline see the same 2\u00a0features"
    assert "must be at hand" not in text(changes.build(own))


def test_counts_alone_are_not_called_new_or_dropped() -> None:
    number = FeatureList("param", "n_features", (), 30)
    own = view(number, listed("age"))
    assert page.title(own) == "The champion sees 30\u00a0features, the baseline 1\u00a0feature"
    assert of_kind(changes.build(own), Table) == []


def test_a_short_form_for_pages_of_roles() -> None:
    own = replace(view(listed("age"), listed("age", "sex")), options={"brief": True})
    (block,) = changes.build(own)
    assert "one of the baseline's dropped" in text((block,))


def test_runs_of_one_configuration_with_other_features_are_a_warning() -> None:
    runs = [
        run(
            f"r{n}", {"recall": n / 10}, params={"m": "1", "seed": str(n)}, features=(listed(name),)
        )
        for n, name in enumerate(["age", "age", "sex"])
    ]
    settings = Settings.model_validate({"objective": {"metric": "recall"}})
    (callout,) = of_kind(changes.build(View(analyse(tables(*runs), settings))), Callout)
    assert callout.title == "Not all runs see the same"


def test_importance_says_whether_the_seeds_agree() -> None:
    own = view(listed("age", "sex", "bmi"), listed("age"), SEEDS)
    blocks = importance.build(own)
    (chart,) = of_kind(blocks, Chart)
    assert chart.title == (
        "The runs do not agree on what matters most: age on average, but age and sex each come "
        "first in some"
    )
    assert len(chart.data["f0"]) == 3 * (1 + 3)  # a mean and three runs for each feature
    assert chart.data.keys() == chart_kinds()["dots"].columns.keys()
    first = cells(chart.table)[0]
    assert first[:2] == ["age", "0.500"]
    assert first[3] == "2"
    assert "For two of three features the interval reaches zero" in text(blocks)
    agreeing = view(listed("age"), None, ({"age": 1.0, "sex": 0.1},) * 3)
    (chart,) = of_kind(importance.build(agreeing), Chart)
    assert chart.title == "age matters most in all three runs"


def test_every_feature_with_owner_meaning_and_experiments() -> None:
    own = view(
        listed("age", "bmi"),
        listed("age", "sex"),
        SEEDS,
        features={"owner": {"age": "registry"}, "description": {"b*": "Weight by height."}},
    )
    blocks = every.build(own)
    (table,) = of_kind(blocks, Table)
    assert [column.label for column in table.columns] == [
        *("Feature", "What it is", "Owner", "Champion", "Baseline", "Runs", "Experiments")
    ]
    assert cells(table) == [
        ["age", "", "registry", "yes", "yes", "6", "All 2"],
        ["sex", "", "", "–", "yes", "3", "old"],
        ["bmi", "Weight by height.", "", "yes", "–", "3", "new"],
    ]
    assert "2 of them have no owner" in text(blocks)


def test_views_of_the_feature_store() -> None:
    stats = FeatureView("stats", (FeatureField("age", "int64"),), "registry", "Of people.", ("id",))
    blocks = every.build(view(listed("age"), None, views=(stats,)))
    (details,) = of_kind(blocks, Details)
    assert cells(details.blocks[0]) == [["stats", "age", "id", "", "registry", "Of people."]]


def test_without_features_there_is_no_page_and_no_rule() -> None:
    own = view(None, None)
    for section in (changes, importance, every):
        assert section.build(own) == ()
        assert section.needs
    headings = [getattr(block, "text", "") for block in method_blocks(own)]
    assert "Features of a model" not in headings


def test_names_out_of_a_log_stay_text() -> None:
    evil = "<script>alert(1)</script>"
    (table,) = of_kind(changes.build(view(listed(evil), listed("age"))), Table)
    assert cells(table)[0] == ["New: 1", evil]
