"""The pages on models: what they say first, and what they say where nothing is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import run, tables
from runfolio.analysis.analysed import Analysed, analyse
from runfolio.config import Settings
from runfolio.model.recorded import RecordedGate, RecordedMetric, RecordedModel
from runfolio.model.records import DatasetUse, ModelRecord
from runfolio.model.tables import Tables
from runfolio.render.markdown_text import page_markdown
from runfolio.views.blocks import (
    Block,
    Definitions,
    Details,
    Items,
    KeyFigures,
    Markdown,
    Page,
    Prose,
    Row,
    Table,
)
from runfolio.views.book import Book
from runfolio.views.model_words import production_finding
from runfolio.views.roles import load_roles

OBJECTIVE = {"objective": {"metric": "recall", "goal": "maximize"}}
WHOLE: dict[str, Any] = {
    "commit": "0123456789" * 4,
    "command": "python train.py",
    "environment": {"python": "3.11.4", "numpy": "1.26.4"},
}


def two(*models: ModelRecord, new: float = 0.9, seeds: int = 3, **fields: Any) -> Tables:
    runs = [
        replace(
            run(
                f"{name}-{seed}",
                {"recall": base + seed / 100},
                params={"model": name, "seed": str(seed)},
            ),
            **{**WHOLE, **fields},
        )
        for name, base in (("old", 0.8), ("new", new))
        for seed in range(seeds)
    ]
    return tables(*runs, models=models)


def version(number: str, of: str, **fields: Any) -> ModelRecord:
    return ModelRecord("net", "registered", "mlruns", number, of, **fields)


def told(made: Tables, **settings: Any) -> Analysed:
    return analyse(made, Settings.model_validate({**OBJECTIVE, **settings}))


def pages(a: Analysed) -> dict[str, Page]:
    book = Book.of(a, load_roles(), title="Triage", seed_params=("seed",))
    return {page.path: page for page in book.pages()}


def section(page: Page, key: str) -> tuple[Block, ...]:
    return next(section.blocks for section in page.sections if section.key == key)


def keys(page: Page) -> list[str]:
    return [section.key for section in page.sections]


def words(blocks: tuple[Block, ...]) -> str:
    """Return all prose and definitions as one text."""
    parts = []
    for block in blocks:
        if isinstance(block, Prose):
            parts += [span if isinstance(span, str) else span.text for span in block.spans]
        elif isinstance(block, Definitions):
            parts += [f"{item.term}: {item.value}" for item in block.items]
        elif isinstance(block, Items):
            parts += [
                span if isinstance(span, str) else span.text for i in block.items for span in i
            ]
        elif isinstance(block, Details):
            parts += [block.summary, words(block.blocks)]
    return " ".join(parts)


def rows(blocks: tuple[Block, ...], caption: str = "") -> list[list[str]]:
    found = [b for b in blocks if isinstance(b, Table) and b.caption.startswith(caption)]
    return [_texts(row) for row in found[0].rows]


def _texts(row: Row) -> list[str]:
    return [cell.verdict.text if cell.verdict else cell.text for cell in row.cells]


@pytest.mark.parametrize(
    ("models", "new", "seeds", "finding"),
    [
        ((), 0.9, 3, "No model is registered yet"),
        (
            (version("1", "old-0"),),
            *(0.9, 3, "1\u00a0model is registered, and no version is marked as in production"),
        ),
        (
            (version("1", "old-0", stage="Production"), version("2", "new-0")),
            *(0.9, 3, "Version 1 of net is in production, and the champion is better by recall"),
        ),
        (
            (version("1", "new-0", aliases=("prod",)),),
            *(0.9, 3, "Version 1 of net is in production, and it is the champion"),
        ),
        (
            (version("1", "gone", aliases=("prod",)),),
            *(0.9, 3, "Version 1 of net is in production, and its runs are not compared here"),
        ),
        (
            (version("1", "old-0", aliases=("prod",)),),
            0.805,
            2,
            "Version 1 of net is in production, and the champion cannot be told apart from it by "
            "recall",
        ),
        (
            (version("1", "old-0", aliases=("prod",)),),
            0.9,
            1,
            "Version 1 of net is in production, and there are too few runs to tell whether the "
            "champion is better by recall",
        ),
    ],
)
def test_the_finding_says_what_is_in_production(
    models: tuple[ModelRecord, ...], new: float, seeds: int, finding: str
) -> None:
    a = told(two(*models, new=new, seeds=seeds), baseline={"params": {"model": "nobody"}})
    assert production_finding(a) == finding
    assert pages(a)["models.html"].title == finding


def test_the_registry_lists_versions_the_newest_first_with_marks() -> None:
    made = two(
        version("1", "old-1", aliases=("production",), created=1_760_000_000_000),
        version("2", "new-1", description="Sees more."),
        version("10", "elsewhere"),
    )
    page = pages(told(made, baseline={"params": {"model": "old"}}))["models.html"]
    assert keys(page) == ["production", "registry", "reproduction"]
    found = rows(section(page, "registry"), "Versions of net")
    assert [row[0] for row in found] == ["10", "2", "1"]
    assert found[0][3] == "a run that was not read"
    assert found[2][:4] == ["1", "production", "9 October 2025", "old-1"]
    [table] = [b for b in section(page, "registry") if isinstance(b, Table)]
    assert [row.mark for row in table.rows] == ["", "champion", "baseline"]
    assert "91.0" in found[1][4] or "0.91" in found[1][4]


def test_against_what_is_in_production_the_table_is_the_scorecards() -> None:
    made = two(version("1", "old-1", aliases=("production",)))
    a = told(made, baseline={"params": {"model": "old"}})
    [row] = rows(section(pages(a)["models.html"], "production"))
    assert row[:2] == ["recall", "Better"]
    assert row[2:4] == ["0.91", "0.81"] or row[2:4] == ["0.9100", "0.8100"]


def test_how_to_make_it_again_with_what_is_missing() -> None:
    made = two(datasets=(DatasetUse("cases", "abc123", "training", 569),), command="")
    blocks = section(pages(told(made))["models.html"], "reproduction")
    text = words(blocks)
    assert "this was not logged: the command and the model itself." in text
    assert "Code: " + WHOLE["commit"] in text
    assert "Data (training): cases, digest abc123, 569 rows" in text
    assert "Python: 3.11.4" in text
    assert "with the seeds 0, 1 and 2" in text
    assert [row[0] for row in rows(blocks, "What was not logged")] == [
        "The command",
        "The model itself",
    ]
    [code] = [block for block in blocks if isinstance(block, Markdown)]
    assert code.source.startswith("```sh\ngit checkout 0123456789")


@pytest.mark.parametrize(
    ("fields", "logged"),
    [
        # Needed are commit, params, data, environment, command, seeds and the model.
        ({}, "5 of 7 logged"),
        ({"datasets": (DatasetUse("cases", "abc123"),)}, "6 of 7 logged"),
        ({"commit": None, "command": "", "environment": {}, "params": {}}, "0 of 7 logged"),
    ],
)
def test_who_deploys_it_reads_how_much_was_logged(fields: dict[str, Any], logged: str) -> None:
    page = pages(told(two(**fields)))["ml-engineer.html"]
    figures = [
        figure
        for section in page.sections
        for block in section.blocks
        if isinstance(block, KeyFigures)
        for figure in block.figures
    ]
    assert [f.value for f in figures if f.label == "Needed to make it again"] == [logged]


def test_the_card_has_its_usual_headings_and_says_what_is_not_stated() -> None:
    a = told(two(), requirements=[{"name": "Enough", "metric": "recall", "at_least": 0.5}])
    card = pages(a)["model-card.html"]
    assert [part.title for part in card.sections] == [
        *("Model details", "Intended use", "Data", "Metrics", "Requirements", "Limits"),
        "How to make the champion again",
    ]
    assert "Meant for:  not stated (model: in report.yaml)." in words(section(card, "card-use"))
    assert "Licence: Not stated" in words(section(card, "card-details"))
    assert "Not logged: on which data" in words(section(card, "card-data"))
    limits = words(section(card, "card-limits"))
    assert "It was not compared with a baseline." in limits
    assert "From the team:  not stated" in limits
    [metric] = rows(section(card, "card-metrics"), "Metrics of the champion")
    assert metric[3] == "3"
    assert " to " in metric[2]
    assert rows(section(card, "card-requirements"))[0][0] == "Enough"


def test_the_card_says_what_is_stated() -> None:
    stated = {
        "name": "triage",
        "purpose": "Orders the list.",
        "out_of_scope": "Ruling out cancer.",
        "limits": ["Small sample.", "One hospital."],
        "ethics": "A miss is worse than a false alarm.",
        "owner": "Triage team",
        "license": "MIT",
    }
    card = pages(told(two(), model=stated))["model-card.html"]
    assert card.title == "Model card: triage"
    text = page_markdown(card)
    for part in ("Orders the list.", "Ruling out cancer.", "Small sample.", "One hospital."):
        assert part in text
    for part in ("A miss is worse", "Triage team", "MIT"):
        assert part in text
    assert "Not stated" not in text.partition("## Data")[0].replace("Used by", "")


def test_without_a_champion_there_is_no_card_but_the_registry() -> None:
    made = two(version("1", "old-1", stage="Production"))
    a = analyse(made, Settings.model_validate({"champion": "nobody"}))
    found = pages(a)
    assert "model-card.html" not in found
    assert keys(found["models.html"]) == ["production", "registry"]
    assert "and there is no champion yet" in found["models.html"].title


def test_runs_without_metrics_have_no_page_on_models() -> None:
    a = analyse(tables(run("only", params={"lr": "1"})), Settings())
    assert not {"models.html", "model-card.html"} & pages(a).keys()


def test_what_is_on_record_is_shown_as_it_was_judged_then() -> None:
    made = two()
    a = told(made)
    assert a.models.reproduction is not None
    gates = (RecordedGate("Enough", "met, not certain"), RecordedGate("Quick", "missed"))
    records = (
        RecordedModel("net", 1, "models/net/v1.yaml", configuration="old", as_of="2025-01-31"),
        RecordedModel(
            *("net", 2, "models/net/v2.yaml", a.models.reproduction.fingerprint),
            as_of="2026-02-28T10:00:00Z",
            configuration="new",
            runs=("new-1",),
            metrics=(RecordedMetric("recall", 0.5, 0.4, 0.6, 3),),
            gates=gates,
            forced=True,
            note="Went live.",
        ),
        RecordedModel("net", 3, "models/net/v3.yaml", as_of="someday", is_newer=True),
    )
    a = told(replace(made, recorded=records))
    blocks = section(pages(a)["models.html"], "model-records")
    assert "The champion is on record as version 2 of net (models/net/v2.yaml)." in words(blocks)
    found = rows(blocks, "Versions of net on record")
    assert [row[0] for row in found] == ["3", "2", "1"]
    assert found[0][1] == "someday"
    assert found[0][-1] == "Written by a newer version"
    assert found[1][1:4] == ["28 February 2026", "new", "not logged"]
    assert found[1][-1] == "1 of 2 not met, forced"
    assert found[2][-1] == "None stated"
    waived = RecordedGate("Quick", "not evaluated", "2026-12-31")
    only = replace(records[1], gates=(gates[0], waived), forced=False)
    again = pages(told(replace(made, recorded=(only,))))["models.html"]
    assert rows(section(again, "model-records"))[0][-1] == "1 of 2 met, 1 waived"
    assert "Went live." in words(blocks)
    [table] = [block for block in blocks if isinstance(block, Table)]
    assert [row.mark for row in table.rows] == ["", "champion", ""]


def test_hostile_names_stay_on_one_line_of_the_finding() -> None:
    name = "x\ny" * 200
    made = two(ModelRecord(name, "registered", "m", "1", "old-1", stage="Production"))
    finding = production_finding(told(made))
    assert "\n" not in finding
    assert len(finding) < 300
