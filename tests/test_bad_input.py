"""Broken files are problems with a place, and everything else is reported."""

from __future__ import annotations

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import runfolio
from runfolio.errors import StrictError
from sites import Site
from stores import put, run_id, write_database, write_file_store, write_folder

GOOD_META = "artifact_uri: x\nexperiment_id: '1'\nlifecycle_stage: active\nstatus: 3\n"

# What is wrong: files by path, the place that must be named, the kind of problem.
DAMAGE: list[tuple[dict[str, str | bytes], str, str]] = [
    ({"plain/json-broken/metrics.json": '{"loss": '}, "metrics.json", "file-unreadable"),
    (
        {"plain/conflict/metrics.json": '<<<<<<< HEAD\n{"a": 1}\n=======\n{"a": 2}\n>>>>>>> b\n'},
        "metrics.json",
        "file-unreadable",
    ),
    ({"plain/json-number/metrics.json": "3"}, "metrics.json", "file-unreadable"),
    ({"plain/json-deep/metrics.json": "[" * 100_000}, "metrics.json", "file-unreadable"),
    (
        {"plain/cell/metrics.csv": "step,loss\n0,0.5\n1,oops\n2,0.25\n"},
        "metrics.csv:3",
        "metric-not-a-number",
    ),
    ({"plain/ragged/metrics.csv": "step,loss\n0,0.5,9\n"}, "metrics.csv:2", "row-too-long"),
    ({"plain/twice/metrics.csv": "step,a,a\n0,1,2\n"}, "metrics.csv:1", "column-repeated"),
    ({"plain/empty/metrics.csv": ""}, "metrics.csv", "metric-empty"),
    ({"plain/no-step/metrics.csv": "step,loss\nx,1\n1,2\n"}, ":2", "step-not-a-number"),
    ({"plain/latin/metrics.csv": b"step,caf\xe9\n0,1\n"}, "metrics.csv", "not-utf8"),
    (
        {"plain/line/metrics.jsonl": '{"loss": 1}\n{"loss"\n{"loss": 2}\n'},
        "metrics.jsonl:2",
        "json-line-unreadable",
    ),
    ({"plain/cut/metrics.jsonl": '{"loss": 1}\n{"lo'}, "metrics.jsonl:2", "json-line-cut"),
    ({"plain/yaml-broken/run.yaml": "name: [\n"}, "run.yaml", "file-unreadable"),
    ({"plain/yaml-loop/run.yaml": "tags: &a {b: *a}\n"}, "run.yaml", "file-unreadable"),
    ({"plain/key/run.yaml": "naem: x\n"}, "run.yaml", "run-key-unknown"),
    ({"plain/status/run.yaml": "status: sleeping\n"}, "run.yaml", "run-value-unusable"),
    ({"plain/time/run.yaml": "started: yesterday\n"}, "run.yaml", "run-value-unusable"),
    (
        {"plain/params/params.json": "{", "plain/params/metrics.json": '{"loss": 1}'},
        "params.json",
        "file-unreadable",
    ),
    (
        {f"mlruns/1/{run_id(20)}/metrics/loss": "0 0.5 0\n1 oops 1\n"},
        f"{run_id(20)}/metrics/loss:2",
        "metric-not-a-number",
    ),
    ({f"mlruns/1/{run_id(21)}/metrics/loss": ""}, "metrics/loss", "metric-empty"),
    (
        {f"mlruns/1/{run_id(22)}/metrics/loss": "0 0.5 0\n1 0."},
        "metrics/loss:2",
        "metric-line-cut",
    ),
    ({f"mlruns/1/{run_id(23)}/params/text": b"\xff\xfe"}, "params/text", "not-utf8"),
    (
        {f"mlruns/1/{run_id(24)}/meta.yaml": GOOD_META + f"run_id: {run_id(25)}\n"},
        "meta.yaml",
        "mlflow-run-misplaced",
    ),
    ({f"mlruns/1/{run_id(26)}/meta.yaml": "a: [\n"}, "meta.yaml", "mlflow-meta-unreadable"),
    ({f"mlruns/1/{run_id(27)}/meta.yaml": ""}, "meta.yaml", "mlflow-meta-unreadable"),
    (
        {"mlruns/2/meta.yaml": "experiment_id: '9'\nlifecycle_stage: active\nname: x\n"},
        "2/meta.yaml",
        "mlflow-experiment-misplaced",
    ),
]
GOOD = {"good-csv", "good-jsonl", "good-json", "run-1", "run-2", "run-3"}


