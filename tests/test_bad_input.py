"""Damage costs what is damaged and nothing else; whatever a log says stays text."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

import runfolio
from builders import run, tables
from runfolio.analysis.analysed import analyse
from runfolio.config import Settings
from runfolio.views.pages import Book
from runfolio.views.roles import load_roles
from sites import Site
from stores import put, run_id, write_file_store, write_folder

GOOD = {run_id(1): [(0, 0.5), (1, 0.25)], run_id(2): [(0, 0.75)]}

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "quotes": "\"'><img src=x onerror=alert(1)>",
    "newlines": "one\ntwo\r\nthree",
    "controls": "nul\x00 bell\x07 escape\x1b[31m",
    "right to left": "\u202eevil\u202c \u05d0\u05d1",
    "separators": "a\u2028b\u2029c",
    "long": "x" * 10_000,
    "template": "{{ 7 * 7 }} {% raw %} ${7*7}",
    "inherited": "constructor",
    "proto": "__proto__",
    "surrogate": "lone \ud800 half",
    "entity": "&lt;b&gt;&amp;",
    "link": "javascript:alert(1)",
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def built(*sources: str) -> Site:
    runfolio.build(*sources, output="site")
    return Site(Path("site"))


DAMAGE: dict[str, tuple[str, str | bytes]] = {
    "a metric line that is no number": (f"mlruns/1/{run_id(1)}/metrics/acc", "0 high 0\n"),
    "a run without meta.yaml": (f"mlruns/1/{run_id(9)}/params/lr", "0.1"),
    "an empty metric file": (f"mlruns/1/{run_id(1)}/metrics/empty", ""),
    "bytes that are no UTF-8": (f"mlruns/1/{run_id(1)}/params/name", b"caf\xe9"),
    "a cell that is no number": ("plain/a/metrics.csv", "step,acc\n1,0.5\n2,oops\n"),
    "a line that is no JSON": ("plain/b/metrics.jsonl", '{"step": 1, "acc": 0.5}\n{"step": 2,\n'),
    "a run.yaml that is no YAML": ("plain/c/run.yaml", "name: [unclosed\n"),
    "a database that is none": ("mlflow.db", b"SQLite format 3\x00" + b"\xff" * 4096),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_one_damaged_file_is_a_problem_and_all_else_is_reported(here: Path, name: str) -> None:
    write_file_store(here / "mlruns", GOOD)
    write_folder(here / "plain" / "whole", {"acc": 0.9})
    path, content = DAMAGE[name]
    put(here, {path: content})
    if path.startswith("plain/c"):
        put(here, {"plain/c/metrics.json": '{"acc": 0.1}'})
    site = built(".")
    assert {*GOOD, "plain/whole"} <= set(site.runs)
    assert site.runs[run_id(1)]["metrics"]["loss"]["count"] == 2
    told = site.report["problems"]
    assert told, name
    top = path.split("/metrics/", maxsplit=1)[0].split("/params/")[0]
    assert any(p["place"].startswith(top) for p in told)
    shown = site.pages["problems.html"].text
    for problem in told:
        assert problem["slug"] in shown
        assert problem["hint"]
        assert problem["message"].endswith((".", ")"))


def test_all_damage_at_once(here: Path) -> None:
    write_file_store(here / "mlruns", GOOD)
    put(here, dict(DAMAGE.values()))
    site = built(".")
    assert GOOD.keys() <= site.runs.keys()
    assert len(site.report["problems"]) >= len(DAMAGE) - 1


def test_hostile_text_is_shown_as_text(here: Path) -> None:
    for i, (kind, text) in enumerate(HOSTILE.items()):
        about = {
            "name": text,
            "params": {"p": text, f"name {kind}": "1"},
            "tags": {"t": text},
            "notes": f"Note: {text}",
            "datasets": [{"name": text, "digest": "d"}],
        }
        write_folder(here / "logs" / f"run-{i}", {"acc": 0.5 + i / 100}, about)
    site = built("logs")
    assert len(site.runs) == len(HOSTILE)
    for path, page in site.pages.items():
        assert {e.tag for e in page.elements}.isdisjoint({"img", "iframe", "object", "embed"}), path
        scripts = page.all("script")
        assert all("src" in s.attributes or s.attributes.get("type") for s in scripts), path
        assert not [name for e in page.elements for name in e.attributes if name.startswith("on")]
        hrefs = page.values("href")
        assert not [h for h in hrefs if h.lower().startswith(("javascript:", "vbscript:"))], path
        assert not [e for e in page.elements if "style" in e.attributes], path
        raw = (site.folder / path).read_text("utf-8")
        assert not [c for c in raw if ord(c) < 32 and c not in "\n\t\r"], path
    by_name = {record["name"]: record for record in site.report["runs"]}
    script = by_name[HOSTILE["script"]]
    text = site.pages[script["page"]].text
    assert text.count("<script>alert(1)</script>") >= 4  # title, param, tag, note …
    assert by_name[HOSTILE["long"]]["params"]["p"] == HOSTILE["long"]
    assert HOSTILE["long"] in site.pages[by_name[HOSTILE["long"]]["page"]].text
    assert "nul␀ bell␇ escape␛[31m" in "".join(p.text for p in site.pages.values())
    data = site.script_data("data/runs.js")
    assert len(data["rows"]) == len(HOSTILE)


def test_names_that_differ_only_in_case_have_their_own_pages(here: Path) -> None:
    for name in ("Model", "model", "MODEL"):
        write_folder(here / "logs" / name, {"acc": 0.5}, {"name": name})
    pages = [r["page"].lower() for r in built("logs").report["runs"]]
    assert len(set(pages)) == 3


def test_odd_metric_names_are_kept_apart(here: Path) -> None:
    names = ["a/b", "a.b", "a b", "a#b?c%d", "A/B", "constructor", '"quoted"', "ünï/çødé"]
    write_folder(here / "logs" / "one", {name: i / 10 for i, name in enumerate(names)})
    site = built("logs")
    record = site.report["runs"][0]
    assert {n: m["last"] for n, m in record["metrics"].items()} == {
        name: i / 10 for i, name in enumerate(names)
    }
    text = site.pages[record["page"]].text
    assert all(name in text for name in names)


@pytest.mark.parametrize(
    "metrics",
    [
        {},
        {"acc": math.nan},
        {"loss": math.inf, "acc": -math.inf},
        {f"metric_{i}": i / 7 for i in range(300)},
        {"acc": 1.7e308, "loss": 5e-324},
    ],
    ids=["none", "nan", "infinite", "three hundred", "extreme"],
)
def test_unusual_runs_still_make_a_report(here: Path, metrics: dict[str, float]) -> None:
    write_folder(here / "logs" / "one", metrics, {"name": "one"})
    write_folder(here / "logs" / "two", metrics, {"name": "two"})
    site = built("logs")
    assert len(site.report["runs"]) == 2
    assert site.report["runs"][0]["metrics"].keys() == metrics.keys()
    assert site.pages["index.html"].all("h1")[0].text.strip() or metrics


def test_one_run_alone_makes_a_report(here: Path) -> None:
    write_folder(here / "logs", {"val/acc": 0.9})
    site = built("logs")
    assert len(site.report["runs"]) == 1
    assert "the only configuration" in site.text_of("index.html") or "reaches" in site.text_of(
        "index.html"
    )


def test_a_page_of_every_kind_can_be_made_of_runs_that_say_nothing() -> None:
    analysed = analyse(tables(run("a"), run("b", {"x": math.nan})), Settings())
    book = Book.of(analysed, load_roles(), title="t")
    pages = [*book.pages(), *book.run_pages()]
    assert len({page.path for page in pages}) == len(pages) == 10
    assert all(page.title for page in pages)


def test_json_is_json_whatever_is_logged(here: Path) -> None:
    put(here, {"logs/a/metrics.json": '{"acc": NaN, "loss": Infinity, "x": -Infinity, "y": 1e999}'})
    report = built("logs").report
    values = {name: m["last"] for name, m in report["runs"][0]["metrics"].items()}
    assert values == {"acc": "NaN", "loss": "Infinity", "x": "-Infinity", "y": "Infinity"}
    assert json.dumps(report, allow_nan=False)
