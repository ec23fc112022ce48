"""A project whose logs tell of data and features, from its files to the pages and report.json."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from feast_registry import REGISTRY
from runfolio.pipeline import Request, build
from runfolio.schema import report_schema
from sites import Site
from stores import put

V1 = "age,sex\n" + "".join(f"{20 + n % 60},{'fm'[n % 2]}\n" for n in range(400))
V2 = "age,sex\n" + "".join(f"{50 + n % 40},{'fm'[n % 2]}\n" for n in range(500))
DATA: dict[str, Any] = {
    "sets": {"cases": {"versions": {"v1": "data/v1.csv", "v2": "data/v2.csv"}}},
    "features": {
        "owner": {"driver_*": "fleet", "age": "registry"},
        "feast": "data/registry.db",
    },
}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def project(folder: Path, data: dict[str, Any] | None = None) -> Path:
    """Write a baseline on v2 and a champion on v1, three runs each, with what they see."""
    files: dict[str, str | bytes] = {
        "data/v1.csv": V1,
        "data/v2.csv": V2,
        "data/registry.db": REGISTRY,
        "report.yaml": json.dumps(
            {
                "sources": ["runs"],
                "objective": {"metric": "recall"},
                "baseline": {"params": {"model": "old"}},
                "champion": {"params": {"model": "new"}},
                "data": DATA if data is None else data,
            }
        ),
    }
    for name, recall, text, features in (
        ("old", 0.8, V2, "age\n"),
        ("new", 0.9, V1, "age\ndriver_stats:rating\n"),
    ):
        for seed in range(3):
            home = f"runs/{name}-{seed}"
            about = {
                "seed": seed,
                "started": f"2026-0{2 if name == 'old' else 1}-01T0{seed}:00:00Z",
                "params": {"model": name},
                "datasets": [{"name": "cases", "digest": digest(text), "context": "training"}],
            }
            weights = {"age": 0.5 + seed / 10, "driver_stats:rating": 0.1}
            files[f"{home}/run.yaml"] = json.dumps(about)
            files[f"{home}/metrics.json"] = json.dumps({"recall": recall + seed / 100})
            files[f"{home}/features.txt"] = features
            if name == "new":
                files[f"{home}/feature_importance.json"] = json.dumps(weights)
    return put(folder, files)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    folder = project(tmp_path_factory.mktemp("project"))
    output = folder.parent / f"{folder.name}-site"
    build(Request((str(folder),), output))
    return Site(output)


def test_the_champion_is_said_to_know_only_old_data(site: Site) -> None:
    text = site.text_of("data.html")
    assert "The champion was trained on v1 of cases; v2 exists" in text
    assert "say nothing of v2: train its configuration on v2" in text
    assert "100\u00a0rows more than before: 400 → 500" in text
    assert "The values of one of 2\u00a0columns moved: age." in text


def test_the_features_with_owners_from_configuration_and_store(site: Site) -> None:
    text = site.text_of("features.html")
    assert "The champion sees 2\u00a0features, the baseline 1: one new, none dropped" in text
    for told in ("driver_stats:rating", "mean rating", "fleet", "registry"):
        assert told in text
    assert "age matters most in all three runs" in text


def test_the_drawing_shows_every_stage(site: Site) -> None:
    page = site.pages["data.html"]
    stages = [e.text for e in page.elements if e.attributes.get("class") == "flow-stage"]
    assert stages == ["Source", "Data", "Features", "Training", "Model"]
    assert "cases v1" in page.text
    assert "cases v2" in page.text
    assert not page.values("style")


def test_report_json_has_the_same(site: Site) -> None:
    report = site.report
    jsonschema.validate(report, report_schema())
    assert report["features"]["added"] == ["driver_stats:rating"]
    [kind] = report["features"]["importances"]
    assert [one["name"] for one in kind["features"]] == ["age", "driver_stats:rating"]
    [data] = report["data"]
    assert (data["champion"], data["baseline"], data["newer"]) == (["v1"], ["v2"], ["v2"])
    assert [version["digest"] for version in data["versions"]] == [digest(V1), digest(V2)]
    columns = {column["name"]: column for column in data["changes"][0]["columns"]}
    assert (columns["age"]["verdict"], columns["sex"]["verdict"]) == ("moved", "stable")
    assert [lane["side"] for lane in report["lineage"]] == ["champion", "baseline"]


def test_no_link_is_broken_and_every_figure_leads_to_its_rule(site: Site) -> None:
    assert site.broken_links() == []
    for page, rule in (("data.html", "data-versions"), ("features.html", "importance")):
        assert f"methods.html#{rule}" in site.pages[page].values("href")


@pytest.mark.parametrize(
    ("data", "slug"),
    [
        ({"features": {"feast": "../registry.db"}}, "feature-store-outside"),
        ({"features": {"feast": "gone.db"}}, "feature-store-missing"),
        ({"features": {"owner": {"agee": "x"}}}, "feature-unknown"),
        (
            {"sets": {"cases": {"versions": {"v1": "data/v1.csv", "v2": "../v2.csv"}}}},
            "data-version-unreadable",
        ),
        (
            {"sets": {"cases": {"versions": {"v1": "data/v1.csv", "v2": "data/gone.csv"}}}},
            "data-version-unreadable",
        ),
    ],
)
def test_what_is_wrong_is_a_problem_and_no_crash(
    tmp_path: Path, data: dict[str, Any], slug: str
) -> None:
    folder = project(tmp_path / "project", data)
    result = build(Request((str(folder),), tmp_path / "site"))
    assert slug in [problem.slug for problem in result.problems]
    assert result.runs == 6
