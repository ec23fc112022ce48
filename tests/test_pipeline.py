"""The whole way from logs to a site: what is in it, and what never is."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import runfolio
from runfolio.errors import NoRunsError, OutputError, StrictError, UsageError
from runfolio.pipeline import Request, check, load
from runfolio.render.html import CONTENT_POLICY
from sites import Site, strict_json
from stores import put, run_id, write_database, write_file_store, write_folder

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "sample_runs"
RUNS = {run_id(1): [(0, 0.5), (1, 0.25)], run_id(2): [(0, 0.75), (1, 0.125)]}


@pytest.fixture(scope="module")
def sample(sample_site: Site) -> Site:
    """The report of the sample."""
    return sample_site


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*sources: str, output: str = "site") -> Site:
    runfolio.build(*sources, output=output)
    return Site(Path(output))


class TestReproducible:
    """The same input gives the same bytes, and nothing of the machine is in them."""

    CODE = (
        "import getpass, os, platform, socket, sys\n"
        "for module, name in ((socket, 'gethostname'), (platform, 'node'), (getpass, 'getuser')):\n"
        "    setattr(module, name, lambda: 'marker-machine')\n"
        "from runfolio.cli import main\nsys.exit(main(sys.argv[1:]))"
    )

    def test_another_place_time_zone_locale_and_hash_seed_give_the_same_bytes(
        self, sample: Site, tmp_path: Path
    ) -> None:
        home = tmp_path / "marker-home"
        home.mkdir()
        environment = {
            **os.environ,
            "TZ": "Asia/Kathmandu",
            "LC_ALL": "C",
            "PYTHONHASHSEED": "4711",
            "HOME": str(home),
            "USER": "marker-user",
            "LOGNAME": "marker-user",
        }
        output = home / "elsewhere"
        subprocess.run(
            [sys.executable, "-c", self.CODE, "build", SAMPLE, "-o", output, "--quiet"],
            cwd=home,
            env=environment,
            check=True,
            timeout=120,
        )
        other = Site(output).files()
        ours = sample.files()
        assert other.keys() == ours.keys()
        assert [path for path in ours if ours[path] != other[path]] == []
        secrets = [b"marker-machine", b"marker-user", b"marker-home", str(ROOT).encode()]
        secrets += [str(sample.folder.parent).encode(), str(Path.home()).encode() + b"/"]
        found = [(path, s) for path, data in other.items() for s in secrets if s in data]
        assert found == []

    def test_user_names_and_paths_in_the_logs_are_left_out(self, here: Path) -> None:
        write_file_store(here / "mlruns", RUNS)
        site = build("mlruns")
        assert "marker-user" in (here / "mlruns/1" / run_id(1) / "meta.yaml").read_text()
        assert [path for path, data in site.files().items() if b"marker-user" in data] == []
        assert site.runs[run_id(1)]["tags"] == {"team": "vision"}


class TestPlaces:
    """What is given is found, once."""

    def test_a_store_and_a_database_by_name(self, here: Path) -> None:
        write_file_store(here / "mlruns", RUNS)
        write_database(here / "mlflow.db", {run_id(3): [(0, 1.0)]})
        assert build("mlruns", output="a").runs.keys() == RUNS.keys()
        assert build("mlflow.db", output="b").runs.keys() == {run_id(3)}

    def test_a_project_with_the_same_runs_in_both_counts_each_once(self, here: Path) -> None:
        longer = {run: [*points, (2, 0.0625)] for run, points in RUNS.items()}
        write_file_store(here / "mlruns", RUNS)
        write_database(here / "mlflow.db", {**longer, run_id(3): [(0, 1.0)]})
        site = build(".")
        assert site.runs.keys() == {*RUNS, run_id(3)}
        assert site.runs[run_id(1)]["metrics"]["loss"]["count"] == 3, "the fuller record"
        assert {s["format"]: s["runs"] for s in site.report["sources"]} == {
            "mlflow-files": 2,
            "mlflow-sqlite": 3,
        }
        assert [p["slug"] for p in site.report["problems"]] == ["run-in-two-places"]

    def test_the_configuration_is_no_log_that_was_passed_over(self, here: Path) -> None:
        write_file_store(here / "mlruns", RUNS)
        (here / "report.yaml").write_text("title: Ours\n")
        (here / "other.yaml").write_text("title: Theirs\n")
        passed = load(Request((".",))).skipped
        assert [one.places for one in passed] == [("other.yaml",)]
        assert load(Request((".",), config=Path("other.yaml"))).skipped == ()

    @pytest.mark.parametrize("again", ["mlruns", "./mlruns", "mlruns/../mlruns/", "link"])
    def test_a_source_given_twice_is_read_once(self, here: Path, again: str) -> None:
        write_file_store(here / "mlruns", RUNS)
        (here / "link").symlink_to("mlruns")
        report = build("mlruns", again).report
        assert [source["runs"] for source in report["sources"]] == [2]
        assert report["problems"] == []

    def test_a_folder_and_a_store_in_it_are_read_once(self, here: Path) -> None:
        write_file_store(here / "project" / "mlruns", RUNS)
        report = build("project", "project/mlruns").report
        assert [run["id"] for run in report["runs"]] == list(RUNS)
        assert sum(source["runs"] for source in report["sources"]) == 2

    def test_a_plain_run_in_a_folder_and_a_folder_in_it_is_one_run(self, here: Path) -> None:
        write_folder(here / "logs" / "trial" / "one", {"loss": 0.5})
        assert len(build("logs", "logs/trial").runs) == 1

    def test_what_is_said_of_an_inner_place_holds_for_its_runs(self, here: Path) -> None:
        write_folder(here / "logs" / "deep" / "a", {"acc": 0.5})
        write_folder(here / "logs" / "flat", {"acc": 0.6})
        put(here, {"report.yaml": "sources: [logs, {path: logs/deep, experiment: Deep}]"})
        runs = build().runs
        assert {run["experiment"] for run in runs.values()} == {"Deep", "logs"}

    def test_a_site_in_the_folder_is_not_read_as_logs(self, here: Path) -> None:
        write_folder(here / "logs" / "one", {"loss": 0.5})
        site = build("logs", output="logs/site")
        write_folder(here / "logs" / "site" / "stray", {"loss": 0.5})
        before = site.report
        assert build("logs", output="again").report == before

    def test_without_a_source_the_configuration_tells(self, here: Path) -> None:
        write_folder(here / "used" / "one", {"loss": 0.5})
        write_folder(here / "other" / "two", {"loss": 0.5})
        assert len(build(output="a").runs) == 2
        put(here, {"report.yaml": "title: Mine\nsources: [used]\n"})
        site = build(output="b")
        assert [run["name"] for run in site.report["runs"]] == ["one"]
        assert site.report["title"] == "Mine"

    def test_a_folder_that_is_not_there_is_told(self, here: Path) -> None:
        with pytest.raises(UsageError, match="no folder or file 'nowhere'"):
            build("nowhere")

    def test_no_runs_lists_where_it_looked_and_the_formats(self, here: Path) -> None:
        put(here, {"empty/notes.txt": "nothing", "bare/x.csv": "a,b\n1,2\n"})
        with pytest.raises(NoRunsError) as raised:
            build("empty", "bare")
        told = str(raised.value)
        for word in ("empty", "bare", "MLflow file store", "MLflow SQLite", "Plain folders"):
            assert word in told
        assert not (here / "site").exists()


class TestOutput:
    """The last good site survives, and nothing of others is lost."""

    def test_a_failed_build_leaves_the_previous_site(
        self, here: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_folder(here / "logs" / "one", {"loss": 0.5})
        before = build("logs").files()
        write_folder(here / "logs" / "two", {"loss": 0.25})

        def fail(*_: object) -> str:
            raise RuntimeError("in the middle")

        monkeypatch.setattr("runfolio.render.html.HtmlRenderer.page", fail)
        with pytest.raises(RuntimeError, match="in the middle"):
            build("logs")
        assert Site(here / "site").files() == before
        assert sorted(os.listdir(here)) == ["logs", "site"]

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    def test_a_killed_build_leaves_the_previous_site(self, here: Path) -> None:
        write_folder(here / "logs" / "one", {"loss": 0.5})
        before = build("logs").files()
        write_folder(here / "logs" / "two", {"loss": 0.25})
        code = (
            "import time, runfolio\nfrom runfolio.render.html import HtmlRenderer\n"
            "def page(*_):\n    print('writing', flush=True)\n    time.sleep(60)\n"
            "HtmlRenderer.page = page\nrunfolio.build('logs')"
        )
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)
        assert process.stdout is not None
        assert process.stdout.readline() == b"writing\n"
        process.kill()
        process.wait(timeout=30)
        process.stdout.close()
        assert Site(here / "site").files() == before
        assert len(os.listdir(here)) == 3, "what the killed build left"
        deadline = time.monotonic() + 20
        while len(os.listdir(here)) > 2 and time.monotonic() < deadline:
            assert len(build("logs").runs) == 2, "and the next one works"
        assert sorted(os.listdir(here)) == ["logs", "site"]

    @pytest.mark.parametrize("output", ["project", ".", "project/mlruns"])
    def test_over_an_input_is_refused(self, here: Path, output: str) -> None:
        store = write_file_store(here / "project" / "mlruns", RUNS)
        with pytest.raises(OutputError):
            build("project/mlruns", output=output)
        assert (store / "1" / run_id(1) / "meta.yaml").is_file()

    @pytest.mark.parametrize("output", ["project/mlruns/1"])
    def test_inside_a_store_is_refused(self, here: Path, output: str) -> None:
        write_file_store(here / "project" / "mlruns", RUNS)
        with pytest.raises(OutputError):
            build("project/mlruns", output=output)

    def test_strict_fails_on_a_problem_and_not_on_a_note(self, here: Path) -> None:
        write_file_store(here / "mlruns", RUNS)
        write_database(here / "mlflow.db", RUNS)
        runfolio.build(".", strict=True)
        before = Site(here / "site").files()
        put(here, {f"mlruns/1/{run_id(1)}/metrics/loss": "0 0.5 0\n1 broken 1\n"})
        with pytest.raises(StrictError, match=f"{run_id(1)}/metrics/loss:2: "):
            runfolio.build(".", strict=True)
        assert Site(here / "site").files() == before
        assert build(".").report["problems"], "without --strict it is built"

    def test_check_writes_nothing(self, here: Path) -> None:
        write_file_store(here / "mlruns", RUNS)
        result = check(Request(("mlruns",)))
        assert (result.runs, result.output) == (2, None)
        assert os.listdir(here) == ["mlruns"]


class TestSample:
    """What every page and file of the sample's report holds."""

    def test_it_is_small(self, sample: Site) -> None:
        files = sample.files()
        large = {p: len(d) for p, d in files.items() if p.startswith("runs/") and len(d) > 100_000}
        assert large == {}
        assert sum(map(len, files.values())) <= 6_000_000

    def test_every_run_has_its_page(self, sample: Site) -> None:
        pages = [run["page"] for run in sample.report["runs"]]
        assert len(pages) > 30
        assert {path for path in sample.pages if path.startswith("runs/")} == set(pages)

    def test_every_page_has_what_a_page_needs(self, sample: Site) -> None:
        titles = {}
        for path, page in sample.pages.items():
            html = page.all("html")
            assert [element.attributes.get("lang") for element in html] == ["en"], path
            assert len(page.all("h1")) == 1, path
            assert page.all("h1")[0].text.strip(), path
            assert len(page.all("main")) == 1, path
            policies = [
                meta.attributes["content"]
                for meta in page.all("meta")
                if meta.attributes.get("http-equiv") == "Content-Security-Policy"
            ]
            own = [re.sub(" 'sha256-[^']+'", "", policy) for policy in policies]
            assert own == [CONTENT_POLICY], path
            ids = page.values("id")
            assert len(ids) == len(set(ids)), path
            (title,) = page.all("title")
            titles[path] = title.text
            assert not page.values("style"), "inline styles are against the policy"
            assert not [name for e in page.elements for name in e.attributes if name[:2] == "on"]
        assert "unsafe" not in CONTENT_POLICY
        assert all(title.strip() for title in titles.values())
        runs = [title for path, title in titles.items() if path.startswith("runs/")]
        assert len(set(runs)) == len(runs), "run pages can be told apart by their titles"

    def test_every_link_leads_to_a_file_and_place_of_the_site(self, sample: Site) -> None:
        links = sample.links()
        assert len(links) > 500
        outside = [link for link in links if re.match(r"[a-z]+:|/", link[1], re.IGNORECASE)]
        assert outside == []
        assert sample.broken_links() == []

    def test_labels_point_at_what_is_there(self, sample: Site) -> None:
        for path, page in sample.pages.items():
            ids = set(page.values("id"))
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
                for value in page.values(attribute):
                    assert set(value.split()) <= ids, (path, attribute, value)

    def test_no_file_of_ours_names_another_host(self, sample: Site) -> None:
        names = rb"https?://(?!www\.w3\.org/|vega\.github\.io/schema/)[\w.-]+"
        found = {
            path: match.group()
            for path, data in sample.files().items()
            if not re.search(r"assets/vega|licences", path) and (match := re.search(names, data))
        }
        assert found == {}

    def test_runs_csv_has_a_row_per_run_with_its_values(self, sample: Site) -> None:
        report = sample.report
        with (sample.folder / "runs.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["run"] for row in rows] == [run["id"] for run in report["runs"]]
        assert report["objective"]["summary"] == "last"
        compared = 0
        for row, run in zip(rows, report["runs"], strict=True):
            assert (row["status"], row["seed"]) == (run["status"], run["seed"] or "")
            assert row["started"] == (run["started"] or "")
            for name, metric in run["metrics"].items():
                assert float(row[f"metric: {name}"]) == pytest.approx(
                    float(metric["last"]), rel=0, abs=0, nan_ok=True
                )
                compared += 1
            logged = {k: v for k, v in row.items() if k.startswith("metric: ") and v}
            assert logged.keys() == {f"metric: {name}" for name in run["metrics"]}
            for name, value in run["params"].items():
                assert row[f"param: {name}"] == value
        assert compared > 100

    def test_metrics_csv_has_a_row_per_run_and_metric(self, sample: Site) -> None:
        with (sample.folder / "metrics.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        runs = sample.runs
        keys = {(row["run"], row["metric"]) for row in rows}
        assert len(keys) == len(rows)
        assert keys == {(run, metric) for run in runs for metric in runs[run]["metrics"]}
        for row in rows:
            metric = runs[row["run"]]["metrics"][row["metric"]]
            for name, value in metric.items():
                assert float(row[name]) == pytest.approx(float(value), rel=0, abs=0, nan_ok=True), (
                    row,
                    name,
                )

    def test_the_run_tables_data_holds_every_run(self, sample: Site) -> None:
        data = sample.script_data("data/runs.js")
        slugs = {row[0] for row in data["rows"]}
        assert {f"runs/{slug}.html" for slug in slugs} == {
            run["page"] for run in sample.report["runs"]
        }

    def test_every_page_and_file_says_the_same_of_the_champion(self, sample: Site) -> None:
        report = sample.report
        champion = sample.runs[report["champion"]]
        assert "the champion" in sample.pages[champion["page"]].text
        assert any(champion["page"] == href for href in sample.pages["index.html"].values("href"))


def test_the_summary_as_json_is_strict(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from runfolio.cli import main

    write_file_store(here / "mlruns", {run_id(1): [(0, float("nan"))]})
    assert main(["build", "mlruns", "--json"]) == 0
    told = strict_json(capsys.readouterr().out)
    assert (told["runs"], told["output"]) == (1, "site")
    assert json.loads(Path(told["output"], "report.json").read_text())["runs"]