def fill_good(logs: Path) -> None:
    put(
        logs,
        {
            "plain/good-csv/metrics.csv": "step,loss\n0,0.5\n1,0.25\n",
            "plain/good-jsonl/metrics.jsonl": '{"step":0,"loss":0.5}\n{"step":1,"loss":0.25}\n',
            "plain/good-json/metrics.json": '{"loss": 0.25}',
        },
    )
    write_file_store(logs / "mlruns", {run_id(n): [(0, 0.5), (1, 0.25)] for n in (1, 2)})
    write_database(logs / "good.db", {run_id(3): [(0, 0.5), (1, 0.25)]})


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The report of a folder with six sound runs and one of every damage."""
    folder = tmp_path_factory.mktemp("damaged")
    logs = folder / "logs"
    fill_good(logs)
    for files, _, _ in DAMAGE:
        for path in files:
            if path.startswith("mlruns/1/") and not path.endswith("meta.yaml"):
                run = path.split("/")[2]
                put(logs, {f"mlruns/1/{run}/meta.yaml": GOOD_META + f"run_id: {run}\n"})
        put(logs, files)
    broken = write_database(
        logs / "mlflow-cut.db", {run_id(n): [(0, 0.5)] * 50 for n in range(30, 90)}
    )
    with broken.open("r+b") as file:
        file.truncate(broken.stat().st_size // 2)
    put(
        logs,
        {"mlflow-noise.db": b"SQLite format 3\0" + bytes(range(256)) * 40, "note.txt": "hello"},
    )
    put(folder, {"secret/metrics.json": '{"leaked": 1}'})
    (logs / "plain" / "escape").symlink_to(folder / "secret")
    runfolio.build(logs, output=folder / "site")
    return Site(folder / "site")


class TestDamage:
    def test_everything_sound_is_reported(self, damaged: Site) -> None:
        runs = {run["name"]: run for run in damaged.report["runs"]}
        assert runs.keys() >= GOOD
        for name in GOOD:
            assert runs[name]["metrics"]["loss"]["last"] == 0.25, name

    @pytest.mark.parametrize(("files", "place", "slug"), DAMAGE)
    def test_it_is_told_with_its_place(
        self, damaged: Site, files: dict[str, str | bytes], place: str, slug: str
    ) -> None:
        folder = os.path.dirname(next(iter(files)))
        folder = folder.partition("/metrics")[0].partition("/params/")[0]
        found = [
            problem
            for problem in damaged.report["problems"]
            if problem["slug"] == slug and f"{folder}/" in problem["place"] + "/"
        ]
        assert found, [p for p in damaged.report["problems"] if folder in p["place"]]
        for problem in found:
            assert problem["place"].endswith(place)
            assert problem["message"].strip().endswith((".", "…"))
            assert problem["hint"].strip().endswith((".", "?"))
        text = damaged.pages["problems.html"].text
        assert found[0]["place"] in text
        assert found[0]["message"] in text
        assert found[0]["hint"] in text
        assert slug in text

    def test_no_other_place_is_blamed(self, damaged: Site) -> None:
        blamed = [p["place"] for p in damaged.report["problems"]]
        assert not [place for place in blamed if "good" in place]
        assert not [place for place in blamed if place.startswith("/")]

    @pytest.mark.parametrize("database", ["mlflow-cut.db", "mlflow-noise.db"])
    def test_a_damaged_database_is_told(self, damaged: Site, database: str) -> None:
        told = [p for p in damaged.report["problems"] if database in p["place"]]
        assert [p["severity"] for p in told][:1] == ["error"]

    def test_what_can_be_read_beside_the_damage_is_read(self, damaged: Site) -> None:
        runs = {run["name"]: run for run in damaged.report["runs"]}
        assert runs["cell"]["metrics"]["loss"]["count"] == 2
        assert runs["ragged"]["metrics"]["loss"]["last"] == 0.5
        assert runs["line"]["metrics"]["loss"]["last"] == 2
        assert runs["params"]["metrics"]["loss"]["last"] == 1
        by_id = damaged.runs
        assert by_id[run_id(20)]["metrics"]["loss"]["count"] == 1
        assert run_id(26) not in by_id or by_id[run_id(26)]["status"] == "unknown"

    def test_nothing_outside_the_input_is_read(self, damaged: Site) -> None:
        assert [path for path, data in damaged.files().items() if b"leaked" in data] == []

    def test_the_pages_are_whole(self, damaged: Site) -> None:
        assert damaged.broken_links() == []

    def test_a_defect_of_a_reader_does_not_lose_the_others(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill_good(tmp_path / "logs")

        def fail(*_: object) -> None:
            raise ZeroDivisionError("a defect")

        monkeypatch.setattr("runfolio.sources.mlflow.files.read_run", fail)
        runfolio.build(tmp_path / "logs", output=tmp_path / "site")
        report = Site(tmp_path / "site").report
        assert {run["name"] for run in report["runs"]} == GOOD - {"run-1", "run-2"}
        assert [p["slug"] for p in report["problems"]] == ["source-failed"] * 2
        assert "ZeroDivisionError" in report["problems"][0]["message"]

    def test_strict_names_the_problems(self, tmp_path: Path) -> None:
        put(tmp_path, {"logs/one/metrics.json": "{"})
        with pytest.raises(StrictError, match=r"one/metrics\.json.*\[file-unreadable\]"):
            runfolio.build(tmp_path / "logs", output=tmp_path / "site", strict=True)
        assert not (tmp_path / "site").exists()


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are Unicode")
def test_a_folder_whose_name_is_no_utf8(tmp_path: Path) -> None:
    write_folder(tmp_path / "logs" / os.fsdecode(b"odd-\xff-name"), {"loss": 0.5})
    runfolio.build(tmp_path / "logs", output=tmp_path / "site")
    (run,) = Site(tmp_path / "site").runs.values()
    assert run["name"] == "odd-\ufffd-name"


class TestOddSizes:
    """Little, much, and nothing at all."""

    @pytest.fixture
    def logs(self, tmp_path: Path) -> Path:
        return tmp_path / "logs"

    def site(self, logs: Path) -> Site:
        output = logs.parent / "site"
        runfolio.build(logs, output=output)
        site = Site(output)
        assert site.broken_links() == []
        assert site.report["problems"] == []
        return site

    def test_runs_without_any_metric(self, logs: Path) -> None:
        for name in ("a", "b"):
            put(logs / name, {"run.yaml": f"name: {name}\nparams: {{depth: 3}}\n"})
        site = self.site(logs)
        assert "no metric was logged" in site.pages["index.html"].text
        assert [run["metrics"] for run in site.report["runs"]] == [{}, {}]

    def test_one_single_run(self, logs: Path) -> None:
        write_folder(logs / "only", {"accuracy": 0.5})
        site = self.site(logs)
        (run,) = site.runs.values()
        assert "0.5" in site.pages[run["page"]].text
        assert site.report["champion"] == run["id"]

    @pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
    def test_nothing_but_values_that_are_no_numbers(self, logs: Path, value: float) -> None:
        write_folder(logs / "a", {"loss": value})
        write_folder(logs / "b", {"loss": value})
        site = self.site(logs)
        assert site.report["champion"] is None
        metric = site.report["runs"][0]["metrics"]["loss"]
        words = {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}
        assert metric["last"] == words[str(value)]
        assert (metric["min"], metric["nonfinite"]) == ("NaN", 1)
        shown = {"nan": "NaN", "inf": "∞", "-inf": "−∞"}[str(value)]
        assert shown in site.pages[site.report["runs"][0]["page"]].text

    def test_three_hundred_metrics(self, logs: Path) -> None:
        for name, more in (("a", 0), ("b", 1)):
            metrics = {f"group{n % 7}/metric_{n}": more + n / 8 for n in range(300)}
            rows = [{"step": step, **metrics} for step in range(5)]
            put(logs / name, {"metrics.jsonl": "".join(json.dumps(row) + "\n" for row in rows)})
        site = self.site(logs)
        run: dict[str, Any] = site.report["runs"][0]
        assert len(run["metrics"]) == 300
        assert "metric_299" in site.pages[run["page"]].text
        assert (site.folder / run["page"]).stat().st_size < 1_000_000

    def test_metrics_and_params_that_differ_only_in_case(self, logs: Path) -> None:
        for name, value in (("a", 0.25), ("b", 0.75)):
            params = {"LR": "1", "lr": "2"}
            write_folder(logs / name, {"Loss": value, "loss": 1 - value}, {"params": params})
        site = self.site(logs)
        run = site.report["runs"][0]
        assert (run["metrics"]["Loss"]["last"], run["metrics"]["loss"]["last"]) == (0.25, 0.75)
        assert run["params"] == {"LR": "1", "lr": "2"}
        text = site.pages[run["page"]].text
        assert "Loss" in text
        assert "loss" in text

    def test_an_empty_store_beside_runs(self, logs: Path, tmp_path: Path) -> None:
        write_folder(logs / "only", {"accuracy": 0.5})
        write_file_store(logs / "mlruns", {})
        assert len(self.site(logs).runs) == 1

    def test_the_largest_and_the_smallest_numbers(self, logs: Path) -> None:
        put(logs, {"a/metrics.json": '{"x": 1.7e308, "y": 5e-324, "z": 1e999}'})
        put(logs, {"b/metrics.json": '{"x": -1.7e308, "y": 5e-324, "z": NaN}'})
        last = [
            {name: metric["last"] for name, metric in run["metrics"].items()}
            for run in self.site(logs).report["runs"]
        ]
        assert last == [
            {"x": 1.7e308, "y": 5e-324, "z": "Infinity"},
            {"x": -1.7e308, "y": 5e-324, "z": "NaN"},
        ]
