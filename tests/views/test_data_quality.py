"""The page about the data: the four dimensions in plain words, each rule, and what moved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import runfolio
from runfolio.views.quality_words import percent
from sites import Site
from stores import run_id, write_file_store


@pytest.fixture(scope="module")
def sample(sample_site: Site) -> Site:
    return sample_site


@pytest.mark.parametrize(
    "said",
    [
        # Accuracy: the age is 18 where 32 is true.
        ("Does the data describe the customer?", "18, in residents 32"),
        # Completeness: 80 % lack a last name.
        ("Is everything there?", "160 of 200 rows break it", "20.0\u00a0%"),
        # Consistency: active in one database, not in the other.
        ("Do all places say the same?", "yes, in appointments no"),
        # Timeliness: at day's end, not live.
        ("Is it there when it is needed?", "synchronised once a day, not live"),
    ],
)
def test_the_sample_shows_what_can_be_wrong_with_data(sample: Site, said: tuple[str, ...]) -> None:
    text = sample.text_of("data.html")
    for words in said:
        assert words in text


def test_the_sample_shows_what_became_better(sample: Site) -> None:
    text = sample.text_of("data.html")
    # 26, 26 and 25 of 629 cells were blank in v1, and 60 rows were there twice.
    assert "completeness rose from 95.9\u00a0% to 100\u00a0%" in text
    assert "consistency rose from 95.2\u00a0% to 100\u00a0%" in text


def test_the_short_form_shows_the_worst_of_each_dimension(sample: Site) -> None:
    text = sample.text_of("subject-matter-expert.html")
    for words in ("160 of 200", "in residents 32", "in appointments no", "not live"):
        assert words in text


def test_the_page_stands_in_the_navigation_and_links_to_its_method(sample: Site) -> None:
    assert "data.html" in sample.pages["index.html"].values("href")
    assert "methods.html#data-scores" in sample.pages["data.html"].values("href")
    assert "Quality of data" in sample.text_of("methods.html")


def test_the_report_holds_the_same(sample: Site) -> None:
    patients = next(one for one in sample.report["data_quality"] if one["name"] == "patients")
    broken = {rule["dimension"]: rule["broken"] for rule in patients["rules"] if rule["broken"]}
    assert broken == {"accuracy": 4, "completeness": 160, "consistency": 9, "timeliness": 200}
    assert patients["scores"]["completeness"] == 0.2


def built(
    folder: Path, data: str, files: dict[str, str], sources: Sequence[str] = ("mlruns",)
) -> Site:
    write_file_store(folder / "mlruns", {run_id(1): [(0, 0.5)]})
    for name, text in files.items():
        (folder / name).write_text(text)
    (folder / "report.yaml").write_text(f"sources: [{', '.join(sources)}]\n{data}")
    runfolio.build(folder, output=folder / "site")
    return Site(folder / "site")


def test_without_rules_there_is_no_page(tmp_path: Path) -> None:
    site = built(tmp_path, "", {})
    assert "data.html" not in site.pages
    assert "data_quality" not in site.report


def test_results_of_a_validation_tool_need_no_rules(tmp_path: Path) -> None:
    def day(number: int, unexpected: float) -> str:
        kwargs = {"column": "age"}
        config = {"type": "expect_column_values_to_not_be_null", "kwargs": kwargs, "meta": {}}
        found = {"element_count": 200, "unexpected_percent": unexpected}
        result = {"success": False, "expectation_config": config, "result": found}
        meta = {
            "great_expectations_version": "1.2.0",
            "validation_time": f"2026-03-0{number}T12:00:00+00:00",
            "active_batch_definition": {"data_asset_name": "patients"},
        }
        told = {"success": False, "results": [result], "suite_name": "intake", "meta": meta}
        return json.dumps({**told, "statistics": {"evaluated_expectations": 1}})

    files = {"one.json": day(1, 20.0), "two.json": day(2, 5.0)}
    site = built(tmp_path, "", files, sources=["mlruns", "one.json", "two.json"])
    text = site.text_of("data.html")
    assert "The one rule for the data is broken, in patients" in text
    assert "10 of 200 rows break it" in text  # on the second day, the newest
    assert "completeness rose from 80.0\u00a0% to 95.0\u00a0%" in text


def test_what_was_not_evaluated_is_told_and_is_no_pass(tmp_path: Path) -> None:
    rules = "[{set: a, filled: [b, c]}, {set: gone, filled: x}]"
    data = f"data:\n  sets: {{a: a.csv, gone: gone.csv}}\n  quality: {rules}\n"
    site = built(tmp_path, data, {"a.csv": "b\n1\n"})
    text = site.text_of("data.html")
    assert "there is no column 'c'" in text
    assert "gone could not be read: it does not exist" in text
    assert "Not evaluated" in text
    assert "which is no pass" in text
    assert "All 3 rules" not in text
    assert "No rule asks for it: nothing is known" in text  # of the other dimensions
    assert {p["slug"] for p in site.report["problems"]} >= {
        *("data-column-missing", "data-set-unreadable")
    }


def test_names_are_text(tmp_path: Path) -> None:
    evil = "<img src=x onerror=alert(1)>"
    data = (
        f"data:\n  sets: {{a: a.csv}}\n  quality: [{{set: a, filled: \"{evil}\", name: '{evil}'}}]"
    )
    site = built(tmp_path, data, {"a.csv": f"{evil}\n1\n"})
    assert evil in site.text_of("data.html")
    assert not list(site.pages["data.html"].all("img"))


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1.0, "100\u00a0%"),
        (0.999_999, "99.9\u00a0%"),
        (0.98, "98.0\u00a0%"),
        (0.0, "0\u00a0%"),
        (0.000_01, "<\u00a00.1\u00a0%"),
        (float("nan"), ""),
    ],
)
def test_shares_are_not_rounded_to_all_or_nothing(share: float, text: str) -> None:
    assert percent(share) == text
